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
def _sop_classes() -> frozenset[str]:
    return frozenset((_DATA / f"iod_sop_classes_{EDITION}.txt").read_text(encoding="ascii").split())


def _named(classes: str) -> Iterator[str]:
    """UIDs of a list: `*` for all but those with a minus before them. All is also what every other class needs."""
    first, *others = classes.split()
    if first != _EVERY_CLASS:
        yield from (_STORAGE + part for part in (first, *others))
        return
    if not others:
        yield _EVERY_CLASS
    yield from _sop_classes() - {_STORAGE + part[1:] for part in others}


@cache
def _types() -> dict[tuple[str, int, int], str]:
    found: dict[tuple[str, int, int], str] = {}
    for line in _lines("iod_types"):
        key = _tag(line["sequence"]), _tag(line["keyword"])
        found.update({(uid, *key): line["type"] for uid in _named(line["sop_classes"])})
    return found


@cache
def _tag(keyword: str) -> int:
    """0 for no keyword, or one that no dictionary here knows."""
    return (tag_for_keyword(keyword) or _tags_of_table().get(keyword, 0)) if keyword else 0


@cache
def _tags_of_table() -> dict[str, int]:
    return {row.keyword: tag for tag, row in attributes().items()}


def iod_type(sop_class_uid: str, sequence: int, tag: int) -> str:
    """1, 1C, 2 or 2C when a mandatory module of the IOD needs the attribute in that sequence (0: at the top level);
    empty otherwise. Of SOP classes that the data does not list it tells what all of the listed ones need."""
    known = sop_class_uid if sop_class_uid in _sop_classes() else _EVERY_CLASS
    return _types().get((known, sequence, tag), "")


@cache
def _attributes_by_class() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for line in _lines("iod_attributes"):
        for uid in _named(line["sop_classes"]):
            found.setdefault(uid, set()).add(_tag(line["keyword"]))
    return {uid: frozenset(tags) for uid, tags in found.items()}


def iod_attributes(sop_class_uid: str) -> frozenset[int]:
    """Top-level attributes of types 1, 1C, 2 and 2C, for the keep-lists of the strict profile."""
    lists = _attributes_by_class()
    return lists.get(sop_class_uid, lists[_EVERY_CLASS])
