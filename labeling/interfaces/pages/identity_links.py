"""Re-identification of a project: the switch, the look-up with its reason, and who looked up what."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from labeling import sealing
from labeling.actions import access
from labeling.actions.identity_links import LONGEST_REASON, LOOK_UP, PER_HOUR, SHORTEST_REASON, switch_off, switch_on
from labeling.actions.identity_links import look_up as look_up_identity
from labeling.errors import OverreadError
from labeling.interfaces.pages.layout import UserRequest, page
from labeling.models import AuditEvent, IdentityLink, Project

RECENT = 50
OUTCOMES = {
    "found": ("found", "is-good"),
    "unknown_pseudonym": ("not known", "is-quiet"),
    "reason_needed": ("refused: no reason", "is-warning"),
    "too_many_look_ups": ("refused: too many", "is-warning"),
    "not_allowed": ("refused: no manager", "is-error"),
    "not_found": ("refused: not in the project", "is-error"),
    "cannot_unseal": ("another key", "is-error"),
    "no_reidentification_key": ("no key", "is-error"),
}


@login_required
def identities(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    return shown(request, project, {})


@login_required
@require_POST
def switch(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    reason, is_on = request.POST.get("reason", ""), request.POST.get("switch") == "on"
    try:
        if is_on:
            switch_on(actor=request.user, project=project, reason=reason)
            messages.success(request, "Links are kept from now on.")
        else:
            destroy = request.POST.get("destroy") == "1"
            count = switch_off(actor=request.user, project=project, reason=reason, destroy=destroy)
            messages.success(request, f"Links are kept no more. {count} were destroyed.")
    except OverreadError as error:
        return shown(request, project, {"switch_trouble": error.detail or error.title, "switch_reason": reason})
    return redirect("identities", key=project.key)


@login_required
@require_POST
def look_up(request: UserRequest, key: str) -> HttpResponse:
    """The answer is in this response alone: not in an address, not in a session, not in a cache."""
    pseudonym, reason = request.POST.get("pseudonym", "").strip(), request.POST.get("reason", "")
    answer: dict[str, Any] = {"pseudonym": pseudonym}
    try:
        answer["original"] = look_up_identity(actor=request.user, project_key=key, pseudonym=pseudonym, reason=reason)
    except OverreadError as error:
        answer |= {"trouble": error.detail or error.title, "reason": reason}
    response = shown(request, access.managed_project(request.user, key), answer)
    response["Cache-Control"] = "private, no-store"
    return response


def shown(request: UserRequest, project: Project, answer: dict[str, Any]) -> HttpResponse:
    events = AuditEvent.objects.filter(project=project, action=LOOK_UP).select_related("actor").order_by("-id")
    rows = list(events[:RECENT])
    for event in rows:
        event.words, event.tag = OUTCOMES.get(event.details["outcome"], ("refused", "is-warning"))  # type: ignore[attr-defined]
    context = {
        "is_available": sealing.has_key(),
        "links": IdentityLink.objects.filter(project=project).count(),
        "patients": project.patients.count(),
        "rows": rows,
        "shortest": SHORTEST_REASON,
        "longest": LONGEST_REASON,
        "per_hour": PER_HOUR,
    }
    return page(request, "identity_links.html", context | answer, project=project, tab="deidentification")
