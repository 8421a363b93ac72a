"""Free text that is left in files: note it when a file is filed, keep it, or have it taken out of every file."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from labeling import intake
from labeling.actions import audit
from labeling.domain.dicom.deidentification.text_removal import Text, plain
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.errors import NotFound
from labeling.models import Instance, Project, RemainingText, RemainingTextUse, TextDecision, TextUseState, User
from labeling.queue import enqueue

MAX_KEYWORD = 64
AT_ONCE = 1000


def dropped_among(project: Project, texts: Iterable[Text]) -> frozenset[Text]:
    """Those of `texts` that were dropped in this project before: they are to be taken out before the file is kept."""
    by_digest = _by_digest(texts)
    if not by_digest:
        return frozenset()
    dropped = RemainingText.objects.filter(
        project=project, digest__in=list(by_digest), decision=TextDecision.DROPPED
    ).values_list("digest", flat=True)
    return frozenset(by_digest[digest] for digest in dropped)


def note(instance: Instance, texts: Iterable[Text]) -> None:
    """List the texts of a new instance, within the caller's transaction. Safe beside other workers.

    What was dropped since the file was read is work that waits from now on.
    """
    by_digest = _by_digest(texts)
    if not by_digest:
        return
    _list_new(instance.project_id, by_digest)
    rows = _locked(instance.project_id, by_digest)
    RemainingTextUse.objects.bulk_create(
        (RemainingTextUse(text=row, instance=instance, state=_state(row)) for row in rows), batch_size=AT_ONCE
    )
    _wake_for(instance.project_id, [row for row in rows if row.decision == TextDecision.DROPPED], by_digest)


def keep(*, actor: User, project: Project, texts: Sequence[int]) -> int:
    """Let these texts stay. What was dropped already is gone and stays so. Gives how many changed."""
    with transaction.atomic():
        rows = _decidable(project, texts, [TextDecision.WAITING])
        _decide(actor, project, rows, TextDecision.KEPT)
    return len(rows)


def drop(*, actor: User, project: Project, texts: Sequence[int]) -> int:
    """Have these texts taken out of every file of the project, in the background. Gives how many changed."""
    with transaction.atomic():
        rows = _decidable(project, texts, [TextDecision.WAITING, TextDecision.KEPT])
        _decide(actor, project, rows, TextDecision.DROPPED)
        RemainingTextUse.objects.filter(text__in=rows).update(state=TextUseState.TO_DROP)
        enqueue("drop_texts", project.pk)
    return len(rows)


def retry(*, actor: User, project: Project) -> int:
    """Try again where a text could not be taken out. Gives in how many places."""
    with transaction.atomic():
        failed = RemainingTextUse.objects.filter(text__project=project, state=TextUseState.FAILED)
        count = failed.update(state=TextUseState.TO_DROP, attempts=0, reason="", lease_until=None)
        audit.record(actor=actor, action="texts_retried", project=project, files=count)
        enqueue("drop_texts", project.pk)
    return count


def _decidable(project: Project, texts: Sequence[int], decisions: list[TextDecision]) -> list[RemainingText]:
    """Lock the rows that may still be decided so: a file that is being filed with them waits, or is waited for."""
    ids = set(texts)
    rows = list(RemainingText.objects.filter(project=project, pk__in=ids).select_for_update().order_by("pk"))
    if len(rows) != len(ids):
        raise NotFound("no such text in this project")
    return [row for row in rows if row.decision in decisions]


def _decide(actor: User, project: Project, rows: list[RemainingText], decision: TextDecision) -> None:
    chosen = RemainingText.objects.filter(pk__in=[row.pk for row in rows])
    chosen.update(decision=decision, decided_by=actor, decided_at=timezone.now())
    keywords = sorted({row.keyword for row in rows})
    audit.record(actor=actor, action=f"texts_{decision}", project=project, texts=len(rows), keywords=keywords)


def _by_digest(texts: Iterable[Text]) -> dict[str, Text]:
    pseudonyms = Pseudonyms(intake.deid_key())
    cleaned = {(keyword[:MAX_KEYWORD], plain(value)) for keyword, value in texts}
    return {pseudonyms.text_digest(keyword, value): (keyword, value) for keyword, value in cleaned if value}


def _list_new(project_id: int, by_digest: dict[str, Text]) -> None:
    """Before any row is locked and in one order, or two workers could wait for each other."""
    there = RemainingText.objects.filter(project=project_id, digest__in=list(by_digest))
    missing = sorted(set(by_digest) - set(there.values_list("digest", flat=True)))
    texts = [(digest, *by_digest[digest]) for digest in missing]
    rows = [RemainingText(project_id=project_id, digest=d, keyword=k, value=v) for d, k, v in texts]
    RemainingText.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)


def _locked(project_id: int, digests: Collection[str]) -> list[RemainingText]:
    """The lock lines the worker up with a manager who is deciding."""
    found = RemainingText.objects.filter(project=project_id, digest__in=list(digests))
    return list(found.select_for_update(no_key=True).order_by("pk"))


def _state(row: RemainingText) -> TextUseState:
    return TextUseState.TO_DROP if row.decision == TextDecision.DROPPED else TextUseState.THERE


def _wake_for(project_id: int, dropped: list[RemainingText], by_digest: dict[str, Text]) -> None:
    """The value of a dropped text may have been forgotten already; it is needed once more."""
    for row in dropped:
        row.value = by_digest[row.digest][1]
    if dropped:
        RemainingText.objects.bulk_update(dropped, ["value"])
        enqueue("drop_texts", project_id)


def forgettable() -> QuerySet[RemainingText]:
    """Dropped texts that no file holds any more but whose value is still here."""
    dropped = RemainingText.objects.filter(decision=TextDecision.DROPPED).exclude(value="")
    return dropped.exclude(Exists(_unfinished().filter(text=OuterRef("pk"))))


def forget_values(project_id: int) -> None:
    """Forget the values of dropped texts that no file holds any more: the digest tells them when they come again."""
    with transaction.atomic():
        known = RemainingText.objects.filter(project=project_id, decision=TextDecision.DROPPED).exclude(value="")
        # Locked first and looked at second: a file that was just filed with one of them is seen.
        ids = list(known.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        forgettable().filter(pk__in=ids).update(value="")


def _unfinished() -> QuerySet[RemainingTextUse]:
    return RemainingTextUse.objects.filter(state__in=[TextUseState.TO_DROP, TextUseState.FAILED])
