"""Make the virtual environment and install the locked requirements into it.

Standard library only, and run by path: nothing of the project can be imported yet.
"""

from __future__ import annotations  # an old Python shall reach the sentence that refuses it

import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
import venv
from dataclasses import dataclass
from pathlib import Path

OLDEST_PYTHON = (3, 11)
LOCKS = {"application": "requirements.txt", "local": "annotation_site/local/requirements.txt"}
TEST_LOCKS = LOCKS | {"tests": "tests/requirements.txt"}
# What would make pip or Python look elsewhere than in our environment.
MISLEADING = (
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
)


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def say(text: str) -> None:
    print(f"setup  | {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the locks it must match. A stamp per lock says that it did."""

    folder: Path
    locks: dict[str, Path]

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def interrupted(self) -> Path:
        """Exists while packages are being installed; found at a start, the environment cannot be trusted."""
        return self.folder / ".installing"

    def stamps(self) -> dict[Path, str]:
        """Give the stamp files and what they hold once the locks are installed."""
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return {self.folder / f".installed-{name}": f"{digest(lock)} {version}\n" for name, lock in self.locks.items()}

    def is_current(self) -> bool:
        try:
            return self.python.exists() and all(
                stamp.read_text() == expected for stamp, expected in self.stamps().items()
            )
        except OSError:
            return False

    def is_usable(self) -> bool:
        """Tell whether packages may be added to it: whole, and made by the same Python."""
        if self.interrupted.exists() or not self.python.exists():
            return False
        check = f"import pip, sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
        return run([str(self.python), "-c", check], quiet=True) == 0


def ensure(root: Path, argv: list[str]) -> None:
    """Continue in the project's own Python, with everything installed that the command in `argv` needs."""
    refuse_old_python()
    folder = Path(os.environ.get("OVERREAD_VENV") or root / ".venv").absolute()
    wants_tests = argv[1:2] in (["test"], ["setup"])
    locks = TEST_LOCKS if wants_tests else LOCKS
    environment = Environment(folder, {name: root / path for name, path in locks.items()})
    inside = Path(sys.prefix).resolve() == folder.resolve()
    if not environment.is_current():
        install_once(environment)
        inside = False
    if not inside:
        os.environ.pop("PYTHONHOME", None)
        os.execv(environment.python, [str(environment.python), *argv])


def refuse_old_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise SystemExit(
            f"Python 3.11 or newer is needed and {sys.executable} is {sys.version.split()[0]}; "
            "use a newer one, for instance: python3.12 manage.py up"
        )


def install_once(environment: Environment) -> None:
    """Install under a lock: of two first runs at once the second waits and finds it done."""
    environment.folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{environment.folder}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another setup is at work here; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if environment.is_current():
            return
        # TERM becomes an exception, so that subprocess.run() does not leave pip behind.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            install(environment, lock.fileno())
        except KeyboardInterrupt:
            raise SystemExit("\nsetup interrupted; run the command again to start over") from None
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def install(environment: Environment, lock: int) -> None:
    """Bring the environment to what its locks say. The children inherit `lock`: should this process be killed,
    the next setup waits until they are gone."""
    begun = time.monotonic()
    if not environment.is_usable():
        create(environment, lock)
    environment.interrupted.touch()
    say("installing the locked packages")
    files = [part for file in environment.locks.values() for part in ("-r", str(file))]
    pip = [str(environment.python), "-m", "pip", "install", "--quiet", "--require-hashes", *files]
    if run(pip, lock=lock):
        raise SystemExit("The packages could not be installed; the messages above say why.")
    environment.interrupted.unlink()
    for stamp, expected in environment.stamps().items():
        stamp.write_text(expected)
    say(f"packages ready after {time.monotonic() - begun:.0f} s")


def create(environment: Environment, lock: int) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SystemExit(
            f"This Python has no ensurepip; install the package python{version}-venv "
            f"(Debian, Ubuntu: apt install python{version}-venv) and run the command again."
        )
    if environment.folder.exists():
        shutil.rmtree(environment.folder)
    say(f"making {environment.folder} with Python {sys.version.split()[0]}")
    environment.folder.mkdir(parents=True)
    environment.interrupted.touch()
    venv.EnvBuilder(symlinks=True).create(environment.folder)
    if run([str(environment.python), "-m", "ensurepip"], lock=lock, quiet=True):
        raise SystemExit(f"pip could not be put into {environment.folder}; is the disk full?")


def run(command: list[str], *, lock: int | None = None, quiet: bool = False) -> int:
    clean = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    clean |= {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PYTHONNOUSERSITE": "1",
    }
    output = subprocess.DEVNULL if quiet else sys.stderr.fileno()
    held = () if lock is None else (lock,)
    return subprocess.run(
        command, env=clean, pass_fds=held, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
    ).returncode
