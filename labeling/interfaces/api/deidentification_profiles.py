"""De-identification profiles of a project over HTTP: what is there, a new version, which one is in force."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions import access
from labeling.actions.deidentification_profiles import choose, create_version
from labeling.domain.dicom.deidentification.options import risks
from labeling.domain.dicom.deidentification.profiles import BUILT_IN, PixelReview, Profile
from labeling.interfaces.api.authentication import current_user
from labeling.models import DeidentificationProfile, Project


class ProfileFields(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField(max_length=40)
    options = serializers.ListField(child=serializers.CharField(max_length=40), max_length=40)
    pixel_review = serializers.CharField(max_length=8, default=PixelReview.UNSURE.value)
    is_strict = serializers.BooleanField(default=False)


class ChoiceFields(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField(max_length=40)
    version = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**31 - 1)


def value_document(profile: Profile) -> dict[str, Any]:
    return {
        "profile": str(profile),
        "name": profile.name,
        "version": profile.version,
        "options": sorted(option.value for option in profile.options),
        "pixel_review": profile.pixel_review.value,
        "is_strict": profile.is_strict,
        "edition": profile.edition,
        "warnings": [{"subject": risk.subject, "text": risk.text} for risk in risks(profile)],
    }


def profile_document(profile: DeidentificationProfile) -> dict[str, Any]:
    return value_document(profile.to_value()) | {
        "created_at": profile.created_at.isoformat(),
        "created_by": profile.created_by.username,
        "used_at": profile.used_at.isoformat() if profile.used_at else None,
    }


def choice_document(project: Project) -> dict[str, Any]:
    return {"in_force": value_document(project.profile_value())}


class ProfilesView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, key: str) -> Response:
        """The profile in force, the built-in ones, and every version of the project's own."""
        project = access.managed_project(current_user(request), key)
        rows = project.deidentification_profiles.select_related("created_by")
        return Response(
            choice_document(project)
            | {
                "built_in": [value_document(profile) for profile in BUILT_IN.values()],
                "profiles": [profile_document(row) for row in rows],
            }
        )

    @extend_schema(request=ProfileFields, responses=dict)
    def post(self, request: Request, key: str) -> Response:
        """Make the next version of a profile. It is not in force before it is chosen."""
        user = current_user(request)
        project = access.managed_project(user, key)
        fields = ProfileFields(data=request.data)
        fields.is_valid(raise_exception=True)
        made = create_version(actor=user, project=project, **fields.validated_data)
        return Response(profile_document(made), status=201)


class ChoiceView(APIView):
    @extend_schema(request=ChoiceFields, responses=dict)
    def put(self, request: Request, key: str) -> Response:
        """Put a profile in force for batches opened from now on; without a version the newest of the name."""
        user = current_user(request)
        project = access.managed_project(user, key)
        fields = ChoiceFields(data=request.data)
        fields.is_valid(raise_exception=True)
        return Response(choice_document(choose(actor=user, project=project, **fields.validated_data)))


BASE = "projects/<str:key>/deidentification-profiles/"
urlpatterns = [
    path(BASE, ProfilesView.as_view(), name="deidentification-profiles"),
    path(f"{BASE}choice/", ChoiceView.as_view(), name="deidentification-choice"),
]
