"""The whole application as processes: gunicorn, a Celery worker and beat on the test database."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


class Overread:
    """Starts and kills what a running Overread consists of."""

    def __init__(self, folder, environment):
        self.folder, self.environment, self.processes = folder, environment, {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self, name, *command):
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def start_web(self):
        options = ("--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--workers", "2")
        self.start(
            "web", "gunicorn", "annotation_site.wsgi:application", *options, "--threads", "4", "--no-control-socket"
        )
        self.wait_for(self.answers, 60, "the web server")

    def start_worker(self, concurrency=1):
        queues = ("-Q", "default,ingest,export", "--without-gossip", "--without-mingle")
        self.start("worker", "celery", "-A", "annotation_site", "worker", "-c", str(concurrency), *queues)

    def start_beat(self):
        schedule = str(self.folder / "beat-schedule")
        self.start("beat", "celery", "-A", "annotation_site", "beat", "--schedule", schedule, "--pidfile=")

    def answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as response:
                return response.status == 200
        except OSError:
            return False

    def kill(self, name):
        """SIGKILL the process and all it started, at once: what a power cut would do."""
        process = self.processes.pop(name)
        family = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
        for pid in family:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.wait(30)

    def stop(self):
        for name in list(self.processes):
            self.kill(name)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    @staticmethod
    def wait_for(condition, seconds, what):
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, f"{what} was not there after {seconds} s"
            time.sleep(0.1)
        return found


@pytest.fixture
def overread(transactional_db, tmp_path, settings):
    """An Overread whose processes share this test's database, broker and storage; nothing runs yet."""
    made = Overread(tmp_path, environment(settings.STORAGE_URL))
    yield made
    made.stop()


def environment(storage_url):
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    if not str(database["HOST"]).startswith("/"):
        user = f"{database['USER']}:{database['PASSWORD']}"
        url = f"postgresql://{user}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    own = {
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
        "STORAGE_URL": storage_url,
        "SECRET_KEY": settings.SECRET_KEY,
        "DEID_KEY": settings.DEID_KEY,
        "OVERREAD_VAR": str(settings.VAR),
        "DJANGO_SETTINGS_MODULE": "annotation_site.settings",
    }
    return {**os.environ, **own}
