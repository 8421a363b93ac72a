"""The process that reads files, one after another, until its socket closes or a file is not taken."""

import gc
import os
import resource
import socket
from typing import Any, NoReturn

from labeling import errors
from labeling.sandbox.confinement import confine, start_the_clocks, stop_the_clocks
from labeling.sandbox.exchange import LENGTHS, mapped, put
from labeling.sandbox.limits import SandboxLimits
from labeling.sandbox.operations import Buffer, Request, Run

DONE = "done"
# Refusals of our own reader, before any codec for images has seen a byte. All that is not Python there is zlib (of a
# deflated file) and numpy; the decoders for images are where memory has been corrupted before.
_BEFORE_ANY_IMAGE_CODEC = (
    errors.EmptyFile,
    errors.NotDicom,
    errors.TruncatedDicom,
    errors.Dicomdir,
    errors.UnsupportedSopClass,
    errors.NotAnImage,
    errors.EncapsulatedDocument,
    errors.NoPixels,
    errors.MissingUid,
    errors.BadUid,
)
READ_ON = frozenset([DONE, *(error.code for error in _BEFORE_ANY_IMAGE_CODEC)])
_WORN_BYTES = 1 << 30  # a child that was this large is not kept: its memory would stay taken


def serve(connection: int, requests: int, answers: int, limits: SandboxLimits, runs: dict[str, Run]) -> NoReturn:
    confine(limits)
    gc.set_threshold(50_000)  # elements of a file are many, and none of them in circles
    client = socket.socket(fileno=connection)
    is_worn = False
    while not is_worn and (message := client.recv(LENGTHS.size)):
        start_the_clocks(limits)
        document, parts = _answer(requests, message, limits, runs)
        is_worn = document["code"] not in READ_ON or _is_worn()
        announcement = put(answers, parts, {**document, "is_last": is_worn})
        del document, parts
        stop_the_clocks()
        client.send(announcement)
    os._exit(0)


def _answer(
    requests: int, message: bytes, limits: SandboxLimits, runs: dict[str, Run]
) -> tuple[dict[str, Any], list[Buffer]]:
    try:
        content, document = mapped(requests, message)
        run, request = runs[document["operation"]], Request.from_json(document["request"])
        answer, parts = run(content, request, limits.dicom)
        return {"code": DONE, "answer": answer}, parts
    except errors.BadDicom as error:
        return {"code": error.code}, []  # its words could come from the file
    except MemoryError:
        return {"code": "sandbox_memory"}, []


def _is_worn() -> bool:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10 > _WORN_BYTES
