"""Releases over HTTP: make one, see how far it is, download it."""

import re
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions import access
from labeling.actions.releases import DEFAULT_FORMATS, Wish, create_release, record_download, retry_export
from labeling.errors import NotFound
from labeling.interfaces.api.authentication import current_user
from labeling.models import Release
from labeling.storage import storage

PIECE_BYTES = 2**20
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class ReleaseFields(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField(max_length=80)
    seed = serializers.IntegerField(default=0)
    fractions = serializers.DictField(child=serializers.FloatField(), required=False, allow_null=True)
    formats = serializers.ListField(child=serializers.CharField(max_length=16), default=list(DEFAULT_FORMATS))
    idempotency_key = serializers.UUIDField(required=False, allow_null=True, default=None)


def release_document(release: Release) -> dict[str, Any]:
    return {
        "number": release.number,
        "name": release.name,
        "created_at": release.created_at.isoformat(),
        "seed": release.seed,
        "fractions": release.fractions,
        "formats": release.formats,
        "state": release.state,
        "failure": release.failure,
        "progress": {"done": release.done, "total": release.total},
        "files": [{"name": f.name, "bytes": f.bytes, "sha256": f.sha256} for f in release.files.all()],
        "archive": _archive(release),
    }


def _archive(release: Release) -> dict[str, Any] | None:
    if not release.archive_key:
        return None
    return {
        "name": archive_name(release),
        "bytes": release.archive_bytes,
        "sha256": release.archive_sha256,
        "url": reverse("api:release-download", args=[release.project.key, release.number]),
    }


def archive_name(release: Release) -> str:
    return f"{release.project_key}-release-{release.number}.zip"


class ReleasesView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, key: str) -> Response:
        project = access.managed_project(current_user(request), key)
        releases = Release.objects.filter(project=project).select_related("project").prefetch_related("files")
        return Response({"releases": [release_document(release) for release in releases]})

    @extend_schema(request=ReleaseFields, responses=dict)
    def post(self, request: Request, key: str) -> Response:
        user = current_user(request)
        project = access.managed_project(user, key)
        fields = ReleaseFields(data=request.data)
        fields.is_valid(raise_exception=True)
        values = fields.validated_data
        wish = Wish(values["name"], values["seed"], values.get("fractions"), values["formats"])
        release = create_release(actor=user, project=project, wish=wish, idempotency_key=values["idempotency_key"])
        return Response(release_document(release), status=201)


class ReleaseView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, key: str, number: int) -> Response:
        user = current_user(request)
        access.managed_project(user, key)
        return Response(release_document(access.release(user, key, number)))

    @extend_schema(request=None, responses=dict)
    def post(self, request: Request, key: str, number: int) -> Response:
        """Let a failed export try again."""
        user = current_user(request)
        access.managed_project(user, key)
        return Response(release_document(retry_export(actor=user, release=access.release(user, key, number))))


class DownloadView(APIView):
    """The archive, whole or in ranges (RFC 9110 section 14): a download that broke off goes on where it stopped."""

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: str, number: int) -> HttpResponse | StreamingHttpResponse:
        user = current_user(request)
        access.managed_project(user, key)
        release = access.release(user, key, number)
        if not release.archive_key or release.archive_bytes is None:
            raise NotFound("the archive is not ready")
        etag = f'"{release.archive_sha256}"'
        asked = request.headers.get("Range", "")
        is_same = request.headers.get("If-Range", etag) == etag
        span = byte_range(asked, release.archive_bytes) if asked and is_same else (0, release.archive_bytes)
        if span is None:
            response: HttpResponse | StreamingHttpResponse = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{release.archive_bytes}"
            return response
        start, stop = span
        if start == 0 and request.method == "GET":
            record_download(actor=user, release=release)
        response = StreamingHttpResponse(_pieces(release.archive_key, start, stop), content_type="application/zip")
        if asked and is_same:
            response.status_code = 206
            response["Content-Range"] = f"bytes {start}-{stop - 1}/{release.archive_bytes}"
        response["Content-Length"] = str(stop - start)
        response["Content-Disposition"] = f'attachment; filename="{archive_name(release)}"'
        response["Accept-Ranges"], response["ETag"] = "bytes", etag
        return response


def byte_range(asked: str, size: int) -> tuple[int, int] | None:
    """[start, stop) of a single byte range; None when it cannot be satisfied."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        return (max(size - int(last), 0), size) if int(last) else None
    start, stop = int(first), min(int(last) + 1, size) if last else size
    return (start, stop) if start < stop else None


def _pieces(key: str, start: int, stop: int) -> Any:
    with storage().open(key) as file:
        file.seek(start)
        left = stop - start
        while left and (piece := file.read(min(PIECE_BYTES, left))):
            left -= len(piece)
            yield piece


urlpatterns = [
    path("projects/<str:key>/releases/", ReleasesView.as_view(), name="releases"),
    path("projects/<str:key>/releases/<int:number>/", ReleaseView.as_view(), name="release"),
    path("projects/<str:key>/releases/<int:number>/download/", DownloadView.as_view(), name="release-download"),
]
