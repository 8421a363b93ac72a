"""The data folder of a local run: its lock, who runs there now, and its keys."""

import contextlib
import fcntl
import json
import os
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from annotation_site.local.errors import LocalRunError

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"SECRET_KEY": "secret-key", "DEID_KEY": "deid-key", "REIDENTIFICATION_KEY": "reidentification-key"}


@dataclass(frozen=True)
class State:
    """What a running command tells the others. It holds the servers' addresses, so only the owner may read it."""

    pid: int
    command: str
    url: str
    database_url: str
    redis_url: str


class Instance:
    """One data folder. Whoever holds its lock may run servers on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.lock: int | None = None

    @classmethod
    def from_environment(cls) -> "Instance":
        return cls(Path(os.environ.get("OVERREAD_VAR") or ROOT / "var"))

    @property
    def state_file(self) -> Path:
        return self.folder / "running.json"

    @property
    def accounts_file(self) -> Path:
        return self.folder / "demo-accounts.txt"

    def log(self, name: str) -> Path:
        folder = self.folder / "log"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def try_lock(self) -> bool:
        """Take the lock if it is free. Guardians inherit it, so it is taken until the last process is gone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return False
        self.lock = lock
        return True

    def wait_for_lock(self, give_up: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self.try_lock():
            if give_up() or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def unlock(self) -> None:
        self.state_file.unlink(missing_ok=True)
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def write_state(self, state: State) -> None:
        write_private(self.state_file, json.dumps(asdict(state)))

    def running(self) -> State | None:
        """Give what the living holder of the lock has written, if there is one."""
        if not (self.folder / "lock").exists():
            return None
        try:
            state = State(**json.loads(self.state_file.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        with (self.folder / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
            except OSError:
                return state if psutil.pid_exists(state.pid) else None

    def environment(self) -> dict[str, str]:
        """The variables that settings need beside the servers' addresses: what the environment lacks is made once."""
        made = {"OVERREAD_VAR": str(self.folder)}
        for variable, name in KEYS.items():
            made[variable] = os.environ.get(variable) or self.key(name)
        return made

    def key(self, name: str) -> str:
        """Give the key of that name, made at its first use. It appears whole or not at all."""
        folder = self.folder / "keys"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / name
        if not path.exists():
            write_private(path, secrets.token_urlsafe(48), keep=True)
        key = path.read_text().strip()
        if not key:
            raise LocalRunError(f"{path} is empty; put the key back from a backup")
        return key


def write_private(path: Path, text: str, *, keep: bool = False) -> None:
    """Write a file only the owner can read, in one step; with `keep`, what is there already stays."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if keep:
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
        else:
            Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
