"""Data elements as they lie in the file, and what the standard's dictionary says of them."""

from dataclasses import dataclass

from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import keyword_for_tag, tag_for_keyword

from labeling.domain.dicom.deidentification import table

Buffer = bytes | bytearray | memoryview
Elements = dict[int, "Element"]

SHORT_VRS = frozenset(
    [
        "AE",
        "AS",
        "AT",
        "CS",
        "DA",
        "DS",
        "DT",
        "FL",
        "FD",
        "IS",
        "LO",
        "LT",
        "PN",
        "SH",
        "SL",
        "SS",
        "ST",
        "TM",
        "UI",
        "UL",
        "US",
    ]
)
LONG_VRS = frozenset(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"])
NUMBER_VRS = frozenset(["FL", "FD", "SL", "SS", "UL", "US", "SV", "UV", "AT"])
TEXT_VRS = frozenset(["AE", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"])  # may hold a name
STRING_VRS = TEXT_VRS | frozenset(["AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI"])
ITEM_BYTES = {
    **dict.fromkeys(("AT", "OW", "SS", "US"), 2),
    **dict.fromkeys(("FL", "OF", "OL", "SL", "UL"), 4),
    **dict.fromkeys(("FD", "OD", "OV", "SV", "UV"), 8),
}

# The dictionary leaves these open; PS3.5 annex A and PS3.6 settle them for Explicit VR Little Endian.
_OPEN_VRS = {"US or SS": "US", "US or OW": "OW", "OB or OW": "OW", "US or SS or OW": "OW"}
VR_OF_TAG = {tag: _OPEN_VRS.get(entry[0], entry[0]) for tag, entry in DicomDictionary.items()}
VR_OF_TAG |= table.vr_of_unlisted()  # newer than the dictionary
SIGN_FOLLOWS_PIXELS = frozenset(
    tag for tag, entry in DicomDictionary.items() if entry[0] == "US or SS" and entry[4] != "LUTDescriptor"
)


def tag_of(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return int(tag)


def keyword_of(tag: int) -> str:
    """The keyword, or "(gggg,eeee)" for a tag that neither the dictionary nor the tables know."""
    row = table.attributes().get(tag)
    return keyword_for_tag(tag) or (row.keyword if row else f"({tag >> 16:04X},{tag & 0xFFFF:04X})")


PIXEL_DATA = tag_of("PixelData")
FLOAT_BYTES = {tag_of("FloatPixelData"): 4, tag_of("DoubleFloatPixelData"): 8}  # of one value
PIXEL_REPRESENTATION = tag_of("PixelRepresentation")
BITS_ALLOCATED = tag_of("BitsAllocated")


@dataclass(slots=True)
class Element:
    """One element: either `value` (little endian), the `items` of a sequence, or pixel data `fragments`."""

    tag: int
    vr: str
    value: Buffer = b""
    items: list[Elements] | None = None
    fragments: list[Buffer] | None = None

    @property
    def is_private(self) -> bool:
        return bool(self.tag >> 16 & 1)

    def ascii(self) -> str:
        """The value as text without padding; only for VRs of the default repertoire, others become '?'."""
        return bytes(self.value).decode("ascii", "replace").strip("\0 ")


def text_element(tag: int, vr: str, text: str) -> Element:
    raw = text.encode("ascii")
    return Element(tag, vr, raw + (b"\0" if vr == "UI" else b" ") * (len(raw) % 2))


def number_of(elements: Elements, tag: int) -> int | None:
    """The first value of an unsigned short or integer string element; None when absent or not a number."""
    element = elements.get(tag)
    if element is None:
        return None
    if element.vr == "US" and len(element.value) >= 2:
        return int.from_bytes(element.value[:2], "little")
    text = element.ascii().split("\\")[0].strip() if element.vr == "IS" else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def text_of(elements: Elements, tag: int) -> str:
    element = elements.get(tag)
    return element.ascii() if element is not None and element.items is None else ""
