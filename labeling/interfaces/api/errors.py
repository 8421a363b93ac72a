"""Exceptions become RFC 9457 problem JSON, here and nowhere else."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from labeling.errors import NotFound, OverreadError

CODES = {
    exceptions.NotAuthenticated: ("not_signed_in", "Sign in first"),
    exceptions.AuthenticationFailed: ("not_signed_in", "Sign in first"),
    exceptions.ParseError: ("malformed_request", "The request is malformed"),
    exceptions.ValidationError: ("invalid", "The request is not valid"),
    exceptions.PermissionDenied: ("not_allowed", "This is not allowed"),
    exceptions.MethodNotAllowed: ("method_not_allowed", "This method is not allowed here"),
    exceptions.UnsupportedMediaType: ("unsupported_media_type", "Send JSON"),
    exceptions.NotAcceptable: ("not_acceptable", "JSON is what can be had here"),
    exceptions.Throttled: ("too_many_requests", "Too many requests; wait a little"),
}


def problem(status: int, code: str, title: str, detail: object = "", **extra: Any) -> Response:
    body = {"type": f"urn:overread:{code}", "title": title, "status": status, "code": code, "detail": detail}
    return Response(body | extra, status=status, content_type="application/problem+json")


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Translate an exception; None lets an unknown one become a logged 500."""
    if isinstance(error, Http404):
        error = NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, OverreadError):
        return problem(error.status, error.code, error.title, error.detail, **error.extra)
    if isinstance(error, exceptions.APIException):
        code, title = CODES.get(type(error), ("error", "The request could not be carried out"))
        detail = error.detail if isinstance(error, exceptions.ValidationError) else str(error.detail)
        response = problem(error.status_code, code, title, detail)
        if header := getattr(error, "auth_header", None):
            response["WWW-Authenticate"] = header
        return response
    return None
