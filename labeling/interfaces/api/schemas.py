"""Label schemas of a project: the versions, the draft, publishing."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions import access
from labeling.actions.schemas import draft_schema, publish_draft, replace_draft
from labeling.errors import MalformedRequest
from labeling.interfaces.api.authentication import current_user
from labeling.interfaces.read_document import label_document
from labeling.models import LabelSchema


def schema_document(schema: LabelSchema) -> dict[str, Any]:
    return {
        "version": schema.version,
        "published_at": schema.published_at.isoformat() if schema.published_at else None,
        "labels": [label_document(label) for label in schema.labels.all()],
    }


class SchemasView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, key: str) -> Response:
        project = access.managed_project(current_user(request), key)
        schemas = project.schemas.prefetch_related("labels")
        return Response({"schemas": [schema_document(schema) for schema in schemas]})


class DraftView(APIView):
    """The draft: replaced wholly by PUT, which is how the editor saves it while one types."""

    @extend_schema(responses=dict)
    def get(self, request: Request, key: str) -> Response:
        project = access.managed_project(current_user(request), key)
        return Response(schema_document(draft_schema(project=project)))

    @extend_schema(request=dict, responses=dict)
    def put(self, request: Request, key: str) -> Response:
        project = access.managed_project(current_user(request), key)
        if not isinstance(request.data, dict):
            raise MalformedRequest("send an object with labels")
        return Response(schema_document(replace_draft(project=project, labels=request.data.get("labels"))))


class PublishView(APIView):
    @extend_schema(request=None, responses=dict)
    def post(self, request: Request, key: str) -> Response:
        user = current_user(request)
        return Response(schema_document(publish_draft(actor=user, project=access.managed_project(user, key))))


urlpatterns = [
    path("projects/<str:key>/schemas/", SchemasView.as_view(), name="schemas"),
    path("projects/<str:key>/schemas/draft/", DraftView.as_view(), name="schema-draft"),
    path("projects/<str:key>/schemas/draft/publish/", PublishView.as_view(), name="schema-publish"),
]
