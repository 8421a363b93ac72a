"""Write elements as a DICOM Part 10 file: zero preamble, own file meta, Explicit VR Little Endian."""

import struct

from labeling.domain.dicom.elements import LONG_VRS, Buffer, Element, Elements, tag_of, text_element, text_of

IMPLEMENTATION_CLASS_UID = "2.25.215863412917563019857260354193078654321"
IMPLEMENTATION_VERSION_NAME = "OVERREAD 1"

_SOP_CLASS, _SOP_INSTANCE = tag_of("SOPClassUID"), tag_of("SOPInstanceUID")
_LONG_HEADER = struct.Struct("<HH2sHL").pack
_SHORT_HEADER = struct.Struct("<HH2sH").pack
_ITEM_HEADER = struct.Struct("<HHL").pack
_UNDEFINED = 0xFFFFFFFF


def file_bytes(elements: Elements, transfer_syntax_uid: str) -> bytes:
    """The whole file. Elements are written in order of their tags, the pixel data last."""
    chunks: list[Buffer] = [bytes(128), b"DICM", _meta(elements, transfer_syntax_uid)]
    for tag in sorted(elements):
        _append(chunks, elements[tag])
    return b"".join(chunks)


def _meta(elements: Elements, transfer_syntax_uid: str) -> bytes:
    chunks: list[Buffer] = []
    for element in (
        Element(0x00020001, "OB", b"\0\1"),
        text_element(0x00020002, "UI", text_of(elements, _SOP_CLASS)),
        text_element(0x00020003, "UI", text_of(elements, _SOP_INSTANCE)),
        text_element(0x00020010, "UI", transfer_syntax_uid),
        text_element(0x00020012, "UI", IMPLEMENTATION_CLASS_UID),
        text_element(0x00020013, "SH", IMPLEMENTATION_VERSION_NAME),
    ):
        _append(chunks, element)
    body = b"".join(chunks)
    return _SHORT_HEADER(2, 0, b"UL", 4) + len(body).to_bytes(4, "little") + body


def _append(chunks: list[Buffer], element: Element) -> None:
    group, number, vr = element.tag >> 16, element.tag & 0xFFFF, element.vr.encode()
    if element.items is not None:
        body = b"".join(_item(item) for item in element.items)
        chunks += [_LONG_HEADER(group, number, vr, 0, len(body)), body]
    elif element.fragments is not None:
        chunks.append(_LONG_HEADER(group, number, vr, 0, _UNDEFINED))
        chunks += encapsulated(element.fragments)
    elif element.vr in LONG_VRS:
        padding = len(element.value) % 2
        chunks += [_LONG_HEADER(group, number, vr, 0, len(element.value) + padding), element.value, b"\0" * padding]
    else:
        chunks += [_SHORT_HEADER(group, number, vr, len(element.value)), element.value]


def _item(item: Elements) -> bytes:
    chunks: list[Buffer] = []
    for tag in sorted(item):
        _append(chunks, item[tag])
    body = b"".join(chunks)
    return _ITEM_HEADER(0xFFFE, 0xE000, len(body)) + body


def encapsulated(frames: list[Buffer]) -> list[Buffer]:
    """One fragment a frame behind a basic offset table, ended by a delimiter (PS3.5 A.4)."""
    offsets, position = [], 0
    for frame in frames:
        offsets.append(position)
        position += 8 + len(frame) + len(frame) % 2
    table = struct.pack(f"<{len(offsets)}L", *offsets) if position < _UNDEFINED else b""
    chunks: list[Buffer] = [_ITEM_HEADER(0xFFFE, 0xE000, len(table)), table]
    for frame in frames:
        padding = len(frame) % 2
        chunks += [_ITEM_HEADER(0xFFFE, 0xE000, len(frame) + padding), frame, b"\0" * padding]
    chunks.append(_ITEM_HEADER(0xFFFE, 0xE0DD, 0))
    return chunks
