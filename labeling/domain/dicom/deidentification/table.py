"""The tables of PS3.15 as data: E.1-1 attributes, E.3.4-1 content items, E.3.10-1 safe private attributes, and of PS3.3
which attributes an IOD needs.

Facts of edition 2026c, one CSV file each in `data/`; the next edition is four files with its name. Options are named
by the columns of the tables: `uids=K descriptors=C`.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import tag_for_keyword

EDITION = "2026c"
_DATA = Path(__file__).parent / "data"
_STORAGE = "1.2.840.10008.5.1.4.1.1."
_EVERY_CLASS = "*"


@dataclass(frozen=True)
class Row:
    """One row: the action of the Basic Profile, and what each option makes of it."""

    keyword: str
    vr: str
    action: str
    options: dict[str, str]


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / f"{name}_{EDITION}.csv").open(encoding="ascii", newline="") as file:
        yield from csv.DictReader(file)


def _options(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split())


@cache
def attributes() -> dict[int, Row]:
    """Tag to row. Curves, overlays and private attributes are ruled by their group, see the rules."""
    return {
        int(line["tag"], 16): Row(line["keyword"], line["vr"], line["action"], _options(line["options"]))
        for line in _lines("attributes")
        if line["keyword"]
    }


@cache
def row_count() -> int:
    return sum(1 for _ in _lines("attributes"))


@cache
def content_items() -> dict[tuple[str, str, str], Row]:
    """(coding scheme, code, value type) of a content item's concept name to its row."""
    return {
        (line["scheme"], line["code"], line["value_type"]): Row("", "", line["action"], _options(line["options"]))
        for line in _lines("content_items")
    }


@cache
def safe_private() -> dict[tuple[str, int, int], str]:
    """(private creator, group, last byte of the element number) to VR."""
    return {
        (line["creator"], int(line["group"], 16), int(line["element"], 16)): line["vr"].split("/")[0]
        for line in _lines("safe_private")
    }


@cache
def vr_of_unlisted() -> dict[int, str]:
    """Attributes of the table that pydicom's dictionary does not have yet."""
    return {tag: row.vr for tag, row in attributes().items() if tag not in DicomDictionary}


@cache
def _types() -> dict[tuple[str, int, int], str]:
    found: dict[tuple[str, int, int], str] = {}
    for line in _lines("iod_types"):
        for sop_class in line["sop_classes"].split():
            uid = sop_class if sop_class == _EVERY_CLASS else _STORAGE + sop_class
            found[uid, _tag(line["sequence"]), _tag(line["keyword"])] = line["type"]
    return found


def _tag(keyword: str) -> int:
    """0 for no keyword, or one that no dictionary here knows."""
    by_table = {row.keyword: tag for tag, row in attributes().items()} if keyword else {}
    return int(tag_for_keyword(keyword) or by_table.get(keyword, 0)) if keyword else 0


def iod_type(sop_class_uid: str, sequence: int, tag: int) -> str:
    """1, 1C, 2 or 2C when the IOD needs the attribute in that sequence (0: at the top level); empty otherwise.

    Of SOP classes that the data does not list it tells what all of the listed ones need.
    """
    types = _types()
    return types.get((sop_class_uid, sequence, tag)) or types.get((_EVERY_CLASS, sequence, tag), "")


@cache
def iod_attributes(sop_class_uid: str) -> frozenset[int]:
    """Top-level attributes of types 1, 1C, 2 and 2C, for the keep-lists of the strict profile."""
    lists = {line["sop_class"]: line["keywords"] for line in _lines("iod_attributes")}
    own = lists.get(sop_class_uid.removeprefix(_STORAGE), "")
    return frozenset(_tag(keyword) for keyword in (lists[_EVERY_CLASS] + " " + own).split())
