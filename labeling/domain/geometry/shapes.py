"""The shapes of marks: what their JSON must be, their size, their outline. No DICOM, no Django.

Points are (column, row) in pixels of the image, (0.0, 0.0) at the outer corner of the first one (PS3.3 C.18.6).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, dist, hypot, isfinite, pi, sin
from typing import Any, Protocol

from labeling.domain.geometry.masks import Mask, mask_of
from labeling.errors import InvalidGeometry

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]  # x, y, width, height

MOST_POINTS = 2000
# The page puts points on a grid of 1/128 pixel, so what is equal on paper differs by a step or two.
TOLERANCE = 1 / 32
ELLIPSE_POINTS = 64


class Shape(Protocol):
    """What every shape can say. Areas are in square pixels."""

    def check_within(self, columns: int, rows: int) -> None:
        """Raises InvalidGeometry unless it lies within the image and has the size that its kind needs."""

    @property
    def bounds(self) -> Bounds: ...

    @property
    def area(self) -> float: ...


@dataclass(frozen=True)
class Box:
    """A rectangle along the axes; (x, y) is its top left corner."""

    x: float
    y: float
    width: float
    height: float

    def __str__(self) -> str:
        return f"box ({self.x:.10g}, {self.y:.10g}, {self.width:.10g}, {self.height:.10g})"

    def check_within(self, columns: int, rows: int) -> None:
        if not all(map(isfinite, (self.x, self.y, self.width, self.height))):
            raise InvalidGeometry("a box needs four finite numbers")
        if self.width <= 0 or self.height <= 0:
            raise InvalidGeometry(f"{self} has no area")
        if self.x < 0 or self.y < 0 or self.x + self.width > columns or self.y + self.height > rows:
            raise InvalidGeometry(f"{self} does not lie within {columns} x {rows} pixels")

    @property
    def bounds(self) -> Bounds:
        return self.x, self.y, self.width, self.height

    @property
    def area(self) -> float:
        return self.width * self.height


@dataclass(frozen=True)
class Points:
    """A shape that is told by points: `kind` says which, as in SHAPES."""

    kind: str
    points: tuple[Point, ...]

    def check_within(self, columns: int, rows: int) -> None:
        for x, y in self.points:
            if not (isfinite(x) and isfinite(y)):
                raise InvalidGeometry(f"the points of a {self.kind} need finite numbers")
            if not (0 <= x <= columns and 0 <= y <= rows):
                raise InvalidGeometry(f"({x:.10g}, {y:.10g}) does not lie within {columns} x {rows} pixels")
        if why := _CHECKS[self.kind](self):
            raise InvalidGeometry(f"a {self.kind.replace('_', ' ')} {why}")

    @property
    def outline(self) -> tuple[Point, ...]:
        """Corners of the closed line around it; none for what encloses nothing."""
        if self.kind == "ellipse":
            return tuple(_ellipse_outline(self.points))
        return self.points if self.kind in ("polygon", "rotated_box") else ()

    @property
    def bounds(self) -> Bounds:
        if self.kind == "ellipse":
            (cx, cy), (ax, ay), (bx, by) = _axes(self.points)
            half_width, half_height = hypot(ax, bx), hypot(ay, by)
            return cx - half_width, cy - half_height, 2 * half_width, 2 * half_height
        xs, ys = [x for x, _ in self.points], [y for _, y in self.points]
        return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)

    @property
    def area(self) -> float:
        if self.kind == "ellipse":
            _, (ax, ay), (bx, by) = _axes(self.points)
            return pi * abs(ax * by - ay * bx)
        return polygon_area(self.outline)


def polygon_area(points: Sequence[Point]) -> float:
    """By the shoelace formula; where a line crosses itself, what it winds around in opposite senses cancels out."""
    following = [*points[1:], *points[:1]]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(points, following, strict=True))) / 2


def _axes(points: tuple[Point, ...]) -> tuple[Point, Point, Point]:
    """Centre and half axes, as vectors."""
    (ax, ay), (cx, cy), (bx, by), (dx, dy) = points
    return ((ax + cx) / 2, (ay + cy) / 2), ((cx - ax) / 2, (cy - ay) / 2), ((dx - bx) / 2, (dy - by) / 2)


def _ellipse_outline(points: tuple[Point, ...]) -> list[Point]:
    (cx, cy), (ax, ay), (bx, by) = _axes(points)
    turns = [2 * pi * step / ELLIPSE_POINTS for step in range(ELLIPSE_POINTS)]
    return [(cx + ax * cos(t) + bx * sin(t), cy + ay * cos(t) + by * sin(t)) for t in turns]


def _has_area(shape: Points) -> str:
    return "" if shape.area > 0 else "has no area"


def _is_rotated_box(shape: Points) -> str:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = shape.points
    if abs(ax + cx - bx - dx) > 2 * TOLERANCE or abs(ay + cy - by - dy) > 2 * TOLERANCE:
        return "has opposite sides of one length"
    return _has_area(shape)


def _is_ellipse(shape: Points) -> str:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = shape.points
    if abs(ax + bx - cx - dx) > 2 * TOLERANCE or abs(ay + by - cy - dy) > 2 * TOLERANCE:
        return "has two axes with one centre"
    return _has_area(shape)


def _has_lengths(shape: Points) -> str:
    pairs = zip(shape.points[::2], shape.points[1::2], strict=True)
    return "" if all(dist(*pair) > 0 for pair in pairs) else "needs different ends"


def _is_angle(shape: Points) -> str:
    first, vertex, second = shape.points
    return "" if dist(first, vertex) > 0 and dist(second, vertex) > 0 else "needs two legs"


_CHECKS: dict[str, Callable[[Points], str]] = {
    "rotated_box": _is_rotated_box,
    "ellipse": _is_ellipse,
    "polygon": _has_area,
    "point": lambda _: "",
    "line": _has_lengths,
    "angle": _is_angle,
    "bidirectional": _has_lengths,
}
_COUNTS = {"rotated_box": 4, "ellipse": 4, "line": 2, "angle": 3, "bidirectional": 4}
_MEMBERS = {
    "box": ("x", "y", "width", "height"),
    "box_3d": ("x", "y", "width", "height"),
    "point": ("x", "y"),
    "mask": ("size", "counts"),
}
SHAPES = ("box", "rotated_box", "ellipse", "polygon", "point", "line", "angle", "bidirectional", "mask", "box_3d")


def shape_of(kind: str, geometry: object) -> Box | Points | Mask:
    """The shape that a JSON object describes; whether it is possible says `check_within`. Raises InvalidGeometry."""
    members = _MEMBERS.get(kind, ("points",))
    if kind not in SHAPES or not isinstance(geometry, dict) or set(geometry) != set(members):
        raise InvalidGeometry(f"a {kind[:16].replace('_', ' ')} has exactly {_listed(members)}")
    if kind in ("box", "box_3d"):
        return Box(*(_number(geometry[name], kind) for name in members))
    if kind == "mask":
        return mask_of(geometry)
    if kind == "point":
        return Points(kind, ((_number(geometry["x"], kind), _number(geometry["y"], kind)),))
    return Points(kind, _points(kind, geometry["points"]))


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def checked_shape(kind: str, geometry: object, columns: int, rows: int) -> Box | Points | Mask:
    """The shape, if it is one that can lie on an image of this size. Raises InvalidGeometry."""
    shape = shape_of(kind, geometry)
    shape.check_within(columns, rows)
    return shape


def _points(kind: str, values: object) -> tuple[Point, ...]:
    least, most = (_COUNTS[kind], _COUNTS[kind]) if kind in _COUNTS else (3, MOST_POINTS)
    if not isinstance(values, list) or not least <= len(values) <= most:
        how_many = str(least) if least == most else f"{least} to {most}"
        raise InvalidGeometry(f"a {kind.replace('_', ' ')} has {how_many} points")
    return tuple(_point(kind, value) for value in values)


def _point(kind: str, value: Any) -> Point:
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidGeometry(f"a point of a {kind.replace('_', ' ')} is [column, row]")
    return _number(value[0], kind), _number(value[1], kind)


def _number(value: object, kind: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidGeometry(f"the coordinates of a {kind.replace('_', ' ')} are numbers")
    try:
        return float(value)
    except OverflowError as error:
        raise InvalidGeometry(f"the coordinates of a {kind.replace('_', ' ')} are finite numbers") from error
