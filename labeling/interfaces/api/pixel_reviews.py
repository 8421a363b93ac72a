"""The queue of images that may have text burned in: list them, look at them, decide."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import intake
from labeling.actions import access, pixel_reviews
from labeling.domain.dicom.pixel_masks import Mask
from labeling.errors import NotFound
from labeling.interfaces.api.authentication import current_user
from labeling.interfaces.api.instances import AsItIs
from labeling.models import PixelReview, PixelReviewState
from labeling.models.pixel_reviews import PixelReviewQuerySet

LARGEST = 1 << 31


class Page(serializers.Serializer[dict[str, Any]]):
    state = serializers.ChoiceField(PixelReviewState.choices, default="waiting")
    after = serializers.IntegerField(default=0, min_value=0)
    limit = serializers.IntegerField(default=50, min_value=1, max_value=500)


class MaskField(serializers.ListField):
    child = serializers.IntegerField(min_value=-LARGEST, max_value=LARGEST)

    def __init__(self) -> None:
        super().__init__(min_length=4, max_length=4)


class Decision(serializers.Serializer[dict[str, Any]]):
    """`scope` series: all waiting images of the series and size too. `masks` are [left, top, right, bottom]."""

    decision = serializers.ChoiceField(["pass", "reject"])
    scope = serializers.ChoiceField(["image", "series"], default="image")
    masks = serializers.ListField(child=MaskField(), max_length=pixel_reviews.MAX_MASKS, default=list)
    reason = serializers.CharField(max_length=20, default="", allow_blank=True)


class PixelReviewsView(APIView):
    @extend_schema(parameters=[Page], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, key: str) -> Response:
        """Reviews in the order they came; `next` is the `after` of the next page, null at the end."""
        mine = reviews(request, key)
        form = Page(data=request.query_params)
        form.is_valid(raise_exception=True)
        limit = form.validated_data["limit"]
        wanted = mine.filter(state=form.validated_data["state"], pk__gt=form.validated_data["after"])
        rows = list(wanted.order_by("pk")[: limit + 1])
        return Response(
            {
                "reviews": [row.as_document() for row in rows[:limit]],
                "next": rows[limit - 1].pk if len(rows) > limit else None,
                "waiting": mine.waiting().order_by().values("pk").count(),
            }
        )


class PixelReviewView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, key: str, pk: int) -> Response:
        return Response(access.one(reviews(request, key), pk=pk).as_document())


class PreviewView(APIView):
    content_negotiation_class = AsItIs

    @extend_schema(responses={(200, "image/webp"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: str, pk: int, number: int) -> HttpResponse:
        """What the finder looked at, from 1, while the image waits. It is not cleaned: no cache keeps it."""
        review = access.one(reviews(request, key).waiting(), pk=pk)
        if not 1 <= number <= len(review.previews):
            raise NotFound("no such preview")
        content = intake.get_preview(review.item_id, number)
        return HttpResponse(content, content_type="image/webp", headers={"Cache-Control": "no-store"})


class DecisionView(APIView):
    @extend_schema(request=Decision, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, key: str, pk: int) -> Response:
        """Decide once; the same decision again gives the same answer, another one 409."""
        review = access.one(reviews(request, key), pk=pk)
        form = Decision(data=request.data)
        form.is_valid(raise_exception=True)
        decided = decide(request, review, **form.validated_data)
        return Response(reviews(request, key).get(pk=decided.review.pk).as_document() | {"others": decided.others})


def decide(
    request: Request, review: PixelReview, *, decision: str, scope: str, masks: list[list[int]], reason: str
) -> pixel_reviews.Decided:
    user = current_user(request)
    if decision == "reject":
        return pixel_reviews.reject(actor=user, review=review, reason=reason)
    pass_it = pixel_reviews.pass_series if scope == "series" else pixel_reviews.pass_with_masks
    return pass_it(actor=user, review=review, masks=[Mask.from_json(values) for values in masks])


def reviews(request: Request, key: str) -> PixelReviewQuerySet:
    user = current_user(request)
    project = access.managed_project(user, key)
    return PixelReview.objects.visible_to(user).filter(project=project).for_list()


urlpatterns = [
    path("projects/<str:key>/pixel-reviews/", PixelReviewsView.as_view(), name="pixel-reviews"),
    path("projects/<str:key>/pixel-reviews/<int:pk>/", PixelReviewView.as_view(), name="pixel-review"),
    path("projects/<str:key>/pixel-reviews/<int:pk>/previews/<int:number>/", PreviewView.as_view(), name="preview"),
    path("projects/<str:key>/pixel-reviews/<int:pk>/decision/", DecisionView.as_view(), name="pixel-decision"),
]
