"""PUT and DELETE of one mark."""

from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions.annotations import Mark, Saved, save_annotation, withdraw_annotation
from labeling.interfaces.api.authentication import current_user
from labeling.interfaces.api.preconditions import condition_of


class MarkFields(serializers.Serializer[Mark]):
    label = serializers.CharField(max_length=40)  # type: ignore[assignment]  # Field has a label of its own
    shape = serializers.CharField(max_length=16)
    geometry = serializers.DictField()
    attributes = serializers.DictField(default=dict)
    sop_instance_uid = serializers.CharField(max_length=64)
    frame = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    lesion = serializers.UUIDField(allow_null=True, default=None)
    origin = serializers.ChoiceField(choices=["drawn", "interpolated"], default="drawn")

    def validate_lesion(self, lesion: UUID | None) -> str | None:
        return str(lesion) if lesion else None


class AnnotationView(APIView):
    """A mark under its own address. Marks are saved one by one, at once."""

    @extend_schema(request=MarkFields, responses={200: dict, 201: dict, 412: dict, 428: dict})
    def put(self, request: Request, read: int, annotation: UUID) -> Response:
        condition = condition_of(request)
        fields = MarkFields(data=request.data)
        fields.is_valid(raise_exception=True)
        saved = save_annotation(
            user=current_user(request),
            read_id=read,
            annotation_id=annotation,
            mark=Mark(**fields.validated_data),
            condition=condition,
        )
        return answer(saved)

    @extend_schema(request=None, responses={200: dict, 412: dict, 428: dict})
    def delete(self, request: Request, read: int, annotation: UUID) -> Response:
        saved = withdraw_annotation(
            user=current_user(request), read_id=read, annotation_id=annotation, condition=condition_of(request)
        )
        return answer(saved)


def answer(saved: Saved) -> Response:
    status = 201 if saved.is_new else 200
    return Response(saved.version.as_document(), status=status, headers={"ETag": f'"{saved.version.version}"'})


urlpatterns = [
    path("reads/<int:read>/annotations/<uuid:annotation>/", AnnotationView.as_view(), name="annotation"),
]
