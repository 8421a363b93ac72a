"""Processes that cannot outlive us, and their output as prefixed lines and log files."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

GUARDIAN = Path(__file__).with_name("guardian.py")
COLOURS = {"up": 33, "setup": 33, "web": 36, "worker": 32, "beat": 35}
LONGEST_LOG_BYTES = 20 * 2**20


def guarded(  # noqa: PLR0913
    command: Iterable[str | Path],
    *,
    environment: Mapping[str, str],
    stop_signal: signal.Signals = signal.SIGTERM,
    grace_seconds: float = 10,
    owner: tuple[int, int] | None = None,
    lock: int | None = None,
    inherited: tuple[int, ...] = (),
    output: int | IO[bytes] | None = None,
    in_foreground: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a command under guardian.py. TERM ends it gracefully, QUIT at once. Call it from the main thread only:
    Linux tells the guardian when the *thread* that started it ends."""
    held = () if lock is None else (lock,)
    guardian = [sys.executable, "-I", "-S", str(GUARDIAN), str(os.getpid()), str(int(stop_signal)), str(grace_seconds)]
    guardian += ["-" if owner is None else f"{owner[0]}:{owner[1]}", "-" if lock is None else str(lock)]
    return subprocess.Popen(
        [*guardian, *map(str, command)],
        env=dict(environment),
        pass_fds=(*inherited, *held),
        stdin=None if in_foreground else subprocess.DEVNULL,
        stdout=output,
        stderr=None if in_foreground else subprocess.STDOUT,
        # In a session of its own Ctrl-C does not reach it: the supervisor stops things in their order.
        start_new_session=not in_foreground,
    )


def say(text: str, name: str = "up") -> None:
    """Print lines with the name of who speaks in front."""
    is_coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    head = f"\033[{COLOURS[name]}m{name:<6} |\033[0m" if is_coloured else f"{name:<6} |"
    with contextlib.suppress(BrokenPipeError, ValueError):
        print("\n".join(f"{head} {line}".rstrip() for line in text.split("\n")), flush=True)


class Process:
    """A part of the application that is started, watched, and started again."""

    def __init__(
        self,
        name: str,
        command: list[str],
        log: Path,
        *,
        environment: Mapping[str, str],
        grace_seconds: float,
        lock: int | None,
        inherited: tuple[int, ...] = (),
        ready_word: str = "",
    ) -> None:
        self.name, self.command, self.log = name, command, log
        self.environment, self.grace_seconds = environment, grace_seconds
        self.lock, self.inherited, self.ready_word = lock, inherited, ready_word
        self.starts: list[float] = []
        self.is_ready = threading.Event()
        self.popen: subprocess.Popen[bytes] | None = None
        self.reader: threading.Thread | None = None

    def start(self) -> None:
        self.starts.append(time.monotonic())
        self.popen = guarded(
            self.command,
            environment=self.environment,
            grace_seconds=self.grace_seconds,
            lock=self.lock,
            inherited=self.inherited,
            output=subprocess.PIPE,
        )
        assert self.popen.stdout is not None  # noqa: S101
        self.reader = threading.Thread(target=self.copy, args=(self.popen.stdout,), daemon=True)
        self.reader.start()

    def copy(self, pipe: IO[bytes]) -> None:
        """Copy its output to ours and to its log file, line by line."""
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            for line in pipe:
                log.write(line)
                log.flush()
                text = line.decode(errors="replace").rstrip()
                if text:
                    say(text, self.name)
                if self.ready_word and text.endswith(self.ready_word):
                    self.is_ready.set()

    @property
    def exit_code(self) -> int | None:
        return self.popen.poll() if self.popen else None

    def send(self, number: signal.Signals) -> None:
        if self.popen and self.popen.poll() is None:
            self.popen.send_signal(number)

    def recent_starts(self, seconds: float) -> int:
        now = time.monotonic()
        return sum(now - start < seconds for start in self.starts)

    def finish(self) -> None:
        """Wait until the last lines of an ended process are shown."""
        if self.reader:
            self.reader.join(2)
