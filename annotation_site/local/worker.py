"""The one worker of a local run. Run as a module."""

import multiprocessing

from kombu.exceptions import OperationalError

from annotation_site.celery import app, restore_unacked

QUEUES = "default,ingest,export"


def pool() -> str:
    """Celery's processes need POSIX semaphores; where /dev/shm is missing there are threads."""
    try:
        multiprocessing.get_context("fork").Lock()
    except OSError:
        return "threads"
    return "prefork"


def main() -> None:
    # No other worker runs: what was delivered and not acknowledged belonged to one that was killed.
    try:
        if count := restore_unacked():
            print(f"{count} unfinished task(s) taken up again", flush=True)
    except OperationalError:
        print("the broker does not answer yet", flush=True)
    arguments = ["--quiet", "worker", "--loglevel", "INFO", "--queues", QUEUES, "--pool", pool()]
    app.worker_main([*arguments, "--without-gossip", "--without-mingle"])


if __name__ == "__main__":
    main()
