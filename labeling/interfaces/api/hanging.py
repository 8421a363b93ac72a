"""Hanging protocols of a project over HTTP."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions import access
from labeling.actions.hanging import (
    add_protocol,
    change_protocol,
    move_protocol,
    remove_protocol,
    reset_protocols,
    switch_protocol,
)
from labeling.interfaces.api.authentication import current_user
from labeling.interfaces.api.preconditions import version_to_match
from labeling.models import HangingProtocol, Project


class SwitchFields(serializers.Serializer[dict[str, Any]]):
    is_on = serializers.BooleanField()


class MoveFields(serializers.Serializer[dict[str, Any]]):
    position = serializers.IntegerField(min_value=1, max_value=1000)


def row_document(row: HangingProtocol) -> dict[str, Any]:
    return {"number": row.number, "is_on": row.is_on, "version": row.version, "protocol": row.as_document()}


def row_response(row: HangingProtocol, status: int = 200) -> Response:
    return Response(row_document(row), status=status, headers={"ETag": f'"{row.version}"'})


def list_document(project: Project) -> dict[str, Any]:
    rows = HangingProtocol.objects.listed(project)
    return {"is_built_in": rows[0].pk is None, "protocols": [row_document(row) for row in rows]}


class ProtocolsView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, key: str) -> Response:
        """The protocols in their order: the first one that is on and suits a case is how the case opens."""
        return Response(list_document(access.managed_project(current_user(request), key)))

    @extend_schema(request=dict, responses=dict)
    def post(self, request: Request, key: str) -> Response:
        """Add a protocol before the others."""
        user = current_user(request)
        project = access.managed_project(user, key)
        return row_response(add_protocol(actor=user, project=project, document=request.data), 201)

    @extend_schema(responses=dict)
    def delete(self, request: Request, key: str) -> Response:
        """Go back to the built-in protocols."""
        user = current_user(request)
        project = access.managed_project(user, key)
        reset_protocols(actor=user, project=project)
        return Response(list_document(project))


class ProtocolView(APIView):
    @extend_schema(request=dict, responses={200: dict, 412: dict, 428: dict})
    def put(self, request: Request, key: str, number: int) -> Response:
        """Replace all that a protocol says, if it still is the version of If-Match; else both are in the answer."""
        user = current_user(request)
        project = access.managed_project(user, key)
        version = version_to_match(request)
        changed = change_protocol(actor=user, project=project, number=number, version=version, document=request.data)
        return row_response(changed)

    @extend_schema(responses={200: dict, 412: dict, 428: dict})
    def delete(self, request: Request, key: str, number: int) -> Response:
        user = current_user(request)
        project = access.managed_project(user, key)
        remove_protocol(actor=user, project=project, number=number, version=version_to_match(request))
        return Response(list_document(project))


class SwitchView(APIView):
    @extend_schema(request=SwitchFields, responses=dict)
    def put(self, request: Request, key: str, number: int) -> Response:
        user = current_user(request)
        project = access.managed_project(user, key)
        fields = SwitchFields(data=request.data)
        fields.is_valid(raise_exception=True)
        return row_response(switch_protocol(actor=user, project=project, number=number, **fields.validated_data))


class PositionView(APIView):
    @extend_schema(request=MoveFields, responses=dict)
    def put(self, request: Request, key: str, number: int) -> Response:
        user = current_user(request)
        project = access.managed_project(user, key)
        fields = MoveFields(data=request.data)
        fields.is_valid(raise_exception=True)
        move_protocol(actor=user, project=project, number=number, **fields.validated_data)
        return Response(list_document(project))


BASE = "projects/<str:key>/hanging-protocols/"
urlpatterns = [
    path(BASE, ProtocolsView.as_view(), name="hanging-protocols"),
    path(f"{BASE}<int:number>/", ProtocolView.as_view(), name="hanging-protocol"),
    path(f"{BASE}<int:number>/switch/", SwitchView.as_view(), name="hanging-protocol-switch"),
    path(f"{BASE}<int:number>/position/", PositionView.as_view(), name="hanging-protocol-position"),
]
