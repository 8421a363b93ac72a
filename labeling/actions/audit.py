"""Record who did what, in the transaction that did it."""

from typing import Any

from labeling.models import AuditEvent, Project, User


def record(*, actor: User | None, action: str, project: Project | None, subject: object = "", **details: Any) -> None:
    """Append an audit event. `details` holds ids, codes and counts, never a value of a DICOM header."""
    AuditEvent.objects.create(actor=actor, action=action, project=project, subject=str(subject), details=details)
