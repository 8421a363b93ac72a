"""The servers of one command: started where the environment names none, stopped when the command is over."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from annotation_site.local.postgres import Postgres
from annotation_site.local.servers import Server, Valkey


@contextlib.contextmanager
def servers(
    base: Path, environment: dict[str, str], *, lock: int | None = None, is_durable: bool = True
) -> Iterator[list[Server]]:
    """Run the servers that `environment` does not name, in `base`, and put their addresses into it."""
    log = base / "log"
    log.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        started: list[Server] = []
        kinds: dict[str, type[Server]] = {"DATABASE_URL": Postgres, "REDIS_URL": Valkey}
        for variable, kind in kinds.items():
            if environment.get(variable):
                continue
            name = kind.__name__.lower()
            server = kind(base / name, log / f"{name}.log", lock=lock, is_durable=is_durable)
            stack.callback(server.stop)
            server.start()
            environment[variable] = server.url
            started.append(server)
        yield started


def application_environment(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "annotation_site.settings", "PYTHONUNBUFFERED": "1", **more}
