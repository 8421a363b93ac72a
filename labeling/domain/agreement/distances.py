"""How far marks are apart: points, lines, and outlines of areas (Hausdorff); in mm with a spacing, else in px."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from labeling.domain.agreement.estimates import Floats
from labeling.domain.agreement.marks import Geometry, SpacingMm
from labeling.domain.agreement.overlap import encloses, polygon_of
from labeling.domain.geometry.masks import Mask
from labeling.domain.geometry.shapes import Box, Point, Points

# Pixels between the points that stand for an outline.
OUTLINE_STEP = 0.25
_ACROSS, _DOWN = np.array([1.0, 0.0]), np.array([0.0, 1.0])


def hausdorff(
    first: Geometry, second: Geometry, spacing: SpacingMm | None = None, percentile: float = 100.0
) -> float | None:
    """Hausdorff distance of two outlines; with `percentile` 95 the robust one.

    The larger of the two directions, each the percentile of distances from points of one outline to the nearest of the
    other (Huttenlocher 1993). None where a mark encloses nothing. An outline is its corners and points every quarter
    of a pixel, that of a mask runs along the edges of its pixels.
    """
    found = hausdorffs(first, second, (percentile,), spacing)
    return found[0] if found else None


def hausdorffs(
    first: Geometry, second: Geometry, percentiles: Sequence[float], spacing: SpacingMm | None = None
) -> list[float] | None:
    """The same at several percentiles, for little more than the cost of one."""
    if not (encloses(first) and encloses(second)):
        return None
    ours, theirs = _outline_points(first), _outline_points(second)
    if not (len(ours) and len(theirs)):
        return None
    there, back = _to_outline(ours, second, theirs, spacing), _to_outline(theirs, first, ours, spacing)
    of_both = zip(np.percentile(there, percentiles), np.percentile(back, percentiles), strict=True)
    return [float(max(pair)) for pair in of_both]


def _to_outline(points: Floats, geometry: Geometry, outline: Floats, spacing: SpacingMm | None) -> Floats:
    """Distances of points in pixels to the outline of a geometry, of which `outline` are points."""
    scale = _scale(spacing)
    if not isinstance(geometry, Box):
        return np.asarray(cKDTree(outline * scale).query(points * scale)[0], dtype=np.float64)
    low = np.array([geometry.x, geometry.y])
    high = low + np.array([geometry.width, geometry.height])
    beyond = np.maximum(np.maximum(low - points, points - high), 0.0) * scale
    within = (np.minimum(points - low, high - points) * scale).min(axis=1)
    return np.asarray(np.where(within > 0, within, np.hypot(beyond[:, 0], beyond[:, 1])), dtype=np.float64)


def distance(first: Geometry, second: Geometry, spacing: SpacingMm | None = None) -> float:
    """Between marks of which at least one encloses nothing.

    Of one kind: the mean distance of their points, ends taken in the order that is nearer. Of two kinds: between
    their centres; from a centre to an area, 0 inside it.
    """
    areas = [one for one in (first, second) if encloses(one)]
    if len(areas) == 2:
        raise ValueError("two areas are compared by what they share or by their outlines")
    if areas:
        point = second if areas[0] is first else first
        return _distance_to_area(_centre(point), areas[0], spacing)
    assert isinstance(first, Points) and isinstance(second, Points)  # noqa: S101  # what encloses nothing
    if first.kind != second.kind:
        return _apart(_centre(first), _centre(second), spacing)
    orders = _ORDERS[first.kind]
    return min(
        float(
            np.mean(
                [_apart(one, second.points[there], spacing) for one, there in zip(first.points, order, strict=True)]
            )
        )
        for order in orders
    )


_ORDERS: dict[str, tuple[tuple[int, ...], ...]] = {
    "point": ((0,),),
    "line": ((0, 1), (1, 0)),
    "angle": ((0, 1, 2), (2, 1, 0)),
    "bidirectional": tuple((*long, *short) for long in ((0, 1), (1, 0)) for short in ((2, 3), (3, 2))),
}


def _scale(spacing: SpacingMm | None) -> Floats:
    """What (column, row) are multiplied with."""
    return np.array([spacing.column, spacing.row] if spacing else [1.0, 1.0])


def _apart(one: Point, other: Point, spacing: SpacingMm | None) -> float:
    across, down = _scale(spacing)
    return hypot((one[0] - other[0]) * across, (one[1] - other[1]) * down)


def _centre(geometry: Geometry) -> Point:
    assert isinstance(geometry, Points)  # noqa: S101  # what encloses nothing
    x, y = np.mean(geometry.points, axis=0)
    return float(x), float(y)


def _distance_to_area(point: Point, area: Geometry, spacing: SpacingMm | None) -> float:
    scale = _scale(spacing)
    if isinstance(area, Mask):
        rows, columns = np.nonzero(area.pixels)
        if not len(rows):
            return float("inf")
        corners = np.column_stack([columns, rows])
        nearest = np.clip(np.asarray(point), corners, corners + 1)
        return float(np.hypot(*((nearest - point) * scale).T).min())
    polygon: BaseGeometry = shapely.transform(polygon_of(area), lambda points: points * scale)
    return float(polygon.distance(shapely.Point(*(np.asarray(point) * scale))))


def _outline_points(geometry: Geometry) -> Floats:
    """Shape (points, 2), in pixels."""
    if isinstance(geometry, Mask):
        return _mask_outline(geometry)
    if isinstance(geometry, Box):
        x, y, width, height = geometry.bounds
        corners: tuple[Point, ...] = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    else:
        corners = geometry.outline
    return np.concatenate([_along(*ends) for ends in pairwise([*corners, corners[0]])])


def _along(start: Point, end: Point) -> Floats:
    """Points from one corner to before the next."""
    steps = max(1, int(np.ceil(hypot(end[0] - start[0], end[1] - start[1]) / OUTLINE_STEP)))
    shares = np.arange(steps)[:, None] / steps
    return np.asarray(np.asarray(start) + shares * (np.asarray(end) - np.asarray(start)), dtype=np.float64)


def _mask_outline(mask: Mask) -> Floats:
    """Points along every edge between a pixel of the mask and one that is not, or the end of the image."""
    padded = np.pad(mask.pixels, 1)
    rows, columns = np.nonzero(padded[1:-1, 1:] != padded[1:-1, :-1])
    upright = np.column_stack([columns, rows]).astype(np.float64)
    rows, columns = np.nonzero(padded[1:, 1:-1] != padded[:-1, 1:-1])
    level = np.column_stack([columns, rows]).astype(np.float64)
    steps = np.arange(0, 1 + OUTLINE_STEP / 2, OUTLINE_STEP)
    parts = [edges + step * way for edges, way in ((upright, _DOWN), (level, _ACROSS)) for step in steps]
    return np.unique(np.concatenate(parts), axis=0)
