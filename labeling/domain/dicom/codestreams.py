"""Compressed frames as bytes: what size they claim, and the places in them that can hold text, blanked.

Comments (JPEG COM and APPn, JPEG 2000 COM) and whatever follows the end of the image carry names in practice. They are
overwritten in place, so nothing else of the stream moves. What a decoder needs of an APPn segment stays: the colour
transform of Adobe's APP14 and of the APP8 of JPEG-LS, and the first bytes of JFIF.
"""

import re
import struct
from dataclasses import dataclass

from labeling.domain.dicom.elements import Buffer
from labeling.errors import UndecodablePixels

JPEG_SYNTAXES = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 52, 53, 54, 55, 56, 57, 70))
JPEG_LS_SYNTAXES = frozenset({"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"})
JPEG_2000_SYNTAXES = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (90, 91, 92, 93, 201, 202, 203))
RLE_SYNTAX = "1.2.840.10008.1.2.5"
LOSSLESS_SYNTAXES = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (57, 70, 80, 90, 201)) | {RLE_SYNTAX}
COMPRESSED_SYNTAXES = JPEG_SYNTAXES | JPEG_LS_SYNTAXES | JPEG_2000_SYNTAXES | {RLE_SYNTAX}

# What one frame may ask of a decoder beyond its pixels; far above what any writer does.
_MAX_TILES = 16_384
_MAX_JPEG_SEGMENTS = 5_000
_MAX_JPEG_SCANS = 200
_MAX_TILE_PARTS = 65_535
_MAX_CODE_BLOCKS = 4_000_000
_MAX_LEVELS = 32
_MAX_RLE_BYTES = 512 << 20  # when more could come out, it is counted before anything is decoded
_NEXT_JPEG_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_NEXT_JPEG_LS_MARKER = re.compile(rb"\xff[\x80-\xcf\xd8-\xfe]")  # in its scans a 7-bit byte may follow 0xFF
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
_DNL, _LSE, _OVERSIZE = 0xDC, 0xF8, 4
_USUAL_NUMBERS = {0xE0: b"\1\1\0\0\1\0\1\0\0", 0xEE: b"\0\x64\0\0\0\0"}  # behind "JFIF\0" and "Adobe"
_EXTENSIONS = frozenset(range(0xF0, 0xFE)) - {0xF7, _LSE}  # reserved: no decoder needs them
_J2K_SOT, _J2K_SOD, _J2K_EOC, _J2K_SIZ, _J2K_COM = 0x90, 0x93, 0xD9, 0x51, 0x64
_J2K_KNOWN = frozenset(b"\x50\x51\x52\x53\x55\x56\x57\x58\x59\x5c\x5d\x5e\x5f\x60\x61\x63")
_J2K_COD, _J2K_COC = 0x52, 0x53


@dataclass(frozen=True)
class Codestream:
    """One frame: its cleaned bytes and the size that its own header claims."""

    content: Buffer
    rows: int
    columns: int
    samples: int
    precision: int  # bits of a sample


def cleaned_codestream(frame: Buffer, transfer_syntax_uid: str) -> Codestream | None:
    """The frame without text; None for syntaxes that have neither a header nor comments.

    Raises UndecodablePixels when the stream cannot be followed to its end.
    """
    try:
        if transfer_syntax_uid in JPEG_2000_SYNTAXES:
            return _JPEG2000(frame).clean()
        if transfer_syntax_uid in JPEG_SYNTAXES:
            return _JPEG(frame, _NEXT_JPEG_MARKER).clean()
        if transfer_syntax_uid in JPEG_LS_SYNTAXES:
            return _JPEG(frame, _NEXT_JPEG_LS_MARKER).clean()
    except IndexError as error:
        raise UndecodablePixels("the compressed stream ends too early") from error
    return None


class _Stream:
    def __init__(self, frame: Buffer) -> None:
        self._data = bytearray(frame)
        self._size = (0, 0, 0)
        self._precision = 0

    def _short(self, position: int) -> int:
        return self._data[position] << 8 | self._data[position + 1]

    def _long(self, position: int) -> int:
        return self._short(position) << 16 | self._short(position + 2)

    def _blank(self, start: int, end: int) -> None:
        end = min(end, len(self._data))
        self._data[start:end] = bytes(max(0, end - start))

    def _segment_end(self, position: int) -> int:
        """End of the marker segment whose marker is at `position`."""
        length = self._short(position + 2)
        end = position + 2 + length
        if self._data[position] != 0xFF or length < 2 or end > len(self._data):
            raise UndecodablePixels("a marker segment of the compressed stream is damaged")
        return end

    def _result(self) -> Codestream:
        rows, columns, samples = self._size
        return Codestream(self._data, rows, columns, samples, self._precision)


