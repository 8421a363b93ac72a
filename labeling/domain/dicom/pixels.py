"""Pixel data: made safe to store, and decoded frame by frame to what the viewer is sent."""

import math
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import UID

from labeling.domain.dicom.codestreams import (
    COMPRESSED_SYNTAXES,
    JPEG_2000_SYNTAXES,
    JPEG_LS_SYNTAXES,
    JPEG_SYNTAXES,
    LOSSLESS_SYNTAXES,
    RLE_SYNTAX,
    check_rle,
    cleaned_codestream,
)
from labeling.domain.dicom.elements import PIXEL_DATA, Buffer, Element, Elements, number_of, tag_of
from labeling.domain.dicom.jpeg_twelve_bits import gdcm_frame, is_for_gdcm
from labeling.domain.dicom.pixel_format import PixelFormat
from labeling.domain.dicom.reading import EXPLICIT_LE
from labeling.domain.dicom.rle_segments import trimmed_rle, uses_bits_above
from labeling.domain.dicom.writing import encapsulated
from labeling.errors import BadDicom, TruncatedDicom, UndecodablePixels, UndisplayablePixels

Array = np.ndarray[Any, np.dtype[Any]]
_SIZE_TAGS = tuple(map(tag_of, ("Rows", "Columns", "SamplesPerPixel", "NumberOfFrames", "BitsAllocated")))

# What pydicom and the codecs raise on bytes that are not what they claim to be.
DECODER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SystemError,
    TypeError,
    ValueError,
    struct.error,
)


_RUST = "pyo3_runtime"
_FREE_FRAME_BYTES = 32 << 20
_MAX_FRAME_RATIO = 1000


def storable_pixels(element: Element, form: PixelFormat, transfer_syntax_uid: str) -> tuple[Element, PixelFormat]:
    """Pixel data with no room for anything but pixels: unused bits and bytes are zero, comments are blank."""
    if element.fragments is not None:
        if transfer_syntax_uid == EXPLICIT_LE:
            raise BadDicom("the pixel data is encapsulated, but the transfer syntax is not")
        if transfer_syntax_uid not in COMPRESSED_SYNTAXES:
            raise UndecodablePixels("the transfer syntax is not one that is decoded")
        if form.high_bit != form.bits_stored - 1:
            raise UndisplayablePixels("the high bit of compressed samples is not their last")
        frames = [_cleaned_frame(frame, form, transfer_syntax_uid) for frame in _frames(element.fragments, form)]
        cleaned = Element(PIXEL_DATA, "OB", fragments=[frame for frame, _ in frames])
        if transfer_syntax_uid in LOSSLESS_SYNTAXES and any(bits > form.bits_stored for _, bits in frames):
            _refuse_unused_bits(cleaned, form, transfer_syntax_uid)
        return cleaned, form
    if transfer_syntax_uid != EXPLICIT_LE:
        raise UndecodablePixels("the transfer syntax is compressed, the pixel data is not encapsulated")
    if len(element.value) < form.native_bytes:
        raise TruncatedDicom("the pixel data is shorter than rows, columns and frames ask for")
    value = _without_unused_bits(element.value[: form.native_bytes], form)
    return Element(PIXEL_DATA, "OW" if form.bits_allocated > 8 else "OB", value), replace(
        form, high_bit=form.bits_stored - 1
    )


