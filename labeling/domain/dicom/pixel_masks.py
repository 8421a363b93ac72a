"""Rectangles that hide burned-in text, and how they are burned into every frame for good."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pydicom.dataset import Dataset
from pydicom.pixels.encoders.base import get_encoder
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLSNearLossless,
    RLELossless,
)

from labeling.domain.dicom.display import functional_group, number, numbers, pixel_padding, text
from labeling.domain.dicom.elements import PIXEL_DATA, Element
from labeling.domain.dicom.jpeg_twelve_bits import RETIRED_SYNTAXES
from labeling.domain.dicom.pixel_format import PixelFormat
from labeling.domain.dicom.pixels import DECODER_ERRORS, Array, stored_frames
from labeling.domain.dicom.reading import EXPLICIT_LE
from labeling.errors import UndecodablePixels

_LOSSY = RETIRED_SYNTAXES | {JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless, JPEG2000, HTJ2K}


@dataclass(frozen=True)
class Mask:
    """Whole pixels, half-open; (0, 0) is the outer corner of the first pixel."""

    left: int
    top: int
    right: int
    bottom: int

    def to_json(self) -> list[int]:
        return [self.left, self.top, self.right, self.bottom]

    @classmethod
    def from_json(cls, values: Sequence[int]) -> "Mask":
        """Raises ValueError or TypeError when these are not four whole numbers."""
        left, top, right, bottom = values
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            raise ValueError("a mask is four whole numbers: left, top, right, bottom")
        return Mask(left, top, right, bottom)

    def clipped(self, rows: int, columns: int) -> "Mask":
        """Raises ValueError when the mask is empty or nothing of it lies within the image."""
        inside = Mask(max(0, self.left), max(0, self.top), min(columns, self.right), min(rows, self.bottom))
        if inside.left >= inside.right or inside.top >= inside.bottom:
            shown = (self.left, self.top, self.right, self.bottom)
            raise ValueError(f"mask {shown} holds no pixel of {columns} x {rows} pixels")
        return inside


def is_lossy(transfer_syntax_uid: str) -> bool:
    """Whether pixels under this transfer syntax have surely lost something."""
    return transfer_syntax_uid in _LOSSY


def masked(
    pixels: Element, form: PixelFormat, masks: Iterable[Mask], palette: Dataset, transfer_syntax_uid: str
) -> tuple[Element, PixelFormat, str]:
    """Burn masks, black in what is shown, into every frame: the new PixelData, its form, its transfer syntax.

    `pixels` and `form` are what `storable_pixels` gives, `palette` is the dataset: colour tables, padding, windows.
    Every other pixel keeps its stored value (of lossy streams: the decoded one); without masks nothing is touched.

    Native data stays native. Only YBR_FULL_422 becomes YBR_FULL, because a mask may cut through two pixels that share
    their colour. Compressed frames are decoded one by one and stored as RLE Lossless: unlike an own native copy it
    never needs all decoded frames in memory, has no limit of 4 GiB, and its encoder takes every depth and sign (one bit
    a pixel is the exception: stored native). Decoded colour is RGB, whatever it was.

    The caller must then set PhotometricInterpretation, PlanarConfiguration (of colour only), HighBit, SamplesPerPixel,
    BitsAllocated, BitsStored, PixelRepresentation, Rows, Columns from the returned form, and the transfer syntax; if
    `is_lossy(transfer_syntax_uid)` of the source also LossyImageCompression "01", for what was lost stays lost. A
    smallest or largest pixel value in the header may no longer hold.

    Raises ValueError for a mask outside of the image and UndecodablePixels.
    """
    rectangles = [mask.clipped(form.rows, form.columns) for mask in masks]
    if not rectangles:
        return pixels, form, transfer_syntax_uid
    try:
        if pixels.fragments is None:
            element, form = _native(pixels, form, rectangles, palette)
            return element, form, EXPLICIT_LE
        return _recoded(pixels, form, rectangles, palette, transfer_syntax_uid)
    except DECODER_ERRORS as error:
        raise UndecodablePixels from error


def _native(
    pixels: Element, form: PixelFormat, rectangles: list[Mask], palette: Dataset
) -> tuple[Element, PixelFormat]:
    samples, form = _writable_samples(pixels, form)
    black = _black(form, palette, _ends([samples]))
    for mask in rectangles:
        rows, columns = slice(mask.top, mask.bottom), slice(mask.left, mask.right)
        if form.samples_per_pixel == 3 and form.planar_configuration == 1:
            samples[:, :, rows, columns] = black[:, None, None]
        else:
            samples[:, rows, columns] = black
    return _native_element(samples, form), form


def _writable_samples(pixels: Element, form: PixelFormat) -> tuple[Array, PixelFormat]:
    """A copy as (frames, rows, columns[, 3]), or (frames, 3, rows, columns) where the planes are apart."""
    shape: tuple[int, ...] = (form.number_of_frames, form.rows, form.columns)
    if form.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(pixels.value, np.uint8), bitorder="little")
        return bits[: np.prod(shape)].reshape(shape), form
    values = np.frombuffer(pixels.value[: form.native_bytes], _dtype(form))
    if form.is_subsampled:
        return _with_own_colours(values).reshape(*shape, 3), replace(
            form, photometric_interpretation="YBR_FULL", planar_configuration=0
        )
    if form.samples_per_pixel == 3:
        shape = (shape[0], 3, *shape[1:]) if form.planar_configuration == 1 else (*shape, 3)
    return values.reshape(shape).copy(), form


def _with_own_colours(values: Array) -> Array:
    """Y1 Y2 B R, of two neighbours, to Y1 B R Y2 B R (PS3.3 C.7.6.3.1.2)."""
    pairs = values.reshape(-1, 4)
    return pairs[:, [0, 2, 3, 1, 2, 3]]


def _dtype(form: PixelFormat) -> np.dtype[np.generic]:
    return np.dtype(f"<{'i' if form.is_signed else 'u'}{max(1, form.bits_allocated // 8)}")


def _native_element(samples: Array, form: PixelFormat) -> Element:
    packed = np.packbits(samples, bitorder="little") if form.bits_allocated == 1 else samples
    return Element(PIXEL_DATA, "OW" if form.bits_allocated > 8 else "OB", packed.tobytes())


def _recoded(
    pixels: Element, form: PixelFormat, rectangles: list[Mask], palette: Dataset, transfer_syntax_uid: str
) -> tuple[Element, PixelFormat, str]:
    is_colour = form.samples_per_pixel == 3
    new = replace(form, photometric_interpretation="RGB", planar_configuration=0) if is_colour else form

    def frames() -> Iterator[Array]:
        return stored_frames(pixels, form, transfer_syntax_uid)

    black = _black(new, palette, _ends(frames()) if form.bits_allocated > 8 and not is_colour else None)
    burned = (_burned(frame, new, rectangles, black) for frame in frames())
    if new.bits_allocated == 1:
        return _native_element(np.stack(list(burned)), new), new, EXPLICIT_LE
    streams = [_rle(frame, new) for frame in burned]
    if len(streams) != form.number_of_frames:
        raise UndecodablePixels("the pixel data holds fewer frames than it claims")
    return Element(PIXEL_DATA, "OB", fragments=list(streams)), new, RLELossless


def _burned(frame: Array, form: PixelFormat, rectangles: list[Mask], black: Array) -> Array:
    samples = frame.astype(_dtype(form))
    for mask in rectangles:
        samples[mask.top : mask.bottom, mask.left : mask.right] = black
    return samples


def _rle(frame: Array, form: PixelFormat) -> bytes:
    encoded: bytes = get_encoder(UID(RLELossless)).encode(
        frame,
        encoding_plugin="pylibjpeg",
        rows=form.rows,
        columns=form.columns,
        samples_per_pixel=form.samples_per_pixel,
        number_of_frames=1,
        bits_allocated=form.bits_allocated,
        bits_stored=form.bits_stored,
        pixel_representation=int(form.is_signed),
        photometric_interpretation=form.photometric_interpretation,
        planar_configuration=form.planar_configuration,
    )
    return encoded


def _ends(frames: Iterable[Array]) -> tuple[int, int]:
    """The smallest and the largest stored value."""
    ends = [(int(frame.min()), int(frame.max())) for frame in frames]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _black(form: PixelFormat, palette: Dataset, ends: tuple[int, int] | None) -> Array:
    """The samples of one pixel that is shown black; `ends` are those of the image where its depth is over 8 bits."""
    kind, bits = form.photometric_interpretation, form.bits_stored
    if kind == "PALETTE COLOR":
        return np.array(_darkest_index(form, palette), _dtype(form))
    if kind.startswith("YBR_FULL"):
        return np.array([0, 1 << (bits - 1), 1 << (bits - 1)], _dtype(form))
    if form.samples_per_pixel == 3:
        return np.zeros(3, _dtype(form))
    return np.array(_darkest_grey(form, palette, ends), _dtype(form))


def _representable(form: PixelFormat) -> tuple[int, int]:
    half = 1 << (form.bits_stored - 1)
    return (-half, half - 1) if form.is_signed else (0, 2 * half - 1)


def _darkest_index(form: PixelFormat, palette: Dataset) -> int:
    low, high = _representable(form)
    indices = np.arange(low, min(high, low + 0xFFFF) + 1).astype(_dtype(form))
    brightness = apply_color_lut(indices, palette).astype(np.int64).sum(axis=-1)
    return int(indices[np.argmin(brightness)])


def _darkest_grey(form: PixelFormat, ds: Dataset, ends: tuple[int, int] | None) -> int:
    """Padding if there is any. Else the dark end of the image, and of its windows: the end of the range of 16 bits
    would spoil every display that spreads the values of the image."""
    low, high = _representable(form)
    padding = pixel_padding(ds, form.is_signed)
    if padding and low <= padding[0] <= high:
        return int(padding[0])
    rescale = functional_group(ds, "PixelValueTransformationSequence")
    slope, intercept = number(rescale, "RescaleSlope") or 1.0, number(rescale, "RescaleIntercept") or 0.0
    is_inverted = (form.photometric_interpretation == "MONOCHROME1") != (text(ds, "PresentationLUTShape") == "INVERSE")
    is_high = is_inverted != (slope < 0)
    if ends is None or form.bits_allocated <= 8:
        return high if is_high else low
    edges = [(edge - intercept) / slope for edge in _window_edges(ds, is_upper=is_inverted)]
    found = max([ends[1], *edges]) + 0.999 if is_high else min([ends[0], *edges])
    return int(min(high, max(low, found // 1)))


def _window_edges(ds: Dataset, *, is_upper: bool) -> Iterator[float]:
    voi = functional_group(ds, "FrameVOILUTSequence")
    pairs = zip(numbers(voi, "WindowCenter"), numbers(voi, "WindowWidth"), strict=False)
    return (center + width * (0.5 if is_upper else -0.5) - (0 if is_upper else 1) for center, width in pairs)
