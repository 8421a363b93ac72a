from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('labeling', '0014_hanging_protocols'),
    ]

    operations = [
        migrations.AddField(
            model_name='hangingprotocol',
            name='version',
            field=models.PositiveIntegerField(default=1, help_text='counts what it has said; an edit is of one of them'),
        ),
        migrations.AddField(
            model_name='project',
            name='last_hanging_number',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
