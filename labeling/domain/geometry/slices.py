"""The place of slices along their normal, and their order. No DICOM, no Django."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Vector = tuple[float, float, float]


def slice_normal(orientation: Sequence[float]) -> Vector | None:
    """Unit vector across the plane of ImageOrientationPatient; None when that is no plane."""
    if len(orientation) != 6:
        return None
    (a, b, c), (d, e, f) = orientation[:3], orientation[3:]
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    length = sqrt(sum(part * part for part in normal))
    return (normal[0] / length, normal[1] / length, normal[2] / length) if length > 1e-6 else None


PLANES = ("sagittal", "coronal", "axial")


def slice_plane(orientation: Sequence[float] | None) -> str:
    """The plane of the body that the slice is nearest to; empty without an orientation."""
    normal = slice_normal(orientation) if orientation else None
    return PLANES[max(range(3), key=lambda axis: abs(normal[axis]))] if normal else ""


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


@dataclass(frozen=True)
class FramePlace:
    """What decides the place of a frame in its multi-frame image."""

    position: Sequence[float] | None
    orientation: Sequence[float] | None
    stack: str


def frame_order(frames: Sequence[FramePlace]) -> list[int]:
    """Indices of the frames: stack by stack as they come, each from one end to the other.

    Where a stack has the same number of frames at each place, as with phases and echoes, those that come first at
    their places are one pass through it, then the second ones, and so on. A stack without positions, with frames that
    are not parallel or with a place missing in a pass stays as it is.
    """
    stacks: dict[str, list[int]] = {}
    for index, frame in enumerate(frames):
        stacks.setdefault(frame.stack, []).append(index)
    return [index for members in stacks.values() for index in _stack_order(members, frames)]


def _stack_order(members: list[int], frames: Sequence[FramePlace]) -> list[int]:
    places = {index: slice_position(frames[index].position, frames[index].orientation) for index in members}
    if None in places.values() or not _are_parallel([frames[index] for index in members]):
        return members
    seen: Counter[float] = Counter()
    keys: dict[int, tuple[int, float]] = {}
    for index in members:
        place = round(places[index] or 0.0, 3)
        keys[index] = (seen[place], place)
        seen[place] += 1
    return sorted(members, key=keys.__getitem__) if len(set(seen.values())) == 1 else members


def _by_number(one: Slice) -> tuple[bool, int, str]:
    return one.instance_number is None, one.instance_number or 0, one.uid


def _are_parallel(slices: Sequence[Slice] | Sequence[FramePlace]) -> bool:
    normals = [slice_normal(one.orientation) if one.orientation else None for one in slices]
    first = normals[0] if normals else None
    if first is None:
        return False
    return all(
        normal is not None and sum(a * b for a, b in zip(normal, first, strict=True)) > 0.999 for normal in normals
    )
