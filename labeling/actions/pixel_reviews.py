"""Hold an image for a person who looks for text in it; pass it with masks, or reject it.

Nothing held is in the catalogue. A passed image goes back to be taken in, with its masks, as if it had just come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from labeling import intake
from labeling.actions import audit, batches
from labeling.domain.dicom.header import InstanceHeader
from labeling.domain.dicom.pixel_masks import Mask
from labeling.domain.dicom.text_findings import TextFindings
from labeling.errors import InvalidMasks, InvalidReason, ReviewDecided
from labeling.models import (
    Batch,
    BatchItem,
    BatchState,
    ItemState,
    Outcome,
    PixelReview,
    PixelReviewState,
    RejectReason,
    User,
)
from labeling.models.pixel_reviews import PixelReviewQuerySet
from labeling.queue import enqueue

MAX_MASKS = 200
AT_ONCE = 1000
BY_PERSONS = [reason for reason in RejectReason if reason != RejectReason.EXPIRED]


@dataclass(frozen=True)
class Decided:
    """A review as it was decided, and how many others the same decision passed."""

    review: PixelReview
    others: int = 0


def write_previews(item: BatchItem, findings: TextFindings) -> None:
    """Keep what a person will look at, encrypted. Files first, rows second: to be called before `hold`."""
    for number, preview in enumerate(findings.previews, 1):
        intake.put_preview(item.pk, number, preview)


def hold(*, item: BatchItem, header: InstanceHeader, findings: TextFindings) -> PixelReview:
    """Let the item wait for a person, within the caller's transaction that has locked it."""
    sizes = zip(findings.preview_names, map(len, findings.previews), strict=True)
    review = PixelReview.objects.create(
        item=item,
        project=item.batch.project,
        study_instance_uid=header.study_instance_uid,
        series_instance_uid=header.series_instance_uid,
        modality=header.modality[:16],
        rows=header.rows,
        columns=header.columns,
        number_of_frames=header.number_of_frames,
        source_digest=item.source_digest,
        proposals=[[*box.to_json()[:4], round(box.score, 3)] for box in findings.boxes],
        previews=[{"name": name, "bytes": size} for name, size in sizes],
    )
    batches.settle(item, Outcome.QUARANTINED, "text_in_pixels")
    audit.record(
        actor=None,
        action="pixel_review.hold",
        project=item.batch.project,
        subject=review,
        item=item.pk,
        proposals=len(review.proposals),
    )
    return review


def masks_of(item: BatchItem) -> tuple[Mask, ...] | None:
    """What a person decided on this item; None when nobody has passed it."""
    found = PixelReview.objects.filter(item=item, state=PixelReviewState.PASSED).values_list("masks", flat=True).first()
    return None if found is None else tuple(Mask.from_json(values) for values in found)


def attempts_since_passed(item: BatchItem) -> int:
    """How often the item was tried, not counting those tries that ended in its being held."""
    passed = PixelReview.objects.filter(item=item, state=PixelReviewState.PASSED)
    return item.attempts - (passed.values_list("attempts_before", flat=True).first() or 0)


def is_waiting_already(item: BatchItem) -> bool:
    """Does the same file wait for a person under another item?"""
    waiting = PixelReview.objects.waiting().filter(project=item.batch.project, source_digest=item.source_digest)
    return waiting.exclude(item=item).exists()


def pass_with_masks(*, actor: User, review: PixelReview, masks: Sequence[Mask]) -> Decided:
    """Let the image in with these masks burned in; none means that nothing in it identifies anybody.

    The same decision again changes nothing. Raises InvalidMasks, and ReviewDecided when it was decided otherwise.
    """
    with transaction.atomic():
        mine = _locked(PixelReview.objects.filter(pk=review.pk))
        _check_masks(masks, mine[0])
        if not _is_passed_with(mine[0], masks):
            _pass(mine, actor, masks, timezone.now())
            _record_pass(actor, mine[0], masks, others=0)
    return Decided(PixelReview.objects.get(pk=review.pk))


def pass_series(*, actor: User, review: PixelReview, masks: Sequence[Mask]) -> Decided:
    """Pass this image and all waiting ones of its series and size with the same masks.

    The same decision again passes what has come since. Raises as `pass_with_masks` does.
    """
    with transaction.atomic():
        alike = PixelReview.objects.alike(review)
        waiting = _locked(alike.waiting() | alike.filter(pk=review.pk))
        mine = next(one for one in waiting if one.pk == review.pk)
        _check_masks(masks, mine)
        if _is_passed_with(mine, masks):
            waiting.remove(mine)
        now = timezone.now() if waiting else mine.decided_at
        if waiting and now:
            _pass(waiting, actor, masks, now)
            _record_pass(actor, mine, masks, others=len(waiting) - (mine in waiting))
        others = alike.filter(state=PixelReviewState.PASSED, decided_at=now).exclude(pk=review.pk).count()
    return Decided(PixelReview.objects.get(pk=review.pk), others)


