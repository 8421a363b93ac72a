"""Hanging protocols as JSON: written, and read with every member checked."""

import re
from dataclasses import asdict, fields
from typing import Any

from labeling.domain.geometry.slices import PLANES
from labeling.domain.hanging import LINKS, Place, Protocol
from labeling.domain.json_fields import Fields
from labeling.errors import InvalidHangingProtocol

MOST_ROWS = MOST_COLUMNS = 4
MOST_STUDY = 5
LONGEST_NAME, LONGEST_TITLE, MOST_WORDS = 60, 40, 16

# Code strings: PS3.5 6.2.
_CODE = re.compile(r"[A-Z0-9][A-Z0-9 _]{0,15}")
_WORD = re.compile(r"\S(.{0,38}\S)?")
_CODES = "must be codes of at most 16 capitals, digits, _ and spaces"


def to_json(protocol: Protocol) -> dict[str, Any]:
    return _listed(asdict(protocol)) | {"places": [_listed(asdict(place)) for place in protocol.places]}


def from_json(document: object) -> Protocol:
    """Raises InvalidHangingProtocol, which names the pane (from 1, in reading order) and the member."""
    given = Fields(document, "the protocol", {field.name for field in fields(Protocol)}, InvalidHangingProtocol)
    rows, columns = given.whole("rows", 1, MOST_ROWS), given.whole("columns", 1, MOST_COLUMNS)
    places = given.many("places", MOST_ROWS * MOST_COLUMNS)
    if len(places) != rows * columns:
        raise given.refuse("places", f"must be {rows * columns}, one for each pane of {rows} x {columns}")
    is_mammography = given.flag("is_mammography")
    if is_mammography and len(places) < 2:
        raise given.refuse("is_mammography", "needs two panes at least")
    return Protocol(
        name=given.text("name", LONGEST_NAME),
        rows=rows,
        columns=columns,
        modalities=given.texts("modalities", MOST_WORDS, _CODE, _CODES),
        places=tuple(_place(place, f"pane {number}") for number, place in enumerate(places, 1)),
        is_mammography=is_mammography,
        links=_links(given.values.get("links", {})),
        body_parts=given.texts("body_parts", MOST_WORDS, _CODE, _CODES),
    )


def _place(document: object, name: str) -> Place:
    given = Fields(document, name, {field.name for field in fields(Place)}, InvalidHangingProtocol)
    return Place(
        title=given.text("title", LONGEST_TITLE, ""),
        study=given.whole("study", 0, MOST_STUDY, 0),
        views=given.texts("views", MOST_WORDS, _CODE, _CODES),
        laterality=given.one_of("laterality", ("", "L", "R"), ""),
        nth=given.whole("nth", 0, 31, 0),
        is_optional=given.flag("is_optional"),
        plane=given.one_of("plane", ("", *PLANES), ""),
        words=given.texts("words", MOST_WORDS, _WORD, "must be texts of at most 40 characters"),
    )


def _links(document: object) -> dict[str, bool]:
    given = Fields(document, "links", set(LINKS), InvalidHangingProtocol)
    return {name: True for name in LINKS if given.flag(name)}


def _listed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
