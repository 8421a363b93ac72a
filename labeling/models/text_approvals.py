"""Free text that is left in de-identified files: each distinct value once in a project, and where it is."""

from django.db import models
from django.db.models import Q

from labeling.models.batches import Batch


class TextDecision(models.TextChoices):
    WAITING = "waiting"
    KEPT = "kept"
    DROPPED = "dropped"


class TextUseState(models.TextChoices):
    THERE = "there"
    TO_DROP = "to_drop"
    DROPPED = "dropped"
    FAILED = "failed"


class RemainingTextQuerySet(models.QuerySet["RemainingText"]):
    def of_batch(self, batch: Batch) -> "RemainingTextQuerySet":
        """Texts of the files of this batch, those in most files first: `files`, and how many are not done yet."""
        # The annotations count within what the filter joined: the files of this batch.
        texts = self.filter(uses__instance__items__batch=batch).select_related("decided_by")

        def files(condition: Q) -> models.Count:
            return models.Count("uses__instance", condition, distinct=True)

        return texts.annotate(
            files=files(Q()),
            to_drop=files(Q(uses__state=TextUseState.TO_DROP)),
            failed=files(Q(uses__state=TextUseState.FAILED)),
        ).order_by("-files", "keyword", "value", "id")

    def waiting(self) -> "RemainingTextQuerySet":
        return self.filter(decision=TextDecision.WAITING)

    def batch_to_begin_with(self) -> Batch | None:
        """A batch with a file that holds the first of these texts."""
        first = self.order_by("pk").values("pk")[:1]
        return Batch.objects.filter(items__instance__remaining_texts__text=first).order_by("pk").first()


class RemainingText(models.Model):
    """One value of one attribute. The value of a dropped text goes too, once no file holds it: the digest stays."""

    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="remaining_texts")
    keyword = models.CharField(max_length=64)
    value = models.TextField(blank=True)
    digest = models.CharField(max_length=64, help_text="keyed, of keyword and value")
    decision = models.CharField(max_length=8, choices=TextDecision, default=TextDecision.WAITING)
    decided_by = models.ForeignKey("labeling.User", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = RemainingTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "digest"], name="a_remaining_text_is_once_in_a_project"),
            models.CheckConstraint(
                condition=Q(decision="dropped") | ~Q(value=""), name="only_a_dropped_text_has_lost_its_value"
            ),
            models.CheckConstraint(
                condition=Q(decision="waiting", decided_at=None) | (~Q(decision="waiting") & ~Q(decided_at=None)),
                name="a_decision_on_a_text_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"remaining text {self.pk}"


class RemainingTextUse(models.Model):
    """A text in an instance. `to_drop` is work that waits; the content it replaced is destroyed after it."""

    text = models.ForeignKey(RemainingText, models.CASCADE, related_name="uses")
    instance = models.ForeignKey("labeling.Instance", models.CASCADE, related_name="remaining_texts")
    state = models.CharField(max_length=8, choices=TextUseState, default=TextUseState.THERE)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True, help_text="why it failed: a code")
    replaced_sha256 = models.CharField(max_length=64, blank=True, help_text="content that is still to be destroyed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "instance"], name="a_text_is_once_in_an_instance")]
        indexes = [
            models.Index(fields=["instance"], condition=Q(state="to_drop"), name="text_use_to_drop"),
            models.Index(fields=["id"], condition=~Q(replaced_sha256=""), name="text_use_to_clear"),
        ]

    def __str__(self) -> str:
        return f"text {self.text_id} in instance {self.instance_id}"
