"""Certificates of de-identification as JSON, to keep beside the data."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions import access
from labeling.actions.certificates import batch_certificate, release_certificate
from labeling.interfaces.api.authentication import current_user


class BatchCertificateView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, pk: int) -> Response:
        """What was done to the files of a batch; 409 while files are still worked on."""
        batch = access.batch(current_user(request), pk)
        return as_file(batch_certificate(batch), f"batch-{batch.pk}-certificate.json")


class ReleaseCertificateView(APIView):
    @extend_schema(responses=dict)
    def get(self, request: Request, key: str, number: int) -> Response:
        """What was done to the images that are frozen into a release."""
        user = current_user(request)
        access.managed_project(user, key)
        release = access.release(user, key, number)
        name = f"{release.project_key}-release-{release.number}-certificate.json"
        return as_file(release_certificate(release), name)


def as_file(document: dict[str, Any], name: str) -> Response:
    response = Response(document)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


urlpatterns = [
    path("batches/<int:pk>/certificate/", BatchCertificateView.as_view(), name="batch-certificate"),
    path(
        "projects/<str:key>/releases/<int:number>/certificate/",
        ReleaseCertificateView.as_view(),
        name="release-certificate",
    ),
]
