"""Freeze releases. Their files are made later, by release_exports."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from labeling import __version__
from labeling.actions import audit, human_decisions
from labeling.domain.formats import FORMATS
from labeling.domain.splits import assign_splits, fractions_fault
from labeling.errors import IdempotencyKeyReused, InvalidRelease, NotAllowed, NothingToRelease
from labeling.models import Patient, Project, Release, ReleaseState, User
from labeling.queue import enqueue

DEFAULT_FRACTIONS = {"train": 0.7, "val": 0.15, "test": 0.15}
DEFAULT_FORMATS = ("coco", "csv")

# INSERT … SELECT: a project has many reads and more instances, and none of them need to come here.
FREEZE_READS = """
    insert into labeling_releaseread (release_id, read_id, reader_name, split)
    select %s, read.id, reader.username, patient.split
    from labeling_read read
    join labeling_user reader on reader.id = read.reader_id
    join labeling_case c on c.id = read.case_id
    join labeling_study study on study.id = c.study_id
    join labeling_patient patient on patient.id = study.patient_id
    where c.project_id = %s and read.state = 'submitted' and patient.split <> ''
"""
FREEZE_INSTANCES = """
    insert into labeling_releaseinstance (release_id, instance_id, content_sha256)
    select %s, instance.id, instance.content_sha256
    from labeling_instance instance
    join labeling_series series on series.id = instance.series_id
    left join labeling_case c on c.study_id = series.study_id
    where c.id in (
        select read.case_id
        from labeling_releaseread frozen join labeling_read read on read.id = frozen.read_id
        where frozen.release_id = %s
    ) or instance.id in (
        -- of prior studies: what a mark lies on, as its newest version says
        select newest.instance_id
        from (
            select distinct on (version.annotation_id) version.instance_id, version.is_withdrawn
            from labeling_annotationversion version
            join labeling_annotation mark on mark.id = version.annotation_id
            join labeling_releaseread frozen on frozen.read_id = mark.read_id
            where frozen.release_id = %s
            order by version.annotation_id, version.version desc
        ) newest
        where not newest.is_withdrawn
    ) or instance.id in (
        -- and what an answer is about, an image or a whole series
        select newest.instance_id
        from (
            select distinct on (answer.read_id, answer.label_id, answer.instance_id, answer.frame)
                answer.instance_id, answer.value
            from labeling_findinganswer answer
            join labeling_releaseread frozen on frozen.read_id = answer.read_id
            where frozen.release_id = %s and answer.instance_id is not null
            order by answer.read_id, answer.label_id, answer.instance_id, answer.frame, answer.version desc
        ) newest
        where newest.value <> ''
    ) or series.id in (
        select newest.series_id
        from (
            select distinct on (answer.read_id, answer.label_id, answer.series_id) answer.series_id, answer.value
            from labeling_findinganswer answer
            join labeling_releaseread frozen on frozen.read_id = answer.read_id
            where frozen.release_id = %s and answer.series_id is not null
            order by answer.read_id, answer.label_id, answer.series_id, answer.version desc
        ) newest
        where newest.value <> ''
    )
