"""Each frozen instance has its content noted, also those that were frozen before there was a place for it."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.utils import InternalError
from django.utils import timezone

from labeling.actions.releases import Wish, create_release
from labeling.models import ReadState, ReleaseInstance
from tests import builders

FORWARD = import_module("labeling.migrations.0008_note_the_content_of_releases").FORWARD


@pytest.mark.django_db(transaction=True)
def test_the_content_of_older_releases_is_noted_and_they_stay_frozen(project, manager, reader):
    case = builders.case(project)
    read = builders.read(case, reader)
    read.state, read.submitted_at = ReadState.SUBMITTED, timezone.now()
    read.save()
    create_release(actor=manager, project=project, wish=Wish("first"))
    with connection.cursor() as cursor:
        cursor.execute("alter table labeling_releaseinstance disable trigger user")
        cursor.execute("update labeling_releaseinstance set content_sha256 = ''")
        cursor.execute("alter table labeling_releaseinstance enable trigger user")
        for _ in range(2):
            cursor.execute(FORWARD)
    frozen = ReleaseInstance.objects.get()
    assert frozen.content_sha256 == frozen.instance.content_sha256
    with pytest.raises(InternalError):
        ReleaseInstance.objects.update(content_sha256="")
