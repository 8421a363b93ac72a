"""Compressed frames as bytes: what size they claim, and the places in them that can hold text, blanked.

Comments (JPEG COM and APPn, JPEG 2000 COM) and whatever follows the end of the image carry names in practice. They are
overwritten in place, so nothing else of the stream moves. What a decoder needs of an APPn segment stays: the colour
transform of Adobe's APP14 and of the APP8 of JPEG-LS, and the first bytes of JFIF.
"""

import re
from dataclasses import dataclass

from labeling.domain.dicom.elements import Buffer
from labeling.errors import UndecodablePixels

JPEG_SYNTAXES = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 52, 53, 54, 55, 56, 57, 70))
JPEG_LS_SYNTAXES = frozenset({"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"})
JPEG_2000_SYNTAXES = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (90, 91, 92, 93, 201, 202, 203))
RLE_SYNTAX = "1.2.840.10008.1.2.5"

_MAX_TILES = 65_535
_NEXT_JPEG_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_NEXT_JPEG_LS_MARKER = re.compile(rb"\xff[\x80-\xcf\xd8-\xfe]")  # in its scans a 7-bit byte may follow 0xFF
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
_J2K_SOT, _J2K_SOD, _J2K_EOC, _J2K_SIZ, _J2K_COM = 0x90, 0x93, 0xD9, 0x51, 0x64


@dataclass(frozen=True)
class Codestream:
    """One frame: its cleaned bytes and the size that its own header claims."""

    content: Buffer
    rows: int
    columns: int
    samples: int


def cleaned_codestream(frame: Buffer, transfer_syntax_uid: str) -> Codestream | None:
    """The frame without text; None for syntaxes that have neither a header nor comments (RLE).

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
        return Codestream(self._data, rows, columns, samples)


class _JPEG(_Stream):
    def __init__(self, frame: Buffer, next_marker: re.Pattern[bytes]) -> None:
        super().__init__(frame)
        self._next_marker = next_marker

    def clean(self) -> Codestream:
        data, position = self._data, 2
        if data[:2] != b"\xff\xd8":
            raise UndecodablePixels("the frame is not a JPEG stream")
        while data[position + 1] != _EOI:
            if data[position + 1] == 0xFF:  # fill bytes may stand before a marker
                position += 1
                continue
            position = self._pass_segment(position)
        self._blank(position + 2, len(data))
        return self._result()

    def _pass_segment(self, position: int) -> int:
        marker, end = self._data[position + 1], self._segment_end(position)
        if marker == _COM or 0xE0 <= marker <= 0xEF:
            self._blank(position + 4 + self._needed(marker, position + 4), end)
        elif marker in _FRAME_HEADERS:
            self._size = (self._short(position + 5), self._short(position + 7), self._data[position + 9])
        elif marker == _SOS:
            found = self._next_marker.search(self._data, end)
            if found is None:
                raise UndecodablePixels("the compressed stream has no end")
            return found.start()
        return end

    def _needed(self, marker: int, start: int) -> int:
        """How many bytes of an application segment a decoder may need."""
        head = bytes(self._data[start : start + 6])
        if marker == 0xEE and head.startswith(b"Adobe"):
            return 12
        if marker == 0xE8 and head.startswith(b"mrfx"):
            return 5
        return 14 if marker == 0xE0 and head.startswith(b"JFIF\0") else 0


class _JPEG2000(_Stream):
    def clean(self) -> Codestream:
        data = self._data
        if data[:4] != b"\xff\x4f\xff\x51":
            raise UndecodablePixels("the frame is not a JPEG 2000 codestream")
        position = 2
        while data[position + 1] != _J2K_EOC:
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
        elif marker == _J2K_SIZ:
            self._read_size(position + 6)
        return end

    def _read_size(self, start: int) -> None:
        columns, rows, left, top, tile_columns, tile_rows = (self._long(start + 4 * i) for i in range(6))
        self._size = (rows - top, columns - left, self._short(start + 32))
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
