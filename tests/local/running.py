"""Start manage.py as a person would, on a data folder of the test's own, and look for what it leaves behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
LONG = 240.0
NOT_INHERITED = {
    "DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SECRET_KEY", "DEID_KEY", "REIDENTIFICATION_KEY", "ALLOWED_HOSTS",
    "HTTPS", "DEBUG", "DJANGO_SETTINGS_MODULE",
}  # fmt: skip


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return kept | {"OVERREAD_VAR": str(folder), "OVERREAD_VENV": sys.prefix}


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run manage.py to its end."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )


class Up:
    """A running `manage.py up`."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.output = folder.with_name(f"{folder.name}-output.txt")
        with self.output.open("wb") as output:
            self.popen = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "up", *arguments],
                env=environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_until_ready(self) -> str:
        """Wait for the banner; give the address in it."""
        wait(lambda: "Overread is ready" in self.text() or self.popen.poll() is not None, LONG)
        assert "Overread is ready" in self.text(), self.text()
        return next(word for word in self.text().split() if word.startswith("http://"))

    def processes(self) -> list[psutil.Process]:
        return psutil.Process(self.popen.pid).children(recursive=True)

    def find(self, words: str) -> psutil.Process:
        """Give the running part that has these words in its command line, not its guardian."""
        found = [each for each in self.processes() if words in line(each) and "guardian.py" not in line(each)]
        return min(found, key=lambda each: each.create_time())

    def stop(self, number: signal.Signals) -> int:
        self.popen.send_signal(number)
        return self.popen.wait(LONG)


def line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def left_over(processes: list[psutil.Process], folder: Path) -> list[str]:
    """Name what is left of these processes, and whatever else names the data folder."""
    known = [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    others = [each for each in psutil.process_iter() if f"{folder}/" in line(each)]
    return [f"{each.pid} {line(each)}" for each in {*known, *others}]


def wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
