"""The list of all cases of a project, for those who manage it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

from labeling.actions import access
from labeling.interfaces.pages.layout import UserRequest, filter_query, page, page_of
from labeling.models import Case, Series
from labeling.models.cases import CaseState


@login_required
def cases(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    asked = {name: request.GET.get(name, "") for name in ("state", "modality", "code")}
    found = Case.objects.narrowed(project, **asked)
    context = {
        "rows": page_of(request, found.for_list().order_by("number")),
        "modalities": Series.objects.modalities_of(project),
        "states": CaseState.choices,
        "asked": asked,
        "is_filtered": any(asked.values()),
        "filter_query": filter_query(request),
    }
    return page(request, "cases.html", context, project=project, tab="cases")
