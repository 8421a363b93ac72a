"""Damage to real DICOM files: from (seed, number) always the same."""

import random
import re
import struct
from collections.abc import Callable

VRS = b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US OB OD OF OL OV OW SQ SV UC UN UR UT UV".split()
_EXPLICIT = re.compile(rb"[\x00-\xff]\x00[\x00-\xff]{2}(?:" + b"|".join(VRS) + rb")")
_EXTREMES = (0, 1, 2, 3, 7, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE)
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())

Mutation = Callable[[random.Random, bytearray, list[bytes]], None]


def mutated(seed: int, number: int, sources: list[bytes]) -> bytes:
    """One to four kinds of damage to one of the sources."""
    chance = random.Random(f"{seed}:{number}")
    content = bytearray(chance.choice(sources))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        if content:
            chance.choice(MUTATIONS)(chance, content, sources)
    return bytes(content)


def _place(chance: random.Random, content: bytearray) -> int:
    """Headers are small and pixels large, but most of what can go wrong is in headers."""
    return chance.randrange(min(len(content), chance.choice((200, 2000, 8000, len(content)))))


def _element(chance: random.Random, content: bytearray) -> int | None:
    """Where an element with an explicit VR seems to start."""
    for _ in range(8):
        found = _EXPLICIT.search(content, _place(chance, content))
        if found:
            return found.start()
    return None


def _element_end(content: bytearray, start: int) -> int:
    if bytes(content[start + 4 : start + 6]) in _LONG:
        length, header = struct.unpack_from("<L", content.ljust(start + 12, b"\0"), start + 8)[0], 12
    else:
        length, header = struct.unpack_from("<H", content.ljust(start + 8, b"\0"), start + 6)[0], 8
    return min(len(content), start + header + min(length, 100_000))


def flip_bits(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    for _ in range(chance.choice((1, 2, 8, 64))):
        content[_place(chance, content)] ^= 1 << chance.randrange(8)


def set_bytes(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    for _ in range(chance.choice((1, 3, 10))):
        content[_place(chance, content)] = chance.choice((0, 1, 0x5C, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256)))


def edit_length(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    start = _element(chance, content)
    if start is None:
        return
    value = chance.choice((*_EXTREMES, 0xFFFFFFFF, len(content), chance.randrange(1 << 16)))
    if bytes(content[start + 4 : start + 6]) in _LONG:
        content[start + 8 : start + 12] = struct.pack("<L", value)
    else:
        content[start + 6 : start + 8] = struct.pack("<H", value & 0xFFFF)


def edit_value(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    """A number of the header becomes an extreme one: rows, columns, bits, offsets, table sizes."""
    start = _element(chance, content)
    if start is not None and bytes(content[start + 4 : start + 6]) in {b"US", b"SS", b"UL", b"IS", b"DS"}:
        end = _element_end(content, start)
        text = chance.choice((b"-1", b"2147483647", b"1\\2", b"1e999", b"nan", b"0", b"999999999999", b"\xff\xfe"))
        number = struct.pack("<L", chance.choice(_EXTREMES))
        content[start + 8 : end] = (text if content[start + 5] == ord("S") and chance.random() < 0.5 else number)[
            : max(0, end - start - 8)
        ].ljust(max(0, end - start - 8))


def truncate(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    del content[chance.choice((_place(chance, content), chance.randrange(len(content)), len(content) - 1)) :]


def splice(chance: random.Random, content: bytearray, sources: list[bytes]) -> None:
    """The beginning of one file and the end of another, or a piece of another in the middle."""
    other = chance.choice(sources)
    start = chance.randrange(len(other))
    if chance.random() < 0.5:
        content[_place(chance, content) :] = other[start:]
    else:
        place = _place(chance, content)
        content[place:place] = other[start : start + chance.choice((8, 100, 1000))]


def duplicate_element(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    start = _element(chance, content)
    if start is not None:
        piece = content[start : _element_end(content, start)]
        place = chance.choice((start, _element(chance, content) or start))
        content[place:place] = piece * chance.choice((1, 2, 50, 2000 if len(piece) < 100 else 2))


def remove_element(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    start = _element(chance, content)
    if start is not None:
        del content[start : _element_end(content, start)]


def swap_vr(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    start = _element(chance, content)
    if start is not None:
        content[start + 4 : start + 6] = chance.choice((*VRS, b"XX", b"\0\0", b"  "))


def swap_tag(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    start, other = _element(chance, content), _element(chance, content)
    if start is not None and other is not None:
        content[start : start + 4] = content[other : other + 4]


def wrap(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    """An element moves into sequences in sequences."""
    start = _element(chance, content)
    if start is None:
        return
    end = _element_end(content, start)
    body = bytes(content[start:end])
    for _ in range(chance.choice((1, 3, 10, 16, 17, 100))):
        vr = chance.choice((b"SQ", b"SQ", b"UN"))
        if chance.random() < 0.5:
            item = struct.pack("<HHL", 0xFFFE, 0xE000, len(body)) + body
            body = struct.pack("<HH2sHL", 0x0008, 0x1140, vr, 0, len(item)) + item
        else:
            item = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF) + body + struct.pack("<HHL", 0xFFFE, 0xE00D, 0)
            body = struct.pack("<HH2sHL", 0x0008, 0x1140, vr, 0, 0xFFFFFFFF) + item
            body += struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    content[start:end] = body


def damage_codestream(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    """Behind the start of a compressed frame, where sizes and tables of the codec are."""
    starts = [found.start() for found in re.finditer(rb"\xff\xd8\xff|\xff\x4f\xff\x51|\xfe\xff\x00\xe0", content)]
    if starts:
        start = chance.choice(starts)
        for _ in range(chance.choice((1, 2, 6))):
            content[min(len(content) - 1, start + chance.randrange(120))] = chance.choice(
                (0, 1, 0xFF, chance.randrange(256))
            )


def swap_transfer_syntax(chance: random.Random, content: bytearray, _: list[bytes]) -> None:
    found = re.search(rb"\x02\x00\x10\x00UI..(1\.2\.840\.10008\.1\.2[0-9.]*)", bytes(content[:2000]), re.DOTALL)
    if found:
        uids = ("", ".1", ".2", ".1.99", ".5", ".4.50", ".4.51", ".4.57", ".4.70", ".4.80", ".4.90", ".4.201")
        uid = b"1.2.840.10008.1.2" + chance.choice(uids).encode()
        content[found.start(1) : found.end(1)] = uid[: found.end(1) - found.start(1)].ljust(
            found.end(1) - found.start(1), b"\0"
        )


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    set_bytes,
    edit_length,
    edit_value,
    truncate,
    splice,
    duplicate_element,
    remove_element,
    swap_vr,
    swap_tag,
    wrap,
    edit_value,
    damage_codestream,
    damage_codestream,
    damage_codestream,
    swap_transfer_syntax,
)
