"""Releases: the list with a form, and one release with its files."""

import secrets
import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from labeling.actions import access
from labeling.actions.releases import Wish, create_release, retry_export
from labeling.errors import InvalidRelease, OverreadError
from labeling.interfaces.pages.layout import UserRequest, page, page_of
from labeling.models import Case, Project, Read, ReadState, Release, ReleaseState, RemainingText

FORMATS = [
    {"key": "coco", "name": "COCO JSON", "note": "boxes and labels; loads in pycocotools"},
    {"key": "csv", "name": "CSV", "note": "one row per mark and per answer; opens in a spreadsheet"},
]
GOING_ON = [ReleaseState.FROZEN, ReleaseState.EXPORTING]


@login_required
def releases(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    trouble = ""
    if request.method == "POST":
        try:
            made = create_release(
                actor=request.user, project=project, wish=wish_of(request), idempotency_key=key_of(request)
            )
            return redirect("release", key=project.key, number=made.number)
        except OverreadError as error:
            trouble = error.detail or error.title
    return page(
        request, "releases.html", listing(request, project) | {"trouble": trouble}, project=project, tab="releases"
    )


def listing(request: UserRequest, project: Project) -> dict[str, object]:
    submitted = Read.objects.filter(case__project=project, state=ReadState.SUBMITTED)
    rows = Release.objects.filter(project=project).select_related("created_by")
    texts = RemainingText.objects.filter(project=project).waiting()
    return {
        "rows": page_of(request, rows),
        "is_going_on": rows.filter(state__in=GOING_ON).exists(),
        "formats": FORMATS,
        "given": request.POST,
        "seed": secrets.randbelow(1_000_000),
        "idempotency_key": uuid.uuid4(),
        "submitted": submitted.count(),
        "texts": texts.count(),
        "texts_batch": texts.batch_to_begin_with(),
        "cases_read": Case.objects.filter(project=project, reads__in=submitted).distinct().count(),
    }


def wish_of(request: HttpRequest) -> Wish:
    """What the form asks for. Raises InvalidRelease."""
    form = request.POST
    try:
        percent = {name: float(form.get(name, "")) for name in ("train", "val", "test")}
        seed = int(form.get("seed", ""))
    except ValueError as error:
        raise InvalidRelease("the shares and the seed are numbers") from error
    fractions = {name: share / 100 for name, share in percent.items()}
    return Wish(form.get("name", ""), seed, fractions, form.getlist("formats"))


def key_of(request: HttpRequest) -> uuid.UUID | None:
    """A form sent twice makes one release."""
    try:
        return uuid.UUID(request.POST.get("idempotency_key", ""))
    except ValueError:
        return None


@login_required
def release(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    found = access.release(request.user, key, number)
    if request.method == "POST":
        retry_export(actor=request.user, release=found)
        return redirect("release", key=project.key, number=found.number)
    context = {"release": found, "files": list(found.files.all())}
    return page(request, "release.html", context, project=project, tab="releases")
