"""The process that forks a child per file. Run as `python -m labeling.sandbox.zygote FD`, FD being its socket.

It never reads a file itself, and it serves one request at a time: the client holds a lock.
"""

import ctypes
import gc
import json
import logging
import mmap
import os
import resource
import signal
import socket
import sys
from typing import Any

from PIL import Image

from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.elements import PIXEL_DATA, VR_OF_TAG, Element, tag_of, text_element
from labeling.domain.dicom.prepare import Prepared, prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.reading import EXPLICIT_LE
from labeling.domain.dicom.writing import file_bytes
from labeling.errors import BadDicom
from labeling.sandbox.limits import SandboxLimits

MAX_MESSAGE = 65_536
DESCRIPTORS = 4  # source, verdict, dataset, pack
_WORKER_GONE = 77

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    connection = socket.socket(fileno=int(sys.argv[1]))
    _leave_the_network()
    _die_with_the_parent()
    logging.disable(logging.CRITICAL)  # decoders log what they could not read
    _warm_up()
    gc.collect()
    gc.freeze()  # children share these pages
    while (status := _serve_one(connection)) != _WORKER_GONE:
        connection.send(json.dumps({"status": status}).encode())


def _serve_one(connection: socket.socket) -> int:
    """Exit status of a child, negative for a signal. The child is there before its file is: forking takes time."""
    child = os.fork()
    if child == 0:
        try:
            message, descriptors, _, _ = socket.recv_fds(connection, MAX_MESSAGE, DESCRIPTORS)
            connection.close()
            if not message:
                os._exit(_WORKER_GONE)
            _read_file(json.loads(message), descriptors)
        finally:
            os._exit(1)  # reached only when something went wrong that has no verdict
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _warm_up() -> None:
    """What libraries do at first use is done once, here."""
    Image.init()
    texts = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "PhotometricInterpretation": "MONOCHROME2"}
    texts |= dict.fromkeys(("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"), "2.25.1")
    numbers = {"Rows": 2, "Columns": 2, "BitsAllocated": 16, "BitsStored": 16}
    elements = {tag_of(name): text_element(tag_of(name), VR_OF_TAG[tag_of(name)], text) for name, text in texts.items()}
    for name, value in numbers.items():
        elements[tag_of(name)] = Element(tag_of(name), "US", value.to_bytes(2, "little"))
    elements[PIXEL_DATA] = Element(PIXEL_DATA, "OW", bytes(range(8)))
    prepare(file_bytes(elements, EXPLICIT_LE), Work(Pseudonyms(bytes(32))))


def _read_file(request: dict[str, Any], descriptors: list[int]) -> None:
    limits = SandboxLimits.from_json(request["limits"])
    _limit(limits)
    source, verdict, dataset, pack = descriptors
    answer: dict[str, Any]
    try:
        prepared = prepare(_content(source), Work(Pseudonyms(bytes.fromhex(request["key"]))), limits.dicom)
        _write(dataset, prepared.dataset)
        _write(pack, prepared.pack)
        answer = _answer(prepared)
    except BadDicom as error:
        answer = {"code": error.code}
    except MemoryError:
        answer = {"code": "sandbox_memory"}
    _write(verdict, json.dumps(answer, allow_nan=False).encode())
    os._exit(0)


def _answer(prepared: Prepared) -> dict[str, Any]:
    return {"code": "prepared", "offsets": prepared.offsets, "header": prepared.header.to_json()}


def _content(descriptor: int) -> bytes | memoryview:
    size = os.fstat(descriptor).st_size
    return memoryview(mmap.mmap(descriptor, size, access=mmap.ACCESS_READ)) if size else b""


def _write(descriptor: int, content: bytes) -> None:
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(content)


def _limit(limits: SandboxLimits) -> None:
    """Nothing outlives the limits: the clock's and the processor's signals keep their deadly default."""
    _die_with_the_parent()
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold the file
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output_bytes, limits.output_bytes))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)


def _leave_the_network() -> None:
    """A namespace without interfaces, where the kernel lets us; the other walls stand without it."""
    if _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        _libc.unshare(_CLONE_NEWNET)


def _die_with_the_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main()
