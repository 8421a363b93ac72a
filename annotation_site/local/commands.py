"""What `manage.py` does: the local run's own commands, and Django's with the servers they need."""

import os
import signal
import sys
import time

from django.core.management import execute_from_command_line

from annotation_site.local import supervisor, testing
from annotation_site.local.errors import LocalRunError
from annotation_site.local.instance import Instance, State
from annotation_site.local.session import servers

WITHOUT_SERVERS = {
    "help", "--help", "-h", "version", "--version", "check", "collectstatic", "diffsettings", "spectacular",
    "startapp", "makemessages", "compilemessages", "deidentify",
}  # fmt: skip


def run(argv: list[str]) -> int:
    name = argv[1] if len(argv) > 1 else "help"
    ours = {"up": supervisor.main, "stop": stop, "test": testing.main, "setup": setup}
    try:
        if name in ours:
            return ours[name](argv[2:])
        run_django(name, argv)
    except LocalRunError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def setup(_: list[str]) -> int:
    """Say that all is there: the bootstrap has done the work."""
    print("ready; next: python3 manage.py up", flush=True)
    return 0


def stop(_: list[str]) -> int:
    """Stop what `up` runs, and wait until it has."""
    instance = Instance.from_environment()
    state = instance.running()
    if state is None or state.command != "up":
        print("nothing is running")
        return 0
    os.kill(state.pid, signal.SIGTERM)
    deadline = time.monotonic() + 90
    while instance.running():
        if time.monotonic() > deadline:
            print(f"process {state.pid} did not stop within 90 s", file=sys.stderr)
            return 1
        time.sleep(0.1)
    print("stopped")
    return 0


def run_django(name: str, argv: list[str]) -> None:
    """Run a command of Django's on the servers named in the environment, else those of a running `up`, else its own."""
    instance = Instance.from_environment()
    os.environ.update(instance.environment())
    if name in WITHOUT_SERVERS:
        os.environ.setdefault("DATABASE_URL", "postgresql://localhost/not-used")
    running = instance.running()
    if running and running.command == "up":
        os.environ.setdefault("DATABASE_URL", running.database_url)
        os.environ.setdefault("REDIS_URL", running.redis_url)
    if name in WITHOUT_SERVERS or (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        execute_from_command_line(argv)
        return
    with_own_servers(instance, name, argv)


def with_own_servers(instance: Instance, name: str, argv: list[str]) -> None:
    if not instance.wait_for_lock(lambda: False, seconds=60):
        raise LocalRunError(f"Another command uses the database in {instance.folder}; try again when it has ended.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = {variable: os.environ.get(variable, "") for variable in ("DATABASE_URL", "REDIS_URL")}
    try:
        instance.write_state(State(os.getpid(), name, "", "", ""))
        with servers(instance.folder, chosen, lock=instance.lock):
            os.environ.update(chosen)
            execute_from_command_line(argv)
    finally:
        instance.unlock()
