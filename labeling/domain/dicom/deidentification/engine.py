"""De-identification: a new dataset is built from what the rules let through, at every depth the same way."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from labeling.domain.dicom import terms
from labeling.domain.dicom.deidentification import content_items, documents, icc, private, table, tables, vocabulary
from labeling.domain.dicom.deidentification.identifiers import Identifiers, decoded
from labeling.domain.dicom.deidentification.profiles import Option, Profile
from labeling.domain.dicom.deidentification.report import Report
from labeling.domain.dicom.deidentification.rule import Do, Rule
from labeling.domain.dicom.deidentification.rules import rules_of
from labeling.domain.dicom.deidentification.telltales import tells, tells_beside_dates
from labeling.domain.dicom.deidentification.values import (
    BULK_VRS,
    TIMEZONE,
    UID_PATTERN,
    Cleaning,
    Dates,
    Subject,
    kept_value,
    new_uid,
)
from labeling.domain.dicom.elements import (
    NUMBER_VRS,
    VR_OF_TAG,
    Element,
    Elements,
    keyword_of,
    tag_of,
    text_element,
    text_of,
)

_CHARACTER_SET, _CODE_MEANING, _CODE_VALUE, _SCHEME = map(
    tag_of, ("SpecificCharacterSet", "CodeMeaning", "CodeValue", "CodingSchemeDesignator")
)
_MIME_TYPE, _ENCAPSULATED, _DOCUMENT_BYTES = map(
    tag_of, ("MIMETypeOfEncapsulatedDocument", "EncapsulatedDocument", "EncapsulatedDocumentLength")
)
_PATIENT_ID = tag_of("PatientID")
_DUMMIES = {"DA": "19000101", "DT": "19000101", "TM": "000000", "AS": "000Y", "DS": "0", "IS": "0", "CS": "REMOVED"}
_DUMMY_TEXT = "REMOVED"
_LONGEST_CODE = 64
_MEDIA_TYPE = re.compile(r"(application|audio|image|model|text|video)/[A-Za-z0-9.+-]{1,40}")
_VERSION_KEYWORDS = (
    "SoftwareVersions SecondaryCaptureDeviceSoftwareVersions ManufacturerModelVersion ApplicationVersion "
    "AlgorithmVersion CodingSchemeVersion"
)
_VERSIONS = frozenset(map(tag_of, _VERSION_KEYWORDS.split()))
_MANUFACTURER, _CONTENT_LABEL, _GRAPHIC_LAYER = map(tag_of, ("Manufacturer", "ContentLabel", "GraphicLayer"))
_MULTI_VALUED = frozenset(["LO", "SH", "UC", "AE", "PN"])


@dataclass(frozen=True)
class Place:
    """Where an element stands: its sequence (0 at the top), the character set, and whether all text gives way to
    dummies (below a sequence that the table wants replaced)."""

    sequence: int = 0
    character_set: str = ""
    is_dummy: bool = False


@dataclass
class _Tally:
    actions: dict[str, dict[str, int]] = field(default_factory=dict)
    texts: dict[tuple[str, str], None] = field(default_factory=dict)
    dropped_words: int = 0

    def count(self, name: str, action: str) -> None:
        counts = self.actions.setdefault(name, {})
        counts[action] = counts.get(action, 0) + 1


def deidentified(
    elements: Elements,
    subject: Subject,
    known: Identifiers,
    profile: Profile,
    sop_class_uid: str,
    drop_texts: frozenset[tuple[str, str]] = frozenset(),
) -> tuple[Elements, Report]:
    """What may be stored of a dataset, without its pixel data and without the markers. The input is left as it is."""
    engine = Engine(subject, known, profile, sop_class_uid, drop_texts)
    cleaned = engine.level(elements, Place())
    if _ENCAPSULATED in cleaned:
        size = len(cleaned[_ENCAPSULATED].value).to_bytes(4, "little")
        cleaned[_DOCUMENT_BYTES] = Element(_DOCUMENT_BYTES, "UL", size)
    tally = engine.tally
    return cleaned, Report(str(profile), tally.actions, tuple(tally.texts), tally.dropped_words)


def dates_of(profile: Profile) -> Dates:
    if profile.has(Option.RETAIN_FULL_DATES):
        return Dates.FULL
    return Dates.MODIFIED if profile.has(Option.RETAIN_MODIFIED_DATES) else Dates.REMOVED


class Engine:
    """One file being cleaned."""

    def __init__(
        self,
        subject: Subject,
        known: Identifiers,
        profile: Profile,
        sop_class_uid: str,
        drop_texts: frozenset[tuple[str, str]],
    ) -> None:
        self.tally = _Tally()
        self._profile, self._sop_class_uid, self._drop_texts = profile, sop_class_uid, drop_texts
        self._rules = rules_of(profile, sop_class_uid)
        keeps_uids = profile.has(Option.RETAIN_UIDS)
        self._cleaning = Cleaning(subject, known, dates_of(profile), profile.is_strict, keeps_uids)
        self._patient_id = b""
        self._mime_type = ""
        self._handlers: dict[Do, Callable[[Element, Rule, Place], Element | None]] = {
            Do.BASIC: self._basic,
            Do.KEEP: self._keep,
            Do.AS_IS: self._as_is,
            Do.PROSE: partial(self._text, is_machine=False),
            Do.MACHINE: partial(self._text, is_machine=True),
            Do.CODE: self._code,
            Do.SEQUENCE: self._sequence,
            Do.CONTENT: self._content,
            Do.OFFSET: self._offset,
            Do.PATIENT: self._patient,
            Do.ACCESSION: self._accession,
            Do.ICC: self._icc,
            Do.MAKER: self._maker,
        }

    def level(self, elements: Elements, place: Place) -> Elements:
        """The clean elements of a dataset or an item."""
        place = Place(place.sequence, text_of(elements, _CHARACTER_SET) or place.character_set, place.is_dummy)
        if not place.sequence:
            self._patient_id = bytes(elements[_PATIENT_ID].value) if _PATIENT_ID in elements else b""
            self._mime_type = text_of(elements, _MIME_TYPE)
        cleaned: Elements = {}
        if self._profile.has(Option.RETAIN_SAFE_PRIVATE):
            cleaned |= private.safe_elements(elements, self._cleaning)
        for tag, element in elements.items():
            rule = self._rules.get(tag)
            if rule is not None:
                kept = self._handlers[rule.do](element, rule, place)
                if kept is not None:
                    cleaned[tag] = kept
            elif tag not in cleaned:
                self.tally.count("private" if element.is_private else keyword_of(tag), "X")
        tables.trim(cleaned)
        if _CODE_MEANING in cleaned or _CODE_VALUE in cleaned:
            self._settle_code(elements, cleaned)
        return cleaned

    def _basic(self, element: Element, rule: Rule, place: Place) -> Element | None:
        """The action of the Basic Profile, chosen by the IOD's type where the table leaves a choice."""
        tag, vr = element.tag, VR_OF_TAG[element.tag]
        action = resolved(rule.basic, table.iod_type(self._sop_class_uid, place.sequence, tag))
        self.tally.count(keyword_of(tag), action)
        match action:
            case "X":
                return None
            case "Z":
                return Element(tag, vr, items=[]) if vr == "SQ" else Element(tag, vr)
            case "U" if vr == "SQ":
                return self._sequence(element, Rule(Do.SEQUENCE), place)
        return self._dummy(element, place)

    def _new_uid(self, element: Element) -> Element | None:
        uids = [new_uid(part.strip("\0 "), self._cleaning) for part in element.ascii().split("\\")]
        return text_element(element.tag, "UI", "\\".join(uids)) if all(uids) else None

    def _dummy_uid(self, element: Element) -> str:
        return self._cleaning.subject.pseudonyms.uid(f"no UID: {bytes(element.value).hex()}")

    def _dummy(self, element: Element, place: Place) -> Element:
        tag, vr = element.tag, VR_OF_TAG[element.tag]
        if vr == "SQ":
            inner = Place(tag, place.character_set, is_dummy=True)
            return Element(tag, vr, items=[self._item(item, inner) for item in element.items or ()])
        if vr == "UI":
            return self._new_uid(element) or text_element(tag, vr, self._dummy_uid(element))
        if tag == _ENCAPSULATED:
            return Element(tag, "OB", documents.empty_document(self._mime_type))
        if vr in NUMBER_VRS or vr in BULK_VRS:
            return Element(tag, vr, bytes(8))
        return text_element(tag, vr, _DUMMIES.get(vr, _DUMMY_TEXT))

    def _keep(self, element: Element, rule: Rule, place: Place) -> Element | None:
        if element.items is not None:
            return None
        kept = kept_value(element, self._cleaning)
        if kept is None:
            return self._emptied(element, rule, place)
        if place.is_dummy and kept.vr == "CS" and not terms.are_standard(kept.ascii()):
            return text_element(element.tag, "CS", _DUMMY_TEXT)
        if rule.is_listed:
            self.tally.count(keyword_of(element.tag), "K" if bytes(kept.value) == bytes(element.value) else "C")
        return kept

    def _emptied(self, element: Element, rule: Rule, place: Place) -> Element | None:
        """What the table does not name and the IOD needs keeps its place without a value."""
        if element.tag in (_CONTENT_LABEL, _GRAPHIC_LAYER) and element.value:
            return self._label(element)
        is_needed = not place.sequence and element.tag in table.iod_attributes(self._sop_class_uid)
        return self._basic(element, Rule(rule.do, "Z") if is_needed and not rule.is_listed else rule, place)

    def _label(self, element: Element) -> Element:
        """Needed wherever it is; layers are known by it, so two stay two."""
        is_layer = element.tag == _GRAPHIC_LAYER
        label = (
            self._cleaning.subject.pseudonyms.accession(element.ascii()).replace("-", "_") if is_layer else _DUMMY_TEXT
        )
        self.tally.count(keyword_of(element.tag), "D")
        return text_element(element.tag, "CS", label)

    def _as_is(self, element: Element, rule: Rule, place: Place) -> Element | None:
        """UIDs of classes, transfer syntaxes and coding schemes name no instance."""
        uids = [part.strip("\0 ") for part in element.ascii().split("\\")]
        if not all(map(UID_PATTERN.fullmatch, filter(None, uids))):
            return None
        uids = [new_uid(uid, self._cleaning) if self._identifies(uid) else uid for uid in uids]
        return text_element(element.tag, "UI", "\\".join(uids))

    def _identifies(self, uid: str) -> bool:
        known = self._cleaning.known
        return uid in known.uids or not known.are_no_records(uid.split("."))

    def _text(self, element: Element, rule: Rule, place: Place, *, is_machine: bool) -> Element | None:
        vr = VR_OF_TAG[element.tag]
        if element.items is not None or element.fragments is not None:
            return self._basic(element, rule, place)
        if not len(element.value):
            return Element(element.tag, vr)
        if place.is_dummy:
            return text_element(element.tag, vr, _DUMMY_TEXT)
        original = decoded(element, place.character_set)
        cleaned = self._clean_text(element.tag, vr, original, is_machine)
        if not cleaned.strip("\\ "):
            return self._basic(element, rule, place)
        if cleaned != original or rule.is_listed:
            self.tally.count(keyword_of(element.tag), "K" if cleaned == original else "C")
        return text_element(element.tag, vr, cleaned)

    def _clean_text(self, tag: int, vr: str, text: str, is_machine: bool) -> str:
        parts = text.split("\\") if vr in _MULTI_VALUED else [text]
        cleaned = [self._clean_part(tag, part, is_machine) for part in parts]
        return text if cleaned == parts else "\\".join(cleaned).rstrip("\\")

    def _clean_part(self, tag: int, part: str, is_machine: bool) -> str:
        known = self._cleaning.known
        if is_machine and _is_of_a_machine(tag, part) and not known.touch(part):
            cleaned, dropped = part, 0
        else:
            cleaned, dropped = vocabulary.cleaned_prose(part, known.is_identifying_in_prose)
            maker = terms.manufacturer(part) if tag == _MANUFACTURER else ""
            cleaned = maker if maker and not known.touch(maker) else cleaned
            if cleaned and known.touch(cleaned):  # names whose parts are words of the vocabulary, written together
                cleaned, dropped = "", dropped + 1
        self.tally.dropped_words += dropped
        return self._approved(tag, cleaned)

    def _approved(self, tag: int, cleaned: str) -> str:
        """What is left goes on the list for approval, unless a person has dropped it already."""
        text = (keyword_of(tag), cleaned.strip())
        if text in self._drop_texts:
            return ""
        if text[1] and tag != _CODE_MEANING:
            self.tally.texts[text] = None
        return cleaned

    def _code(self, element: Element, rule: Rule, place: Place) -> Element | None:
        """Kept if it looks like a code and holds no identifier."""
        vr, text = VR_OF_TAG[element.tag], decoded(element, place.character_set)
        if place.is_dummy:
            return text_element(element.tag, vr, _DUMMY_TEXT)
        is_code = text in terms.CODES or _looks_like_a_code(element.tag, text)
        if is_code and (text in terms.CODING_SCHEMES or not self._cleaning.known.touch(text)):
            return text_element(element.tag, vr, text)
        return self._basic(element, rule, place)

    def _settle_code(self, source: Elements, cleaned: Elements) -> None:
        """A code that the dictionary knows has a meaning in the dictionary's words where its own had to be cut."""
        meaning = terms.code_meaning(text_of(source, _SCHEME), text_of(source, _CODE_VALUE))
        ours = text_of(cleaned, _CODE_MEANING)
        if meaning:
            if ours.upper() != text_of(source, _CODE_MEANING).upper():
                cleaned[_CODE_MEANING] = text_element(_CODE_MEANING, "LO", meaning)
        elif ours:
            self.tally.texts["CodeMeaning", ours] = None
        elif _CODE_MEANING in source:
            cleaned[_CODE_MEANING] = text_element(_CODE_MEANING, "LO", _DUMMY_TEXT)

    def _sequence(self, element: Element, rule: Rule, place: Place) -> Element | None:
        if element.items is None:
            return self._basic(element, rule, place)
        inner = Place(element.tag, place.character_set, place.is_dummy)
        if rule.is_listed:
            self.tally.count(keyword_of(element.tag), "C")
        return Element(element.tag, "SQ", items=[self._item(item, inner) for item in element.items])

    def _item(self, item: Elements, place: Place) -> Elements:
        """Below a sequence that is to be replaced, and in the strict profile, codes are the dictionary's or dummies."""
        if _SCHEME in item and _CODE_VALUE in item and (place.is_dummy or self._profile.is_strict):
            scheme, code = text_of(item, _SCHEME), text_of(item, _CODE_VALUE)
            meaning = terms.code_meaning(scheme, code)
            return coded(scheme, code, meaning) if meaning else coded("99OVERREAD", _DUMMY_TEXT, _DUMMY_TEXT)
        return self.level(item, place)

    def _content(self, element: Element, rule: Rule, place: Place) -> Element | None:
        if element.items is None:
            return self._basic(element, rule, place)
        inner = Place(element.tag, place.character_set, place.is_dummy)
        items = []
        for item in element.items:
            action = content_items.action_of(item, self._profile)
            if action == "X":
                self.tally.count("ContentItem", "X")
                continue
            cleaned = content_items.with_capped_age(self.level(item, inner))
            items.append(content_items.with_dummy_text(cleaned) if action == "D" else cleaned)
        self.tally.count(keyword_of(element.tag), "C")
        return Element(element.tag, "SQ", items=items)

    def _offset(self, element: Element, rule: Rule, place: Place) -> Element | None:
        text = element.ascii()
        if TIMEZONE.fullmatch(text) and self._cleaning.dates is not Dates.REMOVED:
            return text_element(element.tag, VR_OF_TAG[element.tag], text)
        return self._basic(element, rule, place)

    def _patient(self, element: Element, rule: Rule, place: Place) -> Element | None:
        """At the top the pseudonym; in a sequence another patient may be meant."""
        vr = VR_OF_TAG[element.tag]
        is_own = not place.sequence or bytes(element.value) == self._patient_id
        self.tally.count(keyword_of(element.tag), "D")
        return text_element(element.tag, vr, self._cleaning.subject.patient if is_own else _DUMMY_TEXT)

    def _accession(self, element: Element, rule: Rule, place: Place) -> Element | None:
        number = self._cleaning.subject.pseudonyms.accession(decoded(element, place.character_set))
        self.tally.count(keyword_of(element.tag), "D" if number else "Z")
        return text_element(element.tag, "SH", number)

    def _icc(self, element: Element, rule: Rule, place: Place) -> Element | None:
        cleaned = icc.cleaned_profile(bytes(element.value))
        self.tally.count(keyword_of(element.tag), "C" if cleaned else "X")
        return Element(element.tag, "OB", cleaned) if cleaned else None

    def _maker(self, element: Element, rule: Rule, place: Place) -> Element | None:
        name = terms.manufacturer(element.ascii())
        return text_element(element.tag, "LO", "" if self._cleaning.known.touch(name) else name)


