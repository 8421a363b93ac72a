"""The one door for an image from outside: read, de-identify, decode, check. Meant to run in the sandbox."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset

from labeling.domain.dicom.deidentification.identifiers import decoded_text
from labeling.domain.dicom.deidentification.profiles import Option, Profile
from labeling.domain.dicom.deidentification.report import Report
from labeling.domain.dicom.deidentified_file import (
    CleanInstance,
    Work,
    checked_bytes,
    clean_instance,
    needs_text_check,
    no_warnings,
)
from labeling.domain.dicom.display import Display, display_of, pixel_padding
from labeling.domain.dicom.elements import FLOAT_BYTES, PIXEL_DATA, Elements, tag_of, text_of
from labeling.domain.dicom.float_pixels import float_frames
from labeling.domain.dicom.frame_pack import FramePack, encoded_bits
from labeling.domain.dicom.header import FrameForm, InstanceHeader, header_of
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.overlays import OverlayPlane, Overlays, overlays_of
from labeling.domain.dicom.pixel_format import PixelFormat, pixel_format_of
from labeling.domain.dicom.pixels import Array, decoded_frames
from labeling.domain.dicom.preview import is_large, preview
from labeling.domain.dicom.reading import Source, read
from labeling.domain.dicom.sop_classes import is_picture, refuse_other_than_images
from labeling.domain.dicom.thumbnail import thumbnail
from labeling.errors import MissingUid, NoPixels, UndisplayablePixels

_SOP_CLASS, _MEDIA_SOP_CLASS = tag_of("SOPClassUID"), tag_of("MediaStorageSOPClassUID")
_UIDS = tuple(map(tag_of, ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")))
_PATIENT_ID = tag_of("PatientID")


@dataclass(frozen=True)
class Prepared:
    """What is stored of an instance: nothing of it identifies anybody, as far as headers go.

    `needs_text_check`: text may be burned in and nobody has looked. `patient_id` is the original one: for the identity
    link of projects that keep one, never to be stored or shown otherwise. `overlays`, of profiles with Clean Graphics,
    are as they came: nobody has looked for text in them, so they are neither in the file nor in the pack.
    """

    dataset: bytes
    pack: bytes
    offsets: tuple[int, ...]
    header: InstanceHeader
    report: Report = field(default_factory=Report)
    needs_text_check: bool = False
    patient_id: str = field(default="", repr=False)
    overlays: Overlays = field(default=Overlays(), repr=False)

    def frame(self, number: int) -> bytes:
        """Frame `number`, from 1, as it is sent."""
        return self.pack[self.offsets[number - 1] : self.offsets[number]]

    @property
    def thumbnail(self) -> bytes:
        return self.frame(self.header.number_of_frames + 1)

    @property
    def preview(self) -> bytes:
        """Empty where there is none."""
        number = self.header.number_of_frames + 2
        return self.frame(number) if len(self.offsets) > number else b""

    def with_overlays(self, planes: Sequence[OverlayPlane]) -> "Prepared":
        """Planes that may be shown are behind the frames, the thumbnail and the preview, which may be empty."""
        if not planes:
            return self
        pack, offsets = bytearray(self.pack), list(self.offsets)
        if len(offsets) == self.header.number_of_frames + 2:
            offsets.append(offsets[-1])
        for plane in planes:
            pack += encoded_bits(plane.bits)
            offsets.append(len(pack))
        display: Display = {**self.header.display, "overlays": [plane.placement() for plane in planes]}
        header = replace(self.header, display=display)
        return replace(self, pack=bytes(pack), offsets=tuple(offsets), header=header)


def prepare(content: bytes | memoryview, work: Work, limits: Limits | None = None) -> Prepared:
    """Raises a subclass of errors.BadDicom; its text never holds a value of the file."""
    limits = limits or Limits()
    with no_warnings():
        source = read(content, limits)
        _refuse_unusable(source)
        clean = clean_instance(source, work, limits)
        form = clean.form or pixel_format_of(clean.elements, limits)  # which says why it cannot be shown
        prepared = _prepared(checked_bytes(clean, work.profile, limits), clean, form, source.elements, work)
        return replace(prepared, overlays=_overlays(source.elements, work.profile, limits))


def _overlays(source: Elements, profile: Profile, limits: Limits) -> Overlays:
    """None without Clean Graphics (PS3.15 E.3.3)."""
    if not profile.has(Option.CLEAN_GRAPHICS):
        return Overlays()
    return overlays_of(source, pixel_format_of(source, limits))


def _refuse_unusable(source: Source) -> None:
    elements = source.elements
    sop_class = text_of(elements, _SOP_CLASS) or text_of(source.meta, _MEDIA_SOP_CLASS)
    refuse_other_than_images(sop_class)
    if not all(text_of(elements, tag) for tag in _UIDS):
        raise MissingUid("a study, series or instance UID is missing")
    floats = [tag for tag in FLOAT_BYTES if tag in elements]
    if floats:
        # Where a picture could be, text could be burned in, and such pixels are not searched for it.
        if PIXEL_DATA in elements or len(floats) > 1 or is_picture(sop_class):
            raise UndisplayablePixels("floating point pixels where the standard has none")
        return
    if PIXEL_DATA not in elements or not (elements[PIXEL_DATA].fragments or len(elements[PIXEL_DATA].value)):
        raise NoPixels


def _prepared(dataset: bytes, clean: CleanInstance, form: PixelFormat, source: Elements, work: Work) -> Prepared:
    ds = dcmread(BytesIO(dataset), stop_before_pixels=True)
    pack = FramePack(padding=pixel_padding(ds, form.is_signed))
    middle: Array | None = None
    for index, frame in enumerate(_frames(clean, form, ds)):
        pack.add(frame)
        if index == form.number_of_frames // 2 or middle is None:
            middle = frame
    if middle is None:
        raise NoPixels
    sent = _frame_form(form, middle)
    display = display_of(ds, form.is_signed, pack.value_range)
    if form.is_float:
        display["is_float"] = True
    is_inverted = form.photometric_interpretation == "MONOCHROME1"
    is_kept = form.number_of_frames == 1 and is_large(middle)
    first_look = preview(middle, display, is_inverted) if is_kept else b""
    joined, offsets = pack.joined(thumbnail(middle, display, is_inverted), first_look)
    return Prepared(
        dataset,
        joined,
        offsets,
        header_of(ds, sent, display, clean.transfer_syntax_uid, str(work.profile)),
        report=clean.report,
        needs_text_check=needs_text_check(source, work),
        patient_id=decoded_text(source, _PATIENT_ID),
    )


def _frames(clean: CleanInstance, form: PixelFormat, ds: Dataset) -> Iterator[Array]:
    if form.is_float:
        return float_frames(clean.elements, form)
    if PIXEL_DATA not in clean.elements:  # floating point that spelled a name, and went with it
        raise NoPixels
    return decoded_frames(clean.elements[PIXEL_DATA], form, ds, clean.transfer_syntax_uid)


def _frame_form(form: PixelFormat, frame: Array) -> FrameForm:
    is_colour = frame.ndim == 3
    return FrameForm(
        rows=form.rows,
        columns=form.columns,
        number_of_frames=form.number_of_frames,
        samples_per_pixel=3 if is_colour else 1,
        bits=8 * frame.dtype.itemsize,
        is_signed=frame.dtype.kind in "if",
        photometric_interpretation="RGB" if is_colour else form.photometric_interpretation,
    )
