"""What the header says of the pixels against what is there: T1."""

import struct
from itertools import product

from tests.hostile.build import (
    CANARY,
    COLUMNS,
    FRAMES,
    PIXELS,
    ROWS,
    case,
    element,
    image,
    item,
    sequence,
    text,
    us,
)

SAMPLES, INTERPRETATION, PLANAR, ALLOCATED, STORED, HIGH, SIGN = (
    0x00280002,
    0x00280004,
    0x00280006,
    0x00280100,
    0x00280101,
    0x00280102,
    0x00280103,
)
NAMES = {ROWS: "Rows", COLUMNS: "Columns"}


def colour(interpretation="RGB", pixels=bytes(240), **changes):
    form = {SAMPLES: us(3), INTERPRETATION: text("CS", interpretation), PLANAR: us(0), PIXELS: ("OB", pixels)}
    return image(form | changes.get("more", {}))


def floats(pixels, more=None):
    """A parametric map in single precision."""
    form = {0x00080016: text("UI", "1.2.840.10008.5.1.4.1.1.30"), ALLOCATED: us(32), PIXELS: None}
    return image(form | {0x7FE00008: ("OF", pixels)} | (more or {}))


def palette(*descriptor, table=bytes(512), pixels=bytes(80)):
    tables = {}
    for place in range(3):
        tables[0x00281101 + place] = ("US", struct.pack("<3H", *descriptor))
        tables[0x00281201 + place] = ("OW", table)
    return image({INTERPRETATION: text("CS", "PALETTE COLOR"), PIXELS: ("OB", pixels)} | tables)


def segmented_palette():
    tables = {INTERPRETATION: text("CS", "PALETTE COLOR")}
    for place in range(3):
        tables[0x00281101 + place] = ("US", struct.pack("<3H", 0, 0, 16))
        tables[0x00281221 + place] = ("OW", struct.pack("<8H", 2, 0, 0, 65535, 0, 65535, 65535, 65535))
    return image(tables)


