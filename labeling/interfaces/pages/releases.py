"""Releases: the list with a form, and one release with its files."""

import secrets

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

from labeling.actions import access
from labeling.interfaces.pages.layout import UserRequest, page, page_of
from labeling.models import Case, Read, ReadState, Release

FORMATS = [
    {"key": "coco", "name": "COCO JSON", "note": "boxes and labels; loads in pycocotools"},
    {"key": "csv", "name": "CSV", "note": "one row per mark and per answer; opens in a spreadsheet"},
]


@login_required
def releases(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    submitted = Read.objects.filter(case__project=project, state=ReadState.SUBMITTED)
    context = {
        "rows": page_of(request, Release.objects.filter(project=project).select_related("created_by")),
        "formats": FORMATS,
        "seed": secrets.randbelow(1_000_000),
        "submitted": submitted.count(),
        "cases_read": Case.objects.filter(project=project, reads__in=submitted).distinct().count(),
        "settings": {"project": project.key},
    }
    return page(request, "releases.html", context, project=project, tab="releases")


@login_required
def release(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    found = access.release(request.user, key, number)
    context = {
        "release": found,
        "files": list(found.files.all()),
        "settings": {"project": project.key, "number": found.number, "state": found.state},
    }
    return page(request, "release.html", context, project=project, tab="releases")
