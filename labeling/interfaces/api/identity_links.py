"""Re-identification over HTTP: the switch, the look-up with its reason, and who looked up what."""

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import sealing
from labeling.actions import access
from labeling.actions.identity_links import LOOK_UP, MAX_PSEUDONYM, look_up, switch_off, switch_on
from labeling.interfaces.api.authentication import current_user
from labeling.models import AuditEvent, IdentityLink

RECENT = 100


class Switch(serializers.Serializer[dict[str, Any]]):
    keeps_identity_links = serializers.BooleanField()
    reason = serializers.CharField(max_length=500, allow_blank=True)
    destroy = serializers.BooleanField(default=False, help_text="when switched off: destroy every link for ever")


class LookUp(serializers.Serializer[dict[str, Any]]):
    pseudonym = serializers.CharField(max_length=MAX_PSEUDONYM)
    reason = serializers.CharField(max_length=500, allow_blank=True)


class IdentitiesView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, key: str) -> Response:
        """Whether links are kept, how many, and the last look-ups. No original ID."""
        return Response(state_of(request, key))

    @extend_schema(request=Switch, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, key: str) -> Response:
        """Switch on or off; off may destroy every link for ever."""
        user = current_user(request)
        project = access.managed_project(user, key)
        form = Switch(data=request.data)
        form.is_valid(raise_exception=True)
        wish = form.validated_data
        if wish["keeps_identity_links"]:
            switch_on(actor=user, project=project, reason=wish["reason"])
        else:
            switch_off(actor=user, project=project, reason=wish["reason"], destroy=wish["destroy"])
        return Response(state_of(request, key))


class LookUpView(APIView):
    @extend_schema(request=LookUp, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, key: str) -> Response:
        """Give the original patient ID of a pseudonym. Each call is in the audit trail, with its reason."""
        form = LookUp(data=request.data)
        form.is_valid(raise_exception=True)
        original = look_up(actor=current_user(request), project_key=key, **form.validated_data)
        response = Response({"patient_id": original})
        response["Cache-Control"] = "private, no-store"
        return response


def state_of(request: Request, key: str) -> dict[str, Any]:
    project = access.managed_project(current_user(request), key)
    events = AuditEvent.objects.filter(project=project, action=LOOK_UP).select_related("actor").order_by("-id")
    return {
        "keeps_identity_links": project.keeps_identity_links,
        "is_available": sealing.has_key(),
        "links": IdentityLink.objects.filter(project=project).count(),
        "look_ups": [look_up_json(event) for event in events[:RECENT]],
    }


def look_up_json(event: AuditEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "by": event.actor.get_username() if event.actor else None,
        "pseudonym": event.subject,
        "reason": event.details["reason"],
        "outcome": event.details["outcome"],
    }


urlpatterns = [
    path("projects/<str:key>/identities/", IdentitiesView.as_view(), name="identities"),
    path("projects/<str:key>/identities/look-up/", LookUpView.as_view(), name="identity-look-up"),
]
