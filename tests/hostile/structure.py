"""Depth, lengths, counts, order and ends: T3 and T4."""

import struct

from tests.hostile.build import (
    BIG_ENDIAN,
    CANARY,
    EXPLICIT,
    IMPLICIT,
    PIXELS,
    ROWS,
    UNDEFINED,
    case,
    element,
    header,
    image,
    implicit,
    implicit_image,
    item,
    meta,
    part10,
    sequence,
    tagged,
    text,
    us,
)

REFERENCED = 0x00081140  # an attribute that the dictionary knows as a sequence
DAMAGED = element(ROWS, "US", b"xyz")


def nested(depth: int, form: str, innermost: bytes = DAMAGED) -> bytes:
    body = innermost if form in ("defined", "undefined", "mixed") else implicit(ROWS, b"xyz")
    for level in range(depth):
        is_last = level == depth - 1
        is_defined = form in ("defined", "unknown defined") or (form == "mixed" and level % 2 == 0)
        items = item(body, None if is_defined else UNDEFINED)
        if form.startswith("unknown") and not is_last:
            end = b"" if is_defined else implicit(0xFFFEE0DD, b"")
            body = implicit(REFERENCED, items + end, None if is_defined else UNDEFINED)
        else:
            vr = "UN" if form.startswith("unknown") else "SQ"
            body = sequence(REFERENCED, items, is_defined=is_defined, vr=vr)
    return body


FORMS = ("defined", "undefined", "mixed", "unknown defined", "unknown undefined")
DEPTHS = {3: "accepted", 16: "accepted", 17: "too_deep", 300: "too_deep", 3000: "too_deep"}
DEEP = [
    case(f"sequences {depth} deep, {form}", lambda d=depth, f=form: image(before=nested(d, f)), code)
    for form in FORMS
    for depth, code in DEPTHS.items()
]
DAMAGE = [
    case(
        f"a damaged {vr} {depth} deep",
        lambda d=depth, v=vr, w=value: image(before=nested(d, "undefined", element(0x00180050, v, w))),
        "accepted",
    )
    for depth in (5, 10, 15)
    for vr, value in (("DS", b"\xff" * 17), ("IS", b"1\\" * 50), ("FD", b"abc"), ("AT", b"a"), ("DA", b"{}{}%s%n"))
]


def many_items() -> bytes:
    return image(before=sequence(REFERENCED, item(b"") * 600_000))


def many_elements() -> bytes:
    numbers = range(0x1000, 0x10000)
    return image(before=b"".join(element(group << 16 | n, "LO", b"") for group in range(0x9, 0x21, 2) for n in numbers))


def without(end: int) -> bytes:
    return image()[:-end]


def out_of_order() -> bytes:
    elements = list(header().items())[::-1]
    return part10(b"".join(element(tag, *value) for tag, value in elements))


COUNTS = [
    case("600,000 items", many_items, "too_large"),
    case("740,000 elements", many_elements, "too_large"),
    case(
        "600,000 fragments", lambda: image({PIXELS: element(PIXELS, "OB", item(b"") * 600_000, UNDEFINED)}), "too_large"
    ),
    case("zeros and then a byte", lambda: image(after=bytes(4 << 20) + b"\1"), "malformed"),
    case("100,000 empty elements of tag 0", lambda: implicit_image(after=bytes(800_000) + b"\1"), "malformed"),
    case("30 MB of zeros at the end", lambda: image(after=bytes(30 << 20)), "accepted"),
]

LENGTHS = [
    case("a byte missing", lambda: without(1), "truncated"),
    case("the pixels missing", lambda: without(80), "truncated"),
    case("half of a header missing", lambda: without(86), "truncated"),
    case("a length of 4 GiB", image(before=element(0x00091010, "OB", b"", 0xFFFFFFF0)), "truncated"),
    case("a length of 2 GiB in pixels", image({PIXELS: element(PIXELS, "OB", bytes(80), 1 << 31)}), "truncated"),
    case("a length beyond the file, short", image(after=element(0xFFFCFFFC, "LO", b"", 0xFFFF)), "truncated"),
    case("a length that takes the pixels in", image(before=element(0x00080070, "LO", b"", 0x0101)), "malformed"),
    case("an odd length", image({0x00080070: element(0x00080070, "LO", b"SIEMENS")}), "accepted"),
    case("an odd length of pixels", image({PIXELS: ("OB", bytes(81))}), "accepted"),
    case("an undefined length of text", image(before=element(0x00080070, "UT", CANARY, UNDEFINED)), "malformed"),
    case(
        "fragments of text",
        image(before=element(0x00080070, "UT", item(CANARY, None) + implicit(0xFFFEE0DD, b""), UNDEFINED)),
        "malformed",
    ),
    case(
        "fragments of text, implicit",
        implicit_image(after=implicit(0xFFFC0010, item(CANARY), UNDEFINED)),
        "malformed",
        "truncated",
    ),
    case("an item longer than its sequence", image(before=element(REFERENCED, "SQ", item(b"", 100))), "malformed"),
    case(
        "an element longer than its item",
        image(before=sequence(REFERENCED, item(element(ROWS, "US", b"\1\0", 50)))),
        "malformed",
    ),
    case("a sequence longer than the file", image(before=element(REFERENCED, "SQ", item(b""), 1 << 30)), "truncated"),
    case(
        "a sequence without its delimiter", image(before=element(REFERENCED, "SQ", item(b""), UNDEFINED)), "malformed"
    ),
    case(
        "an item without its delimiter",
        image(before=element(REFERENCED, "SQ", implicit(0xFFFEE000, b"", UNDEFINED), UNDEFINED)),
        "malformed",
        "truncated",
    ),
    case("a delimiter at the top", image({0x00080070: implicit(0xFFFEE0DD, b"")}), "malformed"),
    case("an item at the top", image({0x00080070: item(element(ROWS, "US", b"\1\0"))}), "malformed"),
    case(
        "an element where an item should be",
        image(before=sequence(REFERENCED, element(ROWS, "US", b"\1\0"))),
        "malformed",
    ),
    case("a sequence of 7 bytes", image(before=element(REFERENCED, "SQ", bytes(7))), "malformed"),
    case(
        "a fragment of undefined length",
        image({PIXELS: element(PIXELS, "OB", item(b"") + implicit(0xFFFEE000, b"", UNDEFINED), UNDEFINED)}),
        "truncated",
    ),
    case(
        "an element among the fragments",
        image({PIXELS: element(PIXELS, "OB", element(ROWS, "US", b"\1\0"), UNDEFINED)}),
        "malformed",
    ),
    case(
        "fragments without their delimiter",
        image({PIXELS: element(PIXELS, "OB", item(b"") + item(b"ab"), UNDEFINED)}),
        "truncated",
    ),
]

