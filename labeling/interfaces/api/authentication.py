"""Who is asking: the session of the pages."""

from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from labeling.models import User


class Session(SessionAuthentication):
    """Django's session with CSRF; says 401, not 403, to who is not signed in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class SessionInOpenApi(SessionScheme):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names it."""

    target_class = "labeling.interfaces.api.authentication.Session"


def current_user(request: Request) -> User:
    """The person who asks; the permission classes have let nobody else in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
