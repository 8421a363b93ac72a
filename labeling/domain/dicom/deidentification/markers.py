"""What PS3.15 E.1.1 wants said of a de-identified object: no more than was done."""

from labeling.domain.dicom.deidentification.engine import coded, dates_of
from labeling.domain.dicom.deidentification.options import BASIC_PROFILE, EXPLANATIONS, Code
from labeling.domain.dicom.deidentification.profiles import Option, Profile
from labeling.domain.dicom.elements import Element, Elements, tag_of, text_element

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


def method_codes(profile: Profile, is_pixel_data_clean: bool) -> list[Code]:
    """Clean Pixel Data is claimed only of pixels that were looked at."""
    chosen = [explanation for explanation in EXPLANATIONS if profile.has(explanation.option)]
    done = [one.code for one in chosen if one.option is not Option.CLEAN_PIXEL_DATA or is_pixel_data_clean]
    return [BASIC_PROFILE, *done]


def markers(profile: Profile, is_pixel_data_clean: bool) -> Elements:
    """BurnedInAnnotation is said only of pixels that were looked at; otherwise the file's own word stands."""
    items = [coded("DCM", code.value, code.meaning[:64]) for code in method_codes(profile, is_pixel_data_clean)]
    said = {
        _REMOVED: text_element(_REMOVED, "CS", "YES"),
        _METHOD: text_element(_METHOD, "LO", f"Overread {profile}, PS3.15 {profile.edition}"[:64]),
        _CODES: Element(_CODES, "SQ", items=items),
        _TIMES: text_element(_TIMES, "CS", dates_of(profile).value),
    }
    if is_pixel_data_clean:
        said[_BURNED_IN] = text_element(_BURNED_IN, "CS", "NO")
    return said
