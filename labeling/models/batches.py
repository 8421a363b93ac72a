"""Batches of submitted files. File names are never kept: they hold patients' names. An item is a number."""

import pgtrigger
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from labeling.domain.dicom.deidentification.profiles import BASIC, Profile
from labeling.models.accounts import User
from labeling.models.deidentification import profile_of_the_project


class Outcome(models.TextChoices):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


class ItemState(models.TextChoices):
    RECEIVING = "receiving"
    RECEIVED = "received"
    PROCESSING = "processing"
    DONE = "done"


class BatchState(models.TextChoices):
    OPEN = "open"
    CLOSED = "closed"
    DONE = "done"


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User) -> "BatchQuerySet":
        """Batches of projects the user manages."""
        if user.is_superuser:
            return self
        return self.filter(project__memberships__user=user, project__memberships__role="manager").distinct()

    def for_list(self) -> "BatchQuerySet":
        """Add who sent it, and how many files are done, accepted, held for a look, and not accepted for a reason."""
        items = BatchItem.objects.filter(batch=models.OuterRef("pk")).order_by().values("batch")
        held = Q(outcome=Outcome.QUARANTINED, reason="text_in_pixels")
        refused = Q(outcome__in=[Outcome.CONFLICT, Outcome.QUARANTINED, Outcome.REJECTED]) & ~held

        def number(condition: Q) -> Coalesce:
            return Coalesce(models.Subquery(items.filter(condition).annotate(n=Count("pk")).values("n")), 0)

        return self.select_related("created_by", "project").annotate(
            files=number(Q()),
            files_done=number(Q(state=ItemState.DONE)),
            files_accepted=number(Q(outcome=Outcome.ACCEPTED)),
            files_held=number(held),
            files_not_accepted=number(refused),
        )


class Batch(models.Model):
    """One submission of files; `closed` when no more will come, `done` when each item has an outcome."""

    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="batches")
    created_by = models.ForeignKey("labeling.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    idempotency_key = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=BatchState, default=BatchState.OPEN)
    expected = models.PositiveIntegerField(null=True, help_text="files announced, without what archives held")
    done_at = models.DateTimeField(null=True, blank=True)
    deidentification_profile = models.ForeignKey(
        "labeling.DeidentificationProfile", models.PROTECT, null=True, blank=True, related_name="batches"
    )
    profile = models.JSONField(default=dict, help_text="the profile as it was when the batch was opened")

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["created_by", "idempotency_key"], name="a_batch_is_opened_once")]
        triggers = [
            profile_of_the_project("NEW.project_id"),
            pgtrigger.ReadOnly(name="batch_keeps_its_profile", fields=["deidentification_profile", "profile"]),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"

    def profile_value(self) -> Profile:
        """The profile its files are de-identified with; batches from before there were profiles take the basic one."""
        return Profile.from_json(self.profile) if self.profile else BASIC


class BatchItem(models.Model):
    """One file and its outcome. What an archive held is numbered within it."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    archive = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="members")
    length = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    pieces = models.PositiveIntegerField(default=0)
    is_archive = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=ItemState, default=ItemState.RECEIVING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    reason = models.CharField(max_length=40, blank=True, help_text="a code, never text of the file")
    source_digest = models.CharField(max_length=64, blank=True)
    instance = models.ForeignKey("labeling.Instance", models.SET_NULL, null=True, blank=True, related_name="items")
    intake_key = models.CharField(max_length=80, blank=True, help_text="where the encrypted bytes wait")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="when quarantined bytes are destroyed")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "archive", "number"], name="an_item_number_is_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(state="done", outcome__gt="") | (~Q(state="done") & Q(outcome="")),
                name="an_item_is_done_exactly_with_an_outcome",
            ),
            models.CheckConstraint(condition=Q(received__lte=models.F("length")), name="no_more_than_announced"),
        ]
        indexes = [
            models.Index(fields=["batch", "state"], name="item_by_state"),
            models.Index(fields=["batch", "id"], name="item_in_order"),
            models.Index(
                fields=["expires_at"], condition=Q(state="done") & ~Q(intake_key=""), name="item_with_bytes_to_destroy"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="processing"), name="item_by_lease_while_processing"
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.number} of batch {self.batch_id}"
