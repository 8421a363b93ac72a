"""Compressed frames that ask for more than the header does, and bombs: T2."""

import io
import struct
from functools import cache

from PIL import Image
from pydicom.encaps import generate_frames
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless

from tests import phantoms
from tests.domain.dicom.test_pixels import compressed as compressed_file
from tests.hostile.build import (
    CANARY,
    COLUMNS,
    EXPLICIT,
    FRAMES,
    J2K,
    JPEG,
    JPEG_LS,
    RLE,
    ROWS,
    case,
    compressed,
    text,
    us,
)

BIG = {ROWS: us(64), COLUMNS: us(64)}
TWO = {FRAMES: text("IS", "2")}


@cache
def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(phantoms.gradient(8, 10, top=255, dtype="u1")).save(buffer, "JPEG")
    return buffer.getvalue()


@cache
def stream(syntax: str, rows: int = 64, columns: int = 64) -> bytes:
    """A frame by pydicom's encoders."""
    found = io.BytesIO(compressed_file(phantoms.gradient(rows, columns, top=255, dtype="u1"), syntax))
    content = found.getvalue()
    pixels = content[content.index(struct.pack("<HH", 0x7FE0, 0x0010)) + 12 :]
    return next(generate_frames(pixels, number_of_frames=1))


def j2k() -> bytes:
    return stream(JPEG2000Lossless)


def with_bytes(content: bytes, position: int, new: bytes) -> bytes:
    return content[:position] + new + content[position + len(new) :]


def segment(marker: int, body: bytes = b"") -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def frame_header(rows: int, columns: int, marker: int = 0xC0) -> bytes:
    return segment(marker, struct.pack(">BHHB", 8, rows, columns, 1) + b"\1\x11\0")


def with_segment(content: bytes, extra: bytes, position: int = 2) -> bytes:
    return content[:position] + extra + content[position:]


def jpeg_of(rows: int, columns: int) -> bytes:
    start = jpeg().index(b"\xff\xc0") + 5
    return with_bytes(jpeg(), start, struct.pack(">HH", rows, columns))


def siz(**changes: int) -> bytes:
    """The J2K stream with fields of its SIZ segment changed."""
    places = {"columns": 8, "rows": 12, "left": 16, "top": 20, "tile_columns": 24, "tile_rows": 28}
    content = j2k()
    for name, value in changes.items():
        content = with_bytes(content, places[name], struct.pack(">L", value))
    return content


def cod(offset: int, value: bytes) -> bytes:
    """`offset` from the marker: 4 style, 6 layers, 9 levels, 10 and 11 size of code-blocks."""
    return with_bytes(j2k(), j2k().index(b"\xff\x52") + offset, value)


def precincts(size: int) -> bytes:
    start = j2k().index(b"\xff\x52")
    old = j2k()[start : start + 2 + struct.unpack(">H", j2k()[start + 2 : start + 4])[0]]
    body = bytes([old[4] | 1]) + old[5:14] + bytes([size]) * (old[9] + 1)
    return j2k().replace(old, segment(0x52, body))


def large(content: bytes, rows: int = 5000, columns: int = 5000) -> bytes:
    """The stream says this size and so does the header; padded, so that no ratio refuses it first."""
    changed = with_bytes(content, 8, struct.pack(">2L", columns, rows))
    changed = with_bytes(changed, 24, struct.pack(">2L", columns, rows))
    return compressed(J2K, changed + bytes(100_000), changes={ROWS: us(rows), COLUMNS: us(columns)})