class _JPEG(_Stream):
    def __init__(self, frame: Buffer, next_marker: re.Pattern[bytes]) -> None:
        super().__init__(frame)
        self._next_marker = next_marker
        self._count = self._scans = 0

    def clean(self) -> Codestream:
        data, position = self._data, 2
        if data[:2] != b"\xff\xd8":
            raise UndecodablePixels("the frame is not a JPEG stream")
        while data[position + 1] != _EOI:
            if data[position + 1] == 0xFF:  # fill bytes may stand before a marker
                position += 1
                continue
            self._count += 1
            if self._count > _MAX_JPEG_SEGMENTS:
                raise UndecodablePixels("the compressed stream has too many segments")
            position = self._pass_segment(position)
        self._blank(position + 2, len(data))
        return self._result()

    def _pass_segment(self, position: int) -> int:
        marker, end = self._data[position + 1], self._segment_end(position)
        self._refuse_trick(marker, position)
        if marker == _COM or 0xE0 <= marker <= 0xEF:
            kept = self._needed(marker, position + 4)
            self._blank(position + 4 + kept, end)
            self._settle(marker, position + 4, min(position + 4 + kept, end))
        elif marker in _FRAME_HEADERS:
            self._size = (self._short(position + 5), self._short(position + 7), self._data[position + 9])
            self._precision = self._data[position + 4]
        elif marker in _EXTENSIONS:
            self._blank(position + 4, end)
        elif marker == _SOS:
            self._scans += 1
            found = self._next_marker.search(self._data, end)
            if found is None:
                raise UndecodablePixels("the compressed stream has no end")
            return found.start()
        return end

    def _refuse_trick(self, marker: int, position: int) -> None:
        """What could make a decoder see another size than is seen here."""
        is_without_length = marker < 0xC0 or 0xD0 <= marker <= 0xD8
        is_second_size = marker in _FRAME_HEADERS and self._size != (0, 0, 0)
        is_late_size = marker == _DNL or (marker == _LSE and self._data[position + 4] == _OVERSIZE)
        if is_without_length or is_second_size or is_late_size or self._scans > _MAX_JPEG_SCANS:
            raise UndecodablePixels("the markers of the compressed stream are not those of one image")

    def _settle(self, marker: int, start: int, end: int) -> None:
        """Numbers of a kept application segment that no decoder needs get the values that they mostly have."""
        usual = _USUAL_NUMBERS.get(marker, b"")[: max(0, end - start - 5)]
        self._data[start + 5 : start + 5 + len(usual)] = usual

    def _needed(self, marker: int, start: int) -> int:
        """How many bytes of an application segment a decoder may need."""
        head = bytes(self._data[start : start + 6])
        if marker == 0xEE and head.startswith(b"Adobe"):
            return 12
        if marker == 0xE8 and head.startswith(b"mrfx"):
            return 5
        return 14 if marker == 0xE0 and head.startswith(b"JFIF\0") else 0


