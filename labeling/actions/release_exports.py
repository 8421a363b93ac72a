"""Make the files of a release under a lease, from frozen rows only: beginning again gives the same bytes."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from labeling.actions import audit
from labeling.actions.certificates import release_certificate_content
from labeling.actions.release_datasets import dataset_of, schemas_of
from labeling.domain.certificates import file_bytes
from labeling.domain.formats import FORMATS, archive, coco, readme
from labeling.domain.formats.counts import counts
from labeling.domain.formats.dataset import Case, Dataset
from labeling.errors import LeaseLost
from labeling.models import LabelSchema, Release, ReleaseFile, ReleaseInstance, ReleaseState
from labeling.queue import enqueue
from labeling.storage import storage

log = logging.getLogger(__name__)
ATTEMPTS = 3
LEASE = timedelta(seconds=45)
HEARTBEAT_SECONDS = 1.0
UNFINISHED = [ReleaseState.FROZEN, ReleaseState.EXPORTING]


def export_release(release_id: int) -> bool:
    """Make the archive of a release; False when there is nothing to do or another worker is at it."""
    lease = Lease.take(release_id)
    if lease is None:
        return False
    with lease, storage().scratch() as folder:
        files, made = _make_files(lease, folder)
        key = f"releases/{made.sha256[:2]}/{made.sha256}.zip"
        with storage().writing(key) as target, (folder / made.name).open("rb") as source:
            while piece := source.read(archive.PIECE_BYTES):
                target.write(piece)
                lease.beat()
        lease.finish(files, made, key)
    return True


def wake_forgotten_exports() -> int:
    """Wake exports whose worker is gone; give up those that used up their attempts. For the sweeper."""
    now = timezone.now()
    # A fresh release was woken when it was made: leave its message a moment.
    forgotten = Release.objects.filter(state__in=UNFINISHED).filter(
        Q(lease_until__lt=now) | Q(lease_until=None, created_at__lt=now - timedelta(seconds=5))
    )
    forgotten.filter(attempts__gte=ATTEMPTS).update(
        state=ReleaseState.FAILED, failure="export_failed", lease_until=None
    )
    ids = list(forgotten.filter(attempts__lt=ATTEMPTS).values_list("pk", flat=True))
    for pk in ids:
        enqueue("export_release", pk, queue="export")
    return len(ids)


class Lease:
    """The right to export a release, as long as it is renewed. `attempts` tells its holders apart."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.done = 0
        self.next_beat = 0.0
        self._mine = Release.objects.filter(pk=release.pk, state=ReleaseState.EXPORTING, attempts=release.attempts)

    @classmethod
    def take(cls, release_id: int) -> "Lease | None":
        now = timezone.now()
        free = Release.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=release_id)
        with transaction.atomic():
            release = free.filter(state__in=UNFINISHED, attempts__lt=ATTEMPTS).select_for_update().first()
            if release is None:
                return None
            release.state, release.lease_until = ReleaseState.EXPORTING, now + LEASE
            release.attempts += 1
            release.done = release.total = 0
            release.save(update_fields=["state", "lease_until", "attempts", "done", "total"])
        return cls(release)

    def __enter__(self) -> "Lease":
        return self

    def __exit__(
        self, failed: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go after a failure: the sweeper wakes the next attempt, or gives up."""
        if failed:
            self._mine.update(state=ReleaseState.FROZEN, lease_until=None)

    def expect(self, total: int) -> None:
        self._mine.update(total=total)

    def step(self) -> None:
        self.done += 1
        self.beat()

    def beat(self) -> None:
        """Renew the lease and commit the progress, at most once a second. Raises LeaseLost."""
        if monotonic() < self.next_beat:
            return
        self.next_beat = monotonic() + HEARTBEAT_SECONDS
        if not self._mine.update(done=self.done, lease_until=timezone.now() + LEASE):
            raise LeaseLost(f"release {self.release.pk} is being exported by another worker")

    def finish(self, files: list[archive.File], made: archive.File, key: str) -> None:
        """Record the files; only now is the release ready."""
        with transaction.atomic():
            release = self._mine.select_for_update().first()
            if release is None:
                raise LeaseLost(f"release {self.release.pk} was exported by another worker")
            release.files.all().delete()
            ReleaseFile.objects.bulk_create(
                ReleaseFile(release=release, name=file.name, bytes=file.bytes, sha256=file.sha256) for file in files
            )
            release.archive_key, release.archive_bytes, release.archive_sha256 = key, made.bytes, made.sha256
            release.state, release.lease_until, release.done = ReleaseState.READY, None, release.total
            release.save()
            audit.record(
                actor=None,
                action="release_exported",
                project=release.project,
                subject=release.number,
                sha256=made.sha256,
                attempt=release.attempts,
            )


def _make_files(lease: Lease, folder: Path) -> tuple[list[archive.File], archive.File]:
    release = lease.release
    source = dataset_of(release)
    content = folder / "content"
    content.mkdir()
    passes = len(release.formats) + 1
    lease.expect(passes * release.release_reads.values("read__case").distinct().count())
    dataset = replace(source, cases=lambda: _watched(source.cases, lease.step))
    for name in release.formats:
        FORMATS[name](dataset, content)
    (content / "README.txt").write_text(readme.text(dataset, release.formats), encoding="utf-8")
    (content / "certificate.json").write_bytes(file_bytes(release_certificate_content(release)))
    files = archive.describe(content, lease.beat)
    manifest = archive.write_manifest(content, _facts(release, dataset), files)
    files += [file for file in archive.describe(content, lease.beat) if file.name == manifest.name]
    name = f"{release.project_key}-release-{release.number}.zip"
    return files, archive.pack(content, files, folder / name, lease.beat)


def _watched(cases: Callable[[], Iterator[Case]], step: Callable[[], None]) -> Iterator[Case]:
    for case in cases():
        yield case
        step()


def _facts(release: Release, dataset: Dataset) -> dict[str, Any]:
    """What the manifest says beside the files. No time but the release's own: bytes must not differ between runs."""
    profiles = ReleaseInstance.objects.filter(release=release).values_list("instance__deidentification")
    return {
        "manifest": "overread-release/1",
        "software": {"name": "Overread", "version": release.software_version},
        "project": release.project_key,
        "release": {"number": release.number, "name": release.name, "created_at": dataset.created_at},
        "seed": release.seed,
        "fractions": release.fractions,
        "formats": release.formats,
        "coordinates": coco.CONVENTION,
        "ground_truth": coco.GROUND_TRUTH,
        "deidentification": [
            {"profile": profile, "instances": instances}
            for profile, instances in profiles.annotate(Count("pk")).order_by("instance__deidentification")
        ],
        "counts": counts(dataset),
        "schemas": [_schema(schema) for schema in schemas_of(release)],
    }


def _schema(schema: LabelSchema) -> dict[str, Any]:
    columns = ("key", "name", "code", "colour", "scope", "shapes", "attributes")
    labels = [{column: getattr(label, column) for column in columns} for label in schema.labels.all()]
    return {"version": schema.version, "labels": labels}
