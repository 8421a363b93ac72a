"""Assignments, reads and finding answers."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Case, Count, Exists, F, Q, Value, When

from labeling.models.accounts import User
from labeling.models.pixel_reviews import PixelReview


class ReadState(models.TextChoices):
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"


class AnswerValue(models.TextChoices):
    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    NOT_ASSESSABLE = "not_assessable"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def standing(self) -> "AssignmentQuerySet":
        return self.filter(withdrawn_at=None)

    def with_held(self) -> "AssignmentQuerySet":
        """Add `is_held`: images of the case wait for a look, so that reading it now would be reading a part."""
        return self.annotate(is_held=Exists(PixelReview.objects.of_study_of("case__")))

    def to_go_on_with(self) -> "AssignmentQuerySet":
        """Without those that cannot be begun yet; what was begun stays."""
        return self.exclude(Exists(PixelReview.objects.of_study_of("case__")), read__isnull=True)

    def worklist_of(self, user: User) -> "AssignmentQuerySet":
        """What a reader has to read and has read, with `state`: begun reads first, then what is next, then the rest.

        What has to wait since images of it are held comes after what can be begun.
        """
        state = Case(
            When(read__state=ReadState.SUBMITTED, then=Value("submitted")),
            When(read__isnull=False, then=Value("in_progress")),
            default=Value("to_read"),
        )
        rank = Case(
            When(state="in_progress", then=0),
            When(state="to_read", is_held=False, then=1),
            When(state="to_read", then=2),
            default=3,
        )
        mine = self.standing().filter(reader=user).with_held().annotate(state=state, rank=rank)
        return mine.select_related("case__project", "case__study", "read").order_by(
            "rank", F("read__submitted_at").desc(nulls_last=True), "case__project__key", "case__number", "round"
        )

    def in_list(self, name: str) -> "AssignmentQuerySet":
        """Narrow a worklist to what is `open` or `submitted`; any other name leaves all."""
        if name == "submitted":
            return self.filter(read__state=ReadState.SUBMITTED)
        return self.exclude(read__state=ReadState.SUBMITTED) if name == "open" else self

    def of_project(self, key: str) -> "AssignmentQuerySet":
        return self.filter(case__project__key=key)

    def with_progress(self, *by: str) -> "models.QuerySet[Assignment, dict[str, Any]]":
        """Count standing assignments by these fields: all, begun, submitted, and those that wait for held images."""
        begun, submitted = Q(read__isnull=False), Q(read__state=ReadState.SUBMITTED)
        rows: models.QuerySet[Assignment, dict[str, Any]] = (
            self.standing()
            .with_held()
            .order_by(*by)
            .values(*by)
            .annotate(
                assigned=Count("pk"),
                in_progress=Count("pk", filter=begun & ~submitted),
                submitted=Count("pk", filter=submitted),
                to_read=Count("pk", filter=~begun),
                held=Count("pk", filter=~begun & Q(is_held=True)),
            )
        )
        return rows


class Assignment(models.Model):
    """This reader shall read this case in this round. Withdrawing it loses no read."""

    case = models.ForeignKey("labeling.Case", models.PROTECT, related_name="assignments")
    reader = models.ForeignKey("labeling.User", models.PROTECT, related_name="assignments")
    round = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["case", "round", "reader"]
        constraints = [
            models.UniqueConstraint(fields=["case", "reader", "round"], name="a_reader_is_assigned_once_a_round")
        ]
        indexes = [models.Index(fields=["reader", "case"], name="assignment_by_reader")]

    def __str__(self) -> str:
        return f"assignment {self.pk}"


class ReadQuerySet(models.QuerySet["Read"]):
    def visible_to(self, user: User) -> "ReadQuerySet":
        """A reader's own reads; for managers of the project, submitted reads too. Blinding begins here."""
        if user.is_superuser:
            return self
        managed = Q(
            case__project__memberships__user=user,
            case__project__memberships__role="manager",
            state="submitted",
        )
        return self.filter(Q(reader=user) | managed).distinct()

    def writable_by(self, user: User) -> "ReadQuerySet":
        """Reads whose marks the user may change: their own, while the assignment stands."""
        return self.filter(reader=user, assignment__withdrawn_at=None)


class Read(models.Model):
    """The reading of a case by a reader in a round; immutable once submitted."""

    case = models.ForeignKey("labeling.Case", models.PROTECT, related_name="reads")
    reader = models.ForeignKey("labeling.User", models.PROTECT, related_name="reads")
    round = models.PositiveSmallIntegerField(default=1)
    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="read")
    schema = models.ForeignKey("labeling.LabelSchema", models.PROTECT, related_name="reads")
    state = models.CharField(max_length=12, choices=ReadState, default=ReadState.IN_PROGRESS)
    started_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ReadQuerySet.as_manager()

    class Meta:
        ordering = ["case", "round", "reader"]
        constraints = [
            models.UniqueConstraint(fields=["case", "reader", "round"], name="a_read_is_case_reader_round"),
            models.CheckConstraint(
                condition=Q(state="in_progress", submitted_at=None) | Q(state="submitted", submitted_at__isnull=False),
                name="a_submitted_read_has_its_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="submitted_read_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="submitted"),
            )
        ]

    def __str__(self) -> str:
        return f"read {self.pk}"


class FindingAnswerQuerySet(models.QuerySet["FindingAnswer"]):
    def newest(self) -> "FindingAnswerQuerySet":
        """The newest version of each answer, those taken back included."""
        target = ("label_id", "series_id", "instance_id", "frame")
        return self.order_by(*target, "-version").distinct(*target)


class FindingAnswer(models.Model):
    """One version of the answer to a label (or, without label, to the whole case); append-only.

    A label about a series or an image is answered for each of them. `value` is empty when the answer was taken back.
    """

    read = models.ForeignKey(Read, models.PROTECT, related_name="answers")
    label = models.ForeignKey("labeling.Label", models.PROTECT, null=True, related_name="answers")
    series = models.ForeignKey("labeling.Series", models.PROTECT, null=True, related_name="answers")
    instance = models.ForeignKey("labeling.Instance", models.PROTECT, null=True, related_name="answers")
    frame = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField()
    value = models.CharField(max_length=16, choices=AnswerValue, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    idempotency_key = models.UUIDField()
    content_digest = models.CharField(max_length=64)
    saved_at = models.DateTimeField(auto_now_add=True)

    objects = FindingAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["read", "label", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["read", "label", "series", "instance", "frame", "version"],
                name="an_answer_version_is_unique_for_its_target",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(instance=None, frame=None) | Q(series=None, instance__isnull=False, frame__gte=1),
                name="an_answer_is_about_a_series_or_a_frame",
            ),
            models.UniqueConstraint(fields=["read", "idempotency_key"], name="an_answer_is_saved_once"),
        ]
        triggers = [pgtrigger.Protect(name="answers_are_appended", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"answer {self.pk}"

    def as_document(self) -> dict[str, Any]:
        """The answer as the API says it; `label` is null for the answer to the whole case."""
        return {
            "label": self.label.key if self.label else None,
            "series_instance_uid": self.series.series_instance_uid if self.series else "",
            "sop_instance_uid": self.instance.sop_instance_uid if self.instance else "",
            "frame": self.frame,
            "value": self.value or None,
            "reason": self.reason,
            "version": self.version,
            "saved_at": self.saved_at.isoformat(),
        }
