"""Batches over HTTP: files come in pieces, as raw bodies. No name of a file ever comes along."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions import access, batches
from labeling.errors import MalformedRequest, TooLarge
from labeling.interfaces.api.authentication import current_user
from labeling.models import Batch, BatchItem

MAX_PAGE = 5000
REPORT_COLUMNS = ("number", "from_archive", "state", "outcome", "reason")


class NewBatch(serializers.Serializer[dict[str, Any]]):
    project = serializers.CharField(max_length=12)
    idempotency_key = serializers.UUIDField()


class Closing(serializers.Serializer[dict[str, Any]]):
    count = serializers.IntegerField(min_value=0, max_value=batches.MAX_ITEM_NUMBER)


class Page(serializers.Serializer[dict[str, Any]]):
    after = serializers.IntegerField(default=0, min_value=0)
    limit = serializers.IntegerField(default=1000, min_value=1, max_value=MAX_PAGE)


class BatchesView(APIView):
    @extend_schema(request=NewBatch, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Open a batch; the same idempotency_key gives the same batch."""
        form = NewBatch(data=request.data)
        form.is_valid(raise_exception=True)
        user, key = current_user(request), form.validated_data["idempotency_key"]
        project = access.managed_project(user, form.validated_data["project"])
        batch = batches.open_batch(actor=user, project=project, idempotency_key=key)
        return Response(batch_json(batch), status=201)


class BatchView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        """How the batch stands: counts of outcomes and reasons."""
        return Response(batch_json(access.batch(current_user(request), pk)))


class CloseView(APIView):
    @extend_schema(request=Closing, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, pk: int) -> Response:
        """Say that files 1 to `count` are all there will be."""
        user = current_user(request)
        batch = access.batch(user, pk)
        form = Closing(data=request.data)
        form.is_valid(raise_exception=True)
        batch = batches.close_batch(actor=user, batch=batch, count=form.validated_data["count"])
        return Response(batch_json(batch))


class ItemsView(APIView):
    @extend_schema(parameters=[Page], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        """Items in the order they came; `next` is the `after` of the next page, null at the end."""
        batch = access.batch(current_user(request), pk)
        form = Page(data=request.query_params)
        form.is_valid(raise_exception=True)
        limit = form.validated_data["limit"]
        rows = list(batches.listed_items(batch).filter(id__gt=form.validated_data["after"])[: limit + 1])
        more = len(rows) > limit
        return Response(
            {"items": [item_json(row) for row in rows[:limit]], "next": rows[limit - 1]["id"] if more else None}
        )


class ItemView(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("Upload-Length", int, OpenApiParameter.HEADER, required=True),
            OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, required=True),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=OpenApiTypes.OBJECT,
    )
    def put(self, request: Request, pk: int, number: int) -> Response:
        """Send one piece of file `number`: at most 8 MiB, in order; 409 says where to go on."""
        batch = access.batch(current_user(request), pk)
        piece = batches.Piece(
            number=number,
            offset=header_number(request, "Upload-Offset"),
            length=header_number(request, "Upload-Length"),
            content=body(request),
        )
        item = batches.receive_piece(batch=batch, piece=piece)
        return Response(received_json(item))


class ReportView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int, form: str) -> HttpResponseBase:
        """Every file by its number, with its outcome and reason."""
        batch = access.batch(current_user(request), pk)
        if form == "json":
            items = [item_json(row) for row in batches.listed_items(batch).iterator(MAX_PAGE)]
            response: HttpResponseBase = Response(batch_json(batch) | {"items": items})
        else:
            response = StreamingHttpResponse(csv_lines(batch), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="batch-{batch.pk}.{form}"'
        return response


class _Echo:
    """What csv writes comes back as a value, so that a long report is streamed."""

    def write(self, line: str) -> str:
        return line


def csv_lines(batch: Batch) -> Iterator[str]:
    """Numbers and codes of ours only: no cell can begin a formula."""
    writer = csv.writer(_Echo())
    yield writer.writerow(REPORT_COLUMNS)
    for row in batches.listed_items(batch).iterator(MAX_PAGE):
        item = item_json(row)
        yield writer.writerow(["" if item[column] is None else item[column] for column in REPORT_COLUMNS])


def body(request: Request) -> bytes:
    """The raw body, refused by its announced length before it is read."""
    announced = request.headers.get("Content-Length", "0")
    if not announced.isdecimal() or int(announced) > batches.PIECE_BYTES:
        raise TooLarge(f"a piece may have {batches.PIECE_BYTES} bytes")
    return request._request.body


def header_number(request: Request, name: str) -> int:
    value = request.headers.get(name, "")
    if not value.isascii() or not value.isdecimal() or len(value) > 15:
        raise MalformedRequest(f"{name} must be a whole number of bytes")
    return int(value)


def batch_json(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.pk,
        "project": batch.project.key,
        "state": batch.state,
        "created_at": batch.created_at,
        "done_at": batch.done_at,
        "counts": batches.counts(batch),
        "reasons": batches.reasons(batch),
    }


def item_json(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "from_archive": row["archive__number"],
        "state": row["state"],
        "outcome": row["outcome"],
        "reason": row["reason"],
        "length": row["length"],
        "received": row["received"],
        "instance": row["instance_id"],
    }


def received_json(item: BatchItem) -> dict[str, Any]:
    return {
        "number": item.number,
        "received": item.received,
        "length": item.length,
        "state": item.state,
        "outcome": item.outcome,
        "reason": item.reason,
    }


urlpatterns = [
    path("batches/", BatchesView.as_view(), name="batches"),
    path("batches/<int:pk>/", BatchView.as_view(), name="batch"),
    path("batches/<int:pk>/close/", CloseView.as_view(), name="batch_close"),
    path("batches/<int:pk>/items/", ItemsView.as_view(), name="batch_items"),
    path("batches/<int:pk>/items/<int:number>/", ItemView.as_view(), name="batch_item"),
    path("batches/<int:pk>/report.csv", ReportView.as_view(), {"form": "csv"}, name="batch_report_csv"),
    path("batches/<int:pk>/report.json", ReportView.as_view(), {"form": "json"}, name="batch_report_json"),
]
