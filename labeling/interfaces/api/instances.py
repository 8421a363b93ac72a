"""Frames, thumbnails, previews and overlays, under addresses whose content never changes."""

from collections.abc import Callable, Iterable

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from labeling.actions import access
from labeling.actions.previews import part_of_pack, preview_of
from labeling.errors import NotFound
from labeling.interfaces.api.authentication import current_user
from labeling.models import Instance

IMMUTABLE = "private, max-age=31536000, immutable"
PACK = ("pack_sha256", "pack_offsets", "number_of_frames")
FORM = ("rows", "columns", "samples_per_pixel", "bits", "is_signed", "photometric_interpretation", "display")


class AsItIs(BaseContentNegotiation):
    """The content has one form whatever is asked for; problems are JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class FrameView(APIView):
    content_negotiation_class = AsItIs

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int, frame: int, tag: str) -> HttpResponse:
        """The stored values of a frame, delta-coded and gzipped as the viewer unpacks them; frames count from 1."""
        instance = visible(request, pk, tag)
        if not 1 <= frame <= instance.number_of_frames:
            raise NotFound("no such frame")
        return part(request, instance, frame, "application/octet-stream", "gzip")


class ThumbnailView(APIView):
    content_negotiation_class = AsItIs

    @extend_schema(responses={(200, "image/webp"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int, tag: str) -> HttpResponse:
        """A picture of at most 256 x 256 pixels."""
        instance = visible(request, pk, tag)
        return part(request, instance, instance.thumbnail_part, "image/webp")


class PreviewView(APIView):
    content_negotiation_class = AsItIs

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY, (200, "image/webp"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int, frame: int, tag: str) -> HttpResponse:
        """A frame as it is first shown, at most 1280 x 1280 pixels; frames count from 1."""
        instance = visible(request, pk, tag, *FORM)
        if not 1 <= frame <= instance.number_of_frames:
            raise NotFound("no such frame")
        return answer(request, f"{tag}-preview-{frame}", lambda: preview_of(instance, frame))


class OverlayView(APIView):
    content_negotiation_class = AsItIs

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int, overlay: int, tag: str) -> HttpResponse:
        """The bits of an overlay plane, row by row and frame by frame, the first in the lowest bit; planes count from
        1."""
        instance = visible(request, pk, tag)
        if not 1 <= overlay <= instance.overlay_count:
            raise NotFound("no such overlay")
        return part(request, instance, instance.overlay_part(overlay), "application/octet-stream", "gzip")


def visible(request: Request, pk: int, tag: str, *more: str) -> Instance:
    instance = access.one(Instance.objects.visible_to(current_user(request)).only(*PACK, *more), pk=pk)
    if tag != instance.pack_tag:
        raise NotFound("no such instance")
    return instance


def part(request: Request, instance: Instance, number: int, content_type: str, encoding: str = "") -> HttpResponse:
    """Part `number` of the pack, as Instance counts them."""
    response = answer(request, f"{instance.pack_tag}-{number}", lambda: (part_of_pack(instance, number), content_type))
    if encoding and response.status_code == 200:
        response["Content-Encoding"] = encoding
    return response


def answer(request: Request, name: str, content: Callable[[], tuple[bytes, str]]) -> HttpResponse:
    """What never changes under its address; asked for again, it is neither read nor made."""
    etag = f'"{name}"'
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        body, content_type = content()
        response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = IMMUTABLE
    return response


urlpatterns = [
    path("instances/<int:pk>/frames/<int:frame>/<str:tag>/", FrameView.as_view(), name="frame"),
    path("instances/<int:pk>/thumbnail/<str:tag>/", ThumbnailView.as_view(), name="thumbnail"),
    path("instances/<int:pk>/frames/<int:frame>/preview/<str:tag>/", PreviewView.as_view(), name="preview"),
    path("instances/<int:pk>/overlays/<int:overlay>/<str:tag>/", OverlayView.as_view(), name="overlay"),
]