def _is_of_a_machine(tag: int, text: str) -> bool:
    if tag == _MIME_TYPE:
        return bool(_MEDIA_TYPE.fullmatch(text))
    says = tells_beside_dates if tag in _VERSIONS else tells
    return text.isascii() and text.isprintable() and not says(text)


def _looks_like_a_code(tag: int, text: str) -> bool:
    """Printable and without a blank; schemes may have one, if their words say nothing of a person."""
    is_short = len(text) <= _LONGEST_CODE and text.isascii() and text.isprintable()
    if tag == _SCHEME and " " in text:
        words = text.upper().split()
        is_version = words[0] in terms.CODING_SCHEMES and words[1].startswith("[")  # NCDR [2.0b]
        return is_short and (
            is_version or all(vocabulary.is_known(word) or word in terms.MANUFACTURERS for word in words)
        )
    return is_short and len(text.split()) <= 1 and not tells(text)


def resolved(action: str, iod_type: str) -> str:
    """X, Z, D or U of an entry like X/Z/D: removed unless the IOD needs the attribute (PS3.15 E.3.1)."""
    options = action.rstrip("*").split("/")
    if len(options) == 1:
        return {"1": "D", "2": "Z"}.get(iod_type, action) if action == "X" else action
    if "U" in options:  # references stay resolvable; without them DICOM's own validator misses the images
        return "U"
    if iod_type.startswith("1"):
        return "D" if "D" in options else "Z"
    if iod_type.startswith("2"):
        return "Z" if "Z" in options else "D"
    return "X" if "X" in options else "Z"


def coded(scheme: str, code: str, meaning: str) -> Elements:
    return {
        _CODE_VALUE: text_element(_CODE_VALUE, "SH", code),
        _SCHEME: text_element(_SCHEME, "SH", scheme),
        _CODE_MEANING: text_element(_CODE_MEANING, "LO", meaning),
    }
