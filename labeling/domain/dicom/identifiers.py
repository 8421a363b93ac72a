"""What identifies the patient in a source file, and the search for it in what is to be stored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydicom._uid_dict import UID_dictionary
from pydicom.charset import convert_encodings, decode_bytes

from labeling.domain.dicom import terms
from labeling.domain.dicom.elements import STRING_VRS, TEXT_VRS, Element, Elements, tag_of, text_of
from labeling.errors import IdentifierLeft

_IDENTIFYING_KEYWORDS = """
PatientID OtherPatientIDs IssuerOfPatientID AccessionNumber StudyID PatientAddress PatientTelephoneNumbers
MilitaryRank MedicalRecordLocator InsurancePlanIdentification RegionOfResidence CountryOfResidence
InstitutionName InstitutionAddress InstitutionalDepartmentName StationName RequestingService
DeviceSerialNumber AdmissionID RequestedProcedureID ScheduledProcedureStepID PerformedProcedureStepID
PlacerOrderNumberImagingServiceRequest FillerOrderNumberImagingServiceRequest PersonName PersonAddress
PersonTelephoneNumbers ReferringPhysicianAddress ReferringPhysicianTelephoneNumbers CurrentPatientLocation
PatientInstitutionResidence
"""
_IDENTIFYING = frozenset(tag_of(keyword) for keyword in _IDENTIFYING_KEYWORDS.split())
_CHARACTER_SET = tag_of("SpecificCharacterSet")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_FORBIDDEN_GROUPS = (0x0004, *range(0x5000, 0x5100), *range(0x6000, 0x6100))
_DELIMITERS = {0x5C, 0x5E, 0x3D, 0x0D, 0x0A, 0x09, 0x0C}


@dataclass(frozen=True)
class Identifiers:
    words: frozenset[str]  # upper case, three letters or more (two if not ASCII)
    numbers: frozenset[str]  # digits only, five or more
    uids: frozenset[str]


def identifiers_of(elements: Elements) -> Identifiers:
    """Names, numbers, places and UIDs of a source dataset, at every depth, in its own character sets."""
    words: set[str] = set()
    uids: set[str] = set()
    for element, character_set in _walk(elements, ""):
        if element.vr == "UI":
            uids.update(part.strip("\0 ") for part in element.ascii().split("\\"))
        elif element.vr == "PN" or element.tag in _IDENTIFYING:
            words.update(_WORD.findall(_decoded(element, character_set).upper()))
    return Identifiers(
        words=frozenset(word for word in words if not word.isdigit() and len(word) >= (3 if word.isascii() else 2)),
        numbers=frozenset(word for word in words if word.isdigit() and len(word) >= 5),
        uids=frozenset(uid for uid in uids if uid and uid not in UID_dictionary),
    )


def _walk(elements: Elements, character_set: str) -> Iterator[tuple[Element, str]]:
    """Depth is bounded by the reader."""
    character_set = text_of(elements, _CHARACTER_SET) or character_set
    for element in elements.values():
        if element.items is None:
            yield element, character_set
        for item in element.items or ():
            yield from _walk(item, character_set)


def _decoded(element: Element, character_set: str) -> str:
    raw = bytes(element.value)
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    try:
        return decode_bytes(raw, convert_encodings(character_set.split("\\")), _DELIMITERS)
    except (LookupError, UnicodeError, ValueError):
        return raw.decode("latin-1")


def decoded_text(elements: Elements, tag: int) -> str:
    """A text value of the top level, in the character set of the dataset; empty when absent."""
    element = elements.get(tag)
    return _decoded(element, text_of(elements, _CHARACTER_SET)) if element is not None and not element.items else ""


def refuse_identifiers(output: Elements, known: Identifiers) -> None:
    """Search everything but pixels of a file that is about to be stored. Raises IdentifierLeft."""
    for element, _ in _walk(output, ""):
        if element.is_private or element.tag >> 16 in _FORBIDDEN_GROUPS:
            raise IdentifierLeft("a private, overlay or curve attribute is left")
        if element.fragments is None and _holds(element, known):
            raise IdentifierLeft("a value of the source's identifying attributes is left")


def _holds(element: Element, known: Identifiers) -> bool:
    if element.vr not in STRING_VRS:
        return len(element.value) > 8 and _holds_long_word(bytes(element.value), known)
    raw = bytes(element.value)
    if not raw.isascii():
        return True  # all that we write is ASCII
    parts = [part.strip("\0 ") for part in raw.decode("ascii").split("\\")]
    if element.vr == "UI":
        return not known.uids.isdisjoint(parts)
    if element.vr in ("DA", "DT", "TM"):
        return False  # their grammar was checked and dates were moved: a number found here says nothing
    if element.vr not in TEXT_VRS and element.vr != "CS":
        return not known.numbers.isdisjoint(parts)
    return any(_text_holds(part, known) for part in parts if part not in terms.SAFE_TEXTS)


def _text_holds(text: str, known: Identifiers) -> bool:
    found = set(_WORD.findall(text.upper()))
    return not (found.isdisjoint(known.words) and found.isdisjoint(known.numbers))


def _holds_long_word(raw: bytes, known: Identifiers) -> bool:
    """Tables of numbers: short words would turn up by chance."""
    upper = raw.upper()
    return any(word.encode("utf-8") in upper for word in known.words if len(word) >= 6)
