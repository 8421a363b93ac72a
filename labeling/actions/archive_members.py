"""What an uploaded archive holds becomes items of the batch, one after the other, each encrypted in the intake."""

import zipfile

from django.db import transaction

from labeling import intake
from labeling.actions import batches
from labeling.domain.archives import Archive
from labeling.errors import BadArchive
from labeling.models import BatchItem, ItemState, Outcome
from labeling.queue import enqueue


def expand(archive_item: BatchItem) -> None:
    """Make an item of each file in the archive. After a kill it goes on where it was: members are numbered.

    Raises BadArchive when the archive as a whole is not taken; a broken member is an outcome of its own.
    """
    archive = Archive(intake.reader(archive_item.pk, archive_item.pieces))
    for number, member in enumerate(archive.members, 1):
        item, _ = BatchItem.objects.get_or_create(
            batch_id=archive_item.batch_id,
            archive=archive_item,
            number=number,
            defaults={"length": member.file_size},
        )
        if item.state != ItemState.RECEIVING:
            continue
        _receive(item, archive, member)
        if number % batches.CHUNK == 1:
            enqueue("ingest_batch", archive_item.batch_id, queue="ingest")


def _receive(item: BatchItem, archive: Archive, member: zipfile.ZipInfo) -> None:
    """Always from its beginning: a member that a killed worker left half-way is written over."""
    item.pieces = item.received = 0
    try:
        for piece in archive.pieces(member, batches.PIECE_BYTES):
            intake.put_piece(item.pk, item.pieces, piece)
            item.pieces += 1
            item.received += len(piece)
    except BadArchive as error:
        _reject(item, error.code)
        return
    # Unless another worker, which took the archive over, was faster.
    BatchItem.objects.filter(pk=item.pk, state=ItemState.RECEIVING).update(
        pieces=item.pieces, received=item.received, intake_key=intake.prefix(item.pk), state=ItemState.RECEIVED
    )


def give_up_members(archive_item: BatchItem) -> None:
    """The archive is given up: its members that never came whole are not waited for."""
    for item in BatchItem.objects.filter(archive=archive_item, state=ItemState.RECEIVING):
        _reject(item, "worker_lost")


def _reject(item: BatchItem, reason: str) -> None:
    with transaction.atomic():
        item.intake_key = intake.prefix(item.pk)
        batches.settle(item, Outcome.REJECTED, reason)
