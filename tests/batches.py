"""Send files and take them in, as an upload and a worker do."""

from labeling.actions import batches, ingest
from labeling.models import BatchItem, BatchState


def send(batch, number, content, piece_bytes=batches.PIECE_BYTES):
    for offset in range(0, max(1, len(content)), piece_bytes):
        part = content[offset : offset + piece_bytes]
        item = batches.receive_piece(batch=batch, piece=batches.Piece(number, offset, len(content), part))
    return item


def take_in(manager, project, *contents, **options):
    """Send a batch, work all of it off, and give its items in the order they came."""
    batch = batches.open_batch(actor=manager, project=project)
    for number, content in enumerate(contents, 1):
        send(batch, number, content, **options)
    batches.close_batch(actor=manager, batch=batch, count=len(contents))
    while ingest.ingest_chunk(batch.pk):
        pass
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE
    return list(BatchItem.objects.filter(batch=batch).select_related("instance__series__study__case").order_by("id"))
