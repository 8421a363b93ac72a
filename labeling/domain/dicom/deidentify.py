"""De-identification: a new dataset is built from what the rules keep, at every depth the same way."""

from collections.abc import Mapping

from labeling.domain.dicom import keep_list, terms
from labeling.domain.dicom.cleaning import Subject, clean_value
from labeling.domain.dicom.elements import VR_OF_TAG, Element, Elements, tag_of, text_element, text_of
from labeling.domain.dicom.identifiers import Identifiers
from labeling.domain.dicom.keep_list import Action

PROFILE = f"{keep_list.NAME}/{keep_list.VERSION}"

_CODE_VALUE, _CODING_SCHEME, _CODE_MEANING = (
    tag_of("CodeValue"),
    tag_of("CodingSchemeDesignator"),
    tag_of("CodeMeaning"),
)
_METHOD_CODES = (  # PS3.16 CID 7050: what this profile does, no more
    ("113100", "Basic Application Confidentiality Profile"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    ("113108", "Retain Patient Characteristics Option"),
)


def deidentify(
    elements: Elements, subject: Subject, known: Identifiers, rules: Mapping[int, Action] = keep_list.RULES
) -> Elements:
    """What may be stored of a dataset, without its pixel data. The input is left as it is."""
    cleaned = _clean(elements, subject, known, rules)
    for tag in keep_list.REQUIRED:
        cleaned.setdefault(tag, Element(tag, VR_OF_TAG[tag]))
    cleaned.update(_markers())
    return cleaned


def _clean(elements: Elements, subject: Subject, known: Identifiers, rules: Mapping[int, Action]) -> Elements:
    cleaned: Elements = {}
    for tag, element in elements.items():
        action = rules.get(tag)
        if action is None:
            continue
        kept = _apply(action, element, subject, known, rules)
        if kept is not None:
            cleaned[tag] = kept
    return cleaned


def _apply(
    action: Action, element: Element, subject: Subject, known: Identifiers, rules: Mapping[int, Action]
) -> Element | None:
    vr = VR_OF_TAG[element.tag]
    if vr == "SQ" or element.items is not None:
        return _clean_sequence(element, subject, known, rules)
    match action:
        case Action.KEEP:
            return clean_value(element, subject)
        case Action.EMPTY:
            return Element(element.tag, vr)
        case Action.PATIENT:
            return text_element(element.tag, vr, subject.patient)
        case Action.ACCESSION:
            return text_element(element.tag, vr, subject.accession)
        case Action.MANUFACTURER:
            name = terms.manufacturer(element.ascii())
            return text_element(element.tag, vr, "" if known.words & {name.upper()} else name)


def _clean_sequence(
    element: Element, subject: Subject, known: Identifiers, rules: Mapping[int, Action]
) -> Element | None:
    if element.items is None or VR_OF_TAG[element.tag] != "SQ":
        return None
    items = [
        _clean_code(item) if _CODING_SCHEME in item else _clean(item, subject, known, rules) for item in element.items
    ]
    # Only code items vanish: an emptied item of another kind keeps its place, since frames are counted by items.
    kept = [item for item, source in zip(items, element.items, strict=True) if item or _CODING_SCHEME not in source]
    return Element(element.tag, "SQ", items=kept)


def _clean_code(item: Elements) -> Elements:
    """A coded concept in the dictionary's words; nothing when the dictionary does not know it."""
    scheme, code = text_of(item, _CODING_SCHEME), text_of(item, _CODE_VALUE)
    meaning = terms.code_meaning(scheme, code)
    return coded(scheme, code, meaning) if meaning else {}


def coded(scheme: str, code: str, meaning: str) -> Elements:
    return {
        _CODE_VALUE: text_element(_CODE_VALUE, "SH", code),
        _CODING_SCHEME: text_element(_CODING_SCHEME, "SH", scheme),
        _CODE_MEANING: text_element(_CODE_MEANING, "LO", meaning),
    }


def _markers() -> Elements:
    """What PS3.15 E.1.1 wants said of a de-identified object."""
    removed, method = tag_of("PatientIdentityRemoved"), tag_of("DeidentificationMethod")
    codes, times = tag_of("DeidentificationMethodCodeSequence"), tag_of("LongitudinalTemporalInformationModified")
    return {
        removed: text_element(removed, "CS", "YES"),
        method: text_element(method, "LO", PROFILE),
        codes: Element(codes, "SQ", items=[coded("DCM", code, meaning[:64]) for code, meaning in _METHOD_CODES]),
        times: text_element(times, "CS", "MODIFIED"),
    }
