"""Every task: a message is a wake-up, the work is in an action, and each may run twice."""

from celery import shared_task

from labeling.actions import ingest, pixel_reviews, release_exports, sweep, text_removals

# Longer than a chunk of the slowest files, shorter than the broker's visibility timeout.
INGEST_SECONDS = 3000


@shared_task(name="ingest_batch", time_limit=INGEST_SECONDS)
def ingest_batch(batch_id: int) -> None:
    ingest.ingest_chunk(batch_id)


@shared_task(name="export_release")
def export_release(release_id: int) -> None:
    release_exports.export_release(release_id)


@shared_task(name="drop_texts")
def drop_texts(project_id: int) -> None:
    text_removals.drop_texts(project_id)


@shared_task(name="sweep", expires=10.0)
def sweep_all() -> None:
    sweep.sweep_batches()
    pixel_reviews.expire_reviews()
    sweep.sweep_bytes()
    sweep.sweep_abandoned()
    release_exports.wake_forgotten_exports()
    text_removals.wake_forgotten_drops()
