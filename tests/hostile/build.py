"""DICOM files byte by byte, so that they may be wrong in any way.

A file is built from a dict of tag to (VR, value); `image()` gives a whole one that is taken, 8 rows of 10 columns.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
DEFLATED, BIG_ENDIAN = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"
RLE, JPEG, JPEG_LS, J2K = (
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.90",
)
LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
UNDEFINED = 0xFFFFFFFF
CANARY = b"Zwetschkenbaum Leopoldine"
ROWS, COLUMNS, FRAMES, PIXELS = 0x00280010, 0x00280011, 0x00280008, 0x7FE00010


@dataclass(frozen=True)
class Case:
    """`expected` is "accepted" or the code of a refusal; several where the codec decides."""

    name: str
    make: Callable[[], bytes]
    expected: tuple[str, ...]


def case(name: str, made: bytes | Callable[[], bytes], *expected: str) -> Case:
    return Case(name, made if callable(made) else lambda: made, expected)


def us(number: int) -> tuple[str, bytes]:
    return "US", struct.pack("<H", number)


def text(vr: str, value: str | bytes) -> tuple[str, bytes]:
    raw = value if isinstance(value, bytes) else value.encode("latin-1")
    return vr, raw + (b"\0" if vr == "UI" else b" ") * (len(raw) % 2)


def tagged(tag: int) -> bytes:
    return struct.pack("<HH", tag >> 16, tag & 0xFFFF)


def element(tag: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    """Explicit VR little endian, with a length that may be a lie."""
    length = len(value) if length is None else length
    if vr in LONG:
        return tagged(tag) + vr.encode() + struct.pack("<HL", 0, length) + value
    return tagged(tag) + vr.encode() + struct.pack("<H", length) + value


def implicit(tag: int, value: bytes, length: int | None = None) -> bytes:
    return tagged(tag) + struct.pack("<L", len(value) if length is None else length) + value


def item(body: bytes, length: int | None = None) -> bytes:
    """With `length` UNDEFINED a delimiter follows."""
    end = implicit(0xFFFEE00D, b"") if length == UNDEFINED else b""
    return implicit(0xFFFEE000, body, length) + end


def sequence(tag: int, items: bytes, *, is_defined: bool = True, vr: str = "SQ") -> bytes:
    end = b"" if is_defined else implicit(0xFFFEE0DD, b"")
    return element(tag, vr, items + end, None if is_defined else UNDEFINED)


def meta(syntax: str | bytes = EXPLICIT) -> bytes:
    body = element(0x00020010, *text("UI", syntax))
    return element(0x00020000, "UL", struct.pack("<L", len(body))) + body


def header() -> dict[int, tuple[str, bytes]]:
    return {
        0x00080005: text("CS", "ISO_IR 100"),
        0x00080016: text("UI", "1.2.840.10008.5.1.4.1.1.1"),
        0x00080018: text("UI", "1.2.826.0.1.3680043.10.99.3"),
        0x00080020: text("DA", "20240317"),
        0x00080060: text("CS", "CR"),
        0x00100010: text("PN", "Zwetschkenbaum^Leopoldine"),
        0x00100020: text("LO", "MRN-4711-0815"),
        0x0020000D: text("UI", "1.2.826.0.1.3680043.10.99.1"),
        0x0020000E: text("UI", "1.2.826.0.1.3680043.10.99.2"),
        0x00280002: us(1),
        0x00280004: text("CS", "MONOCHROME2"),
        ROWS: us(8),
        COLUMNS: us(10),
        0x00280100: us(8),
        0x00280101: us(8),
        0x00280102: us(7),
        0x00280103: us(0),
        PIXELS: ("OB", bytes(range(80))),
    }


def part10(body: bytes, syntax: str | bytes = EXPLICIT, preamble: bytes = b"") -> bytes:
    return preamble.ljust(128, b"\0") + b"DICM" + meta(syntax) + body


def image(
    changes: dict[int, tuple[str, bytes] | bytes | None] | None = None,
    *,
    syntax: str | bytes = EXPLICIT,
    before: bytes = b"",
    after: bytes = b"",
    preamble: bytes = b"",
) -> bytes:
    """`changes`: tag to (VR, value), to the bytes of a whole element, or to None to leave it out."""
    elements = {**header(), **(changes or {})}
    made = [
        value if isinstance(value, bytes) else element(tag, *value)
        for tag, value in sorted(elements.items())
        if value is not None
    ]
    return part10(before + b"".join(made) + after, syntax, preamble)


def implicit_image(changes: dict[int, bytes] | None = None, after: bytes = b"") -> bytes:
    elements = {tag: value for tag, (_, value) in header().items()} | (changes or {})
    return part10(b"".join(implicit(tag, value) for tag, value in sorted(elements.items())) + after, IMPLICIT)


def fragments(*parts: bytes, table: bytes = b"", has_end: bool = True) -> bytes:
    """A whole PixelData element."""
    body = item(table) + b"".join(item(part) for part in parts)
    return element(PIXELS, "OB", body + (implicit(0xFFFEE0DD, b"") if has_end else b""), UNDEFINED)


def compressed(syntax: str, *parts: bytes, changes: dict | None = None, **kind: object) -> bytes:
    return image({PIXELS: fragments(*parts, **kind), **(changes or {})}, syntax=syntax)
