"""What saving a mark and saving an answer have in common: one lock, one key, one version after another."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import orjson

from labeling.errors import NotFound, ReadSubmitted
from labeling.models import Read, ReadState, User


@dataclass(frozen=True)
class Condition:
    """What the page knows: `base_version` None means that the thing must be new."""

    base_version: int | None
    idempotency_key: UUID


def locked_read(user: User, read_id: int) -> Read:
    """The read, locked until the transaction ends: saves of two tabs and submitting come one after another."""
    read = Read.objects.writable_by(user).select_for_update(of=("self",)).filter(pk=read_id).first()
    if read is None:
        raise NotFound("no such read")
    return read


def refuse_submitted(read: Read) -> None:
    if read.state == ReadState.SUBMITTED:
        raise ReadSubmitted


def digest(content: object, condition: Condition) -> str:
    """Tells whether a repeated key comes with the same request."""
    request = orjson.dumps([content, condition.base_version], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(request).hexdigest()
