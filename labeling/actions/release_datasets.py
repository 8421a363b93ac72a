"""Give a frozen release as plain values, a bounded number of cases at a time."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from django.db.models import Q

from labeling.domain.formats.dataset import Answer, Case, Dataset, Image, Label, Mark, Read
from labeling.models import (
    AnnotationVersion,
    FindingAnswer,
    LabelSchema,
    Release,
    ReleaseInstance,
    ReleaseRead,
)
from labeling.models import Label as LabelRow

CASES_AT_ONCE = 50
IMAGE_COLUMNS = (
    "instance__series__study_id",
    "instance__series__series_instance_uid",
    "instance__sop_instance_uid",
    "instance__series__modality",
    "instance__series__body_part",
    "instance__display__laterality",
    "instance__display__view_position",
    "instance__rows",
    "instance__columns",
    "instance__number_of_frames",
    "instance__photometric_interpretation",
    "instance__display__spacing",
)
MARK_COLUMNS = (
    "annotation__read_id",
    "annotation_id",
    "version",
    "label__key",
    "instance__sop_instance_uid",
    "frame",
    "shape",
    "geometry",
    "lesion",
    "origin",
    "attributes",
    "is_withdrawn",
    "annotation__created_at",
)


def dataset_of(release: Release) -> Dataset:
    return Dataset(
        project=release.project_key,
        number=release.number,
        name=release.name,
        created_at=release.created_at.isoformat(),
        labels=_labels(release),
        cases=lambda: _cases(release),
    )


def schemas_of(release: Release) -> list[LabelSchema]:
    """The schemas that the release's reads used, newest first."""
    used = ReleaseRead.objects.filter(release=release).values("read__schema")
    return list(LabelSchema.objects.filter(pk__in=used).order_by("-version").prefetch_related("labels"))


def _labels(release: Release) -> tuple[Label, ...]:
    """One label per key over all schemas used; the newest schema says its name and colour."""
    rows: dict[str, LabelRow] = {}
    for schema in schemas_of(release):
        for row in schema.labels.all():
            rows.setdefault(row.key, row)
    return tuple(
        Label(number, row.key, row.name, row.code, row.colour, row.scope)
        for number, row in enumerate(rows.values(), start=1)
    )


def _cases(release: Release) -> Iterator[Case]:
    """Cases by number; image numbers run through the whole release."""
    numbers = count(1)
    last_number = 0
    while rows := _next_case_rows(release, last_number):
        last_number = rows[-1]["read__case__number"]
        images = _images(release, Q(instance__series__study_id__in=[row["read__case__study_id"] for row in rows]))
        reads = _reads(release, [row["read__case_id"] for row in rows])
        of_priors = _named_elsewhere(release, images, reads)
        for row in rows:
            own, marks = images[row["read__case__study_id"]], reads[row["read__case_id"]]
            yield Case(
                code=f"{release.project_key}-{row['read__case__number']}",
                patient=row["read__case__study__patient__pseudonym"],
                split=row["split"],
                study_instance_uid=row["read__case__study__study_instance_uid"],
                images=tuple(_numbered([*own, *_priors_of(own, marks, of_priors)], numbers)),
                reads=tuple(marks),
            )


def _numbered(images: list[Image], numbers: "count[int]") -> Iterator[Image]:
    for image in images:
        yield replace(image, number=next(numbers))
        for _ in range(image.number_of_frames - 1):
            next(numbers)


def _named_elsewhere(
    release: Release, images: dict[int, list[Image]], reads: dict[int, list[Read]]
) -> dict[str, Image]:
    """Images of prior studies that marks of these reads lie on, or answers are about, by their UIDs."""
    named = {uid for of_case in reads.values() for uid in _named(of_case)}
    known = {image.sop_instance_uid: image for of_study in images.values() for image in of_study}
    if elsewhere := named - set(known) - {image.series_instance_uid for image in known.values()}:
        is_series = Q(instance__series__series_instance_uid__in=elsewhere)
        found = _images(release, Q(instance__sop_instance_uid__in=elsewhere) | is_series)
        known |= {image.sop_instance_uid: image for of_study in found.values() for image in of_study}
    return known


def _priors_of(own: list[Image], reads: list[Read], known: dict[str, Image]) -> list[Image]:
    """In the order of their UIDs: they stand in this case too, with numbers of their own.

    Older releases have not frozen what only an answer is about.
    """
    named, here = _named(reads), {image.sop_instance_uid for image in own}
    return [
        image
        for uid, image in sorted(known.items())
        if uid not in here and not named.isdisjoint({uid, image.series_instance_uid})
    ]


