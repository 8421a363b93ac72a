"""Releases: rows frozen first, files made later."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from labeling.models.accounts import User


class ReleaseState(models.TextChoices):
    FROZEN = "frozen"
    EXPORTING = "exporting"
    READY = "ready"
    FAILED = "failed"


class Split(models.TextChoices):
    TRAIN = "train"
    VAL = "val"
    TEST = "test"


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, user: User) -> "ReleaseQuerySet":
        """Releases of projects the user manages: a release holds every reader's marks."""
        if user.is_superuser:
            return self
        return self.filter(project__memberships__user=user, project__memberships__role="manager").distinct()


class Release(models.Model):
    """A frozen, named version of the ground truth. Only the progress of its export changes."""

    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    project_key = models.CharField(max_length=12, help_text="as it was: it begins the codes of cases")
    created_by = models.ForeignKey("labeling.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    idempotency_key = models.UUIDField(null=True, blank=True)
    seed = models.BigIntegerField()
    fractions = models.JSONField()
    formats = ArrayField(models.CharField(max_length=16))
    software_version = models.CharField(max_length=32)
    human_decisions = models.JSONField(default=dict, help_text="about pixels and free text, as they stood")
    # the export
    state = models.CharField(max_length=10, choices=ReleaseState, default=ReleaseState.FROZEN)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=40, blank=True)
    archive_key = models.CharField(max_length=120, blank=True)
    archive_bytes = models.BigIntegerField(null=True, blank=True)
    archive_sha256 = models.CharField(max_length=64, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="a_release_number_is_unique"),
            models.UniqueConstraint(fields=["project", "name"], name="a_release_name_is_unique"),
            models.UniqueConstraint(fields=["created_by", "idempotency_key"], name="a_release_is_made_once"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(archive_key="") & ~Q(archive_sha256="")),
                name="a_ready_release_has_its_archive",
            ),
        ]

    def __str__(self) -> str:
        return f"release {self.pk}"


class ReleaseRead(models.Model):
    """A submitted read frozen into a release, with the split of its patient at that time."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="release_reads")
    read = models.ForeignKey("labeling.Read", models.PROTECT, related_name="+")
    reader_name = models.CharField(max_length=150, help_text="as it was: people may be renamed")
    split = models.CharField(max_length=8, choices=Split)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "read"], name="a_read_is_once_in_a_release")]
        triggers = [pgtrigger.Protect(name="release_reads_are_frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"release read {self.pk}"


class ReleaseInstance(models.Model):
    """An instance frozen into a release: what a study is given later belongs to later releases."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="release_instances")
    instance = models.ForeignKey("labeling.Instance", models.PROTECT, related_name="+")
    content_sha256 = models.CharField(max_length=64, help_text="as it was: text may be taken out of the instance since")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "instance"], name="an_instance_is_once_in_a_release")]
        indexes = [models.Index(fields=["content_sha256"], name="frozen_by_content")]
        triggers = [
            pgtrigger.Protect(name="release_instances_are_frozen", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"release instance {self.pk}"


class ReleaseFile(models.Model):
    """One file of a release's archive."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["release", "name"]
        constraints = [models.UniqueConstraint(fields=["release", "name"], name="a_file_name_is_unique_in_its_release")]

    def __str__(self) -> str:
        return self.name
