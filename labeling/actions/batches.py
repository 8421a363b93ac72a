"""Batches: open one, receive its files piece by piece, close it, say how it stands."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from labeling import intake
from labeling.actions import audit
from labeling.errors import BatchClosed, IdempotencyKeyReused, MalformedRequest, TooLarge, WrongOffset
from labeling.models import (
    Batch,
    BatchItem,
    BatchState,
    DeidentificationProfile,
    ItemState,
    Outcome,
    Project,
    User,
)
from labeling.queue import enqueue

PIECE_BYTES = 8 << 20
MAX_FILE_BYTES = 4 << 30
MAX_ITEM_NUMBER = 1_000_000
CHUNK = 16  # files that one task takes
WAKE_UPS = 4  # how many workers one batch may keep busy at first; each wake-up goes on while there is work
ARCHIVE = "archive"
QUARANTINE = timedelta(days=30)


@dataclass(frozen=True)
class Piece:
    """A part of a file: where it starts, and how long the whole file is."""

    number: int
    offset: int
    length: int
    content: bytes


def open_batch(*, actor: User, project: Project, idempotency_key: uuid.UUID | None = None) -> Batch:
    """Open a batch with the project's profile, or give the batch that this key has opened before."""
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                created_by=actor, project=project, idempotency_key=idempotency_key, **_profile_in_force(project)
            )
            profile = str(batch.profile_value())
            audit.record(actor=actor, action="batch_opened", project=project, subject=batch.pk, profile=profile)
    except IntegrityError:
        found = Batch.objects.get(created_by=actor, idempotency_key=idempotency_key)
        if found.project_id != project.pk:
            raise IdempotencyKeyReused from None
        return found
    return batch


def _profile_in_force(project: Project) -> dict[str, Any]:
    """The columns of a batch that freeze the profile; from now on the profile's row never changes."""
    project = Project.objects.select_related("deidentification_profile").get(pk=project.pk)
    chosen = project.deidentification_profile
    if chosen is not None:
        unused = DeidentificationProfile.objects.filter(pk=chosen.pk, used_at=None)
        unused.update(used_at=timezone.now())
    return {"deidentification_profile": chosen, "profile": project.profile_value().to_json()}


def receive_piece(*, batch: Batch, piece: Piece) -> BatchItem:
    """Keep one piece, encrypted. Raises WrongOffset with what was received: the server's offset wins."""
    _check(piece)
    with transaction.atomic():
        item = _locked_item(batch, piece)
        if item.state != ItemState.RECEIVING:
            return item
        if piece.offset != item.received:
            raise WrongOffset(f"{item.received} bytes are here", received=item.received, length=item.length)
        if piece.content:
            intake.put_piece(item.pk, item.pieces, piece.content)
            item.pieces += 1
            item.received += len(piece.content)
            item.intake_key = intake.prefix(item.pk)
        if item.received == item.length:
            item.state = ItemState.RECEIVED
            _wake(batch, item.number)
        item.save(update_fields=["pieces", "received", "intake_key", "state"])
    return item


def close_batch(*, actor: User, batch: Batch, count: int) -> Batch:
    """No more files will be announced: they are numbered 1 to `count`. Closing twice is once."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if batch.state != BatchState.OPEN:
            if batch.expected == count:
                return batch
            raise BatchClosed(f"the batch was closed with {batch.expected} files")
        if BatchItem.objects.filter(batch=batch, archive=None, number__gt=count).exists():
            raise MalformedRequest(f"files with numbers above {count} are here already")
        batch.state, batch.expected = BatchState.CLOSED, count
        batch.save(update_fields=["state", "expected"])
        audit.record(actor=actor, action="batch_closed", project=batch.project, subject=batch.pk, files=count)
        for _ in range(min(WAKE_UPS, 1 + count // CHUNK)):
            enqueue("ingest_batch", batch.pk, queue="ingest")
    return batch


def finish_if_done(batch_id: int) -> bool:
    """Say that the batch is done once it is closed and each of its files has an outcome."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        items = BatchItem.objects.filter(batch=batch)
        if batch.state != BatchState.CLOSED or items.exclude(state=ItemState.DONE).exists():
            return batch.state == BatchState.DONE
        if items.filter(archive=None).count() < (batch.expected or 0):
            return False
        batch.state, batch.done_at = BatchState.DONE, timezone.now()
        batch.save(update_fields=["state", "done_at"])
        outcomes = {outcome: count for outcome, count in _tally(batch).items() if count}
        audit.record(actor=None, action="batch_done", project=batch.project, subject=batch.pk, **outcomes)
    return True


