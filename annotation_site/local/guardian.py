"""Run one command and let nothing of it outlive the process that asked for it.

    guardian.py PARENT STOP_SIGNAL GRACE_SECONDS UID:GID|- LOCK_FD|- COMMAND...

On TERM, or when PARENT is gone, the command gets STOP_SIGNAL and GRACE_SECONDS to end; on QUIT none. When it has ended,
whatever it started and left behind is killed. LOCK_FD stays open as long as this process lives, and only here: who
finds that lock taken knows that something still runs. Standard library only; started by path.
"""

import ctypes
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

ORPHAN_GRACE_SECONDS = 5.0
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
IS_LINUX = sys.platform == "linux"


def process_control(option: int, value: int) -> None:
    if IS_LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def become(command: list[str], guardian: int, stop_signal: int, owner: str) -> NoReturn:
    """In the child: give up root if asked, tie this process's life to the guardian's, run the command."""
    for number in (
        signal.SIGTERM,
        signal.SIGQUIT,
        signal.SIGINT,
        signal.SIGHUP,
        signal.SIGCHLD,
        signal.SIGPIPE,
        signal.SIGXFSZ,
    ):
        signal.signal(number, signal.SIG_DFL)
    if owner != "-":
        uid, gid = map(int, owner.split(":"))
        os.chdir("/")
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    process_control(PR_SET_PDEATHSIG, stop_signal)  # after setuid(), which clears it
    if os.getppid() != guardian:
        os._exit(1)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, f"{command[0]} cannot be run: {error.strerror}\n".encode())
        os._exit(127)


def reap(child: int) -> int | None:
    """Collect whatever has ended; give the child's exit code once it has."""
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == child:
            ended = os.waitstatus_to_exitcode(status)
            code = ended if ended >= 0 else 128 - ended


def watch(child: int, parent: int, stop_signal: int, grace: float, received: set[int]) -> int:
    """Wait for the child's end and stop it when asked. Gives its exit code."""
    wakeup, bell = os.pipe()
    os.set_blocking(bell, False)
    signal.set_wakeup_fd(bell, warn_on_full_buffer=False)
    asked_at: float | None = None
    while (code := reap(child)) is None:
        is_orphan = os.getppid() != parent
        now = time.monotonic()
        if asked_at is None and (is_orphan or signal.SIGTERM in received):
            asked_at = now
            os.kill(child, stop_signal)
        limit = min(grace, ORPHAN_GRACE_SECONDS) if is_orphan else grace
        if signal.SIGQUIT in received or (asked_at is not None and now - asked_at > limit):
            os.kill(child, signal.SIGKILL)
        if select.select([wakeup], [], [], 0.5)[0]:
            os.read(wakeup, 512)
    return code


def children() -> list[int]:
    me, found = str(os.getpid()), []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == me:
            found.append(int(status.parent.name))
    return found


def kill_the_rest() -> None:
    """Kill what the command left behind: on Linux orphans become children of this process, wherever they went."""
    if not IS_LINUX:
        if os.getpgid(0) == os.getpid():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.killpg(0, signal.SIGTERM)
        return
    deadline = time.monotonic() + 10
    while (left := children()) and time.monotonic() < deadline:
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        reap(-1)
        time.sleep(0.01)


def main(argv: list[str]) -> int:
    parent, stop_signal, grace, owner, lock = int(argv[0]), int(argv[1]), float(argv[2]), argv[3], argv[4]
    received: set[int] = set()
    for number in (signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, lambda number, _: received.add(number))
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGHUP):  # the terminal's; the parent decides what they mean
        signal.signal(number, signal.SIG_IGN)
    if lock != "-":
        os.set_inheritable(int(lock), False)
    process_control(PR_SET_CHILD_SUBREAPER, 1)
    process_control(PR_SET_PDEATHSIG, signal.SIGTERM)
    me = os.getpid()
    child = os.fork()
    if child == 0:
        become(argv[5:], me, stop_signal, owner)
    code = watch(child, parent, stop_signal, grace, received)
    kill_the_rest()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
