"""Every file of a batch ends with an outcome and a reason, and nothing identifying stays behind."""

import pytest

from labeling import intake
from labeling.actions import batches, ingest
from labeling.errors import BatchClosed, MalformedRequest, WrongOffset
from labeling.models import BatchItem, BatchState, Case, Instance, ItemState, Patient, Study
from labeling.storage import content_key, pack_key, storage
from tests import phantoms

pytestmark = pytest.mark.django_db


def send(batch, number, content, piece_bytes=batches.PIECE_BYTES):
    for offset in range(0, max(1, len(content)), piece_bytes):
        part = content[offset : offset + piece_bytes]
        item = batches.receive_piece(batch=batch, piece=batches.Piece(number, offset, len(content), part))
    return item


def take_in(manager, project, *contents, **options):
    """Send a batch, process all of it, and give its items in order."""
    batch = batches.open_batch(actor=manager, project=project)
    for number, content in enumerate(contents, 1):
        send(batch, number, content, **options)
    batches.close_batch(actor=manager, batch=batch, count=len(contents))
    while ingest.ingest_chunk(batch.pk):
        pass
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE
    return list(BatchItem.objects.filter(batch=batch).order_by("id"))


def said(items):
    return [(item.outcome, item.reason) for item in items]


def test_a_radiograph_becomes_an_instance_of_a_case(manager, project, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        [item] = take_in(manager, project, phantoms.radiograph())
    assert said([item]) == [("accepted", "")]
    instance = item.instance
    assert instance.series.study.case.code == "CXR-1"
    assert storage().size(content_key(instance.content_sha256)) == instance.content_bytes
    assert storage().size(pack_key(instance.pack_sha256)) == instance.pack_offsets[-1]
    assert list(storage().iterate("intake")) == []