def _named(reads: list[Read]) -> set[str]:
    """UIDs of images, and of series that are answered for as a whole."""
    marked = {mark.sop_instance_uid for read in reads for mark in read.marks}
    answers = [answer for read in reads for answer in read.answers]
    answered = {uid for answer in answers for uid in (answer.sop_instance_uid, answer.series_instance_uid)}
    return marked | answered - {""}


def _next_case_rows(release: Release, last_number: int) -> list[dict[str, Any]]:
    frozen = ReleaseRead.objects.filter(release=release, read__case__number__gt=last_number)
    columns = ("read__case_id", "read__case__study_id", "read__case__number", "split")
    names = ("read__case__study__study_instance_uid", "read__case__study__patient__pseudonym")
    return list(frozen.values(*columns, *names).distinct().order_by("read__case__number")[:CASES_AT_ONCE])


def _images(release: Release, which: Q) -> dict[int, list[Image]]:
    """Frozen images by study, not numbered yet."""
    frozen = ReleaseInstance.objects.filter(which, release=release).order_by(
        "instance__series__study__case__number",
        "instance__series__series_number",
        "instance__series__series_instance_uid",
        "instance__instance_number",
        "instance__sop_instance_uid",
    )
    images: defaultdict[int, list[Image]] = defaultdict(list)
    for (
        study_id,
        series,
        sop,
        modality,
        body,
        laterality,
        view,
        rows,
        columns,
        frames,
        photometric,
        spacing,
    ) in frozen.values_list(*IMAGE_COLUMNS).iterator():
        images[study_id].append(
            Image(
                number=0,
                series_instance_uid=series,
                sop_instance_uid=sop,
                modality=modality,
                body_part=body,
                laterality=laterality or "",
                view_position=view or "",
                rows=rows,
                columns=columns,
                number_of_frames=frames,
                photometric_interpretation=photometric,
                spacing=spacing,
            )
        )
    return images


def _reads(release: Release, case_ids: list[int]) -> dict[int, list[Read]]:
    frozen = ReleaseRead.objects.filter(release=release, read__case_id__in=case_ids)
    rows = list(frozen.select_related("read__schema").order_by("read__round", "reader_name", "read_id"))
    ids = [row.read_id for row in rows]
    answers, marks = _answers(ids), _marks(ids)
    reads: defaultdict[int, list[Read]] = defaultdict(list)
    for row in rows:
        read = row.read
        reads[read.case_id].append(
            Read(
                id=read.pk,
                reader=row.reader_name,
                round=read.round,
                schema_version=read.schema.version,
                submitted_at=read.submitted_at.isoformat() if read.submitted_at else "",
                answers=tuple(answers[read.pk]),
                marks=tuple(marks[read.pk]),
            )
        )
    return reads


def _answers(read_ids: list[int]) -> dict[int, list[Answer]]:
    """The newest answers, the whole case's first; those taken back are none."""
    target = ("label_id", "series_id", "instance_id", "frame")
    newest = FindingAnswer.objects.filter(read__in=read_ids).order_by("read_id", *target, "-version")
    columns = ("label__key", "value", "reason", "series__series_instance_uid", "instance__sop_instance_uid", "frame")
    rows = newest.distinct("read_id", *target).values_list("read_id", "label__position", *columns)
    answers: defaultdict[int, list[Answer]] = defaultdict(list)
    for read_id, _, key, value, reason, series, sop, frame in sorted(rows, key=_order_of_answer):
        if value:
            answers[read_id].append(Answer(key or "", value, reason, series or "", sop or "", frame))
    return answers


def _order_of_answer(row: tuple[Any, ...]) -> tuple[Any, ...]:
    _, position, _, _, _, series, sop, frame = row
    return (-1 if position is None else position, series or "", sop or "", frame or 0)


def _marks(read_ids: list[int]) -> dict[int, list[Mark]]:
    """The newest version of each mark in the order of drawing; withdrawn marks are none."""
    newest = AnnotationVersion.objects.filter(annotation__read__in=read_ids).newest()
    marks: defaultdict[int, list[Mark]] = defaultdict(list)
    for row in sorted(newest.values_list(*MARK_COLUMNS), key=lambda row: (row[-1], row[1])):
        read_id, annotation_id, version, label, sop, frame, shape, geometry, lesion, origin, said, withdrawn, _ = row
        if not withdrawn:
            marks[read_id].append(
                Mark(
                    id=str(annotation_id),
                    version=version,
                    label=label,
                    sop_instance_uid=sop,
                    frame=frame,
                    shape=shape,
                    geometry=geometry,
                    lesion=str(lesion) if lesion else "",
                    origin=origin,
                    attributes=said,
                )
            )
    return marks
