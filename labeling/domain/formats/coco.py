"""COCO object detection, one file per split.

Every frame of every case is an image, with or without marks: a negative is an image like any other. What COCO has no
word for stands beside it under names of our own: UIDs and frame on images; reader, shape, exact geometry and lesion on
annotations; `reads`.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from labeling.domain.formats.dataset import Answer, Case, Dataset, Image, Label, Mark, Read
from labeling.domain.geometry.masks import Mask
from labeling.domain.geometry.shapes import Box, Points
from labeling.domain.splits import SPLITS

CONVENTION = (
    "bbox is [x, y, width, height] in pixels: x counts columns, y counts rows, (0, 0) is the outer corner of the first "
    "pixel (DICOM PS3.3 C.18.6, SCOORD). Frames count from 1."
)
GROUND_TRUTH = "the marks of each submitted read, per reader; not adjudicated, not merged"
STREAMED = ("images", "annotations", "reads")


def write(dataset: Dataset, folder: Path) -> list[Path]:
    """Write coco/train.json, coco/val.json and coco/test.json, record by record: memory holds one case at a time."""
    target = folder / "coco"
    target.mkdir()
    annotation_ids = iter(range(1, 2**53))
    with ExitStack() as stack:
        files = {split: stack.enter_context(_SplitFile(target / f"{split}.json", dataset, split)) for split in SPLITS}
        for case in dataset.cases():
            files[case.split].add(case, annotation_ids)
    return [file.path for file in files.values()]


class _SplitFile:
    """One COCO file in the making. Its lists grow side by side in spools and are joined at the end."""

    def __init__(self, path: Path, dataset: Dataset, split: str) -> None:
        self.path, self.dataset, self.split = path, dataset, split
        self.label_ids = dataset.label_ids()

    def __enter__(self) -> "_SplitFile":
        self.spools = {name: _Spool(self.path.with_suffix(f".{name}")) for name in STREAMED}
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        for spool in self.spools.values():
            spool.file.close()
        if not failed:
            self._join()
        for spool in self.spools.values():
            spool.path.unlink()

    def add(self, case: Case, annotation_ids: Iterator[int]) -> None:
        first_frames = {image.sop_instance_uid: image.number for image in case.images}
        for image in case.images:
            for frame in range(1, image.number_of_frames + 1):
                self.spools["images"].add(_image(case, image, frame))
        for read in case.reads:
            self.spools["reads"].add(_read(case, read))
            for mark in read.marks:
                image_id = first_frames[mark.sop_instance_uid] + mark.frame - 1
                ids = {"id": next(annotation_ids), "image_id": image_id, "category_id": self.label_ids[mark.label]}
                self.spools["annotations"].add(ids | _annotation(read, mark))

    def _join(self) -> None:
        with self.path.open("wb") as file:
            file.write(b'{"info":' + orjson.dumps(_info(self.dataset, self.split)) + b',\n"licenses":[]')
            file.write(b',\n"categories":' + orjson.dumps([_category(label) for label in self.dataset.labels]))
            for name in STREAMED:
                file.write(f',\n"{name}":['.encode())
                self.spools[name].copy_to(file)
                file.write(b"]")
            file.write(b"}\n")


class _Spool:
    """Records of one list, each on its line, until the list's place in the file is known."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("wb")
        self.separator = b"\n"

    def add(self, record: dict[str, Any]) -> None:
        self.file.write(self.separator + orjson.dumps(record))
        self.separator = b",\n"

    def copy_to(self, target: BinaryIO) -> None:
        with self.path.open("rb") as source:
            while piece := source.read(2**20):
                target.write(piece)


def _info(dataset: Dataset, split: str) -> dict[str, Any]:
    return {
        "description": f"Overread: {dataset.project}, release {dataset.number} ({dataset.name}), {split}",
        "version": str(dataset.number),
        "year": int(dataset.created_at[:4]),
        "date_created": dataset.created_at,
        "project": dataset.project,
        "release": dataset.name,
        "split": split,
        "coordinates": CONVENTION,
        "ground_truth": GROUND_TRUTH,
    }


def _category(label: Label) -> dict[str, Any]:
    return {
        "id": label.id,
        "name": label.key,
        "supercategory": "",
        "title": label.name,
        "code": label.code,
        "colour": label.colour,
        "scope": label.scope,
    }


def _image(case: Case, image: Image, frame: int) -> dict[str, Any]:
    return {
        "id": image.number + frame - 1,
        "file_name": f"{image.sop_instance_uid}/{frame}",
        "width": image.columns,
        "height": image.rows,
        "study_instance_uid": case.study_instance_uid,
        "series_instance_uid": image.series_instance_uid,
        "sop_instance_uid": image.sop_instance_uid,
        "frame": frame,
        "case": case.code,
        "patient": case.patient,
        "split": case.split,
        "modality": image.modality,
        "body_part": image.body_part,
        "laterality": image.laterality,
        "view_position": image.view_position,
        "photometric_interpretation": image.photometric_interpretation,
        "spacing": image.spacing,
    }


def _annotation(read: Read, mark: Mark) -> dict[str, Any]:
    measured = mark.measured()
    return {
        "bbox": [float(number) for number in measured.bounds],
        "area": float(measured.area),
        "iscrowd": 0,
        "segmentation": _segmentation(measured),
        "annotation": mark.id,
        "version": mark.version,
        "read": read.id,
        "reader": read.reader,
        "round": read.round,
        "attributes": mark.attributes,
        "shape": mark.shape,
        "geometry": mark.geometry if isinstance(measured, Points) else None,
        "lesion": mark.lesion or None,
        "origin": mark.origin,
    }


def _segmentation(measured: Box | Points | Mask) -> list[list[float]] | dict[str, Any]:
    """Run lengths of a mask, corners of what has an outline. Boxes need none; lines and points enclose nothing."""
    if isinstance(measured, Mask):
        return {"size": [measured.rows, measured.columns], "counts": list(measured.counts)}
    if isinstance(measured, Points) and measured.outline:
        return [[coordinate for point in measured.outline for coordinate in point]]
    return []


def _read(case: Case, read: Read) -> dict[str, Any]:
    return {
        "id": read.id,
        "case": case.code,
        "reader": read.reader,
        "round": read.round,
        "schema_version": read.schema_version,
        "submitted_at": read.submitted_at,
        "no_finding": read.no_finding,
        "marks": len(read.marks),
        "answers": [_answer(answer) for answer in read.answers],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    """About the whole case, the study, or the series or image that it names."""
    said = {"label": answer.label or None, "value": answer.value, "reason": answer.reason}
    if answer.series_instance_uid:
        return said | {"series_instance_uid": answer.series_instance_uid}
    if answer.sop_instance_uid:
        return said | {"sop_instance_uid": answer.sop_instance_uid, "frame": answer.frame}
    return said
