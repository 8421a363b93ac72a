"""What identifies the patient in a source file, and the search for it in what is to be stored.

Names (every PN) and record numbers count whatever they look like. Words of institutions, devices, addresses and other
removed text count unless they are words of the medical vocabulary or say nothing alone ("hospital"): else "General
Hospital for Brain Surgery" would take the brain out of every description.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise

from pydicom._uid_dict import UID_dictionary
from pydicom.charset import convert_encodings, decode_bytes

from labeling.domain.dicom import terms
from labeling.domain.dicom.deidentification import vocabulary
from labeling.domain.dicom.deidentification.options import BASIC_PROFILE, EXPLANATIONS
from labeling.domain.dicom.elements import (
    PIXEL_DATA,
    STRING_VRS,
    TEXT_VRS,
    VR_OF_TAG,
    Element,
    Elements,
    tag_of,
    text_of,
)
from labeling.errors import IdentifierLeft

_CHARACTER_SET = tag_of("SpecificCharacterSet")
_NOT_OF_THE_FILE = (PIXEL_DATA, tag_of("DeidentificationMethod"), tag_of("ImplementationVersionName"))
_SAFE_TEXTS = terms.SAFE_TEXTS | {one.code.meaning[:64] for one in EXPLANATIONS} | {BASIC_PROFILE.meaning}
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_FORBIDDEN_GROUPS = frozenset([0x0000, 0x0004, *range(0x5000, 0x5100), *range(0x6000, 0x6100)])
_SHORT_NAME = 2
_DELIMITERS = {0x5C, 0x5E, 0x3D, 0x0D, 0x0A, 0x09, 0x0C}
_NUMBER_DIGITS, _JOINED_LETTERS, _TRACE_BYTES, _CUT_LETTERS = 5, 6, 6, 10
_RUN = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)  # DOE in DOE123, 4711123 in MRN4711123
_GERMAN = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS"})
_RECORD_NUMBER_KEYWORDS = """
PatientID OtherPatientIDs AccessionNumber MedicalRecordLocator AdmissionID InsurancePlanIdentification StudyID
RequestedProcedureID ScheduledProcedureStepID PerformedProcedureStepID ServiceEpisodeID
PlacerOrderNumberImagingServiceRequest FillerOrderNumberImagingServiceRequest ClinicalTrialSubjectID
ClinicalTrialSubjectReadingID InterpretationID DeviceSerialNumber PatientTelephoneNumbers
ReferringPhysicianTelephoneNumbers PersonTelephoneNumbers OrderCallbackPhoneNumber
"""
_GENERIC_WORDS = """
HOSPITAL HOSPITALS KLINIK KLINIKUM CLINIC CLINICS CLINICAL CENTER CENTRE CENTRAL MEDICAL MEDICINE UNIVERSITY
DEPARTMENT RADIOLOGY RADIOLOGIE INSTITUTE INSTITUTION STREET ROAD AVENUE CITY STATE COUNTY COUNTRY SYSTEM SYSTEMS
HEALTH HEALTHCARE CARE GENERAL COMMUNITY REGIONAL NATIONAL SERVICE SERVICES THE FOR FROM ROOM STATION SCANNER
UNKNOWN ANONYMOUS ANONYMIZED REMOVED NONE OTHER NOT AVAILABLE DEFAULT WORKSTATION CONSOLE SERVER PACS MODALITY
RESEARCH CORPORATION COMPANY LTD INC GMBH ELECTRIC TECHNOLOGIES
"""
_RECORD_NUMBERS = frozenset(
    map(
        tag_of,
        _RECORD_NUMBER_KEYWORDS.split(),
    )
)
_SAYS_NOTHING_ALONE = frozenset(_GENERIC_WORDS.split())
_PATIENT_ID, _BIRTH_DATE = tag_of("PatientID"), tag_of("PatientBirthDate")
_DATE = re.compile(r"(\d{4})\.?(\d\d)\.?(\d\d)")


@dataclass(frozen=True)
class Identifiers:
    """`words` and `numbers` are single tokens in capitals; `joined` are names and numbers without what separates them;
    `traces` are longer ones as bytes, for what has no text; `uids` the UIDs that must not come back. `short` are names
    and record numbers of so few letters that they turn up by chance: they count in prose, or where two stand together.
    """

    words: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    uids: frozenset[str] = frozenset()
    traces: frozenset[bytes] = frozenset()
    short: frozenset[str] = frozenset()

    def is_identifying(self, token: str) -> bool:
        if token in self.words or token in self.numbers or token in self.joined:
            return True
        if token.isalpha() or token.isdigit():
            return False
        return any(run in self.words or run in self.numbers for run in _RUN.findall(token))

    def is_identifying_in_prose(self, token: str) -> bool:
        return token in self.short or self.is_identifying(token)

    def _holds_short(self, tokens: list[str]) -> bool:
        if any(len(token) > _SHORT_NAME and token in self.short for token in tokens):
            return True
        return any(a != b and a in self.short and b in self.short for a, b in pairwise(tokens))

    def are_no_records(self, numbers: Iterable[str]) -> bool:
        """Whether none of the numbers of a decimal or integer string is a record or telephone number."""
        found = {number.strip().lstrip("+") for number in numbers}
        return self.numbers.isdisjoint(found) and self.joined.isdisjoint(found)

    def touch(self, text: str) -> bool:
        """Whether anything of them is in the text, in any case, with or without separators and accents."""
        tokens = _WORD.findall(text.upper() if text.isascii() else folded(text))
        if any(map(self.is_identifying, tokens)):
            return True
        if self.short and self._holds_short(tokens):
            return True
        together = "".join(tokens)
        is_cut = len(together) >= _CUT_LETTERS  # a short string may hold the beginning of a long name
        return any(joined in together or (is_cut and joined.startswith(together)) for joined in self.joined)


def folded(text: str) -> str:
    """Capitals without accents: Müller and MULLER are one name."""
    decomposed = unicodedata.normalize("NFKD", text.upper())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@dataclass
class _Collection:
    words: set[str] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)
    uids: set[str] = field(default_factory=set)
    short: set[str] = field(default_factory=set)
    phrases: set[str] = field(default_factory=set)

    def add_name(self, value: str) -> None:
        """A person's name: groups of components, each of words."""
        for group in value.split("="):
            components = [_tokens(component) for component in group.split("^")]
            for tokens in components:
                self.words.update(tokens)
                self._add_joined(tokens, at_least=4)
                for pair in pairwise(tokens):  # O'Brien-Smith is also OBRIEN
                    self._add_joined([*pair], at_least=4)
            family, given = (*components, [], [])[:2]
            self._add_joined([*family, *given])
            self._add_joined([*given, *family])
            self._add_short_forms(family, given)

    def _add_short_forms(self, family: list[str], given: list[str]) -> None:
        """JDOE and DOEJ for John Doe, DOEJO for Jo Doe; Ma and Hu as they are."""
        self.short.update(token for token in (*family, *given) if len(token) == _SHORT_NAME)
        whole, initials = "".join(family), {name[0] for name in given[:1]}
        forms = {initial + whole for initial in initials} | {whole + initial for initial in initials}
        forms |= {"".join([*family, *given]), "".join([*given, *family])} if given else set()
        self.words.update(form for form in forms if len(form) > _SHORT_NAME + 1 and not _is_term(form))
        if family and given:
            orders = ((given[0], " ".join(family)), (" ".join(family), given[0]))
            self.phrases.update(f"{a}{between}{b}" for a, b in orders for between in ("^", " ", ", ", "_"))

    def add_number(self, value: str) -> None:
        tokens = _tokens(value)
        self.words.update(token for token in tokens if not _says_nothing(token))
        for run in (run for token in tokens for run in _RUN.findall(token) if len(run) >= _NUMBER_DIGITS):
            if run.isdigit():
                self.words.update((run, run.lstrip("0")))
        self._add_joined(tokens, at_least=_NUMBER_DIGITS)

    def add_removed(self, tag: int, value: str) -> None:
        add = self.add_number if tag in _RECORD_NUMBERS else self.add_text
        add(value)
        if tag == _PATIENT_ID and 1 < len(value.strip()) < _NUMBER_DIGITS:
            self.short.add(value.strip().upper())

    def add_birth_date(self, value: str) -> None:
        """As text, in the orders that people write it in; the attribute itself is emptied."""
        match = _DATE.fullmatch(value.strip())
        if match:
            year, month, day = match.groups()
            self.joined.update((year + month + day, day + month + year, month + day + year))
            self.words.update((year + month + day, day + month + year, month + day + year))

    def add_text(self, value: str) -> None:
        self.words.update(token for token in _tokens(value) if not _says_nothing(token))

    def _add_joined(self, tokens: list[str], at_least: int = _JOINED_LETTERS) -> None:
        """Short ones count as words: DELA for De la, but not in DELAY."""
        joined = "".join(tokens)
        if len(joined) >= at_least and len(tokens) > 1:
            if len(joined) >= _JOINED_LETTERS or joined.isdigit():
                self.joined.add(joined)
            elif not _is_term(joined):
                self.words.add(joined)

    def frozen(self) -> Identifiers:
        words = frozenset(word for word in self.words if not word.isdigit() and len(word) >= 2 + word.isascii())
        numbers = frozenset(word for word in self.words if word.isdigit() and len(word) >= _NUMBER_DIGITS)
        uids = frozenset(uid for uid in self.uids if uid and uid not in UID_dictionary)
        traces = {*_traces({*words, *numbers}), *_phrase_traces(self.phrases)}
        return Identifiers(words, numbers, frozenset(self.joined), uids, frozenset(traces), frozenset(self.short))


