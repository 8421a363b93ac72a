"""Clean one value by its VR: numbers stay, dates move, UIDs are replaced, code strings stay unless they identify.

What is no valid value of its VR cannot be judged and goes: a name in KVP is no number.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from pydicom.charset import python_encoding

from labeling.domain.dicom import terms
from labeling.domain.dicom.deidentification import table, vocabulary
from labeling.domain.dicom.deidentification.identifiers import Identifiers
from labeling.domain.dicom.deidentification.telltales import tells
from labeling.domain.dicom.elements import (
    ITEM_BYTES,
    NUMBER_VRS,
    STRING_VRS,
    VR_OF_TAG,
    Element,
    keyword_of,
    tag_of,
    text_element,
)
from labeling.domain.dicom.pseudonyms import Pseudonyms

UID_PATTERN = re.compile(r"[0-9]+(\.[0-9]+)+")
BULK_VRS = frozenset({"OB", "OW", "OF", "OD", "OL", "OV"})
_DECIMALS = re.compile(
    r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*(\\\s*([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)?\s*)*"
)
_INTEGERS = re.compile(r"\s*[+-]?\d{1,12}\s*(\\\s*([+-]?\d{1,12})?\s*)*")
_DATE = re.compile(r"(\d{4})\.?(\d\d)\.?(\d\d)")
_DATE_TIME = re.compile(r"(\d{8})(\d{0,6}(?:\.\d{1,6})?)([+-]\d{4})?")
TIMEZONE = re.compile(r"[+-]\d{4}")
_TIME = re.compile(r"\d{2}:?(\d{2}:?(\d{2}(\.\d{1,6})?)?)?")
_AGE = re.compile(r"(\d{3})([DWMY])")
_CODE_STRING = re.compile(r"[A-Za-z0-9 _./+*#:()%-]{0,32}")  # PS3.5 allows less; real files do not keep to it
_REPEATING_GROUPS = (0x5000, 0x6000)
_LONG_NUMBER = re.compile(r"\d{5}")
_WORD_IN_CODE = re.compile(r"[A-Z]{3,}")
_BINARY_OF_US = ("US", "SS", "OW", "OB")

_PATIENT_SEX, _CHARACTER_SET = tag_of("PatientSex"), tag_of("SpecificCharacterSet")
_TYPED_IN = frozenset(map(tag_of, ("BodyPartExamined", "GraphicLayer")))  # by people, at will
_CLASS_WORDS = ("SOPClass", "TransferSyntaxUID", "CodingSchemeUID", "ContextUID", "MappingResourceUID", "CreatorUID")
CLASS_UIDS = frozenset(  # they name a class or a scheme, no instance
    tag
    for tag, vr in VR_OF_TAG.items()
    if vr == "UI" and tag not in table.attributes() and any(word in keyword_of(tag) for word in _CLASS_WORDS)
)


class Dates(Enum):
    MODIFIED = "MODIFIED"  # moved by the patient's offset
    FULL = "UNMODIFIED"
    REMOVED = "REMOVED"


@dataclass(frozen=True)
class Subject:
    """Whose file it is, in pseudonyms."""

    pseudonyms: Pseudonyms
    patient: str
    shift_days: int


@dataclass(frozen=True)
class Cleaning:
    """What the value cleaners need to know of the file and the profile."""

    subject: Subject
    known: Identifiers
    dates: Dates
    is_strict: bool
    keeps_uids: bool


def kept_value(element: Element, cleaning: Cleaning) -> Element | None:
    """The element with what may stay of its value, or None when nothing may. Not for text nor for sequences."""
    return _kept(element, agreed_vr(element), cleaning)


def kept_private(element: Element, cleaning: Cleaning) -> Element | None:
    """The same for a private element, whose VR has been looked up."""
    return _kept(element, element.vr, cleaning)


def _kept(element: Element, vr: str, cleaning: Cleaning) -> Element | None:
    if vr == "AT" and not all(
        map(_is_a_tag, struct.iter_unpack("<HH", bytes(element.value)[: len(element.value) & ~3]))
    ):
        return None
    if vr in NUMBER_VRS or vr in BULK_VRS:
        is_whole = element.fragments is None and len(element.value) % ITEM_BYTES.get(vr, 1) == 0
        return Element(element.tag, vr, element.value) if is_whole else None
    cleaner = _CLEANERS.get(vr)
    if cleaner is None:
        return None
    text = bytes(element.value).decode("ascii", "replace").rstrip("\0 ")
    if not text:
        return Element(element.tag, vr)
    cleaned = cleaner(text, element.tag, cleaning)
    return text_element(element.tag, vr, cleaned) if cleaned else None


def _is_a_tag(tag: tuple[int, int]) -> bool:
    """One that the dictionary knows, or private; four letters are neither, as a rule."""
    group, number = tag
    return bool(group & 1) or group << 16 | number in VR_OF_TAG or group & 0xFF00 in _REPEATING_GROUPS


def agreed_vr(element: Element) -> str:
    """The VR of the file if the dictionary allows it; between two kinds of text the dictionary's; else none."""
    expected = VR_OF_TAG.get(element.tag, "")
    if element.vr == expected or (expected in ("US", "OW", "OB") and element.vr in _BINARY_OF_US):
        return element.vr
    return expected if element.vr in STRING_VRS and expected in STRING_VRS else ""


