"""Files that are at hand on the server: sent into a batch and worked off here, beside whatever workers run."""

import time
from collections.abc import Callable
from typing import BinaryIO

from django.db import transaction

from labeling.actions import batches, ingest
from labeling.models import Batch, BatchItem, ItemState, Outcome

WAIT_SECONDS = 0.2


def send_file(*, batch: Batch, number: int, file: BinaryIO) -> BatchItem:
    """Put a file into the intake under its number."""
    length = file.seek(0, 2)
    file.seek(0)
    offset, item = 0, None
    while item is None or (item.state == ItemState.RECEIVING and offset < length):
        content = file.read(min(batches.PIECE_BYTES, length - offset))
        item = batches.receive_piece(batch=batch, piece=batches.Piece(number, offset, length, content))
        offset += len(content)
        if not content:
            break
    if item.state == ItemState.RECEIVING:  # it was cut short while it was read
        with transaction.atomic():
            batches.settle(item, Outcome.REJECTED, "changed_while_read")
    return item


def work_off(*, batch: Batch, on_progress: Callable[[], None] = lambda: None) -> None:
    """Take in items until the batch is done; what other workers hold is waited for."""
    while not batches.finish_if_done(batch.pk):
        if not ingest.ingest_chunk(batch.pk):
            time.sleep(WAIT_SECONDS)
        on_progress()
