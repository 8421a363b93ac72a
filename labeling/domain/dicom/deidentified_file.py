"""A file of any SOP class made safe to keep: read, cleaned by a profile, its pixels masked, written, and searched."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset

from labeling.domain.dicom.deidentification.engine import deidentified
from labeling.domain.dicom.deidentification.identifiers import (
    Identifiers,
    decoded_text,
    identifiers_of,
    refuse_identifiers,
)
from labeling.domain.dicom.deidentification.markers import markers
from labeling.domain.dicom.deidentification.private import private_tags
from labeling.domain.dicom.deidentification.profiles import BASIC, Option, Profile
from labeling.domain.dicom.deidentification.report import Report
from labeling.domain.dicom.deidentification.rules import removed_texts
from labeling.domain.dicom.deidentification.values import CLASS_UIDS, UID_PATTERN, Subject
from labeling.domain.dicom.elements import (
    FLOAT_BYTES,
    PIXEL_DATA,
    Element,
    Elements,
    number_of,
    tag_of,
    text_element,
    text_of,
)
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.pixel_format import PixelFormat, pixel_format_of
from labeling.domain.dicom.pixel_masks import Mask, is_lossy, masked
from labeling.domain.dicom.pixel_text_kinds import can_carry_text
from labeling.domain.dicom.pixels import opaque_pixels, storable_pixels
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.reading import Source, read
from labeling.domain.dicom.sop_classes import is_picture, refuse_unstorable
from labeling.domain.dicom.writing import file_bytes
from labeling.errors import BadUid, MissingUid, UndisplayablePixels

_SOP_CLASS, _MEDIA_SOP_CLASS, _SOP_INSTANCE = map(tag_of, ("SOPClassUID", "MediaStorageSOPClassUID", "SOPInstanceUID"))
_INSTANCE_UIDS = tuple(map(tag_of, ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")))
_PATIENT_ID, _BURNED_IN = tag_of("PatientID"), tag_of("BurnedInAnnotation")
_IMAGE_TYPE = tag_of("ImageType")
_SIZE = tuple(map(tag_of, ("Rows", "Columns", "NumberOfFrames")))
_NUMBER_OF_FRAMES, _LOSSY = tag_of("NumberOfFrames"), tag_of("LossyImageCompression")
_FORM = ("SamplesPerPixel", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation")
_PHOTOMETRIC, _PLANAR = tag_of("PhotometricInterpretation"), tag_of("PlanarConfiguration")


@dataclass(frozen=True)
class Work:
    """What to do with a file, beside reading it."""

    pseudonyms: Pseudonyms
    profile: Profile = BASIC
    masks: tuple[Mask, ...] | None = None  # None: nobody has looked at the pixels
    drop_texts: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class DeidentifiedFile:
    """`needs_text_check`: it may have text burned in and nobody has looked; `says_burned_in`: its header says so.
    `patient_id` is the original one: for the identity link of projects that keep one, never to be stored or shown
    otherwise."""

    dataset: bytes
    report: Report
    sop_instance_uid: str
    patient_pseudonym: str
    needs_text_check: bool
    says_burned_in: bool
    patient_id: str


@dataclass(frozen=True)
class CleanInstance:
    """The same as elements, for those who go on with it."""

    elements: Elements
    known: Identifiers
    report: Report
    subject: Subject
    transfer_syntax_uid: str
    form: PixelFormat | None


def deidentified_file(content: bytes | memoryview, work: Work, limits: Limits | None = None) -> DeidentifiedFile:
    """Raises a subclass of errors.BadDicom; its text never holds a value of the file."""
    limits = limits or Limits()
    with no_warnings():
        source = read(content, limits)
        clean = clean_instance(source, work, limits)
        return DeidentifiedFile(
            dataset=checked_bytes(clean, work.profile, limits),
            report=clean.report,
            sop_instance_uid=text_of(clean.elements, _SOP_INSTANCE),
            patient_pseudonym=clean.subject.patient,
            needs_text_check=needs_text_check(source.elements, work),
            says_burned_in=text_of(source.elements, _BURNED_IN) == "YES",
            patient_id=decoded_text(source.elements, _PATIENT_ID),
        )


@contextmanager
def no_warnings() -> Iterator[None]:
    """pydicom's warnings quote values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def clean_instance(source: Source, work: Work, limits: Limits) -> CleanInstance:
    elements = source.elements
    sop_class = text_of(elements, _SOP_CLASS) or text_of(source.meta, _MEDIA_SOP_CLASS)
    if not sop_class:
        raise MissingUid("SOPClassUID is missing")
    refuse_unstorable(sop_class)
    elements[_SOP_CLASS] = text_element(_SOP_CLASS, "UI", sop_class)
    _refuse_bad_uids(elements)
    kept_uids = None if work.profile.has(Option.RETAIN_UIDS) else CLASS_UIDS
    known = identifiers_of(elements, removed_texts(work.profile), kept_uids)
    subject = subject_of(elements, work.pseudonyms)
    _trim_floats(elements)
    # Pixels have a way of their own: they are not counted as removed.
    attributes = {tag: element for tag, element in elements.items() if tag != PIXEL_DATA}
    clean, report = deidentified(attributes, subject, known, work.profile, sop_class, work.drop_texts)
    syntax, form = source.transfer_syntax_uid, None
    if PIXEL_DATA in elements:
        clean[PIXEL_DATA], form, syntax = _clean_pixels(elements, clean, source.transfer_syntax_uid, work, limits)
    clean.update(markers(work.profile, form is not None and work.masks is not None))
    return CleanInstance(clean, known, report, subject, syntax, form)


