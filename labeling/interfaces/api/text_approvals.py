"""Free text that is left in the files of a batch: list it, keep it, drop it."""

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions import access
from labeling.actions.text_approvals import drop, keep, retry
from labeling.interfaces.api.authentication import current_user
from labeling.models import RemainingText, TextDecision

MAX_PAGE = 5000


class TextsAsked(serializers.Serializer[dict[str, Any]]):
    decision = serializers.ChoiceField([("all", "all"), *TextDecision.choices], default="all")
    offset = serializers.IntegerField(default=0, min_value=0, max_value=10_000_000)
    limit = serializers.IntegerField(default=1000, min_value=1, max_value=MAX_PAGE)


class TextsChosen(serializers.Serializer[dict[str, Any]]):
    texts = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1, max_length=MAX_PAGE)


class TextsView(APIView):
    @extend_schema(parameters=[TextsAsked], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        """Each distinct value once, those in most files first; a value that was dropped everywhere is forgotten."""
        batch = access.batch(current_user(request), pk)
        form = TextsAsked(data=request.query_params)
        form.is_valid(raise_exception=True)
        asked, offset, limit = (form.validated_data[name] for name in ("decision", "offset", "limit"))
        texts = RemainingText.objects.of_batch(batch)
        rows = texts if asked == "all" else texts.filter(decision=asked)
        return Response({"texts": [text_json(row) for row in rows[offset : offset + limit]], "total": rows.count()})


class KeepView(APIView):
    @extend_schema(request=TextsChosen, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, pk: int) -> Response:
        """Let these texts stay, in every file of the project."""
        user = current_user(request)
        batch = access.batch(user, pk)
        return Response({"kept": keep(actor=user, project=batch.project, texts=chosen(request))})


class DropView(APIView):
    @extend_schema(request=TextsChosen, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, pk: int) -> Response:
        """Have these texts taken out of every file of the project, for good. Files are rewritten in the background."""
        user = current_user(request)
        batch = access.batch(user, pk)
        return Response({"dropped": drop(actor=user, project=batch.project, texts=chosen(request))})


class RetryView(APIView):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, pk: int) -> Response:
        """Try again where a text could not be taken out."""
        user = current_user(request)
        batch = access.batch(user, pk)
        return Response({"retried": retry(actor=user, project=batch.project)})


def chosen(request: Request) -> list[int]:
    form = TextsChosen(data=request.data)
    form.is_valid(raise_exception=True)
    return list(form.validated_data["texts"])


def text_json(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "keyword": row.keyword,
        "value": row.value,
        "files": row.files,
        "files_to_rewrite": row.to_drop,
        "files_failed": row.failed,
        "decision": row.decision,
        "decided_by": row.decided_by.get_username() if row.decided_by else None,
        "decided_at": row.decided_at,
    }


urlpatterns = [
    path("batches/<int:pk>/texts/", TextsView.as_view(), name="batch_texts"),
    path("batches/<int:pk>/texts/keep/", KeepView.as_view(), name="batch_texts_keep"),
    path("batches/<int:pk>/texts/drop/", DropView.as_view(), name="batch_texts_drop"),
    path("batches/<int:pk>/texts/retry/", RetryView.as_view(), name="batch_texts_retry"),
]
