"""What readers drew, as plain values: marks, and the findings that marks of one lesion make together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from labeling.domain.geometry.masks import Mask
from labeling.domain.geometry.shapes import Bounds, Box, Points

Geometry = Box | Points | Mask


class SpacingMm(NamedTuple):
    """Millimetres between the centres of neighbouring rows, and of columns."""

    row: float
    column: float


class Slice(NamedTuple):
    """The image that a mark lies on; frames count from 1."""

    sop_instance_uid: str
    frame: int


Order = tuple[str, str, Slice, Bounds, str]


@dataclass(frozen=True)
class Mark:
    """A mark of a reader in image coordinates of its slice. `score` is that of a model, 0 to 1."""

    identity: str
    reader: str
    label: str
    geometry: Geometry
    sop_instance_uid: str
    frame: int = 1
    score: float | None = None
    lesion: str | None = None

    @property
    def slice(self) -> Slice:
        return Slice(self.sop_instance_uid, self.frame)

    @property
    def order(self) -> Order:
        """A key by which marks sort the same however they came."""
        return self.reader, self.label, self.slice, self.geometry.bounds, self.identity


@dataclass(frozen=True)
class Finding:
    """One thing that one reader saw: a mark, or all marks of a lesion, in the order of `Mark.order`."""

    marks: tuple[Mark, ...]

    @property
    def reader(self) -> str:
        return self.marks[0].reader

    @property
    def label(self) -> str:
        return self.marks[0].label

    @property
    def identities(self) -> tuple[str, ...]:
        return tuple(mark.identity for mark in self.marks)

    @property
    def score(self) -> float | None:
        scores = [mark.score for mark in self.marks if mark.score is not None]
        return max(scores) if scores else None

    @property
    def order(self) -> Order:
        return self.marks[0].order


def findings_of(marks: Iterable[Mark]) -> list[Finding]:
    """Marks with one lesion of one reader as one finding, every other mark as one of its own; in a fixed order."""
    found: dict[tuple[str, str, str], list[Mark]] = {}
    for mark in marks:
        key = (mark.reader, "lesion", mark.lesion) if mark.lesion is not None else (mark.reader, "mark", mark.identity)
        found.setdefault(key, []).append(mark)
    made = [Finding(tuple(sorted(members, key=lambda mark: mark.order))) for members in found.values()]
    return sorted(made, key=lambda finding: finding.order)