def _tokens(text: str) -> list[str]:
    upper = text.upper()
    if upper.isascii():
        return _WORD.findall(upper)
    variants = (upper, folded(upper), upper.translate(_GERMAN))
    return [token for variant in dict.fromkeys(variants) for token in _WORD.findall(variant)]


def _says_nothing(token: str) -> bool:
    return token in _SAYS_NOTHING_ALONE or token in terms.MANUFACTURERS or vocabulary.is_known(token)


def _is_term(word: str) -> bool:
    return vocabulary.is_known(word) or word in terms.CODE_STRINGS


def _phrase_traces(phrases: Iterable[str]) -> Iterator[bytes]:
    """Names in full, however short their parts are."""
    yield from (phrase.encode() for phrase in phrases if len(phrase.encode()) >= _TRACE_BYTES)


def _traces(words: Iterable[str]) -> Iterator[bytes]:
    for word in words:
        if len(word.encode()) >= _TRACE_BYTES and not _is_term(word):
            yield word.encode()
            if not word.isascii():
                yield word.encode("utf-16-le")


def identifiers_of(elements: Elements, removed: frozenset[int], kept_uids: frozenset[int] | None) -> Identifiers:
    """Of a source dataset at every depth, in its own character sets. `removed`: text attributes that do not come
    through (institutions, addresses, AE titles...); names count everywhere, UIDs but in `kept_uids`; None keeps all."""
    found = _Collection()
    for element, character_set in walk(elements):
        vr = VR_OF_TAG.get(element.tag, element.vr)
        if vr == "UI":
            if kept_uids is not None and element.tag not in kept_uids:
                found.uids.update(part.strip("\0 ") for part in element.ascii().split("\\"))
        elif element.tag == _BIRTH_DATE:
            found.add_birth_date(element.ascii())
        elif element.fragments is not None or vr not in TEXT_VRS:
            continue
        elif vr == "PN":
            for name in _readings(element, character_set):
                found.add_name(name)
        elif element.tag in removed:
            for part in _readings(element, character_set):
                found.add_removed(element.tag, part)
    return found.frozen()