SIZES = [
    case(f"{NAMES[tag]} {name}", image({tag: value}), code)
    for tag in NAMES
    for name, value, code in (
        ("as UL", ("UL", struct.pack("<L", 8)), "malformed"),
        ("as UL of 2^31", ("UL", struct.pack("<L", 1 << 31)), "malformed"),
        ("as text", text("IS", "8"), "malformed"),
        ("as two numbers", ("US", struct.pack("<2H", 8, 10)), "malformed"),
        ("empty", ("US", b""), "malformed"),
        ("of one byte", element(tag, "US", b"\x08"), "malformed"),
        ("zero", us(0), "malformed"),
        ("missing", None, "malformed"),
        ("65535", us(65535), "truncated"),
    )
]
FLOODS = [
    case("65535 x 65535", image({ROWS: us(65535), COLUMNS: us(65535)}), "too_large"),
    case(
        "65535 x 65535 x 3 of 32 bits",
        lambda: colour(more={ROWS: us(65535), COLUMNS: us(65535), ALLOCATED: us(32), STORED: us(32), HIGH: us(31)}),
        "too_large",
    ),
    case("20,001 frames", image({FRAMES: text("IS", "20001")}), "too_large"),
    case(
        "20,000 frames of 256 MiB",
        image({FRAMES: text("IS", "20000"), ROWS: us(16384), COLUMNS: us(16384)}),
        "too_large",
    ),
]
FRAME_COUNTS = [
    case(f"NumberOfFrames {name!r}", image({FRAMES: text("IS", name)}), code)
    for name, code in (
        ("2147483647", "too_large"),
        ("999999999999", "too_large"),
        ("99999999999999999999", "malformed"),
        ("-1", "malformed"),
        ("-2147483648", "malformed"),
        ("1\\2", "malformed"),
        ("1e9", "malformed"),
        ("2.5", "malformed"),
        ("0x10", "malformed"),
        ("\xb2", "malformed"),
        ("1\0\0009", "malformed"),
        ("one", "malformed"),
        ("2", "truncated"),
        ("0", "accepted"),
        ("", "accepted"),
        ("  1 ", "accepted"),
    )
] + [
    case("NumberOfFrames as US", image({FRAMES: us(1)}), "malformed"),
    case("NumberOfFrames as UL", image({FRAMES: ("UL", bytes(4))}), "malformed"),
    case("NumberOfFrames as sequence", image({FRAMES: sequence(FRAMES, item(b""))}), "malformed", "accepted"),
    case("NumberOfFrames of 60 kB", image({FRAMES: text("IS", "1" * 60_000)}), "malformed"),
]
BITS = [
    case(
        f"bits {allocated}, {stored}, {high}",
        image({ALLOCATED: us(allocated), STORED: us(stored), HIGH: us(high)}),
        code,
    )
    for allocated, stored, high, code in (
        (0, 0, 0, "malformed"),
        (3, 3, 2, "unsupported_pixels"),
        (12, 12, 11, "unsupported_pixels"),
        (64, 64, 63, "unsupported_pixels"),
        (65535, 65535, 65534, "unsupported_pixels"),
        (8, 0, 7, "malformed"),
        (8, 17, 16, "malformed"),
        (8, 8, 65535, "malformed"),
        (8, 4, 2, "malformed"),
        (16, 16, 15, "truncated"),
        (32, 32, 31, "truncated"),
        (1, 1, 0, "accepted"),
    )
]
COLOURS = [
    case(f"{name} with {samples} samples", image({INTERPRETATION: text("CS", name), SAMPLES: us(samples)}), code)
    for name, samples, code in (
        ("MONOCHROME2", 0, "malformed"),
        ("MONOCHROME2", 3, "malformed"),
        ("MONOCHROME2", 65535, "malformed"),
        ("RGB", 1, "malformed"),
        ("RGB", 3, "truncated"),
        ("CMYK", 4, "unsupported_pixels"),
        ("ARGB", 4, "unsupported_pixels"),
        ("", 1, "unsupported_pixels"),
        ("M" * 5000, 1, "unsupported_pixels"),
        ("../../MONO", 1, "unsupported_pixels"),
        ("YBR_FULL_422", 3, "truncated"),
    )
] + [
    case("RGB with signed samples", colour(more={SIGN: us(1)}), "unsupported_pixels"),
    case("RGB of 1 bit", colour(more={ALLOCATED: us(1), STORED: us(1), HIGH: us(0)}), "unsupported_pixels"),
    case("RGB in planes of kind 2", colour(more={PLANAR: us(2)}), "malformed"),
    case(
        "YBR_FULL_422 of odd columns",
        colour("YBR_FULL_422", bytes(144), more={COLUMNS: us(9)}),
        "accepted",
        "undecodable_pixels",
    ),
    case("a sign of 7", image({SIGN: us(7)}), "accepted"),
]
PALETTES = [
    case("a palette without tables", image({INTERPRETATION: text("CS", "PALETTE COLOR")}), "undecodable_pixels"),
    case("a palette of no bits", palette(256, 0, 0), "undecodable_pixels", "accepted"),
    case("a palette of 7 bits", palette(256, 0, 7), "undecodable_pixels", "accepted"),
    case("a palette of 65535 bits", palette(256, 0, 65535), "undecodable_pixels"),
    case("a palette of 65,536 entries with 256", palette(0, 0, 16), "undecodable_pixels", "accepted"),
    case(
        "a palette of 2 entries for all indices",
        palette(2, 0, 16, table=bytes(4), pixels=bytes([255]) * 80),
        "accepted",
    ),
    case("a palette that begins at 65535", palette(256, 65535, 16), "accepted", "undecodable_pixels"),
    case("a palette without entries", palette(256, 0, 16, table=b""), "undecodable_pixels", "accepted"),
    case("a palette of odd length", palette(256, 0, 16, table=bytes(511) + b"\0"), "accepted", "undecodable_pixels"),
    case("segmented palettes that lie", segmented_palette(), "undecodable_pixels", "unsupported_pixels"),
]
VALUES = [
    case("no pixel data", image({PIXELS: None}), "no_pixels"),
    case("empty pixel data", image({PIXELS: ("OB", b"")}), "no_pixels"),
    case(
        "pixel data in an item only",
        image({PIXELS: None}, after=sequence(0x00880200, item(element(PIXELS, "OB", bytes(80))))),
        "no_pixels",
    ),
    case("pixel data as a sequence", image({PIXELS: sequence(PIXELS, item(b""))}), "no_pixels", "malformed"),
    case("pixel data as text", image({PIXELS: ("UT", bytes(80))}), "accepted"),
    case("pixel data as UN", image({PIXELS: ("UN", bytes(80))}), "accepted"),
    case("floating point pixels", image({PIXELS: None, 0x7FE00008: ("OF", bytes(320))}), "unsupported_pixels"),
    case("a map of floating point", floats(bytes(320)), "accepted"),
    case("a map of nothing that is a number", floats(b"\xff" * 320), "accepted"),
    case("a map with a name behind it", floats(bytes(320) + CANARY + b" "), "accepted"),
    case("a map with a name in its pixels", floats(CANARY.ljust(320, b" ")), "identifier_left", "no_pixels"),
    case("a map with a value missing", floats(bytes(316)), "truncated"),
    case("a map of 16 bits", floats(bytes(320), {ALLOCATED: us(16)}), "unsupported_pixels"),
    case("a map of 64 bits in single precision", floats(bytes(640), {ALLOCATED: us(64)}), "malformed"),
    case(
        "a map in colour", floats(bytes(960), {SAMPLES: us(3), INTERPRETATION: text("CS", "RGB")}), "unsupported_pixels"
    ),
    case(
        "a map of 65535 x 65535",
        floats(bytes(320), {ROWS: us(65535), COLUMNS: us(65535)}),
        "too_large",
    ),
    case(
        "floating point pixels beside others",
        image(before=b"", after=element(0x7FE00008, "OF", bytes(320))),
        "unsupported_pixels",
    ),
    case("a name behind the last pixel", image({PIXELS: ("OB", bytes(80) + CANARY + b" ")}), "accepted"),
    case("a pixel missing", image({PIXELS: ("OB", bytes(78))}), "truncated"),
    case(
        "a name in the unused bits",
        image({ALLOCATED: us(16), STORED: us(1), HIGH: us(0), PIXELS: ("OW", CANARY.ljust(160))}),
        "accepted",
    ),
]
DECIMALS = {
    0x00281050: "WindowCenter",
    0x00281051: "WindowWidth",
    0x00281052: "RescaleIntercept",
    0x00281053: "RescaleSlope",
    0x00280030: "PixelSpacing",
    0x00181164: "ImagerPixelSpacing",
}
WRONG = ("1e999", "nan", "inf", "-1", "0\\0", "1" * 5000, "1\\" * 3000, "abc")
NUMBERS = [
    case(f"{name} {value[:20]!r}", image({tag: text("DS", value)}), "accepted")
    for (tag, name), value in product(DECIMALS.items(), WRONG)
]


def table(tag: int, descriptor: tuple[int, int, int], entries: int) -> bytes:
    body = element(0x00283002, "US", struct.pack("<3H", *descriptor)) + element(0x00283006, "OW", bytes(entries))
    return image({tag: sequence(tag, item(body))})


DESCRIPTORS = (((0, 0, 16), 4), ((65535, 65535, 65535), 4), ((4, 0, 0), 8), ((4, 0, 16), 0), ((1, 0, 1), 2))
TABLES = [
    case(f"a {name} of {descriptor}", table(tag, descriptor, entries), "accepted")
    for tag, name in ((0x00283000, "modality table"), (0x00283010, "VOI table"))
    for descriptor, entries in DESCRIPTORS
]

CASES = [*SIZES, *FLOODS, *FRAME_COUNTS, *BITS, *COLOURS, *PALETTES, *VALUES, *NUMBERS, *TABLES]
