"""Work to do: a message is only a wake-up for a row in PostgreSQL; the sweeper wakes what was forgotten."""

import logging

from django.db import transaction
from kombu.exceptions import OperationalError

from annotation_site.celery import app

log = logging.getLogger(__name__)


def enqueue(name: str, *ids: int, queue: str = "default") -> None:
    """Wake the task `name` with ids once the transaction has committed; a broker that is away delays it only."""

    def send() -> None:
        try:
            app.send_task(name, args=ids, queue=queue, retry=False)
        except (OperationalError, OSError):
            log.warning("the broker is away; the sweeper will wake %s %s", name, ids)

    transaction.on_commit(send)
