"""Clean one value by its VR: what comes back holds nothing but numbers, known words, new UIDs and moved dates."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from labeling.domain.dicom import terms
from labeling.domain.dicom.elements import (
    ITEM_BYTES,
    NUMBER_VRS,
    STRING_VRS,
    VR_OF_TAG,
    Element,
    tag_of,
    text_element,
)
from labeling.domain.dicom.pseudonyms import Pseudonyms

UID_PATTERN = re.compile(r"[0-9]+(\.[0-9]+)+")
_DECIMALS = re.compile(
    r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*(\\\s*([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)?\s*)*"
)
_INTEGERS = re.compile(r"\s*[+-]?\d{1,12}\s*(\\\s*([+-]?\d{1,12})?\s*)*")
_DATE = re.compile(r"(\d{4})\.?(\d\d)\.?(\d\d)")
_DATE_TIME = re.compile(r"(\d{8})(\d{0,6}(?:\.\d{1,6})?)([+-]\d{4})?")
_TIME = re.compile(r"\d{2}:?(\d{2}:?(\d{2}(\.\d{1,6})?)?)?")
_AGE = re.compile(r"(\d{3})([DWMY])")
_ORIENTATION = re.compile(r"[APRLHF]{1,3}")

_PATIENT_ORIENTATION = tag_of("PatientOrientation")
_PATIENT_SEX = tag_of("PatientSex")
_MODALITY = tag_of("Modality")
_BULK_VRS = frozenset({"OB", "OW", "OF", "OD", "OL", "OV"})


@dataclass(frozen=True)
class Subject:
    """Whose file it is, in pseudonyms."""

    pseudonyms: Pseudonyms
    patient: str
    accession: str
    shift_days: int


def clean_value(element: Element, subject: Subject) -> Element | None:
    """The element with a clean value, or None when nothing of it may stay. Sequences are not for here."""
    vr = _agreed_vr(element)
    if vr in NUMBER_VRS or vr in _BULK_VRS:
        is_whole = element.fragments is None and len(element.value) % ITEM_BYTES.get(vr, 1) == 0
        return Element(element.tag, vr, element.value) if is_whole else None
    cleaner = _CLEANERS.get(vr)
    if cleaner is None:
        return None
    text = bytes(element.value).decode("ascii", "replace").rstrip("\0 ")
    cleaned = cleaner(text, element.tag, subject)
    return text_element(element.tag, vr, cleaned) if cleaned else None


def _agreed_vr(element: Element) -> str:
    """The VR of the file if the dictionary allows it; between two kinds of text the dictionary's; else none."""
    expected = VR_OF_TAG.get(element.tag, "")
    if element.vr == expected or (expected in ("US", "OW") and element.vr in ("US", "SS", "OW", "OB")):
        return element.vr
    return expected if element.vr in STRING_VRS and expected in STRING_VRS else ""


def _clean_decimals(text: str, _tag: int, _subject: Subject) -> str:
    return text if _DECIMALS.fullmatch(text) else ""


def _clean_integers(text: str, _tag: int, _subject: Subject) -> str:
    return text if _INTEGERS.fullmatch(text) else ""


def _clean_uids(text: str, _tag: int, subject: Subject) -> str:
    return "\\".join(_clean_uid(part.strip("\0 "), subject) for part in text.split("\\")).strip("\\")


def _clean_uid(uid: str, subject: Subject) -> str:
    return subject.pseudonyms.uid(uid) if UID_PATTERN.fullmatch(uid) and len(uid) <= 64 else ""


def _clean_dates(text: str, _tag: int, subject: Subject) -> str:
    return "\\".join(shifted_date(part.strip(), subject.shift_days) for part in text.split("\\")).strip("\\")


def shifted_date(value: str, days: int) -> str:
    """YYYYMMDD moved into the past by whole days; empty when it is partial or no date."""
    match = _DATE.fullmatch(value)
    if match is None:
        return ""
    try:
        moved = date(int(match[1]), int(match[2]), int(match[3])) - timedelta(days=days)
    except (ValueError, OverflowError):
        return ""
    return f"{moved:%Y%m%d}".rjust(8, "0")


def _clean_date_times(text: str, _tag: int, subject: Subject) -> str:
    return "\\".join(_shifted_date_time(part.strip(), subject.shift_days) for part in text.split("\\")).strip("\\")


def _shifted_date_time(value: str, days: int) -> str:
    match = _DATE_TIME.fullmatch(value)
    day = shifted_date(match[1], days) if match else ""
    return f"{day}{match[2]}{match[3] or ''}" if match and day else ""


def _clean_times(text: str, _tag: int, _subject: Subject) -> str:
    """Times of day stay: with whole days as offset, intervals over midnight and decay timings hold."""
    return text if all(_TIME.fullmatch(part.strip()) for part in text.split("\\")) else ""


def _clean_age(text: str, _tag: int, _subject: Subject) -> str:
    """Ages over 89 years are one class, as 45 CFR 164.514 wants."""
    match = _AGE.fullmatch(text.strip())
    if match is None:
        return ""
    years = int(match[1]) / {"D": 365.25, "W": 52.18, "M": 12, "Y": 1}[match[2]]
    return "090Y" if years >= 90 else match[0]


def _clean_code_strings(text: str, tag: int, _subject: Subject) -> str:
    parts = [part.strip().upper() for part in text.split("\\")]
    return "\\".join(part if _is_known(part, tag) else "" for part in parts).rstrip("\\")


def _is_known(part: str, tag: int) -> bool:
    if tag == _PATIENT_ORIENTATION:
        return _ORIENTATION.fullmatch(part) is not None
    if tag == _PATIENT_SEX:
        return part in ("M", "F", "O")
    if tag == _MODALITY:
        return part in terms.MODALITIES
    return part in terms.CODE_STRINGS


_CLEANERS: dict[str, Callable[[str, int, Subject], str]] = {
    "AS": _clean_age,
    "CS": _clean_code_strings,
    "DA": _clean_dates,
    "DS": _clean_decimals,
    "DT": _clean_date_times,
    "IS": _clean_integers,
    "TM": _clean_times,
    "UI": _clean_uids,
}
