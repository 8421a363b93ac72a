"""Upload, the list of batches, and one batch with what became of each file."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse

from labeling.actions import access
from labeling.interfaces.pages.layout import UserRequest, filter_query, page, page_of
from labeling.interfaces.pages.reasons import REASONS
from labeling.models import Batch, Outcome, PixelReview, RemainingText

TAGS = {
    "accepted": "is-good",
    "duplicate": "is-quiet",
    "conflict": "is-warning",
    "quarantined": "is-warning",
    "rejected": "is-error",
}


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
    asked = request.GET.get("outcome", "")
    items = found.items.select_related("archive").order_by("archive__number", "number")
    rows = page_of(request, items.filter(outcome=asked) if asked in Outcome.values else items, per_page=100)
    for item in rows:
        item.words, item.tag = REASONS.get(item.reason, item.reason), TAGS.get(item.outcome, "")  # type: ignore[attr-defined]
    counted: list[Any] = list(found.items.exclude(outcome="").values("outcome", "reason").annotate(count=Count("pk")))
    context = {
        "batch": found,
        "rows": rows,
        "asked": asked,
        "filter_query": filter_query(request),
        "outcomes": [outcome(value, counted) for value in Outcome.values],
        "reasons": [reason(row) for row in sorted(counted, key=lambda row: -row["count"]) if row["reason"]],
        "held": PixelReview.objects.visible_to(request.user).filter(item__batch=found).waiting().count(),
        "texts_waiting": RemainingText.objects.of_batch(found).waiting().count(),
        "done": sum(row["count"] for row in counted),
        "total": max(found.items.count(), found.expected or 0),
        "settings": {"batch": found.pk, "project": project.key},
    }
    return page(request, "batch.html", context, project=project, tab="batches")


def outcome(value: str, counted: list[dict[str, Any]]) -> dict[str, Any]:
    count = sum(row["count"] for row in counted if row["outcome"] == value)
    return {"value": value, "name": value.capitalize(), "count": count}


def reason(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"words": REASONS.get(row["reason"], row["reason"])}
