"""The PostgreSQL cluster of a data folder, also for root, whom PostgreSQL refuses to serve."""

import contextlib
import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

from annotation_site.local import binaries
from annotation_site.local.errors import LocalRunError
from annotation_site.local.servers import Server, server_environment, socket_folder

DATABASE = USER = "overread"
NOBODYS_HOME = Path("/var/lib/overread-local")
# In this user namespace root's files and processes look like nobody's: no file changes hands, any path will do.
USER_NAMESPACE = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """For root there are two ways: a user namespace, or where those are forbidden (most containers) the user nobody,
    with a copy of programs and data under /var/lib. OVERREAD_PG_ROOT=nobody chooses the second."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": TERM would wait for every client to leave

    def __init__(self, base: Path, log: Path, *, lock: int | None = None, is_durable: bool = True) -> None:
        super().__init__(base, log, lock=lock, is_durable=is_durable)
        self.programs = binaries.postgres_programs()
        self.data = self.base / "data"
        self.prefix: list[str] = []
        self.owner: tuple[int, int] | None = None
        self.home: Path | None = None
        if os.geteuid() != 0:
            self.sockets = socket_folder(self.base)
        elif os.environ.get("OVERREAD_PG_ROOT") != "nobody" and can_use_namespaces():
            self.prefix, self.sockets = USER_NAMESPACE, socket_folder(self.base)
        else:
            self.move_to_nobody()

    def move_to_nobody(self) -> None:
        nobody = pwd.getpwnam("nobody")
        self.owner = nobody.pw_uid, nobody.pw_gid
        self.home = NOBODYS_HOME / hashlib.sha256(os.fsencode(self.base)).hexdigest()[:10]
        self.home.mkdir(parents=True, exist_ok=True)
        for folder in (NOBODYS_HOME, self.home):
            folder.chmod(0o755)
        if any(not folder.stat().st_mode & 0o001 for folder in self.programs.parents):
            self.programs = copy_programs(self.programs, self.home)
        self.data, self.sockets = self.home / "data", self.home / "run"
        for folder in (self.data, self.sockets):
            folder.mkdir(mode=0o700, exist_ok=True)
            os.chown(folder, *self.owner)

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self.sockets))}"

    def start(self) -> None:
        self.make_cluster()
        self.clear_leftover()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "max_connections": "100",
            "shared_buffers": "128MB",
            "logging_collector": "off",
            "log_min_duration_statement": "2000",
            "log_parameter_max_length": "0",
        } | ({} if self.is_durable else FAST_AND_FORGETFUL)
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.launch([*self.prefix, self.programs / "postgres", "-D", self.data, *arguments], self.answers, self.owner)
        self.make_database()

    def make_cluster(self) -> None:
        version = self.version()
        if (self.data / "PG_VERSION").exists():
            found = (self.data / "PG_VERSION").read_text().strip()
            if found != str(version):
                raise LocalRunError(
                    f"{self.data} was made by PostgreSQL {found} and this is {version}; "
                    "dump it with the old version and restore it with the new one."
                )
            return
        if self.data.exists():  # an initdb that was cut short
            for path in self.data.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        # The builtin provider sorts the same on every machine.
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if version >= 17 else []
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        speed = [] if self.is_durable else ["--no-sync"]
        self.run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            f"--locale={locale}",
            *builtin,
            *speed,
        )

    def version(self) -> int:
        return int(re.findall(r"\d+", self.run("postgres", "--version"))[0])

    def run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [*self.prefix, self.programs / program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=server_environment(),
            cwd=self.home,
            user=self.owner[0] if self.owner else None,
            group=self.owner[1] if self.owner else None,
            extra_groups=[] if self.owner else None,
        )
        if done.returncode:
            raise LocalRunError(f"{program} failed:\n{done.stdout[-800:]}\n{done.stderr[-800:]}")
        return done.stdout

    def clear_leftover(self) -> None:
        """Remove what a crashed server left. We hold the folder's lock, so a process number in it that is not
        this cluster's server has been given to another process since."""
        note = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
            process = psutil.Process(int(note.read_text().split()[0]))
            if str(self.data) in process.cmdline():
                process.send_signal(signal.SIGINT)
                process.wait(30)
        note.unlink(missing_ok=True)

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self) -> "psycopg2.extensions.connection":
        return psycopg2.connect(host=str(self.sockets), port=5432, user=USER, dbname="postgres", connect_timeout=2)

    def make_database(self) -> None:
        connection = self.connect()
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", (DATABASE,))
            if not cursor.fetchone():
                cursor.execute(f'create database "{DATABASE}"')

    def discard(self) -> None:
        """Remove what lies outside the base folder."""
        if self.home:
            shutil.rmtree(self.home, ignore_errors=True)


def can_use_namespaces() -> bool:
    if not shutil.which("unshare"):
        return False
    probe = subprocess.run([*USER_NAMESPACE, "sh", "-c", 'test "$(id -u)" = 65534'], capture_output=True, check=False)
    return probe.returncode == 0


def copy_programs(programs: Path, home: Path) -> Path:
    """Copy a wheel's programs, and the shared libraries beside them, to where nobody can read them."""
    package = programs.parents[1]
    mark, source = home / "programs-of", f"{package} {package.stat().st_mtime_ns}"
    if not mark.exists() or mark.read_text() != source:
        for folder in (package, package.with_name(f"{package.name}.libs")):
            shutil.rmtree(home / folder.name, ignore_errors=True)
            if folder.exists():
                shutil.copytree(folder, home / folder.name)
        mark.write_text(source)
    return home / package.name / programs.parent.name / programs.name
