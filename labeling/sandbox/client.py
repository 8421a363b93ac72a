"""Have a file read in the sandbox: one zygote per process and kind, started at the first file, again when it died."""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import labeling
from labeling import errors
from labeling.domain.dicom.deidentification.profiles import BASIC, Profile
from labeling.domain.dicom.deidentification.text_removal import Removal
from labeling.domain.dicom.deidentified_file import DeidentifiedFile
from labeling.domain.dicom.overlays import OverlayPlane, OverlayVerdict
from labeling.domain.dicom.prepare import Prepared
from labeling.domain.dicom.text_findings import TextFindings
from labeling.sandbox import exchange
from labeling.sandbox.child import DONE, READ_ON
from labeling.sandbox.limits import TEXT_LIMITS, SandboxLimits
from labeling.sandbox.operations import DEIDENTIFY, FIND_TEXT, JUDGE_OVERLAY, PREPARE, REMOVE_TEXTS, Operation, Request

FILES_PER_CHILD = 150  # a child costs 11 ms of processor time
_GRACE_SECONDS = 10.0
_DYING_SECONDS = 5.0
_START_SECONDS = 120.0
_TIME_IS_UP = (-signal.SIGALRM, -signal.SIGXCPU)

Result = TypeVar("Result")


def _by_code(root: type[errors.BadDicom]) -> dict[str, type[errors.BadDicom]]:
    found = {root.code: root}
    for child in root.__subclasses__():
        found |= _by_code(child)
    return found


_ERRORS = _by_code(errors.BadDicom)


class _ZygoteGone(Exception):
    """The zygote died, with or without its child: worth a second try with a new one."""


def prepare_in_sandbox(
    content: exchange.Buffer,
    deid_key: bytes,
    *,
    profile: Profile = BASIC,
    owner: str = "",
    masks: tuple[tuple[int, ...], ...] | None = None,
    drop_texts: Collection[tuple[str, str]] = (),
    limits: SandboxLimits | None = None,
) -> Prepared:
    """Raises the BadDicom that `prepare` raised, or SandboxTimeout, SandboxMemory or SandboxCrashed.

    `owner` says whose bytes these are (a batch id): only files of one owner share a process. Without one the file
    gets a process of its own, which takes ten times as long.
    """
    request = Request(deid_key, profile, masks, drop_texts)
    return ask(PREPARE, content, request, owner, limits or SandboxLimits())


def deidentify_in_sandbox(
    content: exchange.Buffer,
    deid_key: bytes,
    *,
    profile: Profile = BASIC,
    owner: str = "",
    masks: tuple[tuple[int, ...], ...] | None = None,
    drop_texts: Collection[tuple[str, str]] = (),
    limits: SandboxLimits | None = None,
) -> DeidentifiedFile:
    """A file of any storage SOP class, for keeping outside of the catalogue. Raises as `prepare_in_sandbox` does."""
    request = Request(deid_key, profile, masks, drop_texts)
    return ask(DEIDENTIFY, content, request, owner, limits or SandboxLimits())


def find_text_in_sandbox(
    dataset: exchange.Buffer, *, owner: str = "", limits: SandboxLimits = TEXT_LIMITS
) -> TextFindings:
    """Text in the pixels of a file as `prepare` gives it. Raises as `prepare_in_sandbox` does."""
    return ask(FIND_TEXT, dataset, Request(), owner, limits)


def judge_overlay_in_sandbox(
    plane: OverlayPlane, *, owner: str = "", limits: SandboxLimits = TEXT_LIMITS
) -> OverlayVerdict:
    """Whether an overlay plane may hold text. Raises as `prepare_in_sandbox` does."""
    return ask(JUDGE_OVERLAY, plane.packed(), Request(), owner, limits)


def remove_texts_in_sandbox(
    dataset: exchange.Buffer,
    texts: Collection[tuple[str, str]],
    *,
    owner: str = "",
    limits: SandboxLimits | None = None,
) -> Removal:
    """Take texts out of a file that is stored. Raises a BadDicom."""
    return ask(REMOVE_TEXTS, dataset, Request(drop_texts=texts), owner, limits or SandboxLimits())


def ask(
    operation: Operation[Result], content: exchange.Buffer, request: Request, owner: str, limits: SandboxLimits
) -> Result:
    """Raises a BadDicom."""
    document = {"operation": operation.name, "request": request.to_json()}
    pool = _pools[operation.zygote]
    with pool.lock:
        for _ in range(2):
            try:
                answer, parts = pool.zygote().ask(content, document, owner, limits)
                break
            except _ZygoteGone:
                pool.discard()
        else:
            raise errors.SandboxCrashed
        try:
            return operation.result(answer, parts)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            pool.discard()
            raise errors.SandboxCrashed from error


@dataclass
class _Child:
    """A throw-away process. Its socket and memory files are its alone, so that nothing it says, dead or alive, can
    be taken for the answer of another."""

    pid: int
    connection: socket.socket
    requests: int
    answers: int
    owner: str
    limits: SandboxLimits
    files: int = 0

    def is_for(self, owner: str, limits: SandboxLimits) -> bool:
        is_fresh = 0 < self.files < FILES_PER_CHILD and not _has_spoken(self.connection, 0)
        return bool(owner) and self.owner == owner and self.limits == limits and is_fresh

    def close(self) -> None:
        self.connection.close()
        os.close(self.requests)
        os.close(self.answers)


