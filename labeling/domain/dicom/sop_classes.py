"""Which SOP classes are images that a person can read."""

from pydicom._uid_dict import UID_dictionary

from labeling.errors import (
    BadDicom,
    Dicomdir,
    EncapsulatedDocument,
    NotAnImage,
    UnsupportedSopClass,
)

# By the registered name, the first match wins. Segmentations, dose grids and parametric maps have pixels, but nobody
# marks findings on them.
_RULES: tuple[tuple[str, type[BadDicom] | None], ...] = (
    ("Media Storage Directory", Dicomdir),
    ("Encapsulated", EncapsulatedDocument),
    ("Video", NotAnImage),
    ("Raw Data", NotAnImage),
    ("Image Storage", None),
    ("Enhanced US Volume", None),
    ("Storage", NotAnImage),
)


def refuse_other_than_images(sop_class_uid: str) -> None:
    """Raises Dicomdir, EncapsulatedDocument, NotAnImage or UnsupportedSopClass."""
    entry = UID_dictionary.get(sop_class_uid)
    if entry is None or entry[1] != "SOP Class":
        raise UnsupportedSopClass
    for part, error in _RULES:
        if part in entry[0]:
            if error is not None:
                raise error
            return
    raise UnsupportedSopClass