def _readings(element: Element, character_set: str) -> Iterator[str]:
    """Each value; also as UTF-8, for files that do not say so."""
    text, raw = decoded(element, character_set), bytes(element.value)
    yield from text.split("\\")
    if not raw.isascii() and character_set != "ISO_IR 192":
        with suppress(UnicodeDecodeError):
            yield from raw.decode("utf-8").strip("\0 ").split("\\")


def walk(elements: Elements, character_set: str = "") -> Iterator[tuple[Element, str]]:
    """Every element that is no sequence, with the character set in force. Depth is bounded by the reader."""
    character_set = text_of(elements, _CHARACTER_SET) or character_set
    for element in elements.values():
        if element.items is None:
            yield element, character_set
        for item in element.items or ():
            yield from walk(item, character_set)


def decoded(element: Element, character_set: str) -> str:
    """The text of an element, without padding; latin-1 where its character set does not fit."""
    raw = bytes(element.value)
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii").strip("\0 ")
    try:
        return decode_bytes(raw, convert_encodings(character_set.split("\\")), _DELIMITERS).strip("\0 ")
    except (LookupError, UnicodeError, ValueError):
        return raw.decode("latin-1").strip("\0 ")


def decoded_text(elements: Elements, tag: int) -> str:
    """A text value of the top level, in the character set of the dataset; empty when absent."""
    element = elements.get(tag)
    return decoded(element, text_of(elements, _CHARACTER_SET)) if element is not None and not element.items else ""


def refuse_identifiers(output: Elements, known: Identifiers, allowed_private: frozenset[int] = frozenset()) -> None:
    """Search everything but pixels of a file that is about to be stored. Raises IdentifierLeft."""
    for element, _ in walk(output):
        if (element.is_private and element.tag not in allowed_private) or element.tag >> 16 in _FORBIDDEN_GROUPS:
            raise IdentifierLeft("a private, overlay or curve attribute is left")
        if element.fragments is not None or element.tag in _NOT_OF_THE_FILE:
            continue
        if _holds(element, known) if element.vr in STRING_VRS else _holds_traces(element, known):
            raise IdentifierLeft("a value of the source's identifying attributes is left")


def _holds_traces(element: Element, known: Identifiers) -> bool:
    """In tables of numbers short words would turn up by chance."""
    if len(element.value) < _TRACE_BYTES:
        return False
    upper = bytes(element.value).upper()
    return any(_stands_alone(upper, trace) for trace in known.traces)


def _stands_alone(content: bytes, trace: bytes) -> bool:
    start = content.find(trace)
    while start >= 0:
        before, after = content[start - 1 : start], content[start + len(trace) : start + len(trace) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        start = content.find(trace, start + 1)
    return False


def _holds(element: Element, known: Identifiers) -> bool:
    raw = bytes(element.value)
    if not raw.isascii():
        return True  # all that we write is ASCII
    parts = [part.strip("\0 ") for part in raw.decode("ascii").split("\\")]
    if element.vr == "UI":
        return not known.uids.isdisjoint(parts)
    if element.vr in ("DA", "DT", "TM", "AS"):
        return False  # their grammar was checked and dates were moved: a number found here says nothing
    if element.vr in ("DS", "IS"):
        return not known.are_no_records(parts)
    return any(known.touch(part) for part in parts if part not in _SAFE_TEXTS)
