"""The process that forks the children, one at a time. Run as `python -m labeling.sandbox.zygote FD`, FD being its
socket.

It never reads a file itself. A message to it is a byte, answered by a number: "new" (with the limits behind it and
three descriptors: the child's socket, requests, answers) by the process id of a new child, "kill" by 0, "status" by
the exit status of the child that has gone, negative for a signal. A new child always ends the one before it.
"""

import gc
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from PIL import Image

from labeling.domain.dicom.deidentification.profiles import BUILT_IN
from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.elements import PIXEL_DATA, VR_OF_TAG, Element, tag_of, text_element
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.reading import EXPLICIT_LE
from labeling.domain.dicom.writing import file_bytes
from labeling.sandbox.child import serve
from labeling.sandbox.confinement import adopt_orphans, leave_the_machine
from labeling.sandbox.exchange import KILL, NUMBER, STATUS
from labeling.sandbox.file_runs import RUNS
from labeling.sandbox.limits import SandboxLimits
from labeling.sandbox.operations import Run

MAX_MESSAGE = 4096
_DESCRIPTORS = 3
_DYING_SECONDS = 2.0


def main(warm_up: Callable[[], None], runs: dict[str, Run]) -> None:
    """`runs`: by the name of an operation what a child does. `warm_up` does once what libraries do at first use; the
    children have it from the start."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    leave_the_machine()
    logging.disable(logging.CRITICAL)  # decoders log what they could not read
    warm_up()
    gc.collect()
    gc.freeze()  # children share these pages
    adopt_orphans()
    child = 0
    while True:
        message, descriptors, _, _ = socket.recv_fds(connection, MAX_MESSAGE, _DESCRIPTORS)
        if not message:
            break  # the worker is gone
        child, answer = _obey(message, descriptors, child, runs)
        connection.send(NUMBER.pack(answer))
    _end(child)
    _end_orphans()


def _obey(message: bytes, descriptors: list[int], child: int, runs: dict[str, Run]) -> tuple[int, int]:
    """The child there is afterwards (0 for none), and the answer."""
    if message[:1] == STATUS:
        return 0, _end(child, _DYING_SECONDS)
    if message[:1] == KILL:
        _end(child)
        _end_orphans()
        return 0, 0
    _end(child)
    _end_orphans()
    child = _fork(SandboxLimits.from_json(json.loads(message[1:])), descriptors, runs)
    return child, child


def _end(child: int, seconds: float = 0.0) -> int:
    """Its exit status; killed when it is not dead in time."""
    if not child:
        return -signal.SIGKILL
    deadline = time.monotonic() + seconds
    while seconds and time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _end_orphans() -> None:
    """What a child that was taken over had started itself is ours when it has died."""
    mine = Path(f"/proc/self/task/{os.getpid()}/children")
    while mine.exists() and (orphans := mine.read_text().split()):
        for orphan in map(int, orphans):
            os.kill(orphan, signal.SIGKILL)
            os.waitpid(orphan, 0)


def _fork(limits: SandboxLimits, descriptors: list[int], runs: dict[str, Run]) -> int:
    child = os.fork()
    if child == 0:
        _serve(limits, descriptors, runs)
    for descriptor in descriptors:
        os.close(descriptor)
    return child


def _serve(limits: SandboxLimits, descriptors: list[int], runs: dict[str, Run]) -> NoReturn:
    try:
        # Nothing is open but these: not the zygote's socket, nor what a library opened while it was loaded.
        for place, descriptor in enumerate(descriptors):
            os.dup2(descriptor, 100 + place)
        os.closerange(3, 100)
        os.closerange(103, 1024)
        serve(100, 101, 102, limits, runs)
    finally:
        os._exit(1)  # reached only when something went wrong that has no verdict


def warm_up() -> None:
    Image.init()
    texts = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "PhotometricInterpretation": "MONOCHROME2"}
    texts |= dict.fromkeys(("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"), "2.25.1")
    numbers = {"Rows": 2, "Columns": 2, "BitsAllocated": 16, "BitsStored": 16}
    elements = {tag_of(name): text_element(tag_of(name), VR_OF_TAG[tag_of(name)], text) for name, text in texts.items()}
    for name, value in numbers.items():
        elements[tag_of(name)] = Element(tag_of(name), "US", value.to_bytes(2, "little"))
    elements[PIXEL_DATA] = Element(PIXEL_DATA, "OW", bytes(range(8)))
    for profile in BUILT_IN.values():
        prepare(file_bytes(elements, EXPLICIT_LE), Work(Pseudonyms(bytes(32)), profile))


if __name__ == "__main__":
    main(warm_up, RUNS)
