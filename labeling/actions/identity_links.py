"""Re-identification: off by default, sealed under a key of its own; each look-up is an audit event with a reason."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from labeling import sealing
from labeling.actions import audit
from labeling.errors import (
    CannotUnseal,
    NoReidentificationKey,
    NotAllowed,
    NotFound,
    OverreadError,
    ReasonNeeded,
    TooManyLookUps,
    UnknownPseudonym,
)
from labeling.models import AuditEvent, IdentityLink, Project, User

LOOK_UP = "identity_looked_up"
FOUND = "found"
SHORTEST_REASON, LONGEST_REASON = 10, 500
PER_HOUR = 60
MAX_PSEUDONYM = 64


def switch_on(*, actor: User, project: Project, reason: str) -> None:
    """Link the patients that come from now on. Raises NoReidentificationKey and ReasonNeeded."""
    checked = _checked(reason)
    if not sealing.has_key():
        raise NoReidentificationKey("REIDENTIFICATION_KEY is not set on this server, so links cannot be sealed")
    with transaction.atomic():
        if _switched(project, on=True):
            key_id = sealing.key_id()
            audit.record(actor=actor, action="identity_links_on", project=project, reason=checked, key_id=key_id)


def switch_off(*, actor: User, project: Project, reason: str, destroy: bool) -> int:
    """Link nobody any more; with `destroy` also destroy every link for ever. Gives how many were destroyed."""
    checked = _checked(reason)
    with transaction.atomic():
        was_on = _switched(project, on=False)
        destroyed = IdentityLink.objects.filter(project=project).delete()[0] if destroy else 0
        if was_on or destroyed:
            audit.record(actor=actor, action="identity_links_off", project=project, reason=checked, destroyed=destroyed)
    return destroyed


def record(project: Project, pseudonym: str, original_id: str) -> None:
    """Link a patient once, within the caller's transaction, if the project keeps links. The ID goes nowhere else."""
    if not original_id or not Project.objects.filter(pk=project.pk, keeps_identity_links=True).exists():
        return
    if IdentityLink.objects.filter(project=project, pseudonym=pseudonym).exists():
        return
    # The lock: after somebody switched off and destroyed, no late worker makes another link.
    if Project.objects.select_for_update(no_key=True).filter(pk=project.pk, keeps_identity_links=True).exists():
        sealed = sealing.seal(original_id, _belongs_to(project, pseudonym))
        link = IdentityLink(project=project, pseudonym=pseudonym, sealed=sealed, key_id=sealing.key_id())
        IdentityLink.objects.bulk_create([link], ignore_conflicts=True)


def look_up(*, actor: User, project_key: str, pseudonym: str, reason: str) -> str:
    """Give the original ID of a pseudonym. Found or not, refused or not: it is in the audit trail, the ID is not.

    Raises NotFound, NotAllowed, ReasonNeeded, TooManyLookUps, UnknownPseudonym, CannotUnseal, NoReidentificationKey.
    """
    project = Project.objects.filter(key=project_key).first()
    if project is None:
        raise NotFound("no such project")
    original, refusal = "", None
    with transaction.atomic():
        # One look-up of a person after the other, so that the limit counts them all.
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        try:
            original = _found(actor, project, pseudonym, reason)
        except OverreadError as error:
            refusal = error
        audit.record(
            actor=actor,
            action=LOOK_UP,
            project=project,
            subject=pseudonym[:MAX_PSEUDONYM],
            reason=reason.strip()[:LONGEST_REASON],
            outcome=refusal.code if refusal else FOUND,
        )
    if refusal is not None:
        raise refusal
    return original


def _found(actor: User, project: Project, pseudonym: str, reason: str) -> str:
    if not Project.objects.visible_to(actor).filter(pk=project.pk).exists():
        raise NotFound("no such project")
    if not Project.objects.managed_by(actor).filter(pk=project.pk).exists():
        raise NotAllowed("only a manager of the project may do this")
    _checked(reason)
    _check_rate(actor)
    link = IdentityLink.objects.filter(project=project, pseudonym=pseudonym).first()
    if link is None:
        raise UnknownPseudonym("no link is kept for this pseudonym")
    if link.key_id != sealing.key_id():
        raise CannotUnseal(f"the link was sealed under the key {link.key_id}, which this server does not have")
    return sealing.unseal(bytes(link.sealed), _belongs_to(project, pseudonym))


def _check_rate(actor: User) -> None:
    hour = AuditEvent.objects.filter(actor=actor, action=LOOK_UP, at__gt=timezone.now() - timedelta(hours=1))
    if hour.exclude(details__outcome=TooManyLookUps.code).count() >= PER_HOUR:
        raise TooManyLookUps(f"a person may look up {PER_HOUR} in an hour")


def _checked(reason: str) -> str:
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise ReasonNeeded(f"give a reason of {SHORTEST_REASON} to {LONGEST_REASON} characters")
    return reason.strip()


def _switched(project: Project, *, on: bool) -> bool:
    """Change the switch; False when it stood so already."""
    row = Project.objects.select_for_update().get(pk=project.pk)
    if row.keeps_identity_links == on:
        return False
    Project.objects.filter(pk=project.pk).update(keeps_identity_links=on)
    return True


def _belongs_to(project: Project, pseudonym: str) -> str:
    return f"{project.pk}/{pseudonym}"
