"""What PS3.15 table E.1-1 (2026c) wants of each attribute under the profile that Overread uses by default.

Basic profile with Clean Descriptors, Modified Dates, Patient Characteristics, Clean Structured Content and
Clean Pixel Data; Clean Graphics, Safe Private, Device, Institution, Full Dates and UIDs are off.
"""

import csv
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pydicom.datadict import DicomDictionary

HERE = Path(__file__).parent
EDITION = "2026c"
ROW_COUNT, CONCEPT_COUNT = 656, 214

# CID 7050. Clean Pixel Data (113101) is claimed only where the pixels were looked at.
METHOD_CODES = {"113100", "113104", "113105", "113107", "113108"}
CLEAN_PIXELS_CODE = "113101"

ALWAYS_KEPT = {"PatientAge", "PatientSex", "PatientSize", "PatientWeight"}
# The engine writes these itself; check_objects judges them.
MARKERS = {
    "PatientIdentityRemoved", "DeidentificationMethod", "DeidentificationMethodCodeSequence",
    "LongitudinalTemporalInformationModified", "BurnedInAnnotation", "SpecificCharacterSet", "ICCProfile",
}  # fmt: skip
# Directory attributes have no place in an object: gone or new, as long as the original is gone.
DIRECTORY_GROUP = 0x0004
PIXEL_KEYWORDS = {"PixelData", "FloatPixelData", "DoubleFloatPixelData"}


class Want(Enum):
    """What must be seen of an attribute in the output."""

    ABSENT = "absent"
    EMPTIED = "present, empty or dummy"  # Z
    DUMMY = "present, not empty, another value"  # D
    GONE = "absent, empty or another value"  # X/Z, X/D, X/Z/D and text that was cleaned
    UID = "a new UID, the same everywhere"
    DATE = "moved by the patient's shift"
    SAME = "unchanged"
    FREE = "anything but the canary"
    ITEMS = "the same items, each cleaned"
    TREE = "a cleaned content tree"


@dataclass(frozen=True)
class Row:
    tag: str
    keyword: str
    vr: str
    action: str
    options: dict[str, str]

    @property
    def number(self):
        return int(self.tag, 16)

    @property
    def has_number(self):
        return len(self.tag) == 8 and "x" not in self.tag


def _read_rows():
    with (HERE / f"ps3_15_e1_1_{EDITION}.csv").open(newline="") as file:
        for line in csv.DictReader(file):
            options = dict(pair.split("=") for pair in line["options"].split())
            yield Row(line["tag"], line["keyword"], line["vr"], line["action"], options)


@dataclass(frozen=True)
class Concept:
    """A row of table E.3.4-1: what is done to a content item by its concept."""

    value: str
    scheme: str
    meaning: str
    kind: str
    action: str
    options: dict[str, str]

    @property
    def key(self):
        return self.value, self.scheme, self.kind


def _read_concepts():
    with (HERE / f"ps3_15_e3_4_1_{EDITION}.csv").open(newline="") as file:
        for line in csv.DictReader(file):
            line["options"] = dict(pair.split("=") for pair in line["options"].split())
            yield Concept(**line)


def _read_types():
    types = {}
    with (HERE / "iod_types.csv").open(newline="") as file:
        for line in csv.DictReader(file):
            types.setdefault(line["sop_class_uid"], {})[line["type"]] = set(line["keywords"].split())
    return types


ALL_ROWS = tuple(_read_rows())
CONCEPTS = tuple(_read_concepts())
ROWS = {row.number: row for row in ALL_ROWS if row.has_number}
IOD_TYPES = _read_types()

# Rows that pydicom's dictionary is too old to know: the judge must know them, the engine must not be helped.
NEWER_THAN_PYDICOM = {
    number: (row.vr, "1", row.keyword, "", row.keyword)
    for number, row in ROWS.items()
    if number not in DicomDictionary and row.vr
}


def row_of(tag):
    """Give the row of a tag, if there is one; curves and overlays are rows of repeating groups."""
    if tag in ROWS:
        return ROWS[tag]
    group, element = tag >> 16, tag & 0xFFFF
    if group & 0xFF01 == 0x5000:
        return Row(f"{tag:08X}", "CurveData", "OB", "X", {})
    if group & 0xFF01 == 0x6000 and element in {0x3000, 0x4000}:
        return Row(f"{tag:08X}", "OverlayData", "OB", "X", {})
    return None


def _want_of_option(row):
    """Give what an option makes of a row, if one does: an option overrides the profile."""
    if row.options.get("characteristics") == "K":
        return Want.SAME if row.keyword in ALWAYS_KEPT else Want.FREE
    if "dates" in row.options:
        by_vr = {"DA": Want.DATE, "DT": Want.DATE, "TM": Want.SAME}
        return by_vr.get(row.vr, Want.FREE)
    if "structured" in row.options:
        return Want.TREE
    if row.options.get("descriptors") or row.options.get("characteristics") == "C":
        if row.vr == "SQ":
            return Want.FREE
        return Want.DUMMY if row.action == "D" else Want.EMPTIED if row.action == "Z" else Want.GONE
    return None


def want_of_row(row):
    """Give what the default profile wants of a row of the table."""
    by_option = _want_of_option(row)
    if by_option is not None:
        return by_option
    if row.number >> 16 == DIRECTORY_GROUP:
        return Want.FREE
    if row.keyword in {"ReferencedImageSequence", "SourceImageSequence"}:
        return Want.ITEMS
    return {
        "X": Want.ABSENT,
        "Z": Want.EMPTIED,
        "Z/D": Want.EMPTIED,
        "D": Want.DUMMY,
        "U": Want.UID,
    }.get(row.action, Want.GONE)


def want_of_unlisted(tag, vr, keyword):
    """Give what is wanted of an attribute that the table does not name."""
    if tag >> 16 & 0xFF01 == 0x6000 or keyword in MARKERS or keyword in PIXEL_KEYWORDS:
        return Want.FREE
    if not keyword:
        return Want.ABSENT
    if vr == "SQ":
        return Want.ITEMS
    if vr in {"DA", "DT"}:
        return Want.DATE
    if vr == "PN":
        return Want.GONE
    return Want.SAME
