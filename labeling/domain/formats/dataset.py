"""What a release holds, as plain values that every export format writes.

Coordinates: (column, row) floats, (0, 0) at the outer corner of the first pixel (DICOM PS3.3 C.18.6, the same as COCO).
Frames count from 1.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from labeling.domain.geometry.masks import Mask
from labeling.domain.geometry.shapes import Box, Points, shape_of


@dataclass(frozen=True, slots=True)
class Label:
    """A label over all versions of the schema that the release's reads used."""

    id: int
    key: str
    name: str
    code: str
    colour: str
    scope: str


@dataclass(frozen=True, slots=True)
class Image:
    """A SOP Instance of `number_of_frames` frames; `number` is that of its first frame in the whole release."""

    number: int
    series_instance_uid: str
    sop_instance_uid: str
    modality: str
    body_part: str
    laterality: str
    view_position: str
    rows: int
    columns: int
    number_of_frames: int
    photometric_interpretation: str
    spacing: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a label, or, where `label` is empty, to the whole case.

    A label about series or images is answered for one of them: its UID, and for an image its frame.
    """

    label: str
    value: str
    reason: str = ""
    series_instance_uid: str = ""
    sop_instance_uid: str = ""
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest version of a mark; `shape` and `geometry` as labeling.domain.geometry.shapes reads them.

    Marks of one `lesion` are one lesion on several images; without it a mark is a lesion of its own.
    """

    id: str
    version: int
    label: str
    sop_instance_uid: str
    frame: int
    shape: str
    geometry: Mapping[str, Any]
    lesion: str = ""
    origin: str = "drawn"
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def measured(self) -> Box | Points | Mask:
        """Its shape, with bounds, area and outline in pixels."""
        return shape_of(self.shape, self.geometry)


@dataclass(frozen=True, slots=True)
class Read:
    id: int
    reader: str
    round: int
    schema_version: int
    submitted_at: str
    answers: tuple[Answer, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def no_finding(self) -> bool:
        """The reader said that there is nothing in the whole case."""
        return any(not answer.label and answer.value == "absent" for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Case:
    code: str
    patient: str
    split: str
    study_instance_uid: str
    images: tuple[Image, ...]
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A frozen release. `cases` may be called again and again: always the same cases, in the same order."""

    project: str
    number: int
    name: str
    created_at: str
    labels: tuple[Label, ...]
    cases: Callable[[], Iterator[Case]]

    def label_ids(self) -> dict[str, int]:
        return {label.key: label.id for label in self.labels}
