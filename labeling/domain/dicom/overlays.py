"""Overlay planes (PS3.3 C.9.2, groups 6000 to 601E): bits to draw over an image, taken out of the file for viewers.

No stored file has any: they are kept beside the frames, and only those in which no text is found.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from labeling.domain.dicom.elements import PIXEL_DATA, Element, Elements
from labeling.domain.dicom.pixel_format import PixelFormat
from labeling.domain.dicom.pixels import Array

_GROUPS = range(0x6000, 0x6020, 2)
_ROWS, _COLUMNS, _FRAMES, _ORIGIN, _FRAME_ORIGIN = 0x0010, 0x0011, 0x0015, 0x0050, 0x0051
_BIT_POSITION, _DATA = 0x0102, 0x3000
_MOST_BITS = 1 << 27  # of all planes of a file
_MOST_FRAMES = 100_000
_NUMBER = re.compile(rb"[0-9]{1,6}")
_PLACEMENT = ("rows", "columns", "row", "column", "frames", "first_frame")
_HEAD = struct.Struct("<6i")
ALL_FRAMES = 0


class OverlayVerdict(StrEnum):
    """Of a search for text. `UNDECIDED`: there is too much to look at."""

    CLEAR = "clear"
    TEXT = "text"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class OverlayPlane:
    """`row`, `column`: where its first bit lies on the image, whose first pixel is 1, 1; it may reach beyond it.

    `first_frame`: the image frame, from 1, that the first of its `frames` belongs to; ALL_FRAMES: the only one belongs
    to each. `bits`: row by row, frame by frame without gaps, the first in the lowest bit of a byte (PS3.5 8.1.2).
    """

    rows: int
    columns: int
    row: int
    column: int
    frames: int
    first_frame: int
    bits: bytes

    def __post_init__(self) -> None:
        """Raises ValueError when no plane can be like this."""
        is_placed = 0 < self.rows < 1 << 16 and 0 < self.columns < 1 << 16
        is_timed = 0 < self.frames <= _MOST_FRAMES and ALL_FRAMES <= self.first_frame < 1 << 16
        if not (is_placed and is_timed and len(self.bits) == (self.rows * self.columns * self.frames + 7) // 8):
            raise ValueError("not an overlay plane")

    def placement(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in _PLACEMENT}

    def packed(self) -> bytes:
        """The plane as processes hand it to each other."""
        return _HEAD.pack(*self.placement().values()) + self.bits

    @classmethod
    def unpacked(cls, content: bytes) -> "OverlayPlane":
        """Raises ValueError when this is not a plane."""
        if len(content) < _HEAD.size:
            raise ValueError("not an overlay plane")
        rows, columns, row, column, frames, first_frame = _HEAD.unpack_from(content)
        return cls(rows, columns, row, column, frames, first_frame, content[_HEAD.size :])

    def pictures(self) -> Iterator[Array]:
        """Each frame as bool (rows, columns)."""
        area = self.rows * self.columns
        packed = np.frombuffer(self.bits, np.uint8)
        for start in range(0, area * self.frames, area):
            part = packed[start // 8 : (start + area + 7) // 8]
            bits = np.unpackbits(part, bitorder="little")[start % 8 : start % 8 + area]
            yield bits.reshape(self.rows, self.columns).astype(bool)


@dataclass(frozen=True)
class Overlays:
    """`unreadable`: how many more there are that cannot be drawn for certain."""

    planes: tuple[OverlayPlane, ...] = ()
    unreadable: int = 0


def overlays_of(elements: Elements, form: PixelFormat) -> Overlays:
    """The planes of a file as it came. `form`: of its pixels as they came, whose unused bits may hold some."""
    planes: list[OverlayPlane] = []
    unreadable, room = 0, _MOST_BITS
    for group in filter(lambda group: _is_used(elements, group), _GROUPS):
        try:
            planes.append(_plane(elements, group, form, room))
            room -= 8 * len(planes[-1].bits)
        except ValueError:
            unreadable += 1
    return Overlays(tuple(planes), unreadable)


def _is_used(elements: Elements, group: int) -> bool:
    """Bit position 0 is written where the bits are in data of their own."""
    return group << 16 | _DATA in elements or bool(_number(elements, group, _BIT_POSITION, 0))


def _plane(elements: Elements, group: int, form: PixelFormat, room: int) -> OverlayPlane:
    """Raises ValueError when it cannot be drawn for certain."""
    rows, columns = (_number(elements, group, element, -1) for element in (_ROWS, _COLUMNS))
    row, column = _origin(elements, group)
    data = elements.get(group << 16 | _DATA)
    is_embedded = data is None
    frames = form.number_of_frames if is_embedded else _frame_count(elements, group)
    first_frame = _number(elements, group, _FRAME_ORIGIN, 1 if is_embedded or frames > 1 else ALL_FRAMES)
    size = rows * columns * frames
    if not 0 < size <= room:
        raise ValueError("size")
    bits = _embedded(elements, group, form, (rows, columns)) if data is None else _own_bits(data, size)
    return OverlayPlane(rows, columns, row, column, frames, first_frame, bits)


def _own_bits(data: Element, size: int) -> bytes:
    """With nothing behind the last bit."""
    length = (size + 7) // 8
    if data.items is not None or data.fragments is not None or len(data.value) < length:
        raise ValueError("data")
    bits = bytearray(data.value[:length])
    bits[-1] &= 0xFF >> (-size % 8)
    return bytes(bits)


def _embedded(elements: Elements, group: int, form: PixelFormat, shape: tuple[int, int]) -> bytes:
    """A bit of each sample that is not of its value (retired); compressed samples have none to spare."""
    position, pixels = _number(elements, group, _BIT_POSITION, -1), elements[PIXEL_DATA]
    is_free = form.high_bit < position < form.bits_allocated or 0 <= position <= form.high_bit - form.bits_stored
    is_plain = pixels.fragments is None and form.samples_per_pixel == 1 and len(pixels.value) >= form.native_bytes
    if not (is_free and is_plain and form.bits_allocated > 1 and shape == (form.rows, form.columns)):
        raise ValueError("bits")
    stored = np.frombuffer(pixels.value[: form.native_bytes], f"<u{form.bits_allocated // 8}")
    return np.packbits((stored >> position & 1).astype(bool), bitorder="little").tobytes()


def _value(elements: Elements, group: int, number: int) -> bytes:
    element = elements.get(group << 16 | number)
    return b"" if element is None or element.items is not None else bytes(element.value[:64])


def _number(elements: Elements, group: int, number: int, default: int) -> int:
    value = _value(elements, group, number)
    return int.from_bytes(value[:2], "little") if len(value) >= 2 else default


def _origin(elements: Elements, group: int) -> tuple[int, int]:
    """Row and column, signed."""
    value = _value(elements, group, _ORIGIN)
    if len(value) != 4:
        raise ValueError("origin")
    return int.from_bytes(value[:2], "little", signed=True), int.from_bytes(value[2:], "little", signed=True)


def _frame_count(elements: Elements, group: int) -> int:
    value = _value(elements, group, _FRAMES).strip(b"\0 ")
    if value and not _NUMBER.fullmatch(value):
        raise ValueError("frames")
    return int(value or 1)