"""


@dataclass(frozen=True)
class Wish:
    """What is asked of a release."""

    name: str
    seed: int = 0
    fractions: Mapping[str, float] | None = None
    formats: Sequence[str] = DEFAULT_FORMATS

    def columns(self) -> dict[str, object]:
        return {
            "name": self.name.strip(),
            "seed": self.seed,
            "fractions": dict(self.fractions or DEFAULT_FRACTIONS),
            "formats": sorted(set(self.formats)),
        }


def create_release(*, actor: User, project: Project, wish: Wish, idempotency_key: UUID | None = None) -> Release:
    """Freeze every submitted read of the project, give new patients their split, and wake the export.

    The same key again gives the first release.
    """
    _check(wish)
    with transaction.atomic():
        # The lock lines up releases of a project: numbers have no gaps, and a patient is given one split only.
        project = Project.objects.select_for_update().get(pk=project.pk)
        if earlier := _made_before(actor, project, wish, idempotency_key):
            return earlier
        if project.releases.filter(name=wish.columns()["name"]).exists():
            raise InvalidRelease("the project has a release of this name already")
        release = _make(actor, project, wish, idempotency_key)
        new_patients = _split_new_patients(release)
        reads, instances = _freeze(release)
        human_decisions.freeze_into(release)
        audit.record(
            actor=actor,
            action="release_created",
            project=project,
            subject=release.number,
            reads=reads,
            instances=instances,
            new_patients=new_patients,
            seed=release.seed,
        )
        enqueue("export_release", release.pk, queue="export")
    return release


def retry_export(*, actor: User, release: Release) -> Release:
    """Let a failed export try again."""
    with transaction.atomic():
        if not Project.objects.managed_by(actor).filter(pk=release.project_id).exists():
            raise NotAllowed("only a manager of the project may do this")
        release = Release.objects.select_for_update().get(pk=release.pk)
        if release.state == ReleaseState.FAILED:
            release.state, release.attempts, release.failure = ReleaseState.FROZEN, 0, ""
            release.lease_until = None
            release.save(update_fields=["state", "attempts", "failure", "lease_until"])
            audit.record(actor=actor, action="release_retried", project=release.project, subject=release.number)
            enqueue("export_release", release.pk, queue="export")
    return release


def record_download(*, actor: User, release: Release) -> None:
    """Note that somebody took the archive away."""
    audit.record(actor=actor, action="release_downloaded", project=release.project, subject=release.number)


def _check(wish: Wish) -> None:
    if not 1 <= len(wish.name.strip()) <= 80:
        raise InvalidRelease("a release needs a name of 1 to 80 characters")
    if not -(2**63) <= wish.seed < 2**63:
        raise InvalidRelease("the seed is a whole number of 64 bits")
    if fault := fractions_fault(wish.fractions or DEFAULT_FRACTIONS):
        raise InvalidRelease(fault)
    if unknown := set(wish.formats) - set(FORMATS):
        raise InvalidRelease(f"unknown format {', '.join(sorted(unknown))}; known are {', '.join(FORMATS)}")
    if not wish.formats:
        raise InvalidRelease(f"name at least one format of {', '.join(FORMATS)}")


def _made_before(actor: User, project: Project, wish: Wish, key: UUID | None) -> Release | None:
    earlier = Release.objects.filter(created_by=actor, idempotency_key=key).first() if key else None
    if earlier is None:
        return None
    asked = wish.columns()
    if earlier.project_id != project.pk or any(getattr(earlier, name) != asked[name] for name in asked):
        raise IdempotencyKeyReused("this key made another release")
    return earlier


def _make(actor: User, project: Project, wish: Wish, key: UUID | None) -> Release:
    project.last_release_number += 1
    project.save(update_fields=["last_release_number"])
    return Release.objects.create(
        project=project,
        project_key=project.key,
        number=project.last_release_number,
        created_by=actor,
        idempotency_key=key,
        software_version=__version__,
        **wish.columns(),
    )


def _split_new_patients(release: Release) -> int:
    """Give a split to each patient with a submitted read that has none yet; give their number."""
    patients = Patient.objects.filter(project=release.project_id)
    read = patients.filter(split="", studies__case__reads__state="submitted").distinct()
    ids = dict(read.values_list("pseudonym", "pk"))
    known = Counter(patients.exclude(split="").values_list("split", flat=True))
    given = assign_splits(ids, known, release.fractions, release.seed)
    for split in set(given.values()):
        chosen = [ids[pseudonym] for pseudonym in given if given[pseudonym] == split]
        Patient.objects.filter(pk__in=chosen, split="").update(split=split)
    return len(given)


def _freeze(release: Release) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(FREEZE_READS, [release.pk, release.project_id])
        reads = cursor.rowcount
        if not reads:
            raise NothingToRelease("submit a read first: a release holds submitted reads only")
        cursor.execute(FREEZE_INSTANCES, [release.pk] * 5)
        return reads, cursor.rowcount
