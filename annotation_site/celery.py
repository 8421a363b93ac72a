"""The Celery application: a message is a wake-up for work that PostgreSQL records."""

import os
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotation_site.settings")
app = Celery("annotation_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["labeling.interfaces"])


def restore_unacked() -> int:
    """Put deliveries that no worker acknowledged back in their queues. Only while no worker runs."""
    count = 0
    with app.connection_for_write() as connection:
        channel: Any = connection.default_channel
        with channel.conn_or_acquire() as client:
            for tag in client.hkeys(channel.unacked_key):
                channel.qos.restore_by_tag(tag.decode() if isinstance(tag, bytes) else tag, client)
                count += 1
    return count
