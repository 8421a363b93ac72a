"""Note for each frozen instance which content it has now: until here an instance's content never changed."""

from django.db import migrations

FORWARD = """
    alter table labeling_releaseinstance disable trigger user;
    update labeling_releaseinstance frozen set content_sha256 = instance.content_sha256
    from labeling_instance instance where instance.id = frozen.instance_id and frozen.content_sha256 = '';
    alter table labeling_releaseinstance enable trigger user;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('labeling', '0007_remaining_texts'),
    ]

    operations = [
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