def _trim_floats(elements: Elements) -> None:
    """Pixels of floating point, with nothing behind them."""
    for tag, size in FLOAT_BYTES.items():
        if tag in elements:
            numbers = [number_of(elements, one) or 1 for one in _SIZE]
            elements[tag] = replace(elements[tag], value=elements[tag].value[: size * math.prod(numbers)])


def _refuse_bad_uids(elements: Elements) -> None:
    if not text_of(elements, _SOP_INSTANCE):
        raise MissingUid("the instance's UID is missing")
    for uid in (text_of(elements, tag) for tag in _INSTANCE_UIDS):
        if uid and not (UID_PATTERN.fullmatch(uid) and len(uid) <= 64):
            raise BadUid


def subject_of(elements: Elements, pseudonyms: Pseudonyms) -> Subject:
    """The patient of a source dataset, in pseudonyms."""
    keywords = ("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate", "StudyInstanceUID")
    patient = pseudonyms.patient(*(decoded_text(elements, tag_of(keyword)) for keyword in keywords))
    return Subject(pseudonyms, patient, pseudonyms.shift_days(patient))


def _clean_pixels(
    source: Elements, clean: Elements, transfer_syntax_uid: str, work: Work, limits: Limits
) -> tuple[Element, PixelFormat | None, str]:
    try:
        form = pixel_format_of(source, limits)  # cleaning would empty a number that is none
    except UndisplayablePixels:  # kept as they are, but nobody can look at them
        return opaque_pixels(source[PIXEL_DATA], clean, transfer_syntax_uid), None, transfer_syntax_uid
    pixels, form = storable_pixels(source[PIXEL_DATA], form, transfer_syntax_uid)
    _state_form(clean, form)
    masks = () if work.masks is None else _whole_label(source, form) or work.masks
    if not masks:
        return pixels, form, transfer_syntax_uid
    palette = _without_pixels(clean)
    burned, form, syntax = masked(pixels, form, masks, palette, transfer_syntax_uid)
    _state_form(clean, form)
    _state_mask(clean, form, is_lossy(transfer_syntax_uid))
    return burned, form, syntax


def _whole_label(source: Elements, form: PixelFormat) -> tuple[Mask, ...]:
    """The picture of a slide's label is nothing but record numbers, as text, in handwriting and as bars."""
    kind = [value.strip() for value in text_of(source, _IMAGE_TYPE).split("\\")]
    return (Mask(0, 0, form.columns, form.rows),) if "LABEL" in kind[2:] else ()


def _without_pixels(clean: Elements) -> Dataset:
    header = {tag: element for tag, element in clean.items() if tag != PIXEL_DATA}
    return dcmread(BytesIO(file_bytes(header, "1.2.840.10008.1.2.1")))


def _state_form(clean: Elements, form: PixelFormat) -> None:
    """Attributes that the cleaned pixel data settles."""
    _set_number(clean, "HighBit", form.high_bit)
    if _NUMBER_OF_FRAMES in clean:
        clean[_NUMBER_OF_FRAMES] = text_element(_NUMBER_OF_FRAMES, "IS", str(form.number_of_frames))


def _state_mask(clean: Elements, form: PixelFormat, was_lossy: bool) -> None:
    """Attributes that follow from what masked pixels are stored as."""
    values = (form.samples_per_pixel, form.bits_allocated, form.bits_stored, form.high_bit, int(form.is_signed))
    for keyword, value in zip(_FORM, values, strict=True):
        _set_number(clean, keyword, value)
    clean[_PHOTOMETRIC] = text_element(_PHOTOMETRIC, "CS", form.photometric_interpretation)
    if form.samples_per_pixel > 1:
        _set_number(clean, "PlanarConfiguration", form.planar_configuration)
    else:
        clean.pop(_PLANAR, None)
    if was_lossy:
        clean[_LOSSY] = text_element(_LOSSY, "CS", "01")
    for keyword in ("SmallestImagePixelValue", "LargestImagePixelValue"):
        clean.pop(tag_of(keyword), None)


def _set_number(clean: Elements, keyword: str, value: int) -> None:
    clean[tag_of(keyword)] = Element(tag_of(keyword), "US", value.to_bytes(2, "little"))


def checked_bytes(clean: CleanInstance, profile: Profile, limits: Limits) -> bytes:
    """The file, read again as it will be stored, so that a mistake of the writer is seen too. Raises IdentifierLeft."""
    dataset = file_bytes(clean.elements, clean.transfer_syntax_uid)
    stored = read(dataset, replace(limits, max_elements=2 * limits.max_elements))
    allowed = private_tags(clean.elements) if profile.has(Option.RETAIN_SAFE_PRIVATE) else frozenset()
    refuse_identifiers(stored.elements, clean.known, allowed)
    refuse_identifiers(stored.meta, clean.known)
    return dataset


def needs_text_check(source: Elements, work: Work) -> bool:
    has_pixels = PIXEL_DATA in source and is_picture(text_of(source, _SOP_CLASS))
    wants_clean_pixels = work.profile.has(Option.CLEAN_PIXEL_DATA) and work.masks is None
    return has_pixels and wants_clean_pixels and can_carry_text(source)
