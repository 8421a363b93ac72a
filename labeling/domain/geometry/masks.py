"""Masks of one frame as run lengths: COCO's uncompressed form. No DICOM, no Django.

`counts` are lengths of runs down the columns, one column after the other; the first run is of pixels outside.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.errors import InvalidGeometry

MOST_RUNS = 400_000

Pixels = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Mask:
    rows: int
    columns: int
    counts: tuple[int, ...]

    def check_within(self, columns: int, rows: int) -> None:
        """Raises InvalidGeometry unless it is a mask of just this frame, with at least one pixel in it."""
        if (self.rows, self.columns) != (rows, columns):
            raise InvalidGeometry(f"a mask of {self.columns} x {self.rows} is not one of {columns} x {rows} pixels")
        if sum(self.counts) != rows * columns:
            raise InvalidGeometry("the runs of a mask do not add up to its pixels")
        if not self.area:
            raise InvalidGeometry("the mask is empty")

    @property
    def area(self) -> float:
        """In pixels."""
        return float(sum(self.counts[1::2]))

    @property
    def pixels(self) -> Pixels:
        """Shape (rows, columns)."""
        values = np.repeat(np.arange(len(self.counts)) % 2 == 1, self.counts)
        return values.reshape(self.columns, self.rows).T

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """x, y, width and height of what lies in it."""
        ends = list(accumulate(self.counts, initial=0))
        inside = [(start, stop) for start, stop in zip(ends[1::2], ends[2::2], strict=False) if stop > start]
        left, right = inside[0][0] // self.rows, (inside[-1][1] - 1) // self.rows + 1
        tops = [0 if _is_wrapped(run, self.rows) else run[0] % self.rows for run in inside]
        bottoms = [self.rows if _is_wrapped(run, self.rows) else (run[1] - 1) % self.rows + 1 for run in inside]
        top, bottom = min(tops), max(bottoms)
        return float(left), float(top), float(right - left), float(bottom - top)


def _is_wrapped(run: tuple[int, int], rows: int) -> bool:
    """It goes on in the next column, so it touches both ends of one."""
    return run[0] // rows != (run[1] - 1) // rows


def mask_of(geometry: dict[str, Any]) -> Mask:
    """The mask of a JSON object {size: [rows, columns], counts: [...]}. Raises InvalidGeometry."""
    size, counts = geometry["size"], geometry["counts"]
    if not _are_counts(size) or len(size) != 2:
        raise InvalidGeometry("the size of a mask is [rows, columns]")
    if not _are_counts(counts) or not 2 <= len(counts) <= MOST_RUNS:
        raise InvalidGeometry(f"the counts of a mask are 2 to {MOST_RUNS} whole numbers from 0 on")
    return Mask(size[0], size[1], tuple(counts))


def _are_counts(values: object) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 2**31 for value in values)


def encoded(pixels: Pixels) -> Mask:
    """The mask of an array of shape (rows, columns)."""
    flat = np.concatenate([[False], pixels.T.reshape(-1), [False]])
    changes = np.flatnonzero(flat[1:] != flat[:-1])
    runs = np.diff(np.concatenate([[0], changes, [pixels.size]]))
    counts = tuple(int(run) for run in (runs[:-1] if pixels.size and pixels.T.reshape(-1)[-1] else runs))
    return Mask(pixels.shape[0], pixels.shape[1], counts)
