"""Read the bytes of a DICOM file into elements, trusting none of them.

An own reader, because pydicom takes 98 % of truncated files without a word, and one malformed value inside nested
sequences keeps `Dataset.walk` busy for minutes: every level wraps the exception of the level below. This one is
iterative, checks every length against what encloses it, and decodes no value.
"""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from labeling.domain.dicom.elements import (
    BITS_ALLOCATED,
    ITEM_BYTES,
    LONG_VRS,
    PIXEL_DATA,
    PIXEL_REPRESENTATION,
    SHORT_VRS,
    SIGN_FOLLOWS_PIXELS,
    VR_OF_TAG,
    Buffer,
    Element,
    Elements,
    number_of,
    tag_of,
    text_of,
)
from labeling.domain.dicom.limits import Limits
from labeling.errors import BadDicom, DicomTooDeep, DicomTooLarge, EmptyFile, NotDicom, TruncatedDicom

IMPLICIT_LE = "1.2.840.10008.1.2"
EXPLICIT_LE = "1.2.840.10008.1.2.1"
DEFLATED_LE = "1.2.840.10008.1.2.1.99"
EXPLICIT_BE = "1.2.840.10008.1.2.2"

_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_UNDEFINED = 0xFFFFFFFF
_SHORT = {vr.encode() for vr in SHORT_VRS}
_LONG = {vr.encode() for vr in LONG_VRS}
_NAMES = {vr.encode(): vr for vr in SHORT_VRS | LONG_VRS}
_TRANSFER_SYNTAX_UID = tag_of("TransferSyntaxUID")


@dataclass(frozen=True)
class Encoding:
    is_explicit: bool
    is_big_endian: bool = False


@dataclass(frozen=True)
class Source:
    """A file as read: values are little endian, whatever the file was."""

    meta: Elements
    elements: Elements
    transfer_syntax_uid: str


@dataclass(slots=True)
class _Open:
    """A sequence (`items`) or an item (`elements`) that is being read; `end` bounds it."""

    end: int
    is_explicit: bool
    ends_with_delimiter: bool
    elements: Elements | None = None
    items: list[Elements] | None = None


def read(content: Buffer, limits: Limits) -> Source:
    """Raises EmptyFile, NotDicom, TruncatedDicom, DicomTooDeep, DicomTooLarge or BadDicom (malformed)."""
    data = memoryview(content).toreadonly()
    if not data:
        raise EmptyFile
    if bytes(data[128:132]) == b"DICM":
        return _read_from(data, 132, limits)
    if not _starts_like_a_dataset(data):
        raise NotDicom
    try:
        return _read_from(data, 0, limits)
    except (TruncatedDicom, BadDicom) as error:
        # Without the prefix only a complete reading proves that this is DICOM.
        raise NotDicom from error


def _starts_like_a_dataset(data: memoryview) -> bool:
    return len(data) >= 16 and bytes(data[:2]) in (b"\x08\0", b"\0\x08", b"\x02\0") and data[3 - (data[0] == 0)] == 0


def _read_from(data: memoryview, start: int, limits: Limits) -> Source:
    meta_reader = _Reader(data, Encoding(is_explicit=True), limits, only_group=2)
    meta = meta_reader.read(start)
    uid = text_of(meta, _TRANSFER_SYNTAX_UID)
    body, position = data, meta_reader.position
    if uid == DEFLATED_LE:
        body, position, uid = _inflate(data[position:], limits), 0, EXPLICIT_LE
    encoding = _encoding(body, position, uid)
    elements = _Reader(body, encoding, limits).read(position)
    if uid in ("", IMPLICIT_LE, EXPLICIT_BE):
        uid = EXPLICIT_LE  # what the elements now are
    return Source(meta, elements, uid)


