"""The worker is killed in mid-batch and Redis is wiped: nothing is lost, nothing is there twice."""

import time

import redis
from django.conf import settings

from labeling.actions import batches
from labeling.models import Batch, BatchItem, Case, Instance, ItemState
from labeling.storage import storage
from tests import builders, phantoms
from tests.batches import send

FILES, RESUMED_WITHIN_SECONDS = 90, 60


def done(batch):
    return BatchItem.objects.filter(batch=batch, state=ItemState.DONE).count()


def test_a_batch_survives_a_killed_worker_and_a_wiped_broker(overread):
    project = builders.project()
    manager = builders.member(project, "manager")
    files = [file for study in range(1, 4) for file in phantoms.ct_series(slices=FILES // 3, study=study)]
    batch = batches.open_batch(actor=manager, project=project)
    for number, content in enumerate(files, 1):
        send(batch, number, content)
    batches.close_batch(actor=manager, batch=batch, count=len(files))

    overread.start_beat()
    for goal in (10, 40):
        overread.start_worker()
        overread.wait_for(lambda goal=goal: done(batch) >= goal, 90, "the first outcomes")
        overread.kill("worker")
        assert done(batch) < FILES, "the worker was too quick to be killed in mid-batch"
    redis.Redis.from_url(settings.REDIS_URL).flushall()
    held = BatchItem.objects.filter(batch=batch, state=ItemState.PROCESSING).count()

    killed_at, before = time.monotonic(), done(batch)
    overread.start_worker()
    overread.wait_for(lambda: done(batch) > before, RESUMED_WITHIN_SECONDS, "the batch being taken up again")
    overread.wait_for(lambda: Batch.objects.get(pk=batch.pk).state == "done", 120, "the end of the batch")
    if held:
        assert time.monotonic() - killed_at < 120

    outcomes = BatchItem.objects.filter(batch=batch).values_list("outcome", "reason")
    assert set(outcomes) == {("accepted", "")}
    assert Instance.objects.count() == len(files) == BatchItem.objects.filter(batch=batch).count()
    assert Case.objects.count() == 3
    overread.wait_for(lambda: not list(storage().iterate("intake")), 30, "an empty intake")
