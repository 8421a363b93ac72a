"""Batches and releases with known reports, for tests of certificates."""

import hashlib
import json
import random
from collections import Counter

from labeling.actions import batches
from labeling.models import Batch, BatchItem, BatchState, Release, ReleaseInstance
from tests import builders

KEYWORDS = ["PatientName", "PatientID", "StudyDate", "StudyInstanceUID", "(0010,9999)", "private", "ImageComments"]


def report(seed):
    """What might have been done to a file; the same seed gives the same."""
    chosen = random.Random(seed)
    keywords = chosen.sample(KEYWORDS, chosen.randint(2, len(KEYWORDS)))
    masks = chosen.choice([None, [], [[1, 2, 30, 40]], [[1, 2, 30, 40], [0, 0, 5, 5]]])
    return {
        "actions": {
            keyword: {action: chosen.randint(1, 9) for action in chosen.sample("DZXCUK", 2)} for keyword in keywords
        },
        "dropped_words": chosen.randint(0, 4),
        "masks": masks,
        "software": "0.1.0",
        "key": "0123456789abcdef",
    }


def item(batch, outcome="accepted", reason="", instance=None, state="done"):
    number = BatchItem.objects.filter(batch=batch).count() + 1
    outcome = outcome if state == "done" else ""
    return BatchItem.objects.create(
        batch=batch, number=number, length=1, state=state, outcome=outcome, reason=reason, instance=instance
    )


def batch(project, manager, reports=(), deidentification="basic/1"):
    """A batch that is done, with one accepted image a report; each third image is of a new patient."""
    made = batches.open_batch(actor=manager, project=project)
    for place, done in enumerate(reports):
        case = builders.case(project, with_instance=False) if place % 3 == 0 else case  # noqa: F821
        instance = builders.instance(
            case.study,
            number_of_frames=1 + place % 2,
            deidentification=deidentification,
            deidentification_report=done,
            pack_offsets=[0, 1, 2],
        )
        item(made, instance=instance)
    Batch.objects.filter(pk=made.pk).update(state=BatchState.DONE)
    made.refresh_from_db()
    return made


def release(project, manager, instances, number=1):
    made = Release.objects.create(
        project=project,
        project_key=project.key,
        number=number,
        name=f"release {number}",
        created_by=manager,
        seed=1,
        fractions={},
        formats=["csv"],
        software_version="0.1.0",
    )
    for instance in instances:
        ReleaseInstance.objects.create(release=made, instance=instance)
    return made


def counted(reports):
    """The counts of attributes, added up one by one: (attribute, action) to (times, instances)."""
    times, instances = Counter(), Counter()
    for done in reports:
        for attribute, actions in done["actions"].items():
            for action, number in actions.items():
                times[attribute, action] += number
                instances[attribute, action] += 1
    return {pair: (times[pair], instances[pair]) for pair in times}


def hash_of(document):
    """The hash as `check` says: computed with nothing of ours."""
    left = {name: value for name, value in document.items() if name not in {"made_at", "check", "sha256"}}
    text = json.dumps(left, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