ORDER = [
    case("Rows twice", image(before=element(ROWS, *us(9))), "malformed"),
    case("PatientID twice", image(after=element(0x00100020, *text("LO", "MRN-1"))), "malformed"),
    case("PixelData twice", image(after=element(PIXELS, "OB", bytes(80))), "malformed"),
    case("twice in an item", image(before=sequence(REFERENCED, item(element(ROWS, *us(1)) * 2))), "malformed"),
    case("from the last to the first", out_of_order, "accepted"),
    case("text behind the pixels", image(after=element(0xFFFCFFFC, "OB", CANARY + b" ")), "accepted"),
    case("a private element behind the pixels", image(after=element(0x7FE11010, "LO", CANARY + b" ")), "accepted"),
    case(
        "a name behind the pixels",
        image({0x00100010: None}, after=element(0x00100010, "PN", CANARY + b" ")),
        "accepted",
    ),
    case("3 zeros behind the pixels", image(after=bytes(3)), "accepted"),
    case("words behind the pixels", image(after=CANARY), "malformed", "truncated"),
    case("a second file behind the first", image() + image(), "malformed"),
]

ENCODINGS = [
    case("nothing", b"", "empty_file"),
    case("one byte", b"\0", "not_dicom"),
    case("the prefix alone", bytes(128) + b"DICM", "truncated"),
    case("file meta alone", bytes(128) + b"DICM" + meta(), "truncated"),
    case("the prefix twice", bytes(128) + b"DICM" + bytes(128) + b"DICM", "malformed"),
    case("no prefix", image()[132:], "accepted"),
    case("no prefix and a byte missing", image()[132:-1], "not_dicom"),
    case("no file meta", image()[132 + len(meta()) :], "accepted"),
    case("no transfer syntax", bytes(128) + b"DICM" + image()[132 + len(meta()) :], "accepted"),
    case("explicit that says it is implicit", image(syntax=IMPLICIT), "accepted"),
    case("little endian that says it is big", image(syntax=BIG_ENDIAN), "malformed", "truncated"),
    case("a transfer syntax that nobody knows", image(syntax="1.2.3"), "undecodable_pixels"),
    case("a transfer syntax of 5 kB", image(syntax="1." * 2500 + "1"), "undecodable_pixels"),
    case("a transfer syntax that is a path", image(syntax="../../../etc/passwd"), "undecodable_pixels"),
    case("a VR of nobody", image({0x00080070: element(0x00080070, "XX", b"ab")}), "malformed"),
    case("a VR in small letters", image({0x00080070: element(0x00080070, "lo", b"ab")}), "malformed"),
    case("a VR of zeros", image({0x00080070: tagged(0x00080070) + bytes(4)}), "malformed"),
    case(
        "a VR of nobody in the file meta",
        bytes(128) + b"DICM" + element(0x00020010, "ZZ", b"1.2\0") + image()[132:],
        "malformed",
    ),
    case(
        "a sequence in the file meta",
        bytes(128) + b"DICM" + sequence(0x00020099, item(b"")) + image()[132:],
        "accepted",
    ),
    case(
        "a name as sequence",
        image({0x00100010: sequence(0x00100010, item(element(0x00100020, "LO", CANARY + b" ")))}),
        "accepted",
    ),
    case("a sequence as text", image(before=element(REFERENCED, "LT", CANARY + b" ")), "accepted"),
    case(
        "a sequence hidden in UN",
        image(before=element(0x00400275, "UN", item(implicit(0x00400007, CANARY)))),
        "accepted",
    ),
    case(
        "a sequence of private UN",
        image(before=element(0x00091010, "UN", item(implicit(0x00100010, CANARY)), None)),
        "accepted",
    ),
    case("a group length that lies", image(before=element(0x00080000, "UL", struct.pack("<L", 1 << 31))), "accepted"),
    case(
        "a command set before the data",
        part10(element(0x00000002, "UI", b"1.2\0") + image()[132 + len(meta()) :]),
        "accepted",
    ),
    case(
        "explicit in the first element only",
        part10(element(0x00080005, "CS", b"") + implicit(0x00080016, b"1.2.3\0"), EXPLICIT),
        "malformed",
        "truncated",
    ),
]

CASES = [*DEEP, *DAMAGE, *COUNTS, *LENGTHS, *ORDER, *ENCODINGS]
