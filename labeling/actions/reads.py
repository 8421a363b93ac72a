"""Begin reads, find the next one, submit."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from labeling.actions import audit
from labeling.actions.saving import locked_read
from labeling.domain.labels import Attribute, missing_attributes
from labeling.errors import CaseHeld, InvalidAnnotation, NoPublishedSchema, NotFound, NothingSaid, NotUpToDate
from labeling.models import AnnotationVersion, Assignment, PixelReview, Read, ReadState, User


def start_read(*, user: User, assignment_id: int) -> Read:
    """Begin the read of an assignment of one's own; a second call gives the same read.

    Raises CaseHeld while images of the case wait for a look: it would be read without them.
    """
    with transaction.atomic():
        # Locked: two tabs that begin at once get the same read.
        mine = Assignment.objects.standing().filter(reader=user, pk=assignment_id)
        assignment = mine.select_for_update(of=("self",)).select_related("case__project", "case__study").first()
        if assignment is None:
            raise NotFound("no such assignment")
        if begun := Read.objects.filter(assignment=assignment).first():
            return begun
        if PixelReview.objects.waiting().of_study(assignment.case.study).exists():
            raise CaseHeld
        schema = assignment.case.project.schemas.published().last()
        if schema is None:
            raise NoPublishedSchema
        read = Read.objects.create(
            case=assignment.case, reader=user, round=assignment.round, assignment=assignment, schema=schema
        )
        audit.record(actor=user, action="read.start", project=assignment.case.project, subject=f"read {read.pk}")
    return read


def next_assignment(user: User, project_key: str = "", besides: Read | None = None) -> Assignment | None:
    """What is begun and not submitted, else the next case to read; one with images held is not offered."""
    rows = Assignment.objects.worklist_of(user).to_go_on_with().in_list("open")
    if besides:
        rows = rows.exclude(pk=besides.assignment_id)
    return (rows.of_project(project_key) if project_key else rows).first()


def submit_read(*, user: User, read_id: int, versions: dict[UUID, int]) -> Read:
    """Close a read for ever. `versions` are all live marks as the page knows them: nothing is lost unseen.

    Submitting what is submitted gives it again. Raises NotFound, NotUpToDate, NothingSaid and InvalidAnnotation.
    """
    with transaction.atomic():
        read = locked_read(user, read_id)
        if read.state == ReadState.SUBMITTED:
            return read
        live = [v for v in AnnotationVersion.objects.of_read(read).newest() if not v.is_withdrawn]
        if versions != {v.annotation_id: v.version for v in live}:
            raise NotUpToDate("the page does not show the marks that the server has; load it again")
        answers = [answer for answer in read.answers.newest() if answer.value]
        _refuse_incomplete(live, answers)
        read.state, read.submitted_at = ReadState.SUBMITTED, timezone.now()
        read.save(update_fields=["state", "submitted_at"])
        audit.record(
            actor=user,
            action="read.submit",
            project=read.case.project,
            subject=f"read {read.pk}",
            versions={str(v.annotation_id): v.version for v in live},
            answers=len(answers),
        )
    return read


def _refuse_incomplete(live: list[AnnotationVersion], answers: list[Any]) -> None:
    if not live and not answers:
        raise NothingSaid
    for version in live:
        attributes = tuple(Attribute(**values) for values in version.label.attributes)
        if missing := missing_attributes(attributes, version.attributes):
            raise InvalidAnnotation(f"a mark of {version.label.name} lacks: {', '.join(missing)}")
    if live and any(answer.label_id is None and answer.value == "absent" for answer in answers):
        raise InvalidAnnotation("the case has marks, so it cannot be without finding")
