"""Take dropped texts out of stored files: the new content first, its row second, the old content destroyed last.

A use in the state `to_drop` is the work that waits. A worker leases all uses of one instance; attempts are counted
before the work. The row is changed only if its content is still the one that was read: a second worker changes nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from labeling.actions import catalogue, text_approvals
from labeling.domain.dicom.deidentification.text_removal import Text, plain
from labeling.errors import BadDicom
from labeling.models import Instance, Project, RemainingTextUse, Series, Study, TextUseState
from labeling.queue import enqueue
from labeling.sandbox import remove_texts_in_sandbox
from labeling.storage import content_key, storage

CHUNK = 16  # files that one task takes
LEASE = timedelta(minutes=5)  # rewriting the largest file takes seconds
MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class _Work:
    """An instance as it was when it was taken, and what is to go from it."""

    instance: Instance
    uses: dict[Text, int]
    attempts: int

    @property
    def texts(self) -> frozenset[Text]:
        return frozenset(self.uses)


def drop_texts(project_id: int, limit: int = CHUNK) -> int:
    """Rewrite up to `limit` files of the project; call for more hands while files wait. Gives how many were taken."""
    taken = 0
    while taken < limit and (work := _claim(project_id)):
        _remove(work)
        taken += 1
    _destroy_replaced(project_id)
    if taken == limit:
        enqueue("drop_texts", project_id)
    else:
        text_approvals.forget_values(project_id)
    return taken


def wake_forgotten_drops() -> None:
    """Wake what a killed worker or a wiped queue left. For the sweeper."""
    waits = RemainingTextUse.objects.filter(_free() | ~Q(replaced_sha256=""))
    projects = set(waits.values_list("text__project", flat=True).distinct())
    projects |= set(text_approvals.forgettable().values_list("project", flat=True))
    for project_id in projects:
        enqueue("drop_texts", project_id)


def _free() -> Q:
    return Q(state=TextUseState.TO_DROP) & (Q(lease_until=None) | Q(lease_until__lt=timezone.now()))


def _claim(project_id: int) -> _Work | None:
    """Lease the texts of the next instance; the attempt counts from now on."""
    free = RemainingTextUse.objects.filter(_free(), text__project=project_id)
    with transaction.atomic():
        waiting = Instance.objects.filter(Exists(free.filter(instance=OuterRef("pk"))), project=project_id)
        instance = waiting.select_for_update(no_key=True, skip_locked=True).order_by("pk").first()
        if instance is None:
            return None
        uses = list(free.filter(instance=instance).select_related("text"))
        attempts = 1 + max((use.attempts for use in uses), default=0)
        _uses(uses).update(attempts=attempts, lease_until=timezone.now() + LEASE)
    return _Work(instance, {(use.text.keyword, use.text.value): use.pk for use in uses}, attempts)


def _remove(work: _Work) -> None:
    if work.attempts > MAX_ATTEMPTS:
        return _fail(work, work.texts, "worker_lost")
    try:
        # What a hostile file's own process gave is hostile still. Files of a series came together.
        removal = remove_texts_in_sandbox(
            storage().read(content_key(work.instance.content_sha256)),
            work.texts,
            owner=f"series {work.instance.series_id}",
        )
    except BadDicom as error:
        return _fail(work, work.texts, error.code)
    removed = work.texts & removal.removed
    if removed != work.texts:
        _fail(work, work.texts - removed, "not_found")
    if removed:
        _replace(work, removal.dataset, removed)
    return None


def _replace(work: _Work, dataset: bytes, removed: frozenset[Text]) -> None:
    """File first, row second. What the row said before is destroyed after COMMIT, and noted until then."""
    old, new = work.instance.content_sha256, hashlib.sha256(dataset).hexdigest()
    storage().put(content_key(new), dataset)
    with transaction.atomic():
        catalogue.hold_content(new, dataset)
        # A release that is being frozen holds this lock: it has the old content noted, or it will see the new one.
        Project.objects.select_for_update(no_key=True).get(pk=work.instance.project_id)
        current = Instance.objects.filter(pk=work.instance.pk, content_sha256=old)
        if not current.update(content_sha256=new, content_bytes=len(dataset)):
            return
        _blank_descriptions(work.instance, removed)
        done = RemainingTextUse.objects.filter(pk__in=[work.uses[text] for text in removed])
        done.update(state=TextUseState.DROPPED, lease_until=None, replaced_sha256="" if new == old else old)


def _fail(work: _Work, texts: frozenset[Text], reason: str) -> None:
    mine = RemainingTextUse.objects.filter(pk__in=[work.uses[text] for text in texts], attempts=work.attempts)
    mine.filter(state=TextUseState.TO_DROP).update(state=TextUseState.FAILED, reason=reason, lease_until=None)


def _blank_descriptions(instance: Instance, texts: frozenset[Text]) -> None:
    """What the catalogue copied from the file goes with it."""
    series = Series.objects.filter(pk=instance.series_id)
    study = Study.objects.filter(series=instance.series_id)
    for keyword, value in texts:
        if keyword == "StudyDescription":
            study.filter(description=plain(value[:64])).update(description="")
        elif keyword == "SeriesDescription":
            series.filter(description=plain(value[:64])).update(description="")
        elif keyword == "Manufacturer":
            series.filter(manufacturer=plain(value[:64])).update(manufacturer="")


def _destroy_replaced(project_id: int) -> None:
    """Destroy contents that no row and no release refers to any more."""
    noted = RemainingTextUse.objects.filter(text__project=project_id).exclude(replaced_sha256="")
    for sha256 in set(noted.values_list("replaced_sha256", flat=True)):
        catalogue.destroy_content(sha256)
        noted.filter(replaced_sha256=sha256).update(replaced_sha256="")


def _uses(uses: list[RemainingTextUse]) -> QuerySet[RemainingTextUse]:
    return RemainingTextUse.objects.filter(pk__in=[use.pk for use in uses])
