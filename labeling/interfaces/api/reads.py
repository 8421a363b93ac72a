"""A read as one document, and submitting it."""

from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions import access
from labeling.actions.reads import next_assignment, submit_read
from labeling.interfaces.api.authentication import current_user
from labeling.interfaces.api.preconditions import idempotency_key
from labeling.interfaces.first_frames import frame_urls_by_need
from labeling.interfaces.read_document import pictures_document, read_document

MOST_UPCOMING = 12


class SubmitFields(serializers.Serializer[dict[str, dict[str, int]]]):
    versions = serializers.DictField(child=serializers.IntegerField(min_value=1))

    def validate_versions(self, versions: dict[str, int]) -> dict[object, int]:
        as_uuid = serializers.UUIDField().to_internal_value
        return {as_uuid(key): version for key, version in versions.items()}


class ReadView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, read: int) -> Response:
        user = current_user(request)
        return Response(read_document(access.read(user, read), user))


class UpcomingView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, read: int) -> Response:
        """The frames that the reader's next case will show first, to be fetched beforehand. Begins nothing."""
        user = current_user(request)
        found = access.read(user, read)
        following = next_assignment(user, found.case.project.key, besides=found)
        pictures = pictures_document(following.case) if following else None
        return Response({"frame_urls": frame_urls_by_need(pictures, MOST_UPCOMING) if pictures else []})


class SubmitView(APIView):
    """Close the read. `versions` names every mark that the page shows, so that nothing is submitted unseen."""

    @extend_schema(request=SubmitFields, responses=dict)
    def post(self, request: Request, read: int) -> Response:
        idempotency_key(request)
        fields = SubmitFields(data=request.data)
        fields.is_valid(raise_exception=True)
        user = current_user(request)
        submitted = submit_read(user=user, read_id=read, **fields.validated_data)
        key = submitted.case.project.key
        following = next_assignment(user, key)
        at = submitted.submitted_at
        return Response(
            {
                "state": submitted.state,
                "submitted_at": at.isoformat() if at else None,
                "next": f"{reverse('next-read')}?project={key}" if following else None,
            }
        )


urlpatterns = [
    path("reads/<int:read>/", ReadView.as_view(), name="read"),
    path("reads/<int:read>/upcoming/", UpcomingView.as_view(), name="upcoming"),
    path("reads/<int:read>/submit/", SubmitView.as_view(), name="submit"),
]
