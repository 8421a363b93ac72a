"""CSV tables (RFC 4180, UTF-8): images, reads, answers, marks.

Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import orjson

from labeling.domain.formats.dataset import Case, Dataset

Cell = str | int | float
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

CASE_COLUMNS = ("split", "patient", "case", "study_instance_uid")
READ_COLUMNS = ("read", "reader", "round")


def write(dataset: Dataset, folder: Path) -> list[Path]:
    """Write csv/images.csv, csv/reads.csv, csv/answers.csv and csv/marks.csv, one row per record."""
    target = folder / "csv"
    target.mkdir()
    paths = [target / f"{name}.csv" for name in TABLES]
    with ExitStack() as stack:
        writers = []
        for path, (columns, rows) in zip(paths, TABLES.values(), strict=True):
            file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            writers.append((csv.writer(file, lineterminator="\r\n"), rows))
            writers[-1][0].writerow(columns)
        for case in dataset.cases():
            for writer, rows in writers:
                writer.writerows([safe(cell) for cell in row] for row in rows(case))
    return paths


def safe(cell: Cell) -> Cell:
    """Give text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _case_cells(case: Case) -> list[Cell]:
    return [case.split, case.patient, case.code, case.study_instance_uid]


def _image_rows(case: Case) -> Iterator[list[Cell]]:
    for image in case.images:
        spacing = image.spacing or {}
        for frame in range(1, image.number_of_frames + 1):
            yield [
                *_case_cells(case),
                image.series_instance_uid,
                image.sop_instance_uid,
                frame,
                image.columns,
                image.rows,
                image.modality,
                image.body_part,
                image.laterality,
                image.view_position,
                image.photometric_interpretation,
                spacing.get("row_mm", ""),
                spacing.get("column_mm", ""),
                spacing.get("source", ""),
            ]


def _read_rows(case: Case) -> Iterator[list[Cell]]:
    for read in case.reads:
        yield [
            *_case_cells(case),
            read.id,
            read.reader,
            read.round,
            read.schema_version,
            read.submitted_at,
            int(read.no_finding),
            len(read.marks),
        ]


def _answer_rows(case: Case) -> Iterator[list[Cell]]:
    for read in case.reads:
        for answer in read.answers:
            yield [
                *_case_cells(case),
                read.id,
                read.reader,
                read.round,
                "label" if answer.label else "case",
                answer.label,
                answer.value,
                answer.reason,
                answer.series_instance_uid,
                answer.sop_instance_uid,
                answer.frame or "",
            ]


def _mark_rows(case: Case) -> Iterator[list[Cell]]:
    images = {image.sop_instance_uid: image for image in case.images}
    for read in case.reads:
        for mark in read.marks:
            image = images[mark.sop_instance_uid]
            yield [
                *_case_cells(case),
                image.series_instance_uid,
                mark.sop_instance_uid,
                mark.frame,
                image.columns,
                image.rows,
                read.id,
                read.reader,
                read.round,
                mark.id,
                mark.version,
                mark.label,
                mark.shape,
                *mark.measured().bounds,
                _json(mark.attributes),
                mark.lesion,
                mark.origin,
                "" if mark.shape == "box" else _json(mark.geometry),
            ]


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


IMAGE_COLUMNS = (
    *CASE_COLUMNS,
    *("series_instance_uid", "sop_instance_uid", "frame", "columns", "rows", "modality", "body_part", "laterality"),
    *("view_position", "photometric_interpretation", "row_mm", "column_mm", "spacing_source"),
)
MARK_COLUMNS = (
    *CASE_COLUMNS,
    *("series_instance_uid", "sop_instance_uid", "frame", "columns", "rows"),
    *READ_COLUMNS,
    *("annotation", "version", "label", "shape", "x", "y", "width", "height", "attributes", "lesion"),
    *("origin", "geometry"),
)
TABLES: dict[str, tuple[tuple[str, ...], Callable[[Case], Iterator[list[Cell]]]]] = {
    "images": (IMAGE_COLUMNS, _image_rows),
    "reads": (
        (*CASE_COLUMNS, *READ_COLUMNS, "schema_version", "submitted_at", "no_finding", "marks"),
        _read_rows,
    ),
    "answers": (
        (
            *(*CASE_COLUMNS, *READ_COLUMNS, "about", "label", "value", "reason"),
            *("series_instance_uid", "sop_instance_uid", "frame"),
        ),
        _answer_rows,
    ),
    "marks": (MARK_COLUMNS, _mark_rows),
}
