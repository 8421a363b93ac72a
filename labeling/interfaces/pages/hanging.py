"""Hanging protocols of a project: the list with its order, and the editor of one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from labeling.actions import access
from labeling.actions.hanging import move_protocol, remove_protocol, reset_protocols, switch_protocol
from labeling.domain.geometry.slices import PLANES
from labeling.domain.hanging import BUILT_IN, LINKS
from labeling.domain.hanging_json import MOST_COLUMNS, MOST_ROWS, MOST_STUDY, to_json
from labeling.errors import InvalidHangingProtocol, NotFound, StaleProtocol
from labeling.interfaces.pages.layout import UserRequest, page
from labeling.models import HangingProtocol, Project

TAB = "hanging"
LINK_WORDS = {"scroll": "Scrolling", "window": "Window", "zoom": "Zoom", "pan": "Panning"}


@login_required
def hanging(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    rows = HangingProtocol.objects.listed(project)
    is_built_in = rows[0].pk is None
    context = {
        "rows": rows,
        "is_built_in": is_built_in,
        "built_in": [] if is_built_in else [to_json(protocol) for protocol in BUILT_IN],
    }
    return page(request, "hanging.html", context, project=project, tab=TAB)


@login_required
def edit_protocol(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    row = numbered(project, number)
    url = reverse("api:hanging-protocol", args=[project.key, number])
    settings = {"method": "PUT", "url": url, "version": row.version}
    return editor(request, project, row.as_document(), settings)


@login_required
def new_protocol(request: UserRequest, key: str) -> HttpResponse:
    """A copy, to be changed: of one of the project's, of a built-in one, or of a single empty pane."""
    project = access.managed_project(request.user, key)
    like, built_in = request.GET.get("like", ""), request.GET.get("built_in", "")
    if like.isascii() and like.isdecimal() and len(like) < 6:
        document = numbered(project, int(like)).as_document()
    else:
        document = {protocol.name: to_json(protocol) for protocol in BUILT_IN}.get(built_in, to_json(BUILT_IN[-1]))
    settings = {"method": "POST", "url": reverse("api:hanging-protocols", args=[project.key])}
    return editor(request, project, document | {"name": ""}, settings)


@login_required
@require_POST
def switch(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    switch_protocol(actor=request.user, project=project, number=number, is_on=request.POST.get("is_on") == "yes")
    return redirect(TAB, key=project.key)


@login_required
@require_POST
def move(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    position = request.POST.get("position", "")
    place = int(position) if position.isascii() and position.isdecimal() and len(position) < 6 else 1
    move_protocol(actor=request.user, project=project, number=number, position=place)
    return redirect(TAB, key=project.key)


@login_required
@require_POST
def remove(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    try:
        remove_protocol(actor=request.user, project=project, number=number, version=seen)
        messages.success(request, "The protocol is removed.")
    except StaleProtocol:
        messages.error(request, "Somebody changed this protocol since. Look at it again before you remove it.")
    except InvalidHangingProtocol as error:
        messages.error(request, error.detail)
    return redirect(TAB, key=project.key)


@login_required
@require_POST
def reset(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    reset_protocols(actor=request.user, project=project)
    messages.success(request, "The built-in protocols hang the cases again.")
    return redirect(TAB, key=project.key)


def numbered(project: Project, number: int) -> HangingProtocol:
    for row in HangingProtocol.objects.listed(project):
        if row.number == number:
            return row
    raise NotFound("no such hanging protocol")


def editor(request: UserRequest, project: Project, document: dict[str, Any], settings: dict[str, Any]) -> HttpResponse:
    context = {
        "name": document["name"],
        "rows": range(1, MOST_ROWS + 1),
        "columns": range(1, MOST_COLUMNS + 1),
        "studies": range(1, MOST_STUDY + 1),
        "planes": PLANES,
        "links": [(name, LINK_WORDS[name]) for name in LINKS],
        "settings": settings
        | {"protocol": document, "list_url": reverse(TAB, args=[project.key]), "user": request.user.get_username()},
    }
    return page(request, "hanging_protocol.html", context, project=project, tab=TAB)
