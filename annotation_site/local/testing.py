"""`manage.py test`: pytest with servers of its own, a data folder of its own, and Chromium."""

import os
import secrets
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from annotation_site.local import chromium
from annotation_site.local.postgres import Postgres
from annotation_site.local.processes import guarded
from annotation_site.local.session import application_environment, servers

# Never those of the data you work with, and nothing that changes how the tests run.
NOT_INHERITED = (
    "DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SECRET_KEY", "DEID_KEY", "REIDENTIFICATION_KEY", "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS", "HTTPS", "DEBUG", "WORKER_CONCURRENCY", "OVERREAD_VAR",
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Run pytest with these arguments, or all of tests/. TEST_DATABASE_URL, TEST_REDIS_URL: servers elsewhere."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    browser = chromium.find_or_install()
    folder = Path(tempfile.mkdtemp(prefix="overread-test-"))
    environment = {
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
        "REDIS_URL": os.environ.get("TEST_REDIS_URL", ""),
        "OVERREAD_VAR": str(folder / "var"),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DEID_KEY": secrets.token_urlsafe(48),
        "REIDENTIFICATION_KEY": secrets.token_urlsafe(48),
    } | ({"OVERREAD_CHROMIUM": browser} if browser else {})
    try:
        with servers(folder, environment, is_durable=False) as started:
            try:
                return run_pytest(arguments or ["tests"], environment)
            finally:
                for server in started:
                    if isinstance(server, Postgres):
                        server.stop()
                        server.discard()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_pytest(arguments: list[str], environment: dict[str, str]) -> int:
    for name in NOT_INHERITED:
        os.environ.pop(name, None)
    process = guarded(
        [sys.executable, "-m", "pytest", *arguments],
        environment=application_environment(environment),
        grace_seconds=20,
        in_foreground=True,
    )
    # Ctrl-C reaches pytest itself, which reports what it has; its exit code says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait()
