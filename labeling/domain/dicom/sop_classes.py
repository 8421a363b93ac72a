"""Which SOP classes are images that a person can read."""

from pydicom._uid_dict import UID_dictionary

from labeling.errors import (
    BadDicom,
    Dicomdir,
    EncapsulatedDocument,
    NotAnImage,
    UnsupportedSopClass,
)

# What these hold in their pixels is measured or drawn by a program, and nobody's screen.
_NO_PICTURES = ("Segmentation", "RT Dose", "Parametric Map", "Raw Data", "Surface", "Encapsulated")
# By the registered name, the first match wins. Segmentations have pixels, but nobody marks findings on them.
_RULES: tuple[tuple[str, type[BadDicom] | None], ...] = (
    ("Media Storage Directory", Dicomdir),
    ("Encapsulated", EncapsulatedDocument),
    ("Video", NotAnImage),
    ("Raw Data", NotAnImage),
    ("Image Storage", None),
    ("Enhanced US Volume", None),
    ("RT Dose Storage", None),
    ("Parametric Map Storage", None),
    ("Storage", NotAnImage),
)


def refuse_unstorable(sop_class_uid: str) -> None:
    """Raises Dicomdir for an index, and UnsupportedSopClass for what the standard does not know: whether its attributes
    mean what they say cannot be told."""
    name = _name(sop_class_uid)
    if name == "Media Storage Directory Storage":
        raise Dicomdir
    if "Voice Audio" in name:  # a voice is known like a face
        raise UnsupportedSopClass


def is_picture(sop_class_uid: str) -> bool:
    """Whether its pixels can hold text, videos included."""
    return not any(part in _name(sop_class_uid) for part in _NO_PICTURES)


def _name(sop_class_uid: str) -> str:
    entry = UID_dictionary.get(sop_class_uid)
    if entry is None or entry[1] != "SOP Class":
        raise UnsupportedSopClass
    return entry[0]


def refuse_other_than_images(sop_class_uid: str) -> None:
    """Raises Dicomdir, EncapsulatedDocument, NotAnImage or UnsupportedSopClass."""
    name = _name(sop_class_uid)
    for part, error in _RULES:
        if part in name:
            if error is not None:
                raise error
            return
    raise UnsupportedSopClass