JPEGS = [
    case("JPEG, whole", lambda: compressed(JPEG, jpeg()), "accepted"),
    case("JPEG of 65535 x 65535", lambda: compressed(JPEG, jpeg_of(65535, 65535)), "undecodable_pixels"),
    case(
        "JPEG of 65535 x 65535 in a header that agrees",
        lambda: compressed(JPEG, jpeg_of(65535, 65535), changes={ROWS: us(65535), COLUMNS: us(65535)}),
        "too_large",
    ),
    case(
        "JPEG of 16000 x 16000 in a header that agrees",
        lambda: compressed(JPEG, jpeg_of(16000, 16000), changes={ROWS: us(16000), COLUMNS: us(16000)}),
        "undecodable_pixels",
    ),
    case(
        "JPEG with a second, larger size",
        lambda: compressed(JPEG, with_segment(jpeg(), frame_header(60000, 60000))),
        "undecodable_pixels",
    ),
    case(
        "JPEG with the larger size last",
        lambda: compressed(JPEG, jpeg()[:-2] + frame_header(60000, 60000) + b"\xff\xd9"),
        "undecodable_pixels",
    ),
    case(
        "JPEG without rows and with DNL",
        lambda: compressed(JPEG, jpeg_of(0, 10)[:-2] + segment(0xDC, b"\xff\xff") + b"\xff\xd9"),
        "undecodable_pixels",
    ),
    case(
        "JPEG with DNL",
        lambda: compressed(JPEG, jpeg()[:-2] + segment(0xDC, b"\xff\xff") + b"\xff\xd9"),
        "undecodable_pixels",
    ),
    case("JPEG with two beginnings", lambda: compressed(JPEG, with_segment(jpeg(), b"\xff\xd8")), "undecodable_pixels"),
    case(
        "JPEG with a size hidden behind TEM",
        lambda: compressed(JPEG, with_segment(jpeg(), b"\xff\x01\0\x0f" + frame_header(60000, 60000))),
        "undecodable_pixels",
    ),
    case(
        "JPEG with a reserved marker",
        lambda: compressed(JPEG, with_segment(jpeg(), segment(0x30, b"ab"))),
        "undecodable_pixels",
    ),
    case(
        "JPEG with bytes between segments",
        lambda: compressed(JPEG, with_segment(jpeg(), b"abcd")),
        "undecodable_pixels",
    ),
    case(
        "JPEG with 20,000 comments",
        lambda: compressed(JPEG, with_segment(jpeg(), segment(0xFE) * 20_000)),
        "undecodable_pixels",
    ),
    case(
        "JPEG with 5,000 scans",
        lambda: compressed(JPEG, jpeg()[:-2] + (segment(0xDA, b"\1\1\0\0?\0") + b"\0") * 4000 + b"\xff\xd9"),
        "undecodable_pixels",
    ),
    case("JPEG without an end", lambda: compressed(JPEG, jpeg()[:-2]), "undecodable_pixels"),
    case("JPEG cut in its tables", lambda: compressed(JPEG, jpeg()[:100]), "undecodable_pixels"),
    case(
        "JPEG with a name in a comment",
        lambda: compressed(JPEG, with_segment(jpeg(), segment(0xFE, CANARY))),
        "accepted",
    ),
    case(
        "JPEG with a name in an APP1",
        lambda: compressed(JPEG, with_segment(jpeg(), segment(0xE1, b"Exif\0\0" + CANARY))),
        "accepted",
    ),
    case("JPEG with a name behind its end", lambda: compressed(JPEG, jpeg() + CANARY), "accepted"),
    case("JPEG of other rows", lambda: compressed(JPEG, jpeg(), changes={ROWS: us(9)}), "undecodable_pixels"),
    case("JPEG as JPEG-LS", lambda: compressed(JPEG_LS, jpeg()), "undecodable_pixels"),
    case("JPEG as JPEG 2000", lambda: compressed(J2K, jpeg()), "undecodable_pixels"),
    case("JPEG as RLE", lambda: compressed(RLE, jpeg()), "undecodable_pixels"),
    case("JPEG in native syntax", lambda: compressed(EXPLICIT, jpeg()), "malformed"),
    case("an empty JPEG", lambda: compressed(JPEG, b""), "undecodable_pixels"),
]

JPEG_LS_CASES = [
    case("JPEG-LS, whole", lambda: compressed(JPEG_LS, stream(JPEGLSLossless), changes=BIG), "accepted"),
    case(
        "JPEG-LS of 65535 x 65535",
        lambda: compressed(
            JPEG_LS,
            with_bytes(stream(JPEGLSLossless), stream(JPEGLSLossless).index(b"\xff\xf7") + 5, b"\xff" * 4),
            changes=BIG,
        ),
        "undecodable_pixels",
    ),
    case(
        "JPEG-LS with an oversize segment",
        lambda: compressed(
            JPEG_LS, with_segment(stream(JPEGLSLossless), segment(0xF8, b"\4\4" + b"\xff" * 8)), changes=BIG
        ),
        "undecodable_pixels",
    ),
    case(
        "JPEG-LS with absurd thresholds",
        lambda: compressed(
            JPEG_LS, with_segment(stream(JPEGLSLossless), segment(0xF8, b"\1" + b"\xff" * 10)), changes=BIG
        ),
        "undecodable_pixels",
        "accepted",
    ),
    case(
        "JPEG-LS cut in its scan",
        lambda: compressed(JPEG_LS, stream(JPEGLSLossless)[:60] + b"\xff\xd9", changes=BIG),
        "undecodable_pixels",
    ),
]

