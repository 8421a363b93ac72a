"""Annotations and their versions: append-only, nothing is updated in place, nothing is deleted."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q

from labeling.models.reads import Read

APPENDED = pgtrigger.Update | pgtrigger.Delete


class Annotation(models.Model):
    """The identity of a mark, made by the page. What it is like stands in its versions."""

    id = models.UUIDField(primary_key=True)
    read = models.ForeignKey("labeling.Read", models.PROTECT, related_name="annotations")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = [pgtrigger.Protect(name="annotations_are_kept", operation=APPENDED)]

    def __str__(self) -> str:
        return str(self.pk)


class AnnotationVersionQuerySet(models.QuerySet["AnnotationVersion"]):
    def newest(self) -> "AnnotationVersionQuerySet":
        """The newest version of each annotation, withdrawn ones included."""
        return self.order_by("annotation_id", "-version").distinct("annotation_id")

    def of_read(self, read: Read) -> "AnnotationVersionQuerySet":
        return self.filter(annotation__read=read).select_related("label", "instance")


class Origin(models.TextChoices):
    """Drawn by a person, or filled in by the page between slices that were."""

    DRAWN = "drawn"
    INTERPOLATED = "interpolated"


class AnnotationVersion(models.Model):
    """One saved state of a mark. Geometry: (column, row), corner origin, PS3.3 C.18.6; frame counts from 1."""

    annotation = models.ForeignKey(Annotation, models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    label = models.ForeignKey("labeling.Label", models.PROTECT, related_name="annotation_versions")
    shape = models.CharField(max_length=16)
    geometry = models.JSONField()
    attributes = models.JSONField(default=dict)
    instance = models.ForeignKey("labeling.Instance", models.PROTECT, related_name="annotation_versions")
    frame = models.PositiveIntegerField()
    lesion = models.UUIDField(null=True, help_text="shared by the marks of one lesion")
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.DRAWN)
    is_withdrawn = models.BooleanField(default=False)
    idempotency_key = models.UUIDField()
    content_digest = models.CharField(max_length=64, help_text="SHA-256 of what was asked")
    saved_at = models.DateTimeField(auto_now_add=True)

    objects = AnnotationVersionQuerySet.as_manager()

    class Meta:
        ordering = ["annotation", "version"]
        constraints = [
            models.UniqueConstraint(fields=["annotation", "version"], name="a_version_number_is_unique"),
            models.UniqueConstraint(fields=["annotation", "idempotency_key"], name="a_version_is_saved_once"),
            models.CheckConstraint(condition=Q(frame__gte=1), name="frames_count_from_one"),
            models.CheckConstraint(condition=Q(version__gte=1), name="versions_count_from_one"),
            models.CheckConstraint(condition=~Q(shape="box_3d", lesion=None), name="a_3d_box_is_of_a_lesion"),
        ]
        triggers = [pgtrigger.Protect(name="versions_are_appended", operation=APPENDED)]

    def __str__(self) -> str:
        return f"{self.annotation_id} v{self.version}"

    def as_document(self) -> dict[str, Any]:
        """The mark as the API says it."""
        return {
            "id": str(self.annotation_id),
            "version": self.version,
            "label": self.label.key,
            "shape": self.shape,
            "geometry": self.geometry,
            "attributes": self.attributes,
            "sop_instance_uid": self.instance.sop_instance_uid,
            "frame": self.frame,
            "lesion": str(self.lesion) if self.lesion else None,
            "origin": self.origin,
            "is_withdrawn": self.is_withdrawn,
            "saved_at": self.saved_at.isoformat(),
        }


class RefusedSave(models.Model):
    """A save that was refused because it was made against an older version. Kept, so that nothing is lost."""

    annotation = models.ForeignKey(Annotation, models.PROTECT, related_name="refused_saves")
    base_version = models.PositiveIntegerField(null=True, help_text="empty: it was meant to be new")
    current_version = models.PositiveIntegerField()
    content = models.JSONField()
    idempotency_key = models.UUIDField()
    content_digest = models.CharField(max_length=64)
    refused_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["annotation", "idempotency_key"], name="a_refusal_is_kept_once")]
        triggers = [pgtrigger.Protect(name="refusals_are_appended", operation=APPENDED)]

    def __str__(self) -> str:
        return f"refused save {self.pk}"