def _inflate(data: memoryview, limits: Limits) -> memoryview:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    allowed = min(limits.max_inflated_bytes, limits.free_inflated_bytes + limits.max_inflate_ratio * len(data))
    try:
        body = inflater.decompress(data, allowed)
    except zlib.error as error:
        raise BadDicom("the deflated dataset is damaged") from error
    if inflater.unconsumed_tail:
        raise DicomTooLarge(f"the dataset inflates to more than {allowed} bytes")
    if not inflater.eof:
        raise TruncatedDicom
    return memoryview(body)


def _encoding(data: memoryview, position: int, transfer_syntax_uid: str) -> Encoding:
    """What the first element looks like decides; writers that say one thing and do another exist."""
    if position + 8 > len(data):
        raise TruncatedDicom
    head = bytes(data[position : position + 6])
    is_big_endian = transfer_syntax_uid == EXPLICIT_BE or (not transfer_syntax_uid and head[:2] == b"\0\x08")
    return Encoding(is_explicit=head[4:6] in _NAMES, is_big_endian=is_big_endian)


class _Reader:
    """One pass over the elements with an own stack; `position` is where it stopped."""

    def __init__(self, data: memoryview, encoding: Encoding, limits: Limits, only_group: int = 0) -> None:
        order = ">" if encoding.is_big_endian else "<"
        self._tag_vr_length = struct.Struct(order + "HH2sH").unpack_from
        self._tag_length = struct.Struct(order + "HHL").unpack_from
        self._length = struct.Struct(order + "L").unpack_from
        self._data, self._encoding, self._limits, self._only_group = data, encoding, limits, only_group
        self._count = 0
        self._stack: list[_Open] = []
        self._root: Elements = {}
        self.position = 0

    def read(self, start: int) -> Elements:
        self.position = start
        self._stack = [_Open(len(self._data), self._encoding.is_explicit, False, elements=self._root)]
        while self._stack:
            top = self._stack[-1]
            if self.position == top.end and not top.ends_with_delimiter:
                self._stack.pop()
            elif self.position + 8 > top.end:
                if top.elements is self._root and self._is_padding():
                    break
                self._refuse_overrun(self.position + 8)
            elif top.items is not None:
                self._read_item(top, top.items)
            elif not self._read_element(top):
                break
        return self._root

    def _refuse_overrun(self, end: int) -> None:
        if end > len(self._data) or self._stack[-1].end == len(self._data):
            raise TruncatedDicom
        raise BadDicom("an element reaches beyond the sequence that holds it")

    def _read_item(self, sequence: _Open, items: list[Elements]) -> None:
        group, number, length = self._tag_length(self._data, self.position)
        tag = group << 16 | number
        self.position += 8
        if tag == _SEQUENCE_END and sequence.ends_with_delimiter:
            self._stack.pop()
        elif tag == _ITEM:
            items.append({})
            self._push(length, sequence.is_explicit, elements=items[-1])
        else:
            raise BadDicom("a sequence holds something that is not an item")

    def _push(
        self,
        length: int,
        is_explicit: bool,
        elements: Elements | None = None,
        items: list[Elements] | None = None,
    ) -> None:
        if len(self._stack) > 2 * self._limits.max_depth:
            raise DicomTooDeep(f"sequences are nested deeper than {self._limits.max_depth}")
        self._count_one()
        parent_end = self._stack[-1].end
        end = parent_end if length == _UNDEFINED else self.position + length
        if end > parent_end:
            self._refuse_overrun(end)
        self._stack.append(_Open(end, is_explicit, length == _UNDEFINED, elements, items))

    def _count_one(self) -> None:
        self._count += 1
        if self._count > self._limits.max_elements:
            raise DicomTooLarge(f"the file holds more than {self._limits.max_elements} elements")

    def _read_element(self, level: _Open) -> bool:
        """False when the rest belongs to somebody else: the next group, or padding after the pixel data."""
        start = self.position
        group, number, vr_bytes, short_length = self._tag_vr_length(self._data, start)
        tag = group << 16 | number
        if tag == _ITEM_END and level.ends_with_delimiter:
            self.position += 8
            self._stack.pop()
            return True
        if self._only_group and group != self._only_group:
            return False
        if tag == 0 and PIXEL_DATA in self._root:
            if self._is_padding():
                return False
            raise BadDicom("something other than elements follows the pixel data")
        vr, length = self._header(tag, vr_bytes, short_length, level)
        self._count_one()
        self._take(level, tag, vr, length)
        return True

    def _is_padding(self) -> bool:
        return PIXEL_DATA in self._root and not np.frombuffer(self._data, np.uint8, offset=self.position).any()

    def _header(self, tag: int, vr_bytes: bytes, short_length: int, level: _Open) -> tuple[str, int]:
        """The VR and length, the position moved to the value."""
        if not level.is_explicit:
            length: int = self._length(self._data, self.position + 4)[0]
            self.position += 8
            return VR_OF_TAG.get(tag, "SQ" if length == _UNDEFINED else "UN"), length
        if vr_bytes in _SHORT:
            self.position += 8
            return _NAMES[vr_bytes], short_length
        if vr_bytes not in _LONG:
            raise BadDicom("an element has no value representation of the standard")
        if self.position + 12 > level.end:
            self._refuse_overrun(self.position + 12)
        length = self._length(self._data, self.position + 8)[0]
        self.position += 12
        return _NAMES[vr_bytes], length

    def _take(self, level: _Open, tag: int, vr: str, length: int) -> None:
        assert level.elements is not None  # noqa: S101  # for mypy: only items and the root come here
        is_explicit = level.is_explicit
        if vr == "UN":  # PS3.5 6.2.2: its content is implicit VR
            vr = VR_OF_TAG.get(tag, "SQ" if length == _UNDEFINED else "UN")
            is_explicit = is_explicit and vr != "SQ"
        if tag in level.elements:
            raise BadDicom("an attribute is there twice")  # nobody can say which of two patients is meant
        element = level.elements[tag] = Element(tag, vr)
        if vr == "SQ" and not (element.is_private and length != _UNDEFINED):
            element.items = []
            self._push(length, is_explicit, items=element.items)
            return
        if length == _UNDEFINED:
            if tag != PIXEL_DATA and not element.is_private:
                raise BadDicom("only sequences and pixel data may have an undefined length")
            element.fragments = self._read_fragments(level.end)
            return
        end = self.position + length
        if end > level.end:
            self._refuse_overrun(end)
        element.value = self._little_endian(element, self._data[self.position : end], level.elements)
        self.position = end

    def _read_fragments(self, limit: int) -> list[Buffer]:
        fragments: list[Buffer] = []
        while True:
            if self.position + 8 > limit:
                raise TruncatedDicom
            group, number, length = self._tag_length(self._data, self.position)
            self.position += 8
            tag = group << 16 | number
            if tag == _SEQUENCE_END:
                return fragments
            if tag != _ITEM:
                raise BadDicom("encapsulated pixel data holds something that is not a fragment")
            if self.position + length > limit:
                raise TruncatedDicom
            self._count_one()
            fragments.append(self._data[self.position : self.position + length])
            self.position += length

    def _little_endian(self, element: Element, value: memoryview, level: Elements) -> Buffer:
        if element.vr in ("US", "OW") and element.tag in SIGN_FOLLOWS_PIXELS:
            element.vr = "SS" if number_of(self._root, PIXEL_REPRESENTATION) == 1 else "US"
        size = ITEM_BYTES.get(element.vr, 1) if self._encoding.is_big_endian else 1
        if size == 1 or len(value) % size:
            return value
        if element.tag == PIXEL_DATA and number_of(level, BITS_ALLOCATED) == 32:
            size = 4
        return np.frombuffer(value, dtype=f">u{size}").astype(f"<u{size}").tobytes()
