"""Audit events: who did what, when. Append-only."""

import pgtrigger
from django.db import models


class AuditEvent(models.Model):
    """One thing that someone did. `details` holds ids, codes and counts, never a value of a DICOM header."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey("labeling.User", models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=48)
    project = models.ForeignKey("labeling.Project", models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=80, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["project", "id"], name="audit_by_project")]
        triggers = [pgtrigger.Protect(name="audit_is_appended", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
