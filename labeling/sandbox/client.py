"""Have a file read in the sandbox: one zygote per process, started at the first file, again when it died."""

import atexit
import itertools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import labeling
from labeling import errors
from labeling.domain.dicom.header import InstanceHeader
from labeling.domain.dicom.prepare import Prepared
from labeling.sandbox.limits import SandboxLimits

MAX_MESSAGE = 65_536
MAX_VERDICT = 8 << 20
_GRACE_SECONDS = 10.0
_TIME_IS_UP = (-signal.SIGALRM, -signal.SIGXCPU)


def _by_code(root: type[errors.BadDicom]) -> dict[str, type[errors.BadDicom]]:
    found = {root.code: root}
    for child in root.__subclasses__():
        found |= _by_code(child)
    return found


_ERRORS = _by_code(errors.BadDicom)


class _ZygoteGone(Exception):
    """The zygote died, with or without its child: worth a second try with a new one."""


def prepare_in_sandbox(content: bytes | memoryview, deid_key: bytes, limits: SandboxLimits | None = None) -> Prepared:
    """Raises the BadDicom that `prepare` raised, or SandboxTimeout, SandboxMemory or SandboxCrashed."""
    limits = limits or SandboxLimits()
    with _lock:
        for _ in range(2):
            try:
                return _current_zygote().prepare(content, deid_key, limits)
            except _ZygoteGone:
                _discard_zygote()
            except errors.SandboxCrashed:
                # A child that died while it waited for its file has answered too: with a new zygote no answer can
                # be taken for that of the next file.
                _discard_zygote()
                raise
    raise errors.SandboxCrashed


class _Zygote:
    def __init__(self) -> None:
        self._connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "labeling.sandbox.zygote", str(theirs.fileno())],
                env=_clean_environment(),
                pass_fds=(theirs.fileno(),),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a traceback holds values of the file
                start_new_session=True,  # Ctrl-C in a terminal is for the worker, which ends us in order
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def prepare(self, content: bytes | memoryview, deid_key: bytes, limits: SandboxLimits) -> Prepared:
        with ExitStack() as stack:
            source, verdict, dataset, pack = files = [stack.enter_context(_memory_file()) for _ in range(4)]
            source.write(content)
            source.flush()
            if self._has_spoken(0):
                raise _ZygoteGone  # a child died waiting, and its answer is nobody's
            request = {"key": deid_key.hex(), "limits": limits.to_json()}
            try:
                socket.send_fds(self._connection, [json.dumps(request).encode()], [file.fileno() for file in files])
                status = self._status(limits.wall_seconds + _GRACE_SECONDS)
            except OSError as error:
                raise _ZygoteGone from error
            answer = _verdict(status, verdict)
            return _prepared(answer, _content(dataset, limits), _content(pack, limits))

    def _status(self, seconds: float) -> int:
        # The child has an alarm of its own; this one is for a child that switched it off.
        if not self._has_spoken(seconds):
            _discard_zygote()
            raise errors.SandboxTimeout
        message = self._connection.recv(MAX_MESSAGE)
        if not message:
            raise _ZygoteGone
        return int(json.loads(message)["status"])

    def _has_spoken(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def stop(self) -> None:
        """Its child dies with it."""
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def forget(self) -> None:
        """In a forked process: it is the parent's."""
        self._connection.close()
        self._process.returncode = 0  # silences the destructor; the parent reaps


def _clean_environment() -> dict[str, str]:
    """No database, no keys, no proxies; one thread, since threads of a library count against the memory limit."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(Path(labeling.__file__).parents[1]),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _memory_file() -> BinaryIO:
    return os.fdopen(os.memfd_create("overread"), "w+b")


def _content(file: BinaryIO, limits: SandboxLimits) -> bytes:
    if os.fstat(file.fileno()).st_size > limits.output_bytes:
        raise errors.SandboxCrashed
    file.seek(0)
    return file.read()


def _verdict(status: int, file: BinaryIO) -> dict[str, Any]:
    if status in _TIME_IS_UP:
        raise errors.SandboxTimeout
    size = os.fstat(file.fileno()).st_size
    if status != 0 or not 0 < size <= MAX_VERDICT:
        raise errors.SandboxCrashed
    file.seek(0)
    try:
        answer = json.loads(file.read())
        code = answer["code"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise errors.SandboxCrashed from error
    if code != "prepared":
        # Only the code is taken: words could come from the file.
        raise _ERRORS.get(code, errors.SandboxCrashed) if isinstance(code, str) else errors.SandboxCrashed
    return dict(answer)


def _prepared(answer: dict[str, Any], dataset: bytes, pack: bytes) -> Prepared:
    try:
        header = InstanceHeader.from_json(answer["header"])
        offsets = tuple(int(offset) for offset in answer["offsets"])
        frames = int(header.number_of_frames)
    except (TypeError, KeyError, ValueError) as error:
        raise errors.SandboxCrashed from error
    is_in_order = all(low <= high for low, high in itertools.pairwise(offsets))
    if len(offsets) != frames + 2 or offsets[0] != 0 or offsets[-1] != len(pack) or not is_in_order or not dataset:
        raise errors.SandboxCrashed
    return Prepared(dataset, pack, offsets, header)


_lock = threading.Lock()
_zygote: _Zygote | None = None


def _current_zygote() -> _Zygote:
    global _zygote
    if _zygote is None:
        _zygote = _Zygote()
    return _zygote


def _discard_zygote() -> None:
    global _zygote
    if _zygote is not None:
        _zygote.stop()
        _zygote = None


def _start_anew_after_fork() -> None:
    global _zygote, _lock
    _lock = threading.Lock()
    if _zygote is not None:
        _zygote.forget()
        _zygote = None


os.register_at_fork(after_in_child=_start_anew_after_fork)
atexit.register(_discard_zygote)
