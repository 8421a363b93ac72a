"""Which kinds of image can have text burned into their pixels. Light: the detector is not loaded for this."""

from labeling.domain.dicom.elements import Elements, tag_of, text_of

# Scanners that reconstruct a volume write no text into an original slice. Everything else can carry text, also what
# is not known here: a list of kinds to look at would let tomorrow's kinds through.
_RECONSTRUCTED = frozenset(
    {
        "1.2.840.10008.5.1.4.1.1.2",  # CT
        "1.2.840.10008.5.1.4.1.1.2.1",  # Enhanced CT
        "1.2.840.10008.5.1.4.1.1.2.2",  # Legacy Converted Enhanced CT
        "1.2.840.10008.5.1.4.1.1.4",  # MR
        "1.2.840.10008.5.1.4.1.1.4.1",  # Enhanced MR
        "1.2.840.10008.5.1.4.1.1.4.4",  # Legacy Converted Enhanced MR
        "1.2.840.10008.5.1.4.1.1.128",  # PET
        "1.2.840.10008.5.1.4.1.1.128.1",  # Legacy Converted Enhanced PET
        "1.2.840.10008.5.1.4.1.1.130",  # Enhanced PET
    }
)
# Kinds that show a machine's screen or a sheet of paper: no text on one of them is a surprise.
_MOSTLY_WITH_TEXT = frozenset({"US", "IVUS", "SC", "OT", "ES", "XC", "GM", "DOC", "BDUS", "EPS", "HD", "ECG", "SM"})
_SCREENS = ("1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.6", "1.2.840.10008.5.1.4.1.1.3.1")

_SOP_CLASS, _MODALITY, _IMAGE_TYPE = map(tag_of, ("SOPClassUID", "Modality", "ImageType"))
_BURNED_IN, _CONVERSION_TYPE = tag_of("BurnedInAnnotation"), tag_of("ConversionType")
_PHOTOMETRIC = tag_of("PhotometricInterpretation")


def can_carry_text(elements: Elements) -> bool:
    """False only for an original grey slice of CT, MR or PET. A header that says NO is not believed."""
    kind = [value.strip() for value in text_of(elements, _IMAGE_TYPE).split("\\")]
    is_original = kind[:2] == ["ORIGINAL", "PRIMARY"] and "SCREEN SAVE" not in kind
    return not (
        is_original
        and text_of(elements, _SOP_CLASS) in _RECONSTRUCTED
        and text_of(elements, _PHOTOMETRIC).startswith("MONOCHROME")
        and text_of(elements, _BURNED_IN) != "YES"
        and not text_of(elements, _CONVERSION_TYPE)
    )


def mostly_carries_text(elements: Elements) -> bool:
    """Kinds of which an image without text is rare, or whose header says that there is some."""
    sop_class = text_of(elements, _SOP_CLASS)
    kind = [value.strip() for value in text_of(elements, _IMAGE_TYPE).split("\\")]
    return (
        text_of(elements, _MODALITY) in _MOSTLY_WITH_TEXT
        or any(sop_class == screen or sop_class.startswith(screen + ".") for screen in _SCREENS)
        or text_of(elements, _BURNED_IN) == "YES"
        or bool(text_of(elements, _CONVERSION_TYPE))
        or "SCREEN SAVE" in kind
    )
