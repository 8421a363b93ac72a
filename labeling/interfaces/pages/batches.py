"""Upload, the list of batches, and one batch with what became of each file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

from labeling.actions import access
from labeling.interfaces.pages.layout import UserRequest, page, page_of
from labeling.interfaces.pages.reasons import OUTCOMES, REASONS
from labeling.models import Batch


@login_required
def upload(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    settings = {"project": project.key, "user": request.user.get_username()}
    return page(request, "upload.html", {"settings": settings}, project=project, tab="upload")


@login_required
def batches(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    rows = Batch.objects.filter(project=project).for_list()
    return page(request, "batches.html", {"rows": page_of(request, rows)}, project=project, tab="batches")


@login_required
def batch(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    found = access.one(Batch.objects.filter(project=project).select_related("created_by"), pk=number)
    settings = {"batch": found.pk, "project": project.key, "outcomes": OUTCOMES, "reasons": REASONS}
    return page(request, "batch.html", {"batch": found, "settings": settings}, project=project, tab="batches")