def _has_spoken(connection: socket.socket, seconds: float) -> bool:
    """Or has gone."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


class _Zygote:
    def __init__(self, module: str) -> None:
        self._connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._child: _Child | None = None
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(theirs.fileno())],
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

    @property
    def child_pid(self) -> int | None:
        return self._child.pid if self._child else None

    def ask(
        self, content: exchange.Buffer, document: dict[str, Any], owner: str, limits: SandboxLimits
    ) -> tuple[dict[str, Any], list[bytes]]:
        if self._child is None or not self._child.is_for(owner, limits):
            self._new_child(owner, limits)
        is_last = True
        try:
            answer, parts = self._ask_child(content, document)
            is_last = answer.get("is_last") is not False or answer.get("code") not in READ_ON
            return _checked(answer), parts
        except errors.SandboxFailed:
            is_last = True
            raise
        finally:
            # Also after an exception from outside, like a worker's time limit: the answer would come later.
            if is_last:
                self._end_child()

    def _ask_child(self, content: exchange.Buffer, document: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        child = self._child
        assert child is not None  # noqa: S101  # for mypy
        child.files += 1
        try:
            child.connection.send(exchange.put(child.requests, [content], document))
            if not _has_spoken(child.connection, child.limits.wall_seconds + _GRACE_SECONDS):
                raise errors.SandboxTimeout  # its own alarm should have ended it: it was switched off
            message = child.connection.recv(exchange.LENGTHS.size + 1)
            if not message:
                raise self._failure()
            answer, parts = exchange.taken(child.answers, message, child.limits.output_bytes)
        except exchange.Malformed as error:
            raise errors.SandboxCrashed from error
        except OSError as error:
            raise _ZygoteGone from error
        for descriptor in (child.requests, child.answers):
            os.ftruncate(descriptor, 0)
        return answer, parts

    def _failure(self) -> Exception:
        """What ended the child."""
        status = self._command(exchange.STATUS)
        return errors.SandboxTimeout() if status in _TIME_IS_UP else errors.SandboxCrashed()

    def _new_child(self, owner: str, limits: SandboxLimits) -> None:
        self._forget_child()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        requests, answers = exchange.memory_file(), exchange.memory_file()
        child = _Child(0, ours, requests, answers, owner, limits)
        try:
            with theirs:
                descriptors = [theirs.fileno(), requests, answers]
                child.pid = self._command(exchange.NEW + json.dumps(limits.to_json()).encode(), descriptors)
        except _ZygoteGone:
            child.close()
            raise
        self._child = child

    def _end_child(self) -> None:
        self._forget_child()
        self._command(exchange.KILL)

    def _forget_child(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _command(self, message: bytes, descriptors: Collection[int] = ()) -> int:
        try:
            socket.send_fds(self._connection, [message], list(descriptors))
            if not _has_spoken(self._connection, _START_SECONDS):
                raise _ZygoteGone
            answer = self._connection.recv(exchange.NUMBER.size)
        except OSError as error:
            raise _ZygoteGone from error
        if len(answer) != exchange.NUMBER.size:
            raise _ZygoteGone
        return int(exchange.NUMBER.unpack(answer)[0])

    def stop(self) -> None:
        """It ends its child, and what that may have started, when nobody speaks to it any more."""
        self._forget_child()
        self._connection.close()
        try:
            self._process.wait(_DYING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """In a forked process: it is the parent's."""
        self._forget_child()
        self._connection.close()
        self._process.returncode = 0  # silences the destructor; the parent reaps


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    """Raises what the verdict says. Of a refusal only the code is taken: words could come from the file."""
    code, found = answer.get("code"), answer.get("answer")
    if code != DONE:
        raise _ERRORS.get(code, errors.SandboxCrashed) if isinstance(code, str) else errors.SandboxCrashed
    if not isinstance(found, dict) or not isinstance(answer.get("is_last"), bool):
        raise errors.SandboxCrashed
    return found


def _clean_environment() -> dict[str, str]:
    """No database, no keys, no proxies; one thread, since threads of a library count against the memory limit."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(Path(labeling.__file__).parents[1]),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


class Pool:
    """The zygote of one kind, and the lock that gives it one file at a time."""

    def __init__(self, module: str) -> None:
        self._module = module
        self.lock = threading.Lock()
        self._zygote: _Zygote | None = None

    def zygote(self) -> _Zygote:
        if self._zygote is None:
            self._zygote = _Zygote(self._module)
        return self._zygote

    @property
    def current(self) -> _Zygote | None:
        return self._zygote

    def discard(self) -> None:
        if self._zygote is not None:
            self._zygote.stop()
            self._zygote = None

    def start_anew_after_fork(self) -> None:
        self.lock = threading.Lock()
        if self._zygote is not None:
            self._zygote.forget()
            self._zygote = None


_pools = {"files": Pool("labeling.sandbox.zygote"), "text": Pool("labeling.sandbox.text_zygote")}


def processes(kind: str) -> tuple[int | None, int | None]:
    """Process ids of the zygote and of its child, as far as they are there."""
    found = _pools[kind].current
    return (found.pid, found.child_pid) if found else (None, None)


def stop_all() -> None:
    for pool in _pools.values():
        pool.discard()


def _start_anew_after_fork() -> None:
    for pool in _pools.values():
        pool.start_anew_after_fork()


os.register_at_fork(after_in_child=_start_anew_after_fork)
atexit.register(stop_all)
