"""The options of PS3.15 E.3 in plain words, with their codes of PS3.16 CID 7050; which contradict, which are risky."""

from collections.abc import Iterable
from dataclasses import dataclass

from labeling.domain.dicom.deidentification.profiles import Option, PixelReview, Profile


@dataclass(frozen=True)
class Code:
    """A code of CID 7050; its scheme is DCM. `section` is where PS3.15 defines what it stands for."""

    value: str
    meaning: str
    section: str


@dataclass(frozen=True)
class Explanation:
    """What a profile does with an option and without it, and what is at stake either way."""

    option: Option
    code: Code
    chosen: str
    not_chosen: str
    risk: str = ""
    risk_without: str = ""


@dataclass(frozen=True)
class Risk:
    """A warning; `subject` is what it is about, as a profile spells it."""

    subject: str
    text: str


BASIC_PROFILE = Code("113100", "Basic Application Confidentiality Profile", "E.2")
RECOGNIZABLE_VISUAL_FEATURES = Code("113102", "Clean Recognizable Visual Features Option", "E.3.2")
NOT_DONE = (
    "Not done. A face can be made visible again from thin slices of a head, and a photograph or a rare finding can be "
    "recognised by who knows the patient."
)
EXPLANATIONS = (
    Explanation(
        Option.CLEAN_PIXEL_DATA,
        Code("113101", "Clean Pixel Data Option", "E.3.1"),
        "Images of kinds that can carry text are searched for it. What is found is covered in every frame.",
        "Pixels are not looked at.",
        risk_without="Names and dates burned into ultrasound, screenshots and scanned films stay readable.",
    ),
    Explanation(
        Option.CLEAN_GRAPHICS,
        Code("113103", "Clean Graphics Option", "E.3.3"),
        "Annotations of presentation states stay, their texts are cleaned. Overlays and curves leave the files; "
        "readers see overlays in which there is no text.",
        "Texts of drawn annotations give way to dummies; overlays and curves are removed.",
    ),
    Explanation(
        Option.CLEAN_STRUCTURED_CONTENT,
        Code("113104", "Clean Structured Content Option", "E.3.4"),
        "Codes and measurements of structured reports and of the acquisition stay; names and prose are cleaned.",
        "Texts and codes of structured reports give way to dummies; the acquisition context is removed.",
    ),
    Explanation(
        Option.CLEAN_DESCRIPTORS,
        Code("113105", "Clean Descriptors Option", "E.3.5"),
        "Descriptions and comments keep the words of a medical vocabulary: “CT for JOHN DOE” becomes “CT”.",
        "Descriptions, comments and all other prose are removed.",
    ),
    Explanation(
        Option.RETAIN_FULL_DATES,
        Code("113106", "Retain Longitudinal Temporal Information Full Dates Option", "E.3.6"),
        "Dates stay as they are.",
        "No date stays as it is.",
        risk="Who knows when somebody was examined finds them: a true date is one of the strongest hints there is.",
    ),
    Explanation(
        Option.RETAIN_MODIFIED_DATES,
        Code("113107", "Retain Longitudinal Temporal Information Modified Dates Option", "E.3.6"),
        "All dates of a patient move by the same secret number of whole days, so intervals stay exact. Times stay.",
        "No date is moved. Without the option above either, dates are removed, emptied or replaced by a dummy.",
    ),
    Explanation(
        Option.RETAIN_PATIENT_CHARACTERISTICS,
        Code("113108", "Retain Patient Characteristics Option", "E.3.7"),
        "Age, sex, size and weight stay; an age over 89 years becomes 90. Allergies and the like are cleaned.",
        "Age, sex, size, weight and the like are emptied or removed.",
    ),
    Explanation(
        Option.RETAIN_DEVICE_IDENTITY,
        Code("113109", "Retain Device Identity Option", "E.3.8"),
        "Serial numbers and names of devices and stations stay.",
        "Serial numbers and names of devices and stations are removed; maker and model stay.",
        risk="A serial number names one machine, and with it the hospital: with dates it narrows down who it was.",
    ),
    Explanation(
        Option.RETAIN_UIDS,
        Code("113110", "Retain UIDs Option", "E.3.9"),
        "UIDs stay as they came.",
        "Each UID is replaced by one made with this installation's key; references between files still lead home.",
        risk="Whoever can search the archive that the images came from finds the patient by any of these UIDs.",
    ),
    Explanation(
        Option.RETAIN_SAFE_PRIVATE,
        Code("113111", "Retain Safe Private Option", "E.3.10"),
        "Private attributes stay where the list of the standard (table E.3.10-1) names them as safe.",
        "All private attributes are removed.",
    ),
    Explanation(
        Option.RETAIN_INSTITUTION_IDENTITY,
        Code("113112", "Retain Institution Identity Option", "E.3.11"),
        "Name, address and department of the institution stay.",
        "Name, address and department of the institution are removed.",
        risk="It tells where each patient was examined. For a small hospital or a rare disease this may be enough.",
    ),
)
BY_OPTION = {explanation.option: explanation for explanation in EXPLANATIONS}
PIXEL_REVIEWS = {
    PixelReview.UNSURE: "Text is masked where the program is sure; every other image with text waits for a person.",
    PixelReview.ALWAYS: "Every image with text, and every image of a kind that mostly carries it, waits for a person.",
    PixelReview.NEVER: "Whatever is found is masked, and nobody looks.",
}
PIXELS_NOT_SEARCHED = "Pixels are not searched for text, so nothing waits for a person."
NEVER_LOOKED_AT = "Nobody looks at what the program masked, nor at what it did not see."
STRICT = "Of each kind of image only what its definition needs, or what places it in space, is kept, and no prose."


def contradiction(options: Iterable[Option], is_strict: bool = False) -> str:
    """Say why these options cannot be in force together; empty when they can."""
    chosen = set(options)
    if {Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES} <= chosen:
        return "dates either stay as they are or are moved: choose retain_full_dates or retain_modified_dates"
    if is_strict and Option.CLEAN_DESCRIPTORS in chosen:
        return "a strict profile keeps no prose, so clean_descriptors has nothing to clean: leave one of the two out"
    return ""


def pixel_review_words(profile: Profile) -> str:
    """What becomes of text in pixels under this profile."""
    return PIXEL_REVIEWS[profile.pixel_review] if profile.has(Option.CLEAN_PIXEL_DATA) else PIXELS_NOT_SEARCHED


def risks(profile: Profile) -> list[Risk]:
    """What is at stake with this profile, in the order of the options."""
    found = []
    for explanation in EXPLANATIONS:
        is_chosen = profile.has(explanation.option)
        if text := explanation.risk if is_chosen else explanation.risk_without:
            found.append(Risk(explanation.option.value, text))
    if profile.has(Option.CLEAN_PIXEL_DATA) and profile.pixel_review == PixelReview.NEVER:
        found.append(Risk("pixel_review", NEVER_LOOKED_AT))
    return found
