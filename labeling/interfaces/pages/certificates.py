"""Certificates of de-identification as pages to print."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from labeling.actions import access
from labeling.actions.certificates import batch_certificate, release_certificate
from labeling.interfaces.pages.layout import UserRequest, page
from labeling.interfaces.pages.reasons import REASONS
from labeling.models import Batch, Project

TIMES = {"opened_at": "Opened", "done_at": "Done", "frozen_at": "Frozen"}


@login_required
def batch(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    found = access.one(Batch.objects.filter(project=project).select_related("project"), pk=number)
    urls = {"back": reverse("batch", args=[key, number]), "json": reverse("api:batch-certificate", args=[number])}
    return certificate(request, project, batch_certificate(found), urls, "batches")


@login_required
def release(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    found = access.release(request.user, key, number)
    urls = {
        "back": reverse("release", args=[key, number]),
        "json": reverse("api:release-certificate", args=[key, number]),
    }
    return certificate(request, project, release_certificate(found), urls, "releases")


def certificate(
    request: UserRequest, project: Project, document: dict[str, Any], urls: dict[str, str], tab: str
) -> HttpResponse:
    context = {
        "certificate": document,
        "urls": urls,
        "made_at": parse_datetime(document["made_at"]),
        "times": [(TIMES[name], parse_datetime(value)) for name, value in document["subject"]["times"].items()],
        "outcomes": [
            row | {"words": REASONS.get(row["reason"], row["reason"])}
            for row in document.get("files", {}).get("outcomes", [])
        ],
    }
    return page(request, "certificate.html", context, project=project, tab=tab)
