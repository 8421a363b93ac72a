"""The viewer's page, and the way to the next case."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from labeling.actions import access
from labeling.actions.reads import next_assignment, start_read
from labeling.interfaces.pages.layout import UserRequest
from labeling.interfaces.read_document import read_document

# As many as a browser fetches at once over HTTP/1.1 beside the scripts.
MOST_PRELOADED = 4


@login_required
def show_read(request: UserRequest, read: int) -> HttpResponse:
    document = read_document(access.read(request.user, read), request.user)
    return render(request, "read.html", {"read_data": document, "first_frame_urls": first_frame_urls(document)})


def first_frame_urls(document: dict[str, Any]) -> list[str]:
    """The pictures that the viewer will show first, as its opening.js chooses them."""
    protocols = document["hanging"]["protocols"]
    panes = [pane for pane in protocols[0]["panes"] if pane["series_instance_uid"]] if protocols else []
    series = {one["series_instance_uid"]: one for one in document["series"]}
    return [
        _frame_url(series[pane["series_instance_uid"]], pane["sop_instance_uid"]) for pane in panes[:MOST_PRELOADED]
    ]


def _frame_url(series: dict[str, Any], sop_instance_uid: str) -> str:
    """That of an image, or of the middle one."""
    places = [
        (instance, frame)
        for instance in series["instances"]
        for frame in range(1, {**series["common"], **instance}["number_of_frames"] + 1)
    ]
    named = [place for place in places if place[0]["sop_instance_uid"] == sop_instance_uid]
    instance, frame = named[0] if named else places[(len(places) - 1) // 2]
    return str(instance["frame_url"]).replace("{frame}", str(frame))


@login_required
def open_next(request: UserRequest) -> HttpResponse:
    """Open what is begun, else begin the next case; with nothing left, the worklist says so."""
    assignment = next_assignment(request.user, request.GET.get("project", ""))
    if assignment is None:
        return redirect("worklist")
    return redirect("show-read", read=start_read(user=request.user, assignment_id=assignment.pk).pk)


@login_required
def open_assignment(request: UserRequest, assignment: int) -> HttpResponse:
    return redirect("show-read", read=start_read(user=request.user, assignment_id=assignment).pk)


urlpatterns = [
    path("read/next/", open_next, name="next-read"),
    path("read/assignment/<int:assignment>/", open_assignment, name="open-assignment"),
    path("read/<int:read>/", show_read, name="show-read"),
]
