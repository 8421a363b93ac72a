"""`manage.py up`: servers, web, worker and beat under one process, until it is told to stop."""

import argparse
import contextlib
import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from annotation_site.local.errors import LocalRunError
from annotation_site.local.instance import Instance, State
from annotation_site.local.listening import listen
from annotation_site.local.processes import Process, say
from annotation_site.local.servers import Server
from annotation_site.local.session import application_environment, servers

DEATHS_PER_MINUTE = 5
LONGEST_PAUSE_SECONDS = 10.0
# Celery says this about root on every start; here its tasks come only through the private socket.
QUIET = "ignore:You're running the worker with superuser"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="manage.py up", description="Set everything up and run it; Ctrl-C stops it.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8000, or the next free one)")
    parser.add_argument("--web-processes", type=int, default=2, help="processes that serve pages (2)")
    options = parser.parse_args(arguments)
    return Supervisor(Instance.from_environment(), options.host, options.port, options.web_processes).run()


class Supervisor:
    def __init__(self, instance: Instance, host: str, port: int | None, web_processes: int) -> None:
        self.instance, self.host, self.port, self.web_processes = instance, host, port, web_processes
        self.begun = time.monotonic()
        self.stop_requests = 0
        self.servers: list[Server] = []
        self.processes: list[Process] = []
        self.restart_at: dict[str, float] = {}

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.request_stop)
        is_first = not self.instance.accounts_file.exists()
        try:
            if not self.take_folder():
                return 0
            with contextlib.closing(listen(self.host, self.port)) as listener:
                return self.run_on(listener, is_first)
        except LocalRunError as error:
            say(str(error))
            return 1
        finally:
            if self.instance.lock is not None:
                self.instance.unlock()
                say("stopped")

    def request_stop(self, *_: object) -> None:
        self.stop_requests += 1
        if self.stop_requests == 1:
            say("stopping; Ctrl-C once more hurries")

    def take_folder(self) -> bool:
        """Take the data folder's lock; a command that uses it, or a killed run that still ends, is waited for."""
        if self.instance.try_lock():
            return True
        other = self.instance.running()
        if other is None or other.command != "up":
            say(f"waiting for {f'manage.py {other.command}' if other else 'an earlier run'} to end")
            if self.instance.wait_for_lock(lambda: self.stop_requests > 0 or self.up_runs(), seconds=600):
                return True
            other = self.instance.running()
        if other:
            say(f"already running at {other.url} (process {other.pid}); stop it with: python3 manage.py stop")
        return False

    def up_runs(self) -> bool:
        other = self.instance.running()
        return other is not None and other.command == "up"

    def run_on(self, listener: socket.socket, is_first: bool) -> int:
        port = listener.getsockname()[1]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        url = f"http://{shown}:{port}/"
        chosen = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
        self.tell(url, chosen)
        with servers(self.instance.folder, chosen, lock=self.instance.lock) as self.servers:
            self.tell(url, chosen)
            say(f"database and broker ready after {self.age():.1f} s")
            environment = application_environment(self.instance.environment() | chosen)
            if not self.prepare(environment):
                return 0 if self.stop_requests else 1
            self.processes = self.make_processes(environment, listener)
            try:
                self.start()
                return self.watch(url, is_first)
            finally:
                self.stop()

    def tell(self, url: str, chosen: dict[str, str]) -> None:
        self.instance.write_state(State(os.getpid(), "up", url, chosen["DATABASE_URL"], chosen["REDIS_URL"]))

    def age(self) -> float:
        return time.monotonic() - self.begun

    def process(self, name: str, command: Iterable[str | Path], environment: dict[str, str], grace: float) -> Process:
        return Process(
            name,
            [sys.executable, "-m", *map(str, command)],
            self.instance.log(name),
            environment=environment,
            grace_seconds=grace,
            lock=self.instance.lock,
        )

    def prepare(self, environment: dict[str, str]) -> bool:
        """Bring schema, static files and the demo project up to date; tell whether that worked."""
        if self.stop_requests:
            return False
        setup = self.process("setup", ["annotation_site.local.prepare"], environment, 5)
        setup.start()
        is_asked = False
        while setup.exit_code is None:
            if self.stop_requests and not is_asked:
                is_asked = True
                setup.send(signal.SIGTERM)
            time.sleep(0.05)
        setup.finish()
        if setup.exit_code and not self.stop_requests:
            say("the setup failed; its messages are above")
        return not setup.exit_code and not self.stop_requests

    def make_processes(self, environment: dict[str, str], listener: socket.socket) -> list[Process]:
        environment = environment | {"PYTHONWARNINGS": QUIET}
        gunicorn = ["gunicorn", "annotation_site.wsgi:application", "--bind", f"fd://{listener.fileno()}"]
        gunicorn += ["--worker-class", "gthread", "--workers", str(self.web_processes), "--threads", "8"]
        gunicorn += ["--timeout", "120", "--graceful-timeout", "10", "--log-level", "warning", "--no-control-socket"]
        beat = ["celery", "--quiet", "--app", "annotation_site", "beat", "--loglevel", "WARNING", "--pidfile="]
        beat += ["--schedule", str(self.instance.folder / "beat-schedule")]
        web = self.process("web", gunicorn, environment, 15)
        web.inherited = (listener.fileno(),)
        worker = self.process("worker", ["annotation_site.local.worker"], environment, 25)
        worker.ready_word = " ready."
        return [web, worker, self.process("beat", beat, environment, 5)]

    def start(self) -> None:
        for process in self.processes:
            if not self.stop_requests:
                process.start()

    def is_ready(self, url: str) -> bool:
        """Tell whether a page can be served and a task done."""
        worker = next(process for process in self.processes if process.name == "worker")
        return worker.is_ready.is_set() and answers(f"{url}healthz")

    def show_banner(self, url: str, is_first: bool) -> None:
        accounts = self.instance.accounts_file
        lines = ["", f"Overread is ready after {self.age():.1f} s:  {url}"]
        if accounts.exists() and is_first:
            lines += ["sign in as:", *(f"    {line}" for line in accounts.read_text().splitlines() if line)]
        if accounts.exists():
            lines.append(f"names and passwords: {accounts}")
        lines += [f"data and logs: {self.instance.folder}", "stop: Ctrl-C", ""]
        say("\n".join(lines))

    def watch(self, url: str, is_first: bool) -> int:
        """Say when all is ready. Start again what ends, with growing pauses, and give up on what keeps ending."""
        is_announced = False
        while not self.stop_requests:
            if not is_announced and self.is_ready(url):
                is_announced = True
                self.show_banner(url, is_first)
            for process in self.processes:
                if process.exit_code is not None and not self.start_again(process):
                    return 1
            for server in self.servers:
                if server.exit_code is not None:
                    say(f"{server.name} ended with code {server.exit_code}; starting it again")
                    server.start()
            time.sleep(0.1)
        return 0

    def start_again(self, process: Process) -> bool:
        """Start an ended process once its pause is over; refuse when it has ended too often."""
        now = time.monotonic()
        due = self.restart_at.get(process.name)
        if due is None:
            deaths = process.recent_starts(60)
            if deaths >= DEATHS_PER_MINUTE:
                say(f"{process.name} keeps ending (code {process.exit_code}); giving up. Its log: {process.log}")
                return False
            pause = min(0.5 * 2 ** (deaths - 1), LONGEST_PAUSE_SECONDS) if deaths else 0.0
            self.restart_at[process.name] = now + pause
            say(f"{process.name} ended with code {process.exit_code}; starting it again in {pause:.0f} s")
        elif now >= due:
            del self.restart_at[process.name]
            process.start()
        return True

    def stop(self) -> None:
        """Stop web and beat, so that nothing new begins; then the worker, which finishes its task. Servers follow."""
        begun = time.monotonic()
        for names in ({"web", "beat"}, {"worker"}):
            group = [process for process in self.processes if process.name in names]
            for process in group:
                process.send(signal.SIGTERM)
            is_hurried = False
            while any(process.popen and process.exit_code is None for process in group):
                if self.stop_requests > 1 and not is_hurried:
                    is_hurried = True
                    for process in group:
                        process.send(signal.SIGQUIT)
                time.sleep(0.05)
        for process in self.processes:
            process.finish()
        say(f"web, worker and beat stopped after {time.monotonic() - begun:.1f} s")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310
            return bool(response.status == 200)
    except OSError:
        return False
