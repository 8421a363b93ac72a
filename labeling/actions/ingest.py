"""Take in what waits: each item is claimed, read in the sandbox, filed, and given an outcome.

A claim is a lease of 30 seconds that a thread renews. What a killed worker had begun is claimable again when its
lease has run out; attempts are counted before the work, so that a file which kills its worker is given up.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from labeling import intake
from labeling.actions import batches, catalogue, pixel_reviews, text_approvals
from labeling.actions.archive_members import expand, give_up_members
from labeling.actions.overlays import ScreenedOverlays, screen_overlays
from labeling.actions.pixel_screening import screen
from labeling.domain.archives import is_archive
from labeling.domain.dicom.pixel_masks import Mask
from labeling.domain.dicom.prepare import Prepared
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.text_findings import TextFindings
from labeling.errors import BadArchive, BadDicom, DicomTooLarge, EmptyFile, NestedArchive
from labeling.models import BatchItem, Instance, ItemState, Outcome
from labeling.queue import enqueue
from labeling.sandbox import prepare_in_sandbox

LEASE = timedelta(seconds=30)
RENEW_SECONDS = 10.0
MAX_ATTEMPTS = 3
MAX_DICOM_BYTES = 1 << 30  # it is held in memory while it is read

log = logging.getLogger(__name__)


class _Overtaken(Exception):
    """The lease ran out and another worker has the item: what was found here is dropped."""


def ingest_chunk(batch_id: int, limit: int = batches.CHUNK) -> int:
    """Take in up to `limit` items of the batch; call for more hands while items wait. Gives how many were taken."""
    taken = 0
    while taken < limit and (item := _claim(batch_id)):
        _take_in(item)
        taken += 1
    if taken == limit:
        enqueue("ingest_batch", batch_id, queue="ingest")
    else:
        batches.finish_if_done(batch_id)
    return taken


def _claim(batch_id: int) -> BatchItem | None:
    """Take the next item that waits or whose lease has run out; the attempt counts from now on."""
    now = timezone.now()
    is_free = Q(state=ItemState.RECEIVED) | Q(state=ItemState.PROCESSING, lease_until__lt=now)
    with transaction.atomic():
        waiting = BatchItem.objects.filter(is_free, batch_id=batch_id).order_by("id")
        item = waiting.select_for_update(skip_locked=True).first()
        if item is None:
            return None
        item.state, item.attempts, item.lease_until = ItemState.PROCESSING, item.attempts + 1, now + LEASE
        item.save(update_fields=["state", "attempts", "lease_until"])
    return BatchItem.objects.select_related("batch__project").get(pk=item.pk)


def _take_in(item: BatchItem) -> None:
    try:
        with _lease(item):
            _decide(item)
    except _Overtaken:
        log.warning("item %s was taken over by another worker", item.pk)


def _decide(item: BatchItem) -> None:
    if pixel_reviews.attempts_since_passed(item) > MAX_ATTEMPTS:
        give_up_members(item)
        return _settle(item, Outcome.QUARANTINED, "worker_lost")
    try:
        if _is_archive(item):
            expand(item)
            return _settle(item, Outcome.ACCEPTED, batches.ARCHIVE)
        return _take_in_instance(item)
    except BadArchive as error:
        return _settle(item, Outcome.REJECTED, error.code)
    except BadDicom as error:
        return _settle(item, Outcome(error.outcome), error.code)


def _is_archive(item: BatchItem) -> bool:
    if item.length == 0:
        raise EmptyFile
    if not is_archive(intake.get_piece(item.pk, 0)[:132]):
        return False
    if item.archive_id:
        raise NestedArchive
    return True


def _take_in_instance(item: BatchItem) -> None:
    if item.length > MAX_DICOM_BYTES:
        raise DicomTooLarge
    project, key = item.batch.project, intake.deid_key()
    content = intake.content(item.pk, item.pieces)
    item.source_digest = Pseudonyms(key).source_digest(content)
    same = Instance.objects.filter(project=project, source_digest=item.source_digest).first()
    if same is not None:
        return _settle(item, Outcome.DUPLICATE, "same_file", same)
    masks = pixel_reviews.masks_of(item)
    prepared = _prepared(item, content, masks)
    if masks is not None:
        return _catalogue(item, prepared, masks)
    screening = screen(prepared, item.batch.profile_value(), owner=str(item.batch_id))
    if screening.held:
        return _hold_back(item, prepared, screening.held)
    if screening.masks is not None:
        prepared = _prepared(item, content, screening.masks)
    return _catalogue(item, prepared, screening.masks)


def _prepared(item: BatchItem, content: bytes, masks: tuple[Mask, ...] | None) -> Prepared:
    boxes = None if masks is None else tuple(tuple(mask.to_json()) for mask in masks)
    profile, owner = item.batch.profile_value(), str(item.batch_id)
    read = partial(prepare_in_sandbox, content, intake.deid_key(), profile=profile, owner=owner, masks=boxes)
    prepared = read()
    dropped = text_approvals.dropped_among(item.batch.project, prepared.report.texts)
    return read(drop_texts=dropped) if dropped else prepared


def _catalogue(item: BatchItem, prepared: Prepared, masks: tuple[Mask, ...] | None) -> None:
    seen = screen_overlays(prepared.overlays, owner=str(item.batch_id))
    prepared = prepared.with_overlays(seen.shown)
    stored = catalogue.digests(prepared)
    found = catalogue.known(item.batch.project, prepared.header, item.source_digest, stored.content_sha256)
    if found is not None:
        return _settle(item, found.outcome, found.reason, found.instance)
    catalogue.write_bytes(prepared, stored)
    return _file(item, prepared, stored, masks, seen)


def _hold_back(item: BatchItem, prepared: Prepared, findings: TextFindings) -> None:
    """Let it wait for a person: the previews first, then in one transaction the review and the item's outcome."""
    stored = catalogue.digests(prepared)
    found = catalogue.known(item.batch.project, prepared.header, item.source_digest, stored.content_sha256)
    if found is not None:
        return _settle(item, found.outcome, found.reason, found.instance)
    if pixel_reviews.is_waiting_already(item):
        return _settle(item, Outcome.DUPLICATE, "same_file_waits")
    pixel_reviews.write_previews(item, findings)
    with transaction.atomic():
        _hold(item)
        pixel_reviews.hold(item=item, header=prepared.header, findings=findings)