def opaque_pixels(element: Element, elements: Elements, transfer_syntax_uid: str) -> Element:
    """Pixel data of a kind that is not decoded here: as long as the header says, comments blank.

    Raises UndecodablePixels for compressed data that cannot be followed, such as video.
    """
    if element.fragments is None:
        numbers = [number_of(elements, tag) or 1 for tag in _SIZE_TAGS]
        return Element(PIXEL_DATA, element.vr, element.value[: (math.prod(numbers) + 7) // 8])
    if transfer_syntax_uid not in JPEG_SYNTAXES | JPEG_LS_SYNTAXES | JPEG_2000_SYNTAXES or len(element.fragments) < 2:
        raise UndecodablePixels("the pixel data is compressed in a way that is not read")
    streams = [cleaned_codestream(fragment, transfer_syntax_uid) for fragment in element.fragments[1:]]
    return Element(PIXEL_DATA, "OB", fragments=[stream.content for stream in streams if stream is not None])


def _without_unused_bits(value: Buffer, form: PixelFormat) -> Buffer:
    """Old files keep overlay planes in the bits above the samples, with names drawn in them."""
    unused_above = form.bits_allocated - 1 - form.high_bit
    unused = form.bits_allocated - form.bits_stored
    if form.bits_allocated == 1 or not unused:
        return value
    stored = np.frombuffer(value, f"<{'i' if form.is_signed else 'u'}{form.bits_allocated // 8}")
    clean = (stored << unused_above) >> unused
    return value if np.array_equal(clean, stored) else clean.tobytes()


def _frames(fragments: list[Buffer], form: PixelFormat) -> list[Buffer]:
    """The fragments behind the offset table, joined to frames."""
    if not fragments:
        raise UndecodablePixels("the pixel data has no fragments")
    table, parts = fragments[0], fragments[1:]
    if len(parts) == form.number_of_frames:
        return parts
    if form.number_of_frames == 1:
        return [b"".join(parts)]
    starts = set(struct.unpack(f"<{len(table) // 4}L", table)) if table and len(table) % 4 == 0 else set()
    frames: list[list[Buffer]] = []
    position = 0
    for index, part in enumerate(parts):
        is_start = position in starts if starts else index == 0 or _ends(parts[index - 1])
        if is_start or not frames:
            frames.append([])
        frames[-1].append(part)
        position += 8 + len(part)
    if len(frames) != form.number_of_frames:
        raise UndecodablePixels("the number of compressed frames is not NumberOfFrames")
    return [b"".join(frame) for frame in frames]


def _ends(fragment: Buffer) -> bool:
    return bytes(fragment[-8:]).rstrip(b"\0").endswith(b"\xff\xd9")


def _refuse_unused_bits(element: Element, form: PixelFormat, transfer_syntax_uid: str) -> None:
    """Where samples are compressed with more bits than are stored, the others may hold an overlay."""
    is_quick = transfer_syntax_uid == RLE_SYNTAX and form.bits_allocated <= 16
    try:
        frames = element.fragments or []
        if is_quick:
            is_used = any(uses_bits_above(frame, form) for frame in frames)
        else:
            whole = replace(form, bits_stored=form.bits_allocated, high_bit=form.bits_allocated - 1)
            is_used = any(_uses_more(frame, form) for frame in stored_frames(element, whole, transfer_syntax_uid))
    except DECODER_ERRORS as error:
        raise UndecodablePixels from error
    if is_used:
        raise UndisplayablePixels("bits above those that are stored are in use")


def _uses_more(frame: Array, form: PixelFormat) -> bool:
    repeated_sign = (0, -1, (1 << form.bits_allocated - form.bits_stored) - 1)
    return not np.isin(frame >> form.bits_stored, repeated_sign if form.is_signed else 0).all()


def _cleaned_frame(frame: Buffer, form: PixelFormat, transfer_syntax_uid: str) -> tuple[Buffer, int]:
    """The frame, and how many bits its samples have in it."""
    if form.frame_bits // 8 > _FREE_FRAME_BYTES + _MAX_FRAME_RATIO * len(frame):
        raise UndecodablePixels("the frame would be decoded to more than a thousand times its length")
    if transfer_syntax_uid == RLE_SYNTAX:
        sample_bytes = form.samples_per_pixel * form.bits_allocated // 8
        check_rle(frame, form.rows * form.columns * sample_bytes, sample_bytes)
        return trimmed_rle(frame, form.rows * form.columns), form.bits_allocated
    stream = cleaned_codestream(frame, transfer_syntax_uid)
    if stream is None:
        return frame, form.bits_stored
    if (stream.rows, stream.columns, stream.samples) != (form.rows, form.columns, form.samples_per_pixel):
        # Before decoding: a forged size makes a decoder ask for gigabytes.
        raise UndecodablePixels("the size in the compressed stream is not Rows x Columns x SamplesPerPixel")
    return stream.content, stream.precision


def decoded_frames(element: Element, form: PixelFormat, palette: Dataset, transfer_syntax_uid: str) -> Iterator[Array]:
    """Each frame as (rows, columns) of 8, 16 or 32 bits, or as (rows, columns, 3) of uint8 RGB.

    Grey values are stored values, not rescaled; MONOCHROME1 is left as it is. `palette` holds the colour tables.
    """
    count = 0
    try:
        palette_bits = _palette_bits(form, palette)
        for frame in stored_frames(element, form, transfer_syntax_uid):
            count += 1
            yield _displayable(frame, form, palette, palette_bits)
    except DECODER_ERRORS as error:
        raise UndecodablePixels from error
    if count != form.number_of_frames:
        raise UndecodablePixels("the pixel data holds fewer frames than it claims")


def stored_frames(element: Element, form: PixelFormat, transfer_syntax_uid: str) -> Iterator[Array]:
    """Each frame as stored values, palette indices or RGB; raises whatever a decoder raises (DECODER_ERRORS)."""
    if element.fragments is not None and is_for_gdcm(transfer_syntax_uid, form):
        yield from (gdcm_frame(stream, form, transfer_syntax_uid) for stream in element.fragments)
        return
    source = b"".join(encapsulated(element.fragments)) if element.fragments is not None else element.value
    # With indices pydicom decodes into arrays of its own; without, some codecs' results are read-only and its own
    # correction of the sign fails on them.
    indices = range(form.number_of_frames) if element.fragments is not None else None
    decoder = get_decoder(UID(transfer_syntax_uid))
    try:
        for frame, _ in decoder.iter_array(source, indices=indices, raw=False, **_options(element, form)):
            yield frame
    except BaseException as error:
        if type(error).__module__ != _RUST:
            raise
        raise UndecodablePixels from error  # a panic, which is no Exception and has no class to import


def _options(element: Element, form: PixelFormat) -> dict[str, Any]:
    return {
        "rows": form.rows,
        "columns": form.columns,
        "samples_per_pixel": form.samples_per_pixel,
        "number_of_frames": form.number_of_frames,
        "bits_allocated": form.bits_allocated,
        "bits_stored": form.bits_stored,
        "pixel_representation": int(form.is_signed),
        "photometric_interpretation": form.photometric_interpretation,
        "planar_configuration": form.planar_configuration,
        "pixel_keyword": "PixelData",
        "pixel_vr": element.vr,
    }


def _palette_bits(form: PixelFormat, palette: Dataset) -> int:
    """How many bits a colour of the tables has: some claim 16 and use 8."""
    if form.photometric_interpretation != "PALETTE COLOR":
        return 0
    entries = np.arange(1 << min(16, form.bits_stored), dtype=np.uint16)
    return 8 if int(apply_color_lut(entries, palette).max()) <= 255 else 16


def _displayable(frame: Array, form: PixelFormat, palette: Dataset, palette_bits: int) -> Array:
    if form.photometric_interpretation == "PALETTE COLOR":
        return _eight_bits(apply_color_lut(frame, palette), palette_bits)
    if form.samples_per_pixel == 3:
        return _eight_bits(frame, form.bits_stored)
    if frame.dtype.itemsize <= 2:
        return frame.astype(np.int16) if frame.dtype == np.int8 else frame
    if form.bits_stored > 16:
        return frame
    narrow: Array = frame.astype(np.int16 if form.is_signed else np.uint16)
    if not np.array_equal(narrow, frame):
        raise UndisplayablePixels("the values have more bits than are stored")
    return narrow


def _eight_bits(colour: Array, bits: int) -> Array:
    """Deep colour as a screen shows it: of each sample the 8 highest of its bits."""
    narrow: Array = (colour >> max(0, bits - 8)).astype(np.uint8)
    return narrow
