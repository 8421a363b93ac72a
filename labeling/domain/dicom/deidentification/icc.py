"""ICC profiles: their texts (descriptions, makers, copyright) can name people and places and are blanked in place.

ICC.1: a header of 128 bytes, a table of tags, and data of typed elements. Curves, matrices and tables stay, so that
colours do.
"""

import struct

_HEADER_BYTES = 128
_MAX_TAGS = 256
_NUMERIC_TYPES = (b"XYZ ", b"curv", b"para", b"mft1", b"mft2", b"mAB ", b"mBA ", b"sf32", b"uf32", b"view", b"meas")
_TEXT_OF_NOTHING = {
    b"desc": b"desc" + bytes(4) + struct.pack(">L", 1) + bytes(79),
    b"text": b"text" + bytes(5),
    b"mluc": b"mluc" + bytes(4) + struct.pack(">LL", 0, 12),
}


def cleaned_profile(profile: bytes) -> bytes:
    """The profile with blank texts, as long as it was; empty when its tags cannot be followed."""
    data = bytearray(profile)
    if len(data) < _HEADER_BYTES + 4 or bytes(data[36:40]) != b"acsp":
        return b""
    size, (count,) = struct.unpack_from(">L", data)[0], struct.unpack_from(">L", data, _HEADER_BYTES)
    table_end = _HEADER_BYTES + 4 + 12 * count
    if count > _MAX_TAGS or not table_end <= size <= len(data):
        return b""
    kept = bytearray(len(data))
    kept[:table_end] = data[:table_end]
    _blank_header(kept)
    for position in range(_HEADER_BYTES + 4, table_end, 12):
        _, start, length = struct.unpack_from(">4sLL", data, position)
        if start < table_end or start + length > size or length < 8:
            return b""
        kept[start : start + length] = _element(bytes(data[start : start + length]))
    return bytes(kept)


def _blank_header(header: bytearray) -> None:
    """Time of making, device's maker and model, creator, profile id (the only free fields of the header)."""
    for start, end in ((24, 36), (48, 56), (80, 128)):
        header[start:end] = bytes(end - start)


def _element(element: bytes) -> bytes:
    if element[:4] in _NUMERIC_TYPES:
        return element
    nothing = _TEXT_OF_NOTHING.get(element[:4], b"text" + bytes(5))[: len(element)]
    return nothing + bytes(len(element) - len(nothing))
