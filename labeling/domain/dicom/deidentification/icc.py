"""ICC profiles: their texts (descriptions, makers, copyright) can name people and places and are blanked in place.

ICC.1: a header of 128 bytes, a table of tags, and data of typed elements. Curves, matrices and tables stay, so that
colours do.
"""

import struct

_HEADER_BYTES = 128
_MAX_TAGS = 256
_NUMERIC_TYPES = (b"XYZ ", b"curv", b"para", b"mft1", b"mft2", b"mAB ", b"mBA ", b"sf32", b"uf32", b"view", b"meas")
# The tags of ICC.1 and of Apple and Microsoft; the signature of any other could spell a name.
_SIGNATURES = """
A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 B2D0 B2D1 B2D2 B2D3 D2B0 D2B1 D2B2 D2B3 rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt chad
chrm cicp clro clrt clot ciis cprt desc dmnd dmdd gamt lumi meas meta ncl2 ncol pre0 pre1 pre2 ps2s ps2i psd0 psd1 psd2
psd3 pseq psid resp rig0 rig2 scrd scrn targ tech vued view bfd calt crdi devs mmod ndin vcgt vcgp aarg aagg aabg MS00
MS01 MS02 MSTF dscm arts
"""
_KNOWN = frozenset(name.ljust(4).encode() for name in _SIGNATURES.split())
_MOST_BYTES = {b"XYZ ": 8 + 12 * 3, b"sf32": 8 + 4 * 16, b"uf32": 8 + 4 * 16, b"view": 36, b"meas": 36, b"para": 40}
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
        name, start, length = struct.unpack_from(">4sLL", data, position)
        if start < table_end or start + length > size or length < 8:
            return b""
        if name not in _KNOWN:
            kept[position : position + 4] = b"text"
        kept[start : start + length] = _element(bytes(data[start : start + length]))
    return bytes(kept)


def _blank_header(header: bytearray) -> None:
    """The module it was made with, time of making, platform, device's maker and model, creator, profile id."""
    for start, end in ((4, 8), (24, 36), (40, 44), (48, 56), (80, 128)):
        header[start:end] = bytes(end - start)


def _element(element: bytes) -> bytes:
    if element[:4] in _NUMERIC_TYPES:
        most = _MOST_BYTES.get(element[:4], len(element))
        return element[:most] + bytes(len(element[most:]))
    nothing = _TEXT_OF_NOTHING.get(element[:4], b"text" + bytes(5))[: len(element)]
    return nothing + bytes(len(element) - len(nothing))
