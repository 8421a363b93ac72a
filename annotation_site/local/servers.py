"""PostgreSQL and Valkey on private unix sockets: no ports, no passwords, everything in one folder."""

import contextlib
import hashlib
import os
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from annotation_site.local import binaries
from annotation_site.local.errors import LocalRunError
from annotation_site.local.processes import guarded

# A unix socket's path may have 107 bytes on Linux, 103 on macOS; the longest name of ours is ".s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 80


def server_environment() -> dict[str, str]:
    """Our environment without what would lead PostgreSQL's programs elsewhere, and without our secrets."""
    ours = ("PG", "OVERREAD_")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(ours) and not name.endswith("_KEY")
    }
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def private_folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise LocalRunError(f"{path} does not belong to this user; remove it, or run as its owner.")
    path.chmod(0o700)
    return path


def socket_folder(base: Path) -> Path:
    """Give `base`/run, or a private folder in the temporary one where that path is too long for a socket."""
    folder = base / "run"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        key = hashlib.sha256(os.fsencode(base)).hexdigest()[:10]
        temporary = Path(tempfile.gettempdir())
        short = temporary if len(os.fsencode(temporary)) < 40 else Path("/tmp")  # noqa: S108
        folder = short / f"overread-{os.geteuid()}-{key}"
    return private_folder(folder)


class Server:
    """A server process of one folder, and the address under which it is found."""

    name = ""
    stop_signal = signal.SIGTERM
    grace_seconds = 30.0

    def __init__(self, base: Path, log: Path, *, lock: int | None = None, is_durable: bool = True) -> None:
        self.base, self.log, self.lock, self.is_durable = private_folder(base.resolve()), log, lock, is_durable
        self.popen: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        raise NotImplementedError

    def launch(
        self, command: list[str | Path], is_ready: Callable[[], bool], owner: tuple[int, int] | None = None
    ) -> None:
        # Opened by us and inherited: the server itself need not reach the log's folder.
        with self.log.open("ab") as log:
            self.popen = guarded(
                command,
                environment=server_environment(),
                stop_signal=self.stop_signal,
                grace_seconds=self.grace_seconds,
                owner=owner,
                lock=self.lock,
                output=log,
            )
        deadline = time.monotonic() + 60
        while not is_ready():
            if self.popen.poll() is not None:
                raise LocalRunError(
                    f"{self.name} ended while starting (code {self.popen.returncode}):\n{self.last_words()}"
                )
            if time.monotonic() > deadline:
                raise LocalRunError(f"{self.name} was not ready after 60 s:\n{self.last_words()}")
            time.sleep(0.03)

    def last_words(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        return ""

    def start(self) -> None:
        raise NotImplementedError

    @property
    def exit_code(self) -> int | None:
        return self.popen.poll() if self.popen else None

    def stop(self) -> None:
        """Stop it; the guardian kills it if it does not end in time."""
        if self.popen is not None and self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            self.popen.wait()


class Valkey(Server):
    name = "Valkey"
    grace_seconds = 10.0

    def __init__(self, base: Path, log: Path, *, lock: int | None = None, is_durable: bool = True) -> None:
        super().__init__(base, log, lock=lock, is_durable=is_durable)
        self.socket = socket_folder(self.base) / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.base),
            "daemonize": "no",
            "maxmemory-policy": "noeviction",
            "save": "",
            "appendonly": "yes" if self.is_durable else "no",
            "appendfsync": "everysec",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self.launch([binaries.valkey_program(), *arguments], self.answers)

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
