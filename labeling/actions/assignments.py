"""Give cases to readers, and take them back without losing a read."""

from collections.abc import Sequence
from itertools import cycle

from django.db import transaction
from django.utils import timezone

from labeling.actions import audit
from labeling.errors import InvalidProject, NotFound
from labeling.models import Assignment, Case, Project, Role, User
from labeling.models.cases import CaseQuerySet

MODES = ("all", "equal")


def assign_cases(
    *, actor: User, project: Project, usernames: Sequence[str], mode: str, cases: str | Sequence[int], round: int = 1
) -> int:
    """Assign cases to readers: `all` gives each case to each of them, `equal` each case to one in turn.

    `cases` is "all", "unassigned" or case numbers. What is assigned already stays; a withdrawn one stands again.
    Returns how many assignments are new. Raises InvalidProject.
    """
    if mode not in MODES:
        raise InvalidProject(f"mode must be one of {', '.join(MODES)}")
    readers = _readers(project, usernames)
    with transaction.atomic():
        # One at a time: two managers who press the button together must not both deal out the same cases.
        Project.objects.select_for_update().get(pk=project.pk)
        chosen = list(_chosen(project, cases).values_list("pk", flat=True))
        wanted = _dealt(chosen, readers, mode, round)
        standing_again = Assignment.objects.filter(
            case__in=chosen, reader__in=readers, round=round, withdrawn_at__isnull=False
        )
        count = standing_again.update(withdrawn_at=None) if mode == "all" else 0
        before = Assignment.objects.filter(case__project=project).count()
        Assignment.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=5000)
        count += Assignment.objects.filter(case__project=project).count() - before
        audit.record(
            actor=actor, action="case.assign", project=project, readers=list(usernames), mode=mode, assigned=count
        )
    return count


def _readers(project: Project, usernames: Sequence[str]) -> list[User]:
    found = {
        user.username: user
        for user in User.objects.filter(memberships__project=project, memberships__role=Role.READER, is_active=True)
    }
    if not usernames:
        raise InvalidProject("choose at least one reader")
    if strangers := sorted(set(usernames) - set(found)):
        raise InvalidProject(f"not a reader of the project: {', '.join(strangers)[:150]}")
    return [found[name] for name in dict.fromkeys(usernames)]


def _chosen(project: Project, cases: str | Sequence[int]) -> CaseQuerySet:
    rows = Case.objects.filter(project=project).order_by("number")
    if cases == "all":
        return rows
    if cases == "unassigned":
        return rows.in_state("unassigned")
    if isinstance(cases, str):
        raise InvalidProject("cases must be all, unassigned or a list of numbers")
    return rows.filter(number__in=cases)


def _dealt(cases: list[int], readers: list[User], mode: str, round: int) -> list[Assignment]:
    if mode == "all":
        pairs = [(case, reader) for case in cases for reader in readers]
    else:
        pairs = list(zip(cases, cycle(readers), strict=False))
    return [Assignment(case_id=case, reader=reader, round=round) for case, reader in pairs]


def withdraw_assignment(*, actor: User, project: Project, assignment_id: int) -> None:
    """Take a case back from a reader. A read that was begun or submitted stays as it is."""
    with transaction.atomic():
        rows = Assignment.objects.standing().filter(case__project=project, pk=assignment_id)
        if not rows.update(withdrawn_at=timezone.now()):
            raise NotFound("no such assignment")
        audit.record(actor=actor, action="case.withdraw", project=project, subject=f"assignment {assignment_id}")
