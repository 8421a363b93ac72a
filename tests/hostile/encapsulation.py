"""Run lengths, fragments, offset tables and deflate that give more than they should: T2."""

import struct
import zlib

import numpy as np
from pydicom.uid import RLELossless

from tests.hostile.build import (
    CANARY,
    DEFLATED,
    FRAMES,
    J2K,
    JPEG,
    JPEG_LS,
    PIXELS,
    RLE,
    case,
    compressed,
    element,
    fragments,
    image,
    item,
    part10,
    text,
)
from tests.hostile.codestreams import BIG, jpeg, stream

TWO = {FRAMES: text("IS", "2")}


def rle(*segments: bytes, count: int | None = None, starts: tuple[int, ...] | None = None) -> bytes:
    position, found = 64, []
    for part in segments:
        found.append(position)
        position += len(part)
    found = list(starts or found)
    head = struct.pack("<16L", len(segments) if count is None else count, *(found + [0] * 15)[:15])
    return head + b"".join(segments)


def deflated(body: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return part10(deflater.compress(body) + deflater.flush(), DEFLATED)


def deflated_bomb(mebibytes: int) -> bytes:
    """Zeros behind the header of an element that claims them."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = deflater.compress(element(0x00091010, "OB", b"", mebibytes << 20)) + deflater.flush(zlib.Z_FULL_FLUSH)
    block = deflater.compress(bytes(1 << 20)) + deflater.flush(zlib.Z_FULL_FLUSH)
    return part10(head + block * mebibytes + deflater.flush(), DEFLATED)


def whole_body() -> bytes:
    return image()[132 + 12 + 28 :]


RLES = [
    case("RLE, whole", lambda: compressed(RLE, stream(RLELossless), changes=BIG), "accepted"),
    case("RLE of no segments", lambda: compressed(RLE, rle()), "undecodable_pixels"),
    case("RLE of 16 segments", lambda: compressed(RLE, rle(b"\xb1\0", count=16)), "undecodable_pixels"),
    case("RLE of 2^32 - 1 segments", lambda: compressed(RLE, rle(b"\xb1\0", count=0xFFFFFFFF)), "undecodable_pixels"),
    case("RLE of two segments for one", lambda: compressed(RLE, rle(b"\xb1\0", b"\xb1\0")), "undecodable_pixels"),
    case(
        "RLE that begins beyond its end",
        lambda: compressed(RLE, rle(b"\xb1\0", starts=(4_000_000_000,))),
        "undecodable_pixels",
    ),
    case("RLE that begins in its header", lambda: compressed(RLE, rle(b"\xb1\0", starts=(0,))), "undecodable_pixels"),
    case("RLE of less than the header", lambda: compressed(RLE, b"\1\0\0\0"), "undecodable_pixels"),
    case("RLE with too few pixels", lambda: compressed(RLE, rle(b"\xd8\0")), "undecodable_pixels"),
    case("RLE of 128 pixels for 80", lambda: compressed(RLE, rle(b"\x7f" + bytes(128))), "accepted"),
    case("RLE cut in a run", lambda: compressed(RLE, rle(b"\xb1\0\x90")), "undecodable_pixels", "accepted"),
    case(
        "RLE of 1 MB for 80 pixels", lambda: compressed(RLE, rle(b"\x81\0" * 500_000)), "undecodable_pixels", "accepted"
    ),
    case("RLE of 34 MB for 2 GB", lambda: compressed(RLE, rle(b"\x81\0" * 17_000_000)), "undecodable_pixels"),
    case("RLE of nothing but no-operations", lambda: compressed(RLE, rle(b"\x80" * 1_000_000)), "undecodable_pixels"),
]

FRAGMENTS = [
    case("no fragments", lambda: compressed(JPEG), "undecodable_pixels"),
    case(
        "no offset table either",
        lambda: image({PIXELS: element(PIXELS, "OB", b"\xfe\xff\xdd\xe0\0\0\0\0", 0xFFFFFFFF)}, syntax=JPEG),
        "no_pixels",
        "undecodable_pixels",
    ),
    case("two frames in one fragment", lambda: compressed(JPEG, jpeg(), changes=TWO), "undecodable_pixels"),
    case(
        "three fragments for two frames",
        lambda: compressed(JPEG, jpeg(), jpeg(), jpeg(), changes=TWO),
        "undecodable_pixels",
    ),
    case(
        "two frames, the first in two fragments",
        lambda: compressed(JPEG, jpeg()[:100], jpeg()[100:], jpeg(), changes=TWO),
        "accepted",
    ),
    case(
        "an offset table that lies",
        lambda: compressed(JPEG, jpeg(), jpeg(), changes=TWO, table=struct.pack("<2L", 7, 0xFFFFFFFF)),
        "accepted",
    ),
    case(
        "an offset table with shared fragments",
        lambda: compressed(JPEG, jpeg()[:100], jpeg()[100:], jpeg(), changes=TWO, table=struct.pack("<2L", 0, 0)),
        "undecodable_pixels",
    ),
    case("an offset table of 1 MB", lambda: compressed(JPEG, jpeg(), table=bytes(1 << 20)), "accepted"),
    case(
        "an offset table of 3 bytes",
        lambda: compressed(JPEG, jpeg()[:100], jpeg()[100:], jpeg(), changes=TWO, table=b"abc"),
        "accepted",
    ),
    case(
        "one fragment for 20,000 frames",
        lambda: compressed(JPEG, jpeg(), changes={FRAMES: text("IS", "20000")}, table=bytes(80_000)),
        "undecodable_pixels",
    ),
    case(
        "20,000 empty fragments",
        lambda: compressed(JPEG, *[b""] * 20_000, changes={FRAMES: text("IS", "20000")}),
        "undecodable_pixels",
    ),
    case(
        "false extended offsets",
        lambda: compressed(
            JPEG,
            jpeg(),
            changes={0x7FE00001: ("OV", struct.pack("<Q", 1 << 60)), 0x7FE00002: ("OV", struct.pack("<Q", 1 << 60))},
        ),
        "accepted",
    ),
    case(
        "extended offsets of shared frames",
        lambda: compressed(
            JPEG,
            jpeg(),
            jpeg(),
            changes=TWO | {0x7FE00001: ("OV", bytes(16)), 0x7FE00002: ("OV", struct.pack("<2Q", 99, 99))},
        ),
        "accepted",
    ),
    case("native pixels in a compressed syntax", image(syntax=JPEG), "undecodable_pixels"),
    case("an item as a frame", lambda: compressed(JPEG, item(jpeg())), "undecodable_pixels"),
    case("fragments in a syntax of nobody", lambda: compressed("1.2.3", jpeg()), "undecodable_pixels"),
    case(
        "fragments in a syntax of noise",
        lambda: image({PIXELS: fragments(jpeg())}, syntax=b"1.2.\xff\xfe.4"),
        "undecodable_pixels",
    ),
    case("a video", lambda: compressed("1.2.840.10008.1.2.4.102", b"\0\0\0\1" * 100), "undecodable_pixels"),
]

INFLATE = [
    case("deflated, whole", lambda: deflated(whole_body()), "accepted"),
    case("deflated 1.5 MB of 1.5 GB", lambda: deflated_bomb(1500), "too_large"),
    case("deflated 100 kB of 100 MB", lambda: deflated_bomb(100), "too_large"),
    case("deflated and cut", lambda: deflated(whole_body())[:-20], "truncated"),
    case("deflated noise", part10(bytes(range(256)), DEFLATED), "malformed"),
    case("deflated nothing", lambda: deflated(b""), "truncated"),
    case("deflated with a name behind it", lambda: deflated(whole_body()) + CANARY, "accepted"),
    case("not deflated at all", image(syntax=DEFLATED), "malformed"),
    case("deflated twice", lambda: deflated(zlib.compress(whole_body())), "malformed", "truncated"),
]


def noise(seed: int) -> bytes:
    return np.random.default_rng(seed).bytes(4000)


NOISE = [
    case(
        f"noise as {name}",
        lambda n=number, s=syntax, b=begin: compressed(s, b + noise(n), changes=BIG),
        "undecodable_pixels",
        *(["accepted"] if name == "RLE" else []),
    )
    for number, (name, syntax, begin) in enumerate(
        (
            ("JPEG", JPEG, b"\xff\xd8"),
            ("JPEG-LS", JPEG_LS, b"\xff\xd8"),
            ("J2K", J2K, b"\xff\x4f\xff\x51"),
            ("RLE", RLE, b"\1\0\0\0\x40\0\0\0" + bytes(56)),
        )
    )
]

CASES = [*RLES, *FRAGMENTS, *INFLATE, *NOISE]