JPEG_2000 = [
    case("J2K, whole", lambda: compressed(J2K, j2k(), changes=BIG), "accepted"),
    case(
        "J2K that asks for 6.7 GiB",
        lambda: compressed(J2K, siz(columns=60000, rows=60000, tile_columns=60000, tile_rows=60000)[:600], changes=BIG),
        "undecodable_pixels",
    ),
    case(
        "J2K that asks for 6.7 GiB in a header that agrees",
        lambda: compressed(J2K, siz(columns=60000, rows=60000)[:600], changes={ROWS: us(60000), COLUMNS: us(60000)}),
        "too_large",
    ),
    case(
        "J2K of 16000 x 16000 in a header that agrees",
        lambda: compressed(J2K, siz(columns=16000, rows=16000), changes={ROWS: us(16000), COLUMNS: us(16000)}),
        "undecodable_pixels",
    ),
    case("J2K of 5000 x 5000 with the data of 64 x 64", lambda: large(j2k()), "accepted", "undecodable_pixels"),
    case(
        "J2K of 2^32 - 1 with an offset",
        lambda: compressed(J2K, siz(columns=0xFFFFFFFF, left=0xFFFFFFFF - 64), changes=BIG),
        "undecodable_pixels",
    ),
    case(
        "J2K of one pixel a tile",
        lambda: compressed(J2K, siz(tile_columns=1, tile_rows=1), changes={}),
        "undecodable_pixels",
    ),
    case(
        "J2K of 5000 x 5000 tiles",
        lambda: large(with_bytes(j2k(), 24, struct.pack(">2L", 1, 1))),
        "accepted",
        "undecodable_pixels",
    ),
    case("J2K of no tiles", lambda: compressed(J2K, siz(tile_columns=0), changes=BIG), "undecodable_pixels"),
    case(
        "J2K with two sizes",
        lambda: compressed(J2K, with_segment(j2k(), j2k()[2:51], 51), changes=BIG),
        "undecodable_pixels",
    ),
    case(
        "J2K of 16384 components",
        lambda: compressed(J2K, with_bytes(j2k(), 40, b"\x40\0"), changes=BIG),
        "undecodable_pixels",
    ),
    case("J2K of 38 bits", lambda: compressed(J2K, with_bytes(j2k(), 42, b"\x25"), changes=BIG), "undecodable_pixels"),
    case(
        "J2K of every 255th pixel",
        lambda: compressed(J2K, with_bytes(j2k(), 43, b"\xff\xff"), changes=BIG),
        "undecodable_pixels",
    ),
    case(
        "J2K of no pixel steps",
        lambda: compressed(J2K, with_bytes(j2k(), 43, b"\0\0"), changes=BIG),
        "undecodable_pixels",
    ),
    case("J2K of 33 levels", lambda: compressed(J2K, cod(9, b"\x21"), changes=BIG), "undecodable_pixels"),
    case(
        "J2K of 65535 layers",
        lambda: compressed(J2K, cod(6, b"\xff\xff"), changes=BIG),
        "accepted",
        "undecodable_pixels",
    ),
    case(
        "J2K of code-blocks of 2^19", lambda: compressed(J2K, cod(10, b"\xff\xff"), changes=BIG), "undecodable_pixels"
    ),
    case("J2K of code-blocks of 4 x 4", lambda: large(cod(10, b"\0\0")), "accepted", "undecodable_pixels"),
    case("J2K of precincts of one pixel", lambda: large(precincts(0)), "undecodable_pixels"),
    case(
        "J2K with a tile beyond its end",
        lambda: compressed(J2K, with_bytes(j2k(), j2k().index(b"\xff\x90") + 6, b"\x7f\xff\xff\xff"), changes=BIG),
        "undecodable_pixels",
    ),
    case(
        "J2K with tile 65535",
        lambda: compressed(J2K, with_bytes(j2k(), j2k().index(b"\xff\x90") + 4, b"\xff\xff"), changes=BIG),
        "undecodable_pixels",
    ),
    case(
        "J2K with 100,000 tile-parts",
        lambda: compressed(
            J2K, j2k()[:-2] + (b"\xff\x90\0\x0a\0\0\0\0\0\x0e\0\1" + b"\xff\x93") * 100_000 + b"\xff\xd9", changes=BIG
        ),
        "undecodable_pixels",
    ),
    case(
        "J2K with a name in a comment",
        lambda: compressed(
            J2K, with_segment(j2k(), segment(0x64, b"\0\1" + CANARY), j2k().index(b"\xff\x52")), changes=BIG
        ),
        "accepted",
    ),
    case("J2K with a name behind its end", lambda: compressed(J2K, j2k() + CANARY, changes=BIG), "accepted"),
    case("J2K cut in its header", lambda: compressed(J2K, j2k()[:60], changes=BIG), "undecodable_pixels"),
    case(
        "J2K in a JP2 box",
        lambda: compressed(J2K, b"\0\0\0\x0cjP  \r\n\x87\n" + j2k(), changes=BIG),
        "undecodable_pixels",
    ),
]

CASES = [*JPEGS, *JPEG_LS_CASES, *JPEG_2000]
