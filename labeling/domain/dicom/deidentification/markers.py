"""What PS3.15 E.1.1 wants said of a de-identified object: no more than was done."""

from labeling.domain.dicom.deidentification.engine import coded, dates_of
from labeling.domain.dicom.deidentification.profiles import Option, Profile
from labeling.domain.dicom.elements import Element, Elements, tag_of, text_element

BASIC_PROFILE = ("113100", "Basic Application Confidentiality Profile")
METHOD_CODES = {  # PS3.16 CID 7050
    Option.CLEAN_PIXEL_DATA: ("113101", "Clean Pixel Data Option"),
    Option.CLEAN_GRAPHICS: ("113103", "Clean Graphics Option"),
    Option.CLEAN_STRUCTURED_CONTENT: ("113104", "Clean Structured Content Option"),
    Option.CLEAN_DESCRIPTORS: ("113105", "Clean Descriptors Option"),
    Option.RETAIN_FULL_DATES: ("113106", "Retain Longitudinal Temporal Information Full Dates Option"),
    Option.RETAIN_MODIFIED_DATES: ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    Option.RETAIN_PATIENT_CHARACTERISTICS: ("113108", "Retain Patient Characteristics Option"),
    Option.RETAIN_DEVICE_IDENTITY: ("113109", "Retain Device Identity Option"),
    Option.RETAIN_UIDS: ("113110", "Retain UIDs Option"),
    Option.RETAIN_SAFE_PRIVATE: ("113111", "Retain Safe Private Option"),
    Option.RETAIN_INSTITUTION_IDENTITY: ("113112", "Retain Institution Identity Option"),
}

_REMOVED, _METHOD, _CODES, _TIMES, _BURNED_IN = map(
    tag_of,
    (
        "PatientIdentityRemoved",
        "DeidentificationMethod",
        "DeidentificationMethodCodeSequence",
        "LongitudinalTemporalInformationModified",
        "BurnedInAnnotation",
    ),
)


def method_codes(profile: Profile, is_pixel_data_clean: bool) -> list[tuple[str, str]]:
    """Clean Pixel Data is claimed only of pixels that were looked at."""
    options = [
        code
        for option, code in METHOD_CODES.items()
        if profile.has(option) and (option is not Option.CLEAN_PIXEL_DATA or is_pixel_data_clean)
    ]
    return [BASIC_PROFILE, *options]


def markers(profile: Profile, is_pixel_data_clean: bool) -> Elements:
    """BurnedInAnnotation is said only of pixels that were looked at; otherwise the file's own word stands."""
    items = [coded("DCM", code, meaning[:64]) for code, meaning in method_codes(profile, is_pixel_data_clean)]
    said = {
        _REMOVED: text_element(_REMOVED, "CS", "YES"),
        _METHOD: text_element(_METHOD, "LO", f"Overread {profile}, PS3.15 {profile.edition}"[:64]),
        _CODES: Element(_CODES, "SQ", items=items),
        _TIMES: text_element(_TIMES, "CS", dates_of(profile).value),
    }
    if is_pixel_data_clean:
        said[_BURNED_IN] = text_element(_BURNED_IN, "CS", "NO")
    return said
