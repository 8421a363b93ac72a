"""Pure geometry of images: boxes in pixels, slices along their normal. No DICOM, no Django.

Points are (column, row) with (0.0, 0.0) at the outer corner of the first pixel (PS3.3 C.18.6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

from labeling.errors import InvalidGeometry

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle along the axes; (x, y) is its top left corner. All numbers are pixels of the image."""

    x: float
    y: float
    width: float
    height: float

    def __str__(self) -> str:
        return f"box ({self.x:.10g}, {self.y:.10g}, {self.width:.10g}, {self.height:.10g})"

    def check_within(self, columns: int, rows: int) -> None:
        """Raises InvalidGeometry unless the box has an area and lies within the image."""
        if not all(map(isfinite, (self.x, self.y, self.width, self.height))):
            raise InvalidGeometry("a box needs four finite numbers")
        if self.width <= 0 or self.height <= 0:
            raise InvalidGeometry(f"{self} has no area")
        if self.x < 0 or self.y < 0 or self.x + self.width > columns or self.y + self.height > rows:
            raise InvalidGeometry(f"{self} does not lie within {columns} x {rows} pixels")

    @property
    def area(self) -> float:
        return self.width * self.height


def box_of(values: object, columns: int, rows: int) -> Box:
    """The box of a JSON object with exactly x, y, width and height. Raises InvalidGeometry."""
    if not isinstance(values, dict) or set(values) != {"x", "y", "width", "height"}:
        raise InvalidGeometry("a box has exactly x, y, width and height")
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values.values()):
        raise InvalidGeometry("x, y, width and height of a box are numbers")
    try:
        box = Box(**{key: float(value) for key, value in values.items()})
    except OverflowError as error:
        raise InvalidGeometry("a box needs four finite numbers") from error
    box.check_within(columns, rows)
    return box


def slice_normal(orientation: Sequence[float]) -> Vector | None:
    """Unit vector across the plane of ImageOrientationPatient; None when that is no plane."""
    if len(orientation) != 6:
        return None
    (a, b, c), (d, e, f) = orientation[:3], orientation[3:]
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    length = sqrt(sum(part * part for part in normal))
    return (normal[0] / length, normal[1] / length, normal[2] / length) if length > 1e-6 else None


def slice_position(position: Sequence[float] | None, orientation: Sequence[float] | None) -> float | None:
    """Millimetres along the normal of the slice; None when position or orientation is missing or damaged."""
    normal = slice_normal(orientation) if orientation else None
    if normal is None or position is None or len(position) != 3:
        return None
    return sum(part * along for part, along in zip(position, normal, strict=True))


@dataclass(frozen=True)
class Slice:
    """What decides the place of an instance in its series."""

    position: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    instance_number: int | None
    uid: str


def slice_order(slices: Sequence[Slice]) -> list[int]:
    """Indices of the slices from one end of the stack to the other.

    By position along the normal if all slices are parallel and no two are at one place (as phases, echoes and
    repeats are); else by InstanceNumber, then UID.
    """
    along = [slice_position(one.position, one.orientation) for one in slices]
    is_stack = _are_parallel(slices) and None not in along
    if is_stack and len({round(place, 3) for place in along if place is not None}) == len(slices):
        return sorted(range(len(slices)), key=lambda index: along[index] or 0.0)
    return sorted(range(len(slices)), key=lambda index: _by_number(slices[index]))


def _by_number(one: Slice) -> tuple[bool, int, str]:
    return one.instance_number is None, one.instance_number or 0, one.uid


def _are_parallel(slices: Sequence[Slice]) -> bool:
    normals = [slice_normal(one.orientation) if one.orientation else None for one in slices]
    first = normals[0] if normals else None
    if first is None:
        return False
    return all(
        normal is not None and sum(a * b for a, b in zip(normal, first, strict=True)) > 0.999 for normal in normals
    )
