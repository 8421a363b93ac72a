"""How client and child hand each other bytes: in two memory files, and over a socket only how long they are.

Each way goes a payload with a JSON document behind it. Requests lie in one file, answers in the other; both belong to
one child and are emptied before each request. The client copies what it reads before it looks at it, since a child
that was taken over may go on writing.
"""

import itertools
import json
import mmap
import os
import struct
from typing import Any

Buffer = bytes | bytearray | memoryview

LENGTHS = struct.Struct("<QQ")  # payload, document
MAX_DOCUMENT = 8 << 20
_SMALL_BYTES = 1 << 18  # sooner read than mapped

# What a zygote is told, and the number that it answers.
NEW, KILL, STATUS = b"n", b"k", b"s"
NUMBER = struct.Struct("<i")


class Malformed(Exception):
    """What the other side says is not an answer."""


def memory_file() -> int:
    return os.memfd_create("overread")


def put(descriptor: int, payload: list[Buffer], document: dict[str, Any]) -> bytes:
    """Write into an empty file; gives the message that announces it."""
    sizes = [len(part) for part in payload]
    text = json.dumps({**document, "sizes": sizes}, allow_nan=False).encode()
    position = 0
    for part in (*payload, text):
        _write(descriptor, part, position)
        position += len(part)
    return LENGTHS.pack(sum(sizes), len(text))


def _write(descriptor: int, content: Buffer, position: int) -> None:
    view = memoryview(content)
    while view:
        written = os.pwrite(descriptor, view, position)
        view, position = view[written:], position + written


def mapped(descriptor: int, message: bytes) -> tuple[memoryview, dict[str, Any]]:
    """In the child: payload and document of a request, without a copy of a large payload."""
    length, document_length = LENGTHS.unpack(message)
    size = length + document_length
    is_small = size <= _SMALL_BYTES
    view = memoryview(
        os.pread(descriptor, size, 0) if is_small else mmap.mmap(descriptor, size, access=mmap.ACCESS_READ)
    )
    return view[:length], json.loads(bytes(view[length:]))


def taken(descriptor: int, message: bytes, max_payload: int) -> tuple[dict[str, Any], list[bytes]]:
    """In the client: the document, and the parts of the payload. Raises Malformed."""
    if len(message) != LENGTHS.size:
        raise Malformed
    length, document_length = LENGTHS.unpack(message)
    if length > max_payload or not 0 < document_length <= MAX_DOCUMENT:
        raise Malformed
    try:
        document = json.loads(os.pread(descriptor, document_length, length))
        sizes = [int(size) for size in document["sizes"]]
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise Malformed from error
    if not isinstance(document, dict) or any(size < 0 for size in sizes) or sum(sizes) != length:
        raise Malformed
    starts = itertools.accumulate(sizes, initial=0)
    return document, [_read(descriptor, size, start) for size, start in zip(sizes, starts, strict=False)]


def _read(descriptor: int, size: int, position: int) -> bytes:
    content = os.pread(descriptor, size, position)
    if len(content) != size:
        raise Malformed
    return content