def _clean_decimals(text: str, _tag: int, cleaning: Cleaning) -> str:
    return _numbers(text, cleaning) if _DECIMALS.fullmatch(text) else ""


def _clean_integers(text: str, _tag: int, cleaning: Cleaning) -> str:
    return _numbers(text, cleaning) if _INTEGERS.fullmatch(text) else ""


def _numbers(text: str, cleaning: Cleaning) -> str:
    """A number that is the patient's record number is none of the image's."""
    if cleaning.known.are_no_records(text.split("\\")):
        return text
    return "\\".join(part if cleaning.known.are_no_records([part]) else "" for part in text.split("\\")).rstrip("\\")


def _clean_uids(text: str, _tag: int, cleaning: Cleaning) -> str:
    return "\\".join(new_uid(part.strip("\0 "), cleaning) for part in text.split("\\")).strip("\\")


def new_uid(uid: str, cleaning: Cleaning) -> str:
    """The UID that takes its place; none for what is no UID. UIDs that the standard registers stay."""
    if not (UID_PATTERN.fullmatch(uid) and len(uid) <= 64):
        return ""
    return uid if cleaning.keeps_uids else cleaning.subject.pseudonyms.uid(uid)


def _clean_dates(text: str, _tag: int, cleaning: Cleaning) -> str:
    return "\\".join(_moved_date(part.strip(), cleaning) for part in text.split("\\")).strip("\\")


def _moved_date(value: str, cleaning: Cleaning) -> str:
    if cleaning.dates is Dates.REMOVED:
        return ""
    return shifted_date(value, cleaning.subject.shift_days if cleaning.dates is Dates.MODIFIED else 0)


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


def _clean_date_times(text: str, _tag: int, cleaning: Cleaning) -> str:
    return "\\".join(_moved_date_time(part.strip(), cleaning) for part in text.split("\\")).strip("\\")


def _moved_date_time(value: str, cleaning: Cleaning) -> str:
    match = _DATE_TIME.fullmatch(value)
    day = _moved_date(match[1], cleaning) if match else ""
    return f"{day}{match[2]}{match[3] or ''}" if match and day else ""


def _clean_times(text: str, _tag: int, cleaning: Cleaning) -> str:
    """Times of day stay: with whole days as offset, intervals over midnight and decay timings hold."""
    is_valid = all(_TIME.fullmatch(part.strip()) for part in text.split("\\"))
    return text if is_valid and cleaning.dates is not Dates.REMOVED else ""


def _clean_age(text: str, _tag: int, _cleaning: Cleaning) -> str:
    """Ages over 89 years are one class, as 45 CFR 164.514 wants."""
    match = _AGE.fullmatch(text.strip())
    if match is None:
        return ""
    years = int(match[1]) / {"D": 365.25, "W": 52.18, "M": 12, "Y": 1}[match[2]]
    return "090Y" if years >= 90 else match[0]


def _clean_code_strings(text: str, tag: int, cleaning: Cleaning) -> str:
    parts = text.split("\\")
    return "\\".join(part if _may_stay(part.strip(), tag, cleaning) else "" for part in parts).rstrip("\\")


def _may_stay(part: str, tag: int, cleaning: Cleaning) -> bool:
    """Sixteen letters that a site may fill with anything: a term of the standard stays whatever it resembles."""
    if tag == _PATIENT_SEX:
        return part in ("M", "F", "O")
    if tag == _CHARACTER_SET:
        return part in python_encoding
    if part.upper() in terms.CODE_STRINGS or terms.ORIENTATION.fullmatch(part):
        return True
    if cleaning.is_strict:
        return False
    if not _CODE_STRING.fullmatch(part) or _LONG_NUMBER.search(part) or tells(part) or cleaning.known.touch(part):
        return False
    is_free = tag in _TYPED_IN or part != part.upper()
    return not is_free or all(map(_is_term, _WORD_IN_CODE.findall(part.upper())))


def _is_term(word: str) -> bool:
    """A word of the vocabulary or of the standard's terms, or two of them written together."""
    return _is_one_term(word) or any(
        _is_one_term(word[:cut]) and _is_one_term(word[cut:]) for cut in range(3, len(word) - 2)
    )


def _is_one_term(word: str) -> bool:
    return vocabulary.is_known(word) or word in terms.WORDS_OF_CODE_STRINGS


_CLEANERS: dict[str, Callable[[str, int, Cleaning], str]] = {
    "AS": _clean_age,
    "CS": _clean_code_strings,
    "DA": _clean_dates,
    "DS": _clean_decimals,
    "DT": _clean_date_times,
    "IS": _clean_integers,
    "TM": _clean_times,
    "UI": _clean_uids,
}
