"""Projects, their members and their assignments."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions import access
from labeling.actions.assignments import MODES, assign_cases, withdraw_assignment
from labeling.actions.projects import add_member, create_project, remove_member
from labeling.errors import NotAllowed
from labeling.interfaces.api.authentication import current_user
from labeling.models import Assignment, Project, Role


class ProjectFields(serializers.Serializer[dict[str, str]]):
    key = serializers.CharField(max_length=12)
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=4000, allow_blank=True, default="")


class MemberFields(serializers.Serializer[dict[str, str]]):
    username = serializers.CharField(max_length=150)
    role = serializers.ChoiceField(Role.choices)


class CasesField(serializers.Field[Any, Any, Any, Any]):
    """ "all", "unassigned" or a list of case numbers."""

    def to_internal_value(self, data: Any) -> Any:
        if data in ("all", "unassigned"):
            return data
        return serializers.ListField(child=serializers.IntegerField(min_value=1)).run_validation(data)

    def to_representation(self, value: Any) -> Any:
        return value


class AssignFields(serializers.Serializer[dict[str, Any]]):
    readers = serializers.ListField(child=serializers.CharField(max_length=150), min_length=1, max_length=200)
    mode = serializers.ChoiceField([(mode, mode) for mode in MODES])
    cases = CasesField()


def project_document(project: Project) -> dict[str, Any]:
    return {"key": project.key, "name": project.name, "description": project.description}


class ProjectsView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request) -> Response:
        projects = Project.objects.visible_to(current_user(request))
        return Response({"projects": [project_document(project) for project in projects]})

    @extend_schema(request=ProjectFields, responses=dict)
    def post(self, request: Request) -> Response:
        user = current_user(request)
        if not user.is_superuser:
            raise NotAllowed("an administrator makes projects")
        fields = ProjectFields(data=request.data)
        fields.is_valid(raise_exception=True)
        return Response(project_document(create_project(actor=user, **fields.validated_data)), status=201)


class ProjectView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, key: str) -> Response:
        return Response(project_document(access.project(current_user(request), key)))


class MembersView(APIView):
    @extend_schema(request=MemberFields, responses=dict)
    def post(self, request: Request, key: str) -> Response:
        user = current_user(request)
        project = access.managed_project(user, key)
        fields = MemberFields(data=request.data)
        fields.is_valid(raise_exception=True)
        member = add_member(actor=user, project=project, **fields.validated_data)
        return Response({"id": member.pk, "username": member.user.username, "role": member.role}, status=201)


class MemberView(APIView):
    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, key: str, member: int) -> Response:
        user = current_user(request)
        remove_member(actor=user, project=access.managed_project(user, key), membership_id=member)
        return Response(status=204)


class AssignmentsView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, key: str) -> Response:
        """How far each reader is."""
        project = access.managed_project(current_user(request), key)
        return Response({"readers": list(Assignment.objects.of_project(project.key).with_progress("reader__username"))})

    @extend_schema(request=AssignFields, responses=dict)
    def post(self, request: Request, key: str) -> Response:
        user = current_user(request)
        project = access.managed_project(user, key)
        fields = AssignFields(data=request.data)
        fields.is_valid(raise_exception=True)
        values = fields.validated_data
        count = assign_cases(
            actor=user, project=project, usernames=values["readers"], mode=values["mode"], cases=values["cases"]
        )
        return Response({"assigned": count}, status=201)


class AssignmentView(APIView):
    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, key: str, assignment: int) -> Response:
        user = current_user(request)
        project = access.managed_project(user, key)
        withdraw_assignment(actor=user, project=project, assignment_id=assignment)
        return Response(status=204)


urlpatterns = [
    path("projects/", ProjectsView.as_view(), name="projects"),
    path("projects/<str:key>/", ProjectView.as_view(), name="project"),
    path("projects/<str:key>/members/", MembersView.as_view(), name="members"),
    path("projects/<str:key>/members/<int:member>/", MemberView.as_view(), name="member"),
    path("projects/<str:key>/assignments/", AssignmentsView.as_view(), name="assignments"),
    path("projects/<str:key>/assignments/<int:assignment>/", AssignmentView.as_view(), name="assignment"),
]