def settle(item: BatchItem, outcome: Outcome, reason: str) -> None:
    """Give an item its outcome. To be called with its row locked; the bytes go by `release_bytes` after COMMIT."""
    now = timezone.now()
    item.state, item.outcome, item.reason, item.done_at, item.lease_until = ItemState.DONE, outcome, reason, now, None
    item.expires_at = now + QUARANTINE if outcome == Outcome.QUARANTINED and item.intake_key else None
    item.save()
    if outcome != Outcome.QUARANTINED:
        transaction.on_commit(lambda: release_bytes(item))


def release_bytes(item: BatchItem) -> None:
    """Destroy what waited of an item. When this is cut short, the sweeper does it again."""
    if item.intake_key:
        intake.release_previews(item.pk)
        intake.release(item.pk, item.pieces)
        BatchItem.objects.filter(pk=item.pk).update(intake_key="")


def counts(batch: Batch) -> dict[str, int | None]:
    return {"expected": batch.expected, **_tally(batch)}


def reasons(batch: Batch) -> dict[str, int]:
    """How often each reason was given: for what was not accepted, and for overlays that were left out."""
    items = BatchItem.objects.filter(batch=batch).exclude(reason="").exclude(reason=ARCHIVE)
    rows = items.order_by().values_list("reason").annotate(count=Count("id"))
    return dict(rows.order_by("-count", "reason"))


def listed_items(batch: Batch) -> QuerySet[BatchItem, Any]:
    """Items in the order they came, as plain values; `id` is the cursor."""
    return (
        BatchItem.objects.filter(batch=batch)
        .order_by("id")
        .values("id", "number", "state", "outcome", "reason", "length", "received", "archive__number", "instance_id")
    )


def _tally(batch: Batch) -> dict[str, int]:
    """Archives are counted apart: what they held is counted as files."""
    waits = Q(state__in=[ItemState.RECEIVED, ItemState.PROCESSING])
    tallies = {outcome.value: Count("id", Q(outcome=outcome) & ~Q(reason=ARCHIVE)) for outcome in Outcome}
    return BatchItem.objects.filter(batch=batch).aggregate(
        received=Count("id", ~Q(state=ItemState.RECEIVING)),
        waiting=Count("id", waits),
        archives=Count("id", Q(reason=ARCHIVE)),
        **tallies,
    )


def _check(piece: Piece) -> None:
    if not 1 <= piece.number <= MAX_ITEM_NUMBER:
        raise MalformedRequest(f"files are numbered 1 to {MAX_ITEM_NUMBER}")
    if piece.length > MAX_FILE_BYTES:
        raise TooLarge(f"a file may have {MAX_FILE_BYTES} bytes")
    if len(piece.content) > PIECE_BYTES:
        raise TooLarge(f"a piece may have {PIECE_BYTES} bytes")
    if piece.offset < 0 or piece.offset + len(piece.content) > piece.length:
        raise MalformedRequest("the piece reaches beyond the announced length")


def _locked_item(batch: Batch, piece: Piece) -> BatchItem:
    """The item of this piece, made at its first one; its row is locked, so two pieces never race."""
    items = BatchItem.objects.select_for_update(of=("self",))
    item = items.filter(batch=batch, archive=None, number=piece.number).first()
    if item is None:
        # Against close_batch, which counts the items: it takes the lock for update.
        state, expected = Batch.objects.select_for_update(no_key=True).values_list("state", "expected").get(pk=batch.pk)
        if state != BatchState.OPEN and piece.number > (expected or 0):
            raise BatchClosed(f"the batch was closed with {expected} files")
        item, _ = items.get_or_create(batch=batch, archive=None, number=piece.number, defaults={"length": piece.length})
    if item.length != piece.length:
        raise MalformedRequest(f"file {item.number} was announced with {item.length} bytes")
    return item


def _wake(batch: Batch, number: int) -> None:
    """One wake-up per chunk is enough; closing the batch and the sweeper see to the rest."""
    if number % CHUNK == 1:
        enqueue("ingest_batch", batch.pk, queue="ingest")
