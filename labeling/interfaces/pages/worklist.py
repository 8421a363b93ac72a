"""The worklist: what is mine, what is next."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

from labeling.interfaces.pages.layout import UserRequest, filter_query, page, page_of
from labeling.models import Assignment, Project

STATES = [("open", "To do"), ("submitted", "Submitted"), ("all", "All")]


@login_required
def worklist(request: UserRequest) -> HttpResponse:
    mine = Assignment.objects.worklist_of(request.user)
    state, key = request.GET.get("state", "open"), request.GET.get("project", "")
    rows = mine.in_list(state).of_project(key) if key else mine.in_list(state)
    own = Assignment.objects.filter(reader=request.user)
    context = {
        "rows": page_of(request, rows),
        "projects": own.with_progress("case__project__key", "case__project__name"),
        "managed": Project.objects.managed_by(request.user).exists(),
        "states": [{"value": value, "name": name, "is_current": value == state} for value, name in STATES],
        "state": state,
        "key": key,
        "filter_query": filter_query(request),
    }
    return page(request, "worklist.html", context)