class _JPEG2000(_Stream):
    def __init__(self, frame: Buffer) -> None:
        super().__init__(frame)
        self._tile_parts = 0

    def clean(self) -> Codestream:
        data = self._data
        if data[:4] != b"\xff\x4f\xff\x51":
            raise UndecodablePixels("the frame is not a JPEG 2000 codestream")
        position = 2
        while data[position + 1] != _J2K_EOC:
            self._count_tile_part(data[position + 1])
            position = (
                self._pass_tile_part(position) if data[position + 1] == _J2K_SOT else self._pass_segment(position)
            )
            if position == len(data):  # the end marker is left out by some writers
                return self._result()
        self._blank(position + 2, len(data))
        return self._result()

    def _pass_segment(self, position: int) -> int:
        marker, end = self._data[position + 1], self._segment_end(position)
        if marker == _J2K_COM:
            self._blank(position + 6, end)
        elif marker not in _J2K_KNOWN:  # decoders pass over it
            self._blank(position + 4, end)
        elif marker == _J2K_SIZ:
            self._read_size(position + 6)
        elif marker == _J2K_COD:
            self._check_blocks(position + 9, end, has_precincts=self._data[position + 4] & 1 == 1)
        elif marker == _J2K_COC:
            self._check_blocks(position + 6, end, has_precincts=self._data[position + 5] & 1 == 1)
        return end

    def _count_tile_part(self, marker: int) -> None:
        self._tile_parts += marker == _J2K_SOT
        if self._tile_parts > _MAX_TILE_PARTS:
            raise UndecodablePixels("the JPEG 2000 stream has too many tile-parts")

    def _check_blocks(self, start: int, end: int, *, has_precincts: bool) -> None:
        """`start` is where the number of decomposition levels stands. A decoder keeps a record for each block."""
        rows, columns, samples = self._size
        area = 1 << (self._data[start + 1] & 15) + (self._data[start + 2] & 15) + 4
        if has_precincts:
            sizes = bytes(self._data[start + 5 : end])
            area = min([area, *(1 << (size & 15) + (size >> 4) for size in sizes[1:])])
        if self._data[start] > _MAX_LEVELS or rows * columns * samples > area * _MAX_CODE_BLOCKS:
            raise UndecodablePixels("the JPEG 2000 stream is cut into too many blocks")

    def _read_size(self, start: int) -> None:
        columns, rows, left, top, tile_columns, tile_rows = (self._long(start + 4 * i) for i in range(6))
        if self._size != (0, 0, 0) or left or top:
            raise UndecodablePixels("the JPEG 2000 stream does not start at its corner, or has two sizes")
        samples = self._short(start + 32)
        self._size, self._precision = (rows, columns, samples), (self._data[start + 34] & 127) + 1
        components = [self._data[start + 34 + 3 * n : start + 37 + 3 * n] for n in range(min(samples, 4))]
        max_step = 1 if samples == 1 else 2
        if any(depth & 127 >= 32 or not (0 < x <= max_step and 0 < y <= max_step) for depth, x, y in components):
            raise UndecodablePixels("the components of the JPEG 2000 stream are not those of an image")
        if not tile_columns or not tile_rows or (columns // tile_columns + 1) * (rows // tile_rows + 1) > _MAX_TILES:
            raise UndecodablePixels("the JPEG 2000 stream is cut into too many tiles")

    def _pass_tile_part(self, start: int) -> int:
        length = self._long(start + 6)
        position = self._segment_end(start)
        while self._data[position + 1] != _J2K_SOD:
            position = self._pass_segment(position)
        end = start + length if length else self._data.rindex(b"\xff\xd9")
        if not position + 2 <= end <= len(self._data):
            raise UndecodablePixels("a tile of the JPEG 2000 stream reaches beyond it")
        return end


def check_rle(frame: Buffer, frame_bytes: int, segments: int) -> None:
    """Compare an RLE frame (PS3.5 G) with its size, as far as is needed to bound what comes out of it.

    A byte of the source gives 64 at most. Raises UndecodablePixels.
    """
    data = bytes(frame)
    starts = struct.unpack_from("<16L", data.ljust(64, b"\0"))
    ends = (*starts[2 : segments + 1], len(data))
    if not segments or len(data) < 64 or starts[0] != segments or starts[1] != 64 or any(starts[segments + 1 :]):
        raise UndecodablePixels("the RLE header does not fit the pixels")
    if any(low > high for low, high in zip(starts[1 : segments + 1], ends, strict=True)):
        raise UndecodablePixels("the RLE segments lie across each other")
    if 64 * len(data) > _MAX_RLE_BYTES:
        for low, high in zip(starts[1 : segments + 1], ends, strict=True):
            _check_rle_segment(data[low:high], frame_bytes // segments + 1)


def _check_rle_segment(segment: bytes, allowed: int) -> None:
    position = size = 0
    while position < len(segment) and size <= allowed:
        code = segment[position]
        if code < 128:
            size, position = size + code + 1, position + code + 2
        elif code == 128:
            position += 1
        else:
            size, position = size + 257 - code, position + 2
    if size > allowed:
        raise UndecodablePixels("an RLE segment holds more than its plane")