def reject(*, actor: User, review: PixelReview, reason: str) -> Decided:
    """Let the image not in, and destroy it. The same decision again changes nothing.

    Raises InvalidReason, and ReviewDecided when it was decided otherwise.
    """
    if reason not in BY_PERSONS:
        raise InvalidReason(f"reason must be one of {', '.join(BY_PERSONS)}")
    with transaction.atomic():
        [mine] = _locked(PixelReview.objects.filter(pk=review.pk))
        if (mine.state, mine.reason) == (PixelReviewState.REJECTED, reason):
            return Decided(mine)
        _refuse_decided(mine)
        _reject(mine, actor, RejectReason(reason))
        batches.settle(_locked_item(mine), Outcome.REJECTED, "rejected_in_review")
    return Decided(mine)


def expire_reviews() -> None:
    """End reviews whose time is over; what waited is destroyed. For the sweeper."""
    over = PixelReview.objects.waiting().filter(item__expires_at__lt=timezone.now())
    for pk in over.values_list("pk", flat=True)[:AT_ONCE]:
        with transaction.atomic():
            for review in _locked(PixelReview.objects.waiting().filter(pk=pk)):
                _reject(review, None, RejectReason.EXPIRED)
                batches.settle(_locked_item(review), Outcome.REJECTED, "expired_in_review")


def _locked(reviews: PixelReviewQuerySet) -> list[PixelReview]:
    """In one order, so that two people who decide on a series at once do not wait for each other for ever."""
    return list(reviews.order_by("pk").select_for_update(of=("self",)).select_related("project", "decided_by"))


def _locked_item(review: PixelReview) -> BatchItem:
    return BatchItem.objects.select_for_update().get(pk=review.item_id)


def _check_masks(masks: Sequence[Mask], review: PixelReview) -> None:
    if len(masks) > MAX_MASKS:
        raise InvalidMasks(f"an image may have {MAX_MASKS} masks")
    for mask in masks:
        is_inside = 0 <= mask.left < mask.right <= review.columns and 0 <= mask.top < mask.bottom <= review.rows
        if not is_inside:
            box = ", ".join(map(str, mask.to_json()))
            raise InvalidMasks(f"mask ({box}) does not lie within {review.columns} x {review.rows} pixels")


def _is_passed_with(review: PixelReview, masks: Sequence[Mask]) -> bool:
    """Raises ReviewDecided when it was decided in any other way."""
    if review.state == PixelReviewState.PASSED and review.masks == [mask.to_json() for mask in masks]:
        return True
    _refuse_decided(review)
    return False


def _refuse_decided(review: PixelReview) -> None:
    if review.state != PixelReviewState.WAITING:
        by = review.decided_by.get_username() if review.decided_by else None
        raise ReviewDecided(f"the image was {review.state} already", state=review.state, decided_by=by)


def _pass(reviews: list[PixelReview], actor: User, masks: Sequence[Mask], now: datetime) -> None:
    """Decide on locked reviews and send their items back to be taken in; a done batch is closed once more."""
    attempts = BatchItem.objects.filter(pk=OuterRef("item_id")).values("attempts")
    PixelReview.objects.filter(pk__in=[review.pk for review in reviews]).update(
        state=PixelReviewState.PASSED,
        masks=[mask.to_json() for mask in masks],
        decided_by=actor,
        decided_at=now,
        attempts_before=Subquery(attempts),
    )
    items = BatchItem.objects.filter(pixel_review__in=reviews).order_by("pk").select_for_update(of=("self",))
    ids, batch_ids = [item.pk for item in items], sorted({item.batch_id for item in items})
    BatchItem.objects.filter(pk__in=ids).update(
        state=ItemState.RECEIVED, outcome="", reason="", done_at=None, expires_at=None, lease_until=None
    )
    # The lock is waited for: finish_if_done, which holds it, has seen these items as done or will see them as not.
    for batch in Batch.objects.filter(pk__in=batch_ids).order_by("pk").select_for_update():
        if batch.state == BatchState.DONE:
            batch.state, batch.done_at = BatchState.CLOSED, None
            batch.save(update_fields=["state", "done_at"])
        enqueue("ingest_batch", batch.pk, queue="ingest")
    _destroy_previews(ids)


def _record_pass(actor: User, review: PixelReview, masks: Sequence[Mask], *, others: int) -> None:
    audit.record(
        actor=actor,
        action="pixel_review.pass",
        project=review.project,
        subject=review,
        item=review.item_id,
        masks=len(masks),
        others=others,
    )


def _reject(review: PixelReview, actor: User | None, reason: RejectReason) -> None:
    review.state, review.reason = PixelReviewState.REJECTED, reason
    review.decided_by, review.decided_at = actor, timezone.now()
    review.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _destroy_previews([review.item_id])
    audit.record(
        actor=actor,
        action="pixel_review.reject",
        project=review.project,
        subject=review,
        item=review.item_id,
        reason=reason.value,
    )


def _destroy_previews(item_ids: list[int]) -> None:
    """After COMMIT; when that is cut short, they go with the bytes of the item."""
    for item_id in item_ids:
        transaction.on_commit(partial(intake.release_previews, item_id))
