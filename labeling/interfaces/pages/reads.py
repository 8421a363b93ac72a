"""The viewer's page, and the way to the next case."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from labeling.actions import access
from labeling.actions.reads import next_assignment, start_read
from labeling.interfaces.first_frames import first_frame_urls, first_looks
from labeling.interfaces.pages.layout import UserRequest
from labeling.interfaces.read_document import read_document


@login_required
def show_read(request: UserRequest, read: int) -> HttpResponse:
    document = read_document(access.read(request.user, read), request.user)
    first = {"first_looks": first_looks(document), "first_urls": first_frame_urls(document)}
    return render(request, "read.html", {"read_data": document, **first})


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
