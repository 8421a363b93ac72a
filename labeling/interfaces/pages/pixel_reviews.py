"""Images that may have text burned in: the list of those held, and the screen on which a manager decides."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from labeling.actions import access
from labeling.actions.pixel_reviews import BY_PERSONS, MAX_MASKS
from labeling.interfaces.pages.layout import UserRequest, filter_query, page, page_of
from labeling.models import PixelReview, PixelReviewState


@login_required
def pixel_reviews(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    mine = PixelReview.objects.visible_to(request.user).filter(project=project)
    asked = request.GET.get("state", "")
    state = asked if asked in PixelReviewState.values else PixelReviewState.WAITING
    of_state = mine.filter(state=state).order_by("pk" if state == PixelReviewState.WAITING else "-decided_at")
    context = {
        "rows": page_of(request, of_state.select_related("item", "decided_by")),
        "state": state,
        "states": [
            {"value": one.value, "name": one.label, "count": mine.filter(state=one).count()} for one in PixelReviewState
        ],
        "first": mine.waiting().order_by("pk").first(),
        "filter_query": filter_query(request),
    }
    return page(request, "pixel_reviews.html", context, project=project, tab="batches")


@login_required
def pixel_review(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    mine = PixelReview.objects.visible_to(request.user).filter(project=project)
    data = {
        "first": access.one(mine.for_list(), pk=number).as_document(),
        "waiting": mine.waiting().count(),
        "reasons": [[reason.value, reason.label] for reason in BY_PERSONS],
        "max_masks": MAX_MASKS,
        "user": request.user.get_username(),
        "api_url": reverse("api:pixel-reviews", args=[project.key]),
        "list_url": reverse("pixel-reviews", args=[project.key]),
    }
    return render(request, "pixel_review.html", {"project": project, "data": data})
