"""RLE frames (PS3.5 annex G) with nothing behind their pixels: what lies beyond a plane is text or dust."""

import struct

import numpy as np
from rle.rle import decode_segment

from labeling.domain.dicom.elements import Buffer
from labeling.domain.dicom.pixel_format import PixelFormat

_HEADER = struct.Struct("<16L")


def uses_bits_above(frame: Buffer, form: PixelFormat) -> bool:
    """Whether samples of one or two bytes use more bits than are stored. The sign may be repeated in those."""
    data, step = bytes(frame), form.bits_allocated // 8
    count, *starts = _HEADER.unpack_from(data)
    ends = [*starts[1:count], len(data)]
    shift = form.bits_stored - form.bits_allocated + 8  # of the byte that comes first
    full = 0xFF >> max(0, shift)
    for start, end in list(zip(starts[:count], ends, strict=True))[::step]:
        above = np.frombuffer(decode_segment(data[start:end]), np.uint8) >> max(0, shift)
        if above.any() and not (form.is_signed and np.isin(above, (0, full)).all()):
            return True
    return False


def trimmed_rle(frame: Buffer, plane_bytes: int) -> Buffer:
    """The frame, or a copy whose segments end with their last pixel. Its header has been checked."""
    data = bytes(frame)
    count, *starts = _HEADER.unpack_from(data)
    starts = starts[:count]
    segments = [data[start:end] for start, end in zip(starts, [*starts[1:], len(data)], strict=True)]
    if all(_ends_with_its_plane(segment, plane_bytes) for segment in segments):
        return frame
    trimmed = [_trimmed(segment, plane_bytes) for segment in segments]
    positions, position = [], _HEADER.size
    for segment in trimmed:
        positions.append(position)
        position += len(segment)
    return _HEADER.pack(count, *positions, *([0] * (15 - count))) + b"".join(trimmed)


def _ends_with_its_plane(segment: bytes, plane_bytes: int) -> bool:
    """Fast: the library unpacks what a walk in Python would take a hundred times as long for."""
    try:
        return len(decode_segment(segment)) == plane_bytes and not segment.endswith(b"\x80\x80")
    except ValueError:
        return False


def _trimmed(segment: bytes, plane_bytes: int) -> bytes:
    """Up to the run that completes the plane, padded to an even length with a zero."""
    position = size = 0
    while position < len(segment) and size < plane_bytes:
        code = segment[position]
        if code < 128:
            size, position = size + code + 1, position + code + 2
        elif code == 128:
            position += 1
        else:
            size, position = size + 257 - code, position + 2
    kept = segment[:position]
    return kept + b"\0" * (len(kept) % 2)
