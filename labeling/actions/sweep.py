"""Wake what was forgotten, finish what is done, destroy what has waited long enough. May run at any time, twice too."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from labeling.actions import batches
from labeling.models import Batch, BatchItem, BatchState, ItemState, Outcome, PixelReviewState
from labeling.queue import enqueue
from labeling.storage import storage

ABANDONED = timedelta(days=7)  # an upload that was never finished identifies people all the while
AT_ONCE = 1000


def sweep_batches() -> None:
    for batch_id in Batch.objects.exclude(state=BatchState.DONE).values_list("pk", flat=True):
        if not batches.finish_if_done(batch_id):
            wake(batch_id)


def wake(batch_id: int) -> None:
    """Call as many hands as have work: a wiped queue or a killed worker leaves no trace but the rows."""
    now = timezone.now()
    waits = Q(state=ItemState.RECEIVED) | Q(state=ItemState.PROCESSING, lease_until__lt=now)
    found = BatchItem.objects.filter(batch_id=batch_id).aggregate(
        waiting=Count("id", waits), busy=Count("id", Q(state=ItemState.PROCESSING, lease_until__gte=now))
    )
    chunks = -(-found["waiting"] // batches.CHUNK)
    for _ in range(min(chunks, batches.WAKE_UPS - found["busy"])):
        enqueue("ingest_batch", batch_id, queue="ingest")


def sweep_bytes() -> None:
    """Destroy quarantined bytes whose time is over, and those that a killed worker left of settled items."""
    now = timezone.now()
    settled = BatchItem.objects.filter(state=ItemState.DONE).exclude(intake_key="")
    # Those that were settled a moment ago are being released by the worker that settled them.
    over = Q(expires_at__lt=now) | Q(done_at__lt=now - timedelta(minutes=1)) & ~Q(outcome=Outcome.QUARANTINED)
    over &= ~Q(pixel_review__state=PixelReviewState.WAITING)  # a review ends first, with a reason
    for item in settled.filter(over)[:AT_ONCE]:
        batches.release_bytes(item)
    storage().clear_abandoned()


def sweep_abandoned() -> None:
    """End uploads that nobody went on with."""
    old = Q(created_at__lt=timezone.now() - ABANDONED)
    for batch in Batch.objects.filter(old).exclude(state=BatchState.DONE):
        _abandon(batch)


def _abandon(batch: Batch) -> None:
    with transaction.atomic():
        unfinished = BatchItem.objects.select_for_update(skip_locked=True).filter(batch=batch, archive=None)
        for item in unfinished.filter(state=ItemState.RECEIVING)[:AT_ONCE]:
            batches.settle(item, Outcome.REJECTED, "abandoned")
        came = BatchItem.objects.filter(batch=batch, archive=None).count()
        still_expected = Q(expected=None) | Q(expected__gt=came)
        Batch.objects.filter(still_expected, pk=batch.pk).update(state=BatchState.CLOSED, expected=came)
