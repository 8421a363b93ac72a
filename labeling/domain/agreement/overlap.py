"""How much of an image two marks share: intersection over union and Dice, of shapes, masks, and lesions over slices."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import TypeAlias

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from labeling.domain.agreement.marks import Finding, Geometry, Slice
from labeling.domain.geometry.masks import Mask, encoded
from labeling.domain.geometry.shapes import Box, Points

Region: TypeAlias = Box | BaseGeometry | Mask


@dataclass(frozen=True)
class Shared:
    """Areas in square pixels; over several slices their sums."""

    both: float = 0.0
    first: float = 0.0
    second: float = 0.0

    def __add__(self, other: "Shared") -> "Shared":
        return Shared(self.both + other.both, self.first + other.first, self.second + other.second)

    @property
    def iou(self) -> float:
        """Intersection over union (Jaccard), 0 where there is no area."""
        union = self.first + self.second - self.both
        return self.both / union if union > 0 else 0.0

    @property
    def dice(self) -> float:
        """Twice the intersection over the sum of both (Dice 1945), 0 where there is no area."""
        total = self.first + self.second
        return 2 * self.both / total if total > 0 else 0.0


def encloses(geometry: Geometry) -> bool:
    """Whether it has an area: points, lines, angles and bidirectional diameters do not."""
    return not isinstance(geometry, Points) or bool(geometry.outline)


def shared_area(first: Geometry, second: Geometry) -> Shared:
    """Of two shapes with an area on one slice. Ellipses are taken as their outline of 64 corners.

    With a mask, the other shape is the pixels whose centres lie in it. Of an outline that crosses itself, parts that
    are wound around twice are outside.
    """
    return _shared(region_of([first]), region_of([second]))


def shared_volume(first: Finding, second: Finding, *, joint_slices_only: bool = False) -> Shared:
    """Of two findings over all slices that either lies on, or only over those that both do.

    Areas are added up, which is the shared volume of slices of equal thickness without gaps.
    """
    ours, theirs = _regions(first), _regions(second)
    total = Shared()
    for place in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(place), theirs.get(place)
        if one is not None and other is not None:
            total += _shared(one, other)
        elif not joint_slices_only:
            total += Shared(0.0, _area(one), _area(other))
    return total


def _regions(finding: Finding) -> dict[Slice, Region]:
    geometries: dict[Slice, list[Geometry]] = {}
    for mark in finding.marks:
        if encloses(mark.geometry):
            geometries.setdefault(mark.slice, []).append(mark.geometry)
    return {place: region_of(members) for place, members in geometries.items()}


def region_of(geometries: Sequence[Geometry]) -> Region:
    """What shapes with an area on one slice cover together."""
    masks = [one for one in geometries if isinstance(one, Mask)]
    if len(geometries) == 1:
        only = geometries[0]
        return polygon_of(only) if isinstance(only, Points) else only
    shapes = [polygon_of(one) for one in geometries if not isinstance(one, Mask)]
    joined: BaseGeometry = shapely.union_all(shapes)
    if not masks:
        return joined
    pixels = np.logical_or.reduce([mask.pixels for mask in masks])
    return encoded(pixels | rasterised(joined, masks[0].rows, masks[0].columns).pixels)


@lru_cache(maxsize=512)
def polygon_of(shape: Box | Points) -> BaseGeometry:
    """The area that it encloses, empty for a line or a point."""
    if isinstance(shape, Box):
        return shapely.box(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
    made: BaseGeometry = shapely.Polygon(shape.outline)
    return made if made.is_valid else shapely.make_valid(made)


def rasterised(region: Region, rows: int, columns: int) -> Mask:
    """The pixels of a frame of this size whose centres lie in it."""
    if isinstance(region, Mask):
        return region
    pixels = np.zeros((rows, columns), dtype=np.bool_)
    polygon = polygon_of(region) if isinstance(region, Box) else region
    if polygon.is_empty:
        return encoded(pixels)
    left, top, right, bottom = polygon.bounds
    x0, x1 = max(0, ceil(left - 0.5)), min(columns, ceil(right - 0.5))
    y0, y1 = max(0, ceil(top - 0.5)), min(rows, ceil(bottom - 0.5))
    if x1 > x0 and y1 > y0:
        x, y = np.meshgrid(np.arange(x0, x1) + 0.5, np.arange(y0, y1) + 0.5)
        pixels[y0:y1, x0:x1] = shapely.intersects_xy(polygon, x, y)
    return encoded(pixels)


def _shared(first: Region, second: Region) -> Shared:
    if isinstance(first, Box) and isinstance(second, Box):
        width = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
        height = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
        return Shared(max(width, 0.0) * max(height, 0.0), first.area, second.area)
    if isinstance(first, Mask) or isinstance(second, Mask):
        frame = first if isinstance(first, Mask) else second
        assert isinstance(frame, Mask)  # noqa: S101  # one of them is
        ours, theirs = (rasterised(one, frame.rows, frame.columns) for one in (first, second))
        return Shared(float(_common_pixels(ours, theirs)), ours.area, theirs.area)
    one, other = (polygon_of(each) if isinstance(each, Box) else each for each in (first, second))
    return Shared(float(shapely.intersection(one, other).area), float(one.area), float(other.area))


def _area(region: Region | None) -> float:
    return float(region.area) if region is not None else 0.0


def _common_pixels(first: Mask, second: Mask) -> int:
    """By their runs, without making pixels; none of frames of different sizes."""
    if (first.rows, first.columns) != (second.rows, second.columns):
        return 0
    ends = [np.cumsum(mask.counts) for mask in (first, second)]
    cuts = np.union1d(np.concatenate(ends), [0])
    starts = cuts[:-1]
    inside = [np.searchsorted(end, starts, side="right") % 2 == 1 for end in ends]
    return int(np.diff(cuts)[inside[0] & inside[1]].sum())
