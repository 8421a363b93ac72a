"""The headers of a save: If-None-Match, If-Match, Idempotency-Key (RFC 9110, RFC 6585 section 3)."""

import re
from uuid import UUID

from rest_framework.request import Request

from labeling.actions.saving import Condition
from labeling.errors import MalformedRequest, PreconditionRequired, TooLarge

LARGEST_BODY = 64 * 2**10
_ETAG = re.compile(r'"([1-9]\d{0,8})"')


def condition_of(request: Request) -> Condition:
    """Raises PreconditionRequired, MalformedRequest and TooLarge."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        raise TooLarge(f"a save has at most {LARGEST_BODY} bytes")
    return Condition(_base_version(request), idempotency_key(request))


def version_to_match(request: Request) -> int:
    """Raises PreconditionRequired and MalformedRequest."""
    if "If-Match" not in request.headers:
        raise PreconditionRequired("say the version in If-Match")
    return _version(request.headers["If-Match"])


def idempotency_key(request: Request) -> UUID:
    try:
        return UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError as error:
        raise MalformedRequest("give a UUID as Idempotency-Key") from error


def _base_version(request: Request) -> int | None:
    is_new, match = request.headers.get("If-None-Match"), request.headers.get("If-Match")
    if (is_new is None) == (match is None):
        raise PreconditionRequired
    if is_new is not None:
        if is_new.strip() != "*":
            raise MalformedRequest("If-None-Match must be *")
        return None
    return _version(match or "")


def _version(etag: str) -> int:
    found = _ETAG.fullmatch(etag.strip())
    if found is None:
        raise MalformedRequest('If-Match must be a version in quotes, such as "3"')
    return int(found[1])
