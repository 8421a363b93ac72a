"""The image pixel module of one instance, checked before any decoder sees a byte."""

from dataclasses import dataclass

from labeling.domain.dicom.elements import FLOAT_BYTES, PIXEL_DATA, VR_OF_TAG, Elements, number_of, tag_of, text_of
from labeling.domain.dicom.limits import Limits
from labeling.errors import BadDicom, DicomTooLarge, UndisplayablePixels

_SHOWABLE = ("MONOCHROME1", "MONOCHROME2", "RGB", "PALETTE COLOR", "YBR_FULL", "YBR_FULL_422", "YBR_RCT", "YBR_ICT")


@dataclass(frozen=True)
class PixelFormat:
    rows: int
    columns: int
    samples_per_pixel: int
    number_of_frames: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool
    photometric_interpretation: str
    planar_configuration: int
    is_float: bool = False

    @property
    def frame_bits(self) -> int:
        samples = 2 if self.is_subsampled else self.samples_per_pixel
        return self.rows * self.columns * samples * self.bits_allocated

    @property
    def native_bytes(self) -> int:
        """Length of the pixel data when it is not compressed; 1-bit frames are packed without gaps."""
        return (self.frame_bits * self.number_of_frames + 7) // 8

    @property
    def is_subsampled(self) -> bool:
        """Of two neighbours in a native YBR_FULL_422 image the second has no colour of its own."""
        return self.photometric_interpretation == "YBR_FULL_422"


def pixel_format_of(elements: Elements, limits: Limits) -> PixelFormat:
    """Raises BadDicom (malformed), UndisplayablePixels or DicomTooLarge."""

    def number(keyword: str, default: int | None = None) -> int:
        tag = tag_of(keyword)
        is_absent = tag not in elements or not len(elements[tag].value)
        value = default if is_absent and default is not None else _single_number(elements, tag)
        if value is None:
            raise BadDicom(f"{keyword} is missing or not one number")
        return value

    is_float = PIXEL_DATA not in elements and any(tag in elements for tag in FLOAT_BYTES)
    bits = number("BitsAllocated")
    stored = number("BitsStored", bits)
    found = PixelFormat(
        rows=number("Rows"),
        columns=number("Columns"),
        samples_per_pixel=number("SamplesPerPixel", 1),
        number_of_frames=max(1, number("NumberOfFrames", 1)),
        bits_allocated=bits,
        bits_stored=stored,
        high_bit=number("HighBit", stored - 1),
        is_signed=number("PixelRepresentation", 0) == 1,
        photometric_interpretation=text_of(elements, tag_of("PhotometricInterpretation")),
        planar_configuration=number("PlanarConfiguration", 0),
        is_float=is_float,
    )
    _check(found)
    _check_size(found, limits)
    return found


def _single_number(elements: Elements, tag: int) -> int | None:
    """The number, when it has the VR of the dictionary and stands alone."""
    element = elements.get(tag)
    if element is None or element.vr != VR_OF_TAG[tag]:
        return None
    is_single = len(element.value) == 2 if element.vr == "US" else b"\\" not in bytes(element.value[:64])
    return number_of(elements, tag) if is_single else None


def _check(found: PixelFormat) -> None:
    if not (found.rows and found.columns):
        raise BadDicom("the image has no rows or no columns")
    if (
        not 1 <= found.bits_stored <= found.bits_allocated
        or not found.bits_stored - 1 <= found.high_bit < found.bits_allocated
    ):
        raise BadDicom("BitsAllocated, BitsStored and HighBit contradict each other")
    if found.bits_allocated not in ((32, 64) if found.is_float else (1, 8, 16, 32)):
        raise UndisplayablePixels(f"{found.bits_allocated} bits are allocated for a sample")
    if found.photometric_interpretation not in _SHOWABLE:
        raise UndisplayablePixels("the photometric interpretation is not one that can be shown")
    if found.is_float and not found.photometric_interpretation.startswith("MONOCHROME"):
        raise UndisplayablePixels("colour of floating point")
    is_colour = found.photometric_interpretation.startswith(("RGB", "YBR"))
    if found.samples_per_pixel != (3 if is_colour else 1) or found.planar_configuration not in (0, 1):
        raise BadDicom("SamplesPerPixel does not fit the photometric interpretation")
    if is_colour and (found.bits_allocated == 1 or found.is_signed):
        raise UndisplayablePixels("colour with 1 bit or with signed samples")


def _check_size(found: PixelFormat, limits: Limits) -> None:
    if found.number_of_frames > limits.max_frames:
        raise DicomTooLarge(f"the image has more than {limits.max_frames} frames")
    frame_bytes = found.rows * found.columns * found.samples_per_pixel * max(1, found.bits_allocated // 8)
    if frame_bytes > limits.max_frame_bytes or frame_bytes * found.number_of_frames > limits.max_pixel_bytes:
        raise DicomTooLarge("the decoded pixels are larger than the limit")
