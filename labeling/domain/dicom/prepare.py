"""The one door for a file from outside: read, de-identify, decode, check. Meant to run in the sandbox."""

import warnings
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import BinaryIO

import numpy as np
from pydicom import dcmread

from labeling.domain.dicom.cleaning import UID_PATTERN, Subject
from labeling.domain.dicom.deidentification.report import Report
from labeling.domain.dicom.deidentify import PROFILE, deidentify
from labeling.domain.dicom.display import display_of, pixel_padding
from labeling.domain.dicom.elements import PIXEL_DATA, Element, Elements, tag_of, text_element, text_of
from labeling.domain.dicom.frame_pack import FramePack
from labeling.domain.dicom.header import FrameForm, InstanceHeader, header_of
from labeling.domain.dicom.identifiers import Identifiers, decoded_text, identifiers_of, refuse_identifiers
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.pixel_format import PixelFormat, pixel_format_of
from labeling.domain.dicom.pixels import Array, decoded_frames, storable_pixels
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.reading import Source, read
from labeling.domain.dicom.sop_classes import refuse_other_than_images
from labeling.domain.dicom.thumbnail import thumbnail
from labeling.domain.dicom.writing import file_bytes
from labeling.errors import BadUid, MissingUid, NoPixels, UndisplayablePixels

_SOP_CLASS, _MEDIA_SOP_CLASS = tag_of("SOPClassUID"), tag_of("MediaStorageSOPClassUID")
_INSTANCE_UIDS = tuple(map(tag_of, ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")))
_NUMBER_OF_FRAMES, _HIGH_BIT = tag_of("NumberOfFrames"), tag_of("HighBit")
_FLOAT_PIXELS = (tag_of("FloatPixelData"), tag_of("DoubleFloatPixelData"))


@dataclass(frozen=True)
class Prepared:
    """What is stored of an instance: nothing of it identifies anybody, as far as headers go."""

    dataset: bytes
    pack: bytes
    offsets: tuple[int, ...]
    header: InstanceHeader
    report: Report = field(default_factory=Report)

    def frame(self, number: int) -> bytes:
        """Frame `number`, from 1, as it is sent."""
        return self.pack[self.offsets[number - 1] : self.offsets[number]]

    @property
    def thumbnail(self) -> bytes:
        return self.pack[self.offsets[-2] : self.offsets[-1]]


def prepare(source: bytes | memoryview | BinaryIO, pseudonyms: Pseudonyms, limits: Limits | None = None) -> Prepared:
    """Raises a subclass of errors.BadDicom; its text never holds a value of the file."""
    content = source if isinstance(source, bytes | memoryview) else source.read()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's warnings quote values
        return _prepare(content, pseudonyms, limits or Limits())


def _prepare(content: bytes | memoryview, pseudonyms: Pseudonyms, limits: Limits) -> Prepared:
    found = read(content, limits)
    _refuse_unusable(found)
    known = identifiers_of(found.elements)
    clean = deidentify(found.elements, subject_of(found.elements, pseudonyms), known)
    form = pixel_format_of(clean, limits)
    pixels, form = storable_pixels(found.elements[PIXEL_DATA], form, found.transfer_syntax_uid)
    clean[PIXEL_DATA] = pixels
    _state_form(clean, form)
    dataset = file_bytes(clean, found.transfer_syntax_uid)
    _check_output(dataset, known, limits)
    return _prepared(dataset, pixels, form, found.transfer_syntax_uid)


def _refuse_unusable(source: Source) -> None:
    elements = source.elements
    sop_class = text_of(elements, _SOP_CLASS) or text_of(source.meta, _MEDIA_SOP_CLASS)
    if not sop_class:
        raise MissingUid("SOPClassUID is missing")
    refuse_other_than_images(sop_class)
    elements[_SOP_CLASS] = text_element(_SOP_CLASS, "UI", sop_class)
    for tag in _INSTANCE_UIDS:
        uid = text_of(elements, tag)
        if not uid:
            raise MissingUid("a study, series or instance UID is missing")
        if not UID_PATTERN.fullmatch(uid) or len(uid) > 64:
            raise BadUid
    if any(tag in elements for tag in _FLOAT_PIXELS):
        raise UndisplayablePixels("floating point pixels")
    if PIXEL_DATA not in elements or not (elements[PIXEL_DATA].fragments or len(elements[PIXEL_DATA].value)):
        raise NoPixels


def subject_of(elements: Elements, pseudonyms: Pseudonyms) -> Subject:
    """The patient of a source dataset, in pseudonyms."""

    def value(keyword: str) -> str:
        return decoded_text(elements, tag_of(keyword))

    patient = pseudonyms.patient(
        value("PatientID"),
        value("IssuerOfPatientID"),
        value("PatientName"),
        value("PatientBirthDate"),
        value("StudyInstanceUID"),
    )
    return Subject(pseudonyms, patient, pseudonyms.accession(value("AccessionNumber")), pseudonyms.shift_days(patient))


def _state_form(clean: Elements, form: PixelFormat) -> None:
    """Attributes that the cleaned pixel data settles."""
    clean[_HIGH_BIT] = Element(_HIGH_BIT, "US", form.high_bit.to_bytes(2, "little"))
    if _NUMBER_OF_FRAMES in clean:
        clean[_NUMBER_OF_FRAMES] = text_element(_NUMBER_OF_FRAMES, "IS", str(form.number_of_frames))


def _check_output(dataset: bytes, known: Identifiers, limits: Limits) -> None:
    """Read again what is about to be stored, so that a mistake of the writer is seen too. Raises IdentifierLeft."""
    stored = read(dataset, replace(limits, max_elements=2 * limits.max_elements))
    refuse_identifiers(stored.elements, known)
    refuse_identifiers(stored.meta, known)


def _prepared(dataset: bytes, pixels: Element, form: PixelFormat, transfer_syntax_uid: str) -> Prepared:
    ds = dcmread(BytesIO(dataset), stop_before_pixels=True)
    pack = FramePack(padding=pixel_padding(ds, form.is_signed))
    middle: Array | None = None
    for index, frame in enumerate(decoded_frames(pixels, form, ds, transfer_syntax_uid)):
        pack.add(frame)
        if index == form.number_of_frames // 2 or middle is None:
            middle = frame
    if middle is None:
        raise NoPixels
    sent = _frame_form(form, middle)
    display = display_of(ds, form.is_signed, pack.value_range)
    small = thumbnail(middle, display, form.photometric_interpretation == "MONOCHROME1")
    joined, offsets = pack.joined(small)
    return Prepared(dataset, joined, offsets, header_of(ds, sent, display, transfer_syntax_uid, PROFILE))


def _frame_form(form: PixelFormat, frame: Array) -> FrameForm:
    is_colour = frame.ndim == 3
    return FrameForm(
        rows=form.rows,
        columns=form.columns,
        number_of_frames=form.number_of_frames,
        samples_per_pixel=3 if is_colour else 1,
        bits=8 * frame.dtype.itemsize,
        is_signed=bool(np.issubdtype(frame.dtype, np.signedinteger)),
        photometric_interpretation="RGB" if is_colour else form.photometric_interpretation,
    )
