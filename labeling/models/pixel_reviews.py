"""Images with text burned in that wait for a person, and what was decided: masks are data."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from labeling.models.accounts import User
from labeling.models.catalogue import Study


class PixelReviewState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    PASSED = "passed", "Passed"
    REJECTED = "rejected", "Rejected"


class RejectReason(models.TextChoices):
    """Why an image is not taken. `expired` is the sweeper's, when nobody decided in time."""

    DOCUMENT = "document", "A form, a report or a screenshot"
    TEXT_OVER_ANATOMY = "text_over_anatomy", "Text lies over what is to be read"
    PERSON = "person", "A face or a person can be recognised"
    UNUSABLE = "unusable", "Of no use as an image"
    OTHER = "other", "Another reason"
    EXPIRED = "expired", "Nobody decided in time"


class PixelReviewQuerySet(models.QuerySet["PixelReview"]):
    def visible_to(self, user: User) -> "PixelReviewQuerySet":
        """Reviews of projects the user manages: these images are not cleaned yet."""
        if user.is_superuser:
            return self
        # A role is given once, so no row comes twice.
        return self.filter(project__memberships__user=user, project__memberships__role="manager")

    def waiting(self) -> "PixelReviewQuerySet":
        return self.filter(state=PixelReviewState.WAITING)

    def for_list(self) -> "PixelReviewQuerySet":
        """Add `alike_waiting`: how many others of the series and size wait, which one decision may pass too."""
        alike = PixelReview.objects.waiting().filter(
            **{name: OuterRef(name) for name in ("project", "series_instance_uid", "rows", "columns")}
        )
        counted = alike.exclude(pk=OuterRef("pk")).order_by().values("project").annotate(n=Count("pk")).values("n")
        return self.select_related("item", "decided_by").annotate(alike_waiting=Coalesce(Subquery(counted), 0))

    def of_study(self, study: Study) -> "PixelReviewQuerySet":
        return self.filter(project_id=study.project_id, study_instance_uid=study.study_instance_uid)

    def of_study_of(self, case: str) -> "PixelReviewQuerySet":
        """Waiting ones of the study of an outer query's case; `case` is the way there, such as "case__"."""
        return self.waiting().filter(
            project=OuterRef(f"{case}project"), study_instance_uid=OuterRef(f"{case}study__study_instance_uid")
        )

    def alike(self, review: "PixelReview") -> "PixelReviewQuerySet":
        """Images of the same series and size: the machine writes in the same places on each."""
        return self.filter(
            project_id=review.project_id,
            series_instance_uid=review.series_instance_uid,
            rows=review.rows,
            columns=review.columns,
        )


class PixelReview(models.Model):
    """A held image. It is in no catalogue; its bytes and previews wait encrypted until somebody decides.

    `proposals` are [left, top, right, bottom, score], `masks` [left, top, right, bottom]: pixels, half-open, (0, 0)
    the outer corner of the first one. `attempts_before` are those of the item at the decision: they go on counting,
    since a claim is told from an older one by them.
    """

    item = models.OneToOneField("labeling.BatchItem", models.PROTECT, related_name="pixel_review")
    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="pixel_reviews")
    state = models.CharField(max_length=8, choices=PixelReviewState, default=PixelReviewState.WAITING)
    study_instance_uid = models.CharField(max_length=64, help_text="pseudonymous")
    series_instance_uid = models.CharField(max_length=64, help_text="pseudonymous")
    modality = models.CharField(max_length=16, blank=True)
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    number_of_frames = models.PositiveIntegerField()
    source_digest = models.CharField(max_length=64, help_text="keyed digest of the file as it came")
    proposals = models.JSONField(default=list)
    previews = models.JSONField(default=list, help_text="name and size of each, in order")
    opened_at = models.DateTimeField(auto_now_add=True)
    masks = models.JSONField(default=list)
    reason = models.CharField(max_length=20, choices=RejectReason, blank=True)
    decided_by = models.ForeignKey("labeling.User", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    attempts_before = models.PositiveSmallIntegerField(default=0)

    objects = PixelReviewQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, decided_by=None)
                | Q(state="passed", decided_at__isnull=False, decided_by__isnull=False)
                | Q(state="rejected", decided_at__isnull=False),
                name="a_decided_review_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="rejected", reason__gt="") | (~Q(state="rejected") & Q(reason="")),
                name="a_review_is_rejected_exactly_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reason="expired", decided_by=None)
                | (~Q(reason="expired") & (Q(decided_by__isnull=False) | Q(state="waiting"))),
                name="a_review_is_decided_by_a_person_or_by_time",
            ),
            models.CheckConstraint(condition=Q(state="passed") | Q(masks=[]), name="only_a_passed_review_has_masks"),
        ]
        indexes = [
            models.Index(fields=["project", "state", "id"], name="review_in_order"),
            models.Index(fields=["project", "source_digest"], condition=Q(state="waiting"), name="review_by_source"),
            models.Index(
                fields=["project", "study_instance_uid"], condition=Q(state="waiting"), name="review_by_study"
            ),
            models.Index(fields=["project", "series_instance_uid"], name="review_by_series"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_review_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="waiting"),
            )
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"

    def as_document(self) -> dict[str, Any]:
        """The review as the API says it: ids, sizes and boxes, never a value of the file. On rows of `for_list`."""
        return {
            "id": self.pk,
            "state": self.state,
            "batch": self.item.batch_id,
            "number": self.item.number,
            "modality": self.modality,
            "rows": self.rows,
            "columns": self.columns,
            "number_of_frames": self.number_of_frames,
            "alike_waiting": getattr(self, "alike_waiting", 0),
            "proposals": self.proposals,
            "previews": self.previews,
            "masks": self.masks,
            "reason": self.reason,
            "opened_at": self.opened_at,
            "expires_at": self.item.expires_at if self.state == PixelReviewState.WAITING else None,
            "decided_by": self.decided_by.get_username() if self.decided_by else None,
            "decided_at": self.decided_at,
        }
