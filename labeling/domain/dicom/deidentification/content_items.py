"""Content items of structured reports: table E.3.4-1 by concept, value type and option."""

from labeling.domain.dicom import terms
from labeling.domain.dicom.deidentification import table
from labeling.domain.dicom.deidentification.profiles import Option, Profile
from labeling.domain.dicom.elements import Element, Elements, tag_of, text_element, text_of

_VALUE_TYPE, _CONCEPT_NAME, _CODE_VALUE, _SCHEME, _TEXT = map(
    tag_of, ("ValueType", "ConceptNameCodeSequence", "CodeValue", "CodingSchemeDesignator", "TextValue")
)
_MEASURED, _UNITS, _NUMBER, _FLOAT, _NUMERATOR, _DENOMINATOR = map(
    tag_of,
    (
        "MeasuredValueSequence",
        "MeasurementUnitsCodeSequence",
        "NumericValue",
        "FloatingPointValue",
        "RationalNumeratorValue",
        "RationalDenominatorValue",
    ),
)
_AGES = frozenset([("DCM", "121033"), ("SCT", "397669002"), ("LN", "30525-0"), ("LN", "29553-5"), ("LN", "35659-2")])
_NINETY_YEARS = {"a": 90, "mo": 1080, "wk": 4696, "d": 32872}
_COLUMNS = {  # in the order in which they win
    Option.RETAIN_UIDS: "uids",
    Option.RETAIN_DEVICE_IDENTITY: "device",
    Option.RETAIN_INSTITUTION_IDENTITY: "institution",
    Option.RETAIN_PATIENT_CHARACTERISTICS: "patient",
    Option.RETAIN_FULL_DATES: "full_dates",
    Option.RETAIN_MODIFIED_DATES: "modified_dates",
    Option.CLEAN_DESCRIPTORS: "descriptors",
}


def action_of(item: Elements, profile: Profile) -> str:
    """X, D, K or C; C, which cleans each value by its VR, for concepts that the table does not list."""
    row = table.content_items().get((*_concept(item), text_of(item, _VALUE_TYPE)))
    if row is None:
        return "C"
    chosen = (row.options.get(column) for option, column in _COLUMNS.items() if profile.has(option))
    return next(filter(None, chosen), row.action.split("/")[0])


def _concept(item: Elements) -> tuple[str, str]:
    """Coding scheme and code of the concept's name; those of SNOMED RT are told by their numbers."""
    for name in ((item[_CONCEPT_NAME].items or []) if _CONCEPT_NAME in item else [])[:1]:
        return terms.current_code(text_of(name, _SCHEME), text_of(name, _CODE_VALUE))
    return "", ""


def with_capped_age(item: Elements) -> Elements:
    """Ages over 89 years are one class, also where they are measurements."""
    if _concept(item) not in _AGES or _MEASURED not in item:
        return item
    values = [_capped(value) for value in item[_MEASURED].items or []]
    return {**item, _MEASURED: Element(_MEASURED, "SQ", items=values)}


def _capped(value: Elements) -> Elements:
    """Of an age in a unit that is not known nothing is left but the unit."""
    units = (value[_UNITS].items or []) if _UNITS in value else []
    limit = _NINETY_YEARS.get(text_of(units[0], _CODE_VALUE), 0) if units else 0
    text = text_of(value, _NUMBER)
    if text and float(text.split("\\")[0]) < limit:
        return value
    rest = {tag: one for tag, one in value.items() if tag not in (_NUMBER, _FLOAT, _NUMERATOR, _DENOMINATOR)}
    return {**rest, _NUMBER: text_element(_NUMBER, "DS", str(limit or ""))}


def with_dummy_text(item: Elements) -> Elements:
    """Its text replaced; values of other kinds have been replaced by their own rules."""
    if _TEXT in item:
        return {**item, _TEXT: text_element(_TEXT, "UT", "REMOVED")}
    return item
