"""Certificates of de-identification of batches and releases: counted by the database, never a value of a file."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from labeling.actions import batches, human_decisions
from labeling.domain.certificates import (
    Action,
    Contents,
    Facts,
    Making,
    Received,
    Subject,
    certificate,
    sealed,
)
from labeling.domain.dicom.deidentification.profiles import BUILT_IN, Profile
from labeling.errors import BatchNotDone
from labeling.models import Batch, BatchItem, BatchState, ItemState, Release

# One of the two parameters is null, and its part is empty.
CHOSEN = """
    with chosen as (
        select item.instance_id as id from labeling_batchitem item
        where item.batch_id = %(batch)s and item.outcome = 'accepted' and item.instance_id is not null
        union all
        select frozen.instance_id from labeling_releaseinstance frozen where frozen.release_id = %(release)s
    )
"""
# Images of a series have the same report: they are counted first, and taken apart once.
ACTIONS = """,
    reports as (
        select instance.deidentification_report -> 'actions' as actions, count(*) as instances
        from chosen join labeling_instance instance using (id)
        group by 1
    )
    select attribute.key, action.key, sum(action.value::bigint * reports.instances), sum(reports.instances)
    from reports
    cross join lateral jsonb_each(coalesce(reports.actions, '{}'::jsonb)) attribute
    cross join lateral jsonb_each_text(attribute.value) action
    group by 1, 2
"""
CONTENTS = """,
    images as (
        select instance.id, instance.number_of_frames as frames, series.study_id, study.patient_id,
            coalesce((instance.deidentification_report ->> 'dropped_words')::bigint, 0) as words,
            case jsonb_typeof(instance.deidentification_report -> 'masks')
                when 'array' then jsonb_array_length(instance.deidentification_report -> 'masks')
            end as masks
        from chosen join labeling_instance instance using (id)
        join labeling_series series on series.id = instance.series_id
        join labeling_study study on study.id = series.study_id
    )
    select count(*), coalesce(sum(frames), 0), count(distinct study_id), count(distinct patient_id),
        coalesce(sum(words), 0), count(*) filter (where masks is null), count(masks),
        count(*) filter (where masks > 0), coalesce(sum(masks), 0)
    from images
"""
# The batch that brought an instance knows the profile as it was.
MAKINGS = """
    select instance.deidentification, batch.profile::text,
        coalesce(instance.deidentification_report ->> 'software', ''),
        coalesce(instance.deidentification_report ->> 'key', ''),
        batch.id, count(*)
    from chosen join labeling_instance instance using (id)
    left join lateral (
        select item.batch_id from labeling_batchitem item
        where item.instance_id = instance.id and item.outcome = 'accepted' order by item.id limit 1
    ) brought on true
    left join labeling_batch batch on batch.id = brought.batch_id
    group by 1, 2, 3, 4, 5
    order by 1, 2, 3, 4, 5
"""


@dataclass(frozen=True)
class _Scope:
    """Whose instances are counted: those of a batch or those of a release."""

    batch: int | None = None
    release: int | None = None

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(CHOSEN + query, {"batch": self.batch, "release": self.release})
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def batch_certificate(batch: Batch) -> dict[str, Any]:
    """The certificate of a batch as it stands. Raises BatchNotDone while files are still worked on."""
    if batch.state != BatchState.DONE:
        raise BatchNotDone("the certificate is made when each file has its outcome")
    scope = _Scope(batch=batch.pk)
    times = {"opened_at": batch.created_at.isoformat()}
    if batch.done_at:
        times["done_at"] = batch.done_at.isoformat()
    makings, _ = _makings(scope)
    facts = Facts(
        subject=Subject("batch", batch.pk, batch.project.key, times),
        makings=makings,
        contents=Contents(*map(int, scope.rows(CONTENTS)[0])),
        actions=_actions(scope),
        reviews=human_decisions.pixel_reviews_of_batch(batch),
        text_decisions=human_decisions.text_decisions_of_batch(batch),
        received=_received(batch),
    )
    return sealed(certificate(facts), made_at=timezone.now().isoformat(timespec="seconds"))


def release_certificate(release: Release) -> dict[str, Any]:
    """The certificate of the instances frozen into a release, as of now."""
    return sealed(release_certificate_content(release), made_at=timezone.now().isoformat(timespec="seconds"))


def release_certificate_content(release: Release) -> dict[str, Any]:
    """Counted over frozen rows only: beginning again gives the same content."""
    scope = _Scope(release=release.pk)
    makings, brought_by = _makings(scope)
    reviews, texts = human_decisions.frozen_in(release)
    facts = Facts(
        subject=Subject(
            "release", release.number, release.project_key, {"frozen_at": release.created_at.isoformat()}, release.name
        ),
        makings=makings,
        contents=Contents(*map(int, scope.rows(CONTENTS)[0])),
        actions=_actions(scope),
        reviews=reviews,
        text_decisions=texts,
        batches=brought_by,
    )
    return certificate(facts)


def _actions(scope: _Scope) -> tuple[Action, ...]:
    return tuple(
        Action(attribute, action, int(times), int(instances))
        for attribute, action, times, instances in scope.rows(ACTIONS)
    )


def _makings(scope: _Scope) -> tuple[tuple[Making, ...], tuple[tuple[int, int], ...]]:
    """How the instances came about, and how many each batch brought."""
    makings: list[Making] = []
    brought: Counter[int] = Counter()
    for name, profile, software, key, batch, instances in scope.rows(MAKINGS):
        makings.append(Making(name, _profile(name, json.loads(profile or "{}")), software, key, instances))
        if batch:
            brought[batch] += instances
    return tuple(makings), tuple(sorted(brought.items()))


def _profile(name: str, values: dict[str, Any]) -> Profile | None:
    """The profile that the instance names: as its batch froze it, or the built-in one; None when neither is it."""
    known = [Profile.from_json(values)] if values else []
    return next((profile for profile in [*known, *BUILT_IN.values()] if str(profile) == name), None)


def _received(batch: Batch) -> Received:
    items = BatchItem.objects.filter(batch=batch)
    files = items.exclude(reason=batches.ARCHIVE)
    counted = files.filter(state=ItemState.DONE).order_by().values_list("outcome", "reason").annotate(Count("pk"))
    return Received(
        archives=items.filter(reason=batches.ARCHIVE).count(),
        waiting=files.exclude(state=ItemState.DONE).count(),
        outcomes=tuple(counted),
    )
