"""What every benchmark starts: throw-away servers with full durability, tables, and gunicorn as `up` runs it."""

import contextlib
import logging
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import django  # noqa: E402
from django.core.management import call_command  # noqa: E402

from annotation_site.local.session import servers  # noqa: E402


@contextlib.contextmanager
def overread() -> Iterator[Path]:
    """PostgreSQL and Valkey in a temporary folder, the tables made; Django is ready inside the block."""
    with tempfile.TemporaryDirectory(prefix="overread-bench-") as name:
        folder = Path(name)
        made = {"OVERREAD_VAR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "annotation_site.settings"}
        made |= {key: secrets.token_urlsafe(48) for key in ("SECRET_KEY", "DEID_KEY")}
        made |= {"DATABASE_URL": "", "REDIS_URL": "", "STORAGE_URL": ""}
        with servers(folder, made, is_durable=True):
            os.environ.update(made)
            django.setup()
            logging.disable(logging.INFO)
            call_command("migrate", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
            yield folder


@contextlib.contextmanager
def web(folder: Path, workers: int = 2, threads: int = 8) -> Iterator[str]:
    """Gunicorn; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "annotation_site.wsgi:application", "--bind", address]
    command += ["--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
    command += ["--no-control-socket"]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{address}/healthz", timeout=1):
                break
            time.sleep(0.1)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)


def at_once(clients: int, work: Callable[[int], list[float]]) -> tuple[list[float], float]:
    """Run `work(number)` in as many threads; gives all latencies in seconds and the seconds it took."""
    latencies: list[float] = []
    threads = [threading.Thread(target=lambda n=n: latencies.extend(work(n))) for n in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return latencies, time.perf_counter() - begun


def row(name: str, latencies: list[float], seconds: float) -> None:
    cuts = statistics.quantiles(latencies, n=20)
    middle, high, rate = 1000 * statistics.median(latencies), 1000 * cuts[18], len(latencies) / seconds
    print(f"| {name} | {middle:.1f} | {high:.1f} | {rate:.0f} |")