def _file(
    item: BatchItem,
    prepared: Prepared,
    stored: catalogue.Stored,
    masks: tuple[Mask, ...] | None,
    overlays: ScreenedOverlays,
) -> None:
    """One transaction: the instance's rows and the item's outcome, with the reason why overlays were left out."""
    with transaction.atomic():
        _hold(item)
        boxes = None if masks is None else [mask.to_json() for mask in masks]
        filed = catalogue.file_instance(
            item.batch.project, prepared, stored, item.source_digest, boxes, overlays.to_json()
        )
        item.instance = filed.instance
        is_new = filed.outcome == Outcome.ACCEPTED
        batches.settle(item, filed.outcome, overlays.reason if is_new else filed.reason)


def _settle(item: BatchItem, outcome: Outcome, reason: str, instance: Instance | None = None) -> None:
    with transaction.atomic():
        _hold(item)
        item.instance = instance
        batches.settle(item, outcome, reason)


def _hold(item: BatchItem) -> None:
    """Lock the item's row and see that the claim still stands: attempts are the fencing token."""
    mine = BatchItem.objects.filter(pk=item.pk, state=ItemState.PROCESSING, attempts=item.attempts)
    if not mine.select_for_update().exists():
        raise _Overtaken


@contextmanager
def _lease(item: BatchItem) -> Iterator[None]:
    """Renew the lease from a thread while the block runs: reading one file may take longer than a lease."""
    finished = threading.Event()

    def renew() -> None:
        try:
            while not finished.wait(RENEW_SECONDS):
                mine = BatchItem.objects.filter(pk=item.pk, state=ItemState.PROCESSING, attempts=item.attempts)
                mine.update(lease_until=timezone.now() + LEASE)
        finally:
            connection.close()

    thread = threading.Thread(target=renew, daemon=True, name=f"lease of item {item.pk}")
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()
