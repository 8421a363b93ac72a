"""Hanging protocols: which pictures of a case lie in which pane. Values in, values out.

A protocol is data. Views and sides come from codes (ViewPosition, View Code Sequence, Laterality), never from
descriptions; hanging_json.py reads and writes it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

PROJECTIONS = ("CR", "DX", "MG", "RG", "RF", "XA", "PX", "IO")
STACKS = ("CT", "MR", "PT", "NM")
FRONTAL = ("PA", "AP")
LATERAL = ("LATERAL", "LL", "RL", "LLD", "RLD")
LINKS = ("scroll", "window", "zoom", "pan")


@dataclass(frozen=True)
class Picture:
    """What can be hung: an image of a projection, or a whole series of slices.

    `study` counts from 0, the case's own; priors follow, newest first. `orientation` is Patient Orientation of an
    image, the letters along its rows and its columns; `plane` is one of PLANES or empty.
    """

    series_instance_uid: str
    sop_instance_uid: str
    modality: str
    study: int = 0
    frames: int = 1
    view: str = ""
    laterality: str = ""
    orientation: tuple[str, ...] = ()
    plane: str = ""
    description: str = ""
    body_part: str = ""


@dataclass(frozen=True)
class Place:
    """What belongs into a pane: the `nth` picture (from 0) of those that fit; an empty condition fits all.

    `words`: one of them is in the description of the series. For kinds of series that no code tells apart (T2, lung).
    """

    title: str = ""
    study: int = 0
    views: tuple[str, ...] = ()
    laterality: str = ""
    nth: int = 0
    is_optional: bool = False
    plane: str = ""
    words: tuple[str, ...] = ()

    def fits(self, picture: Picture) -> bool:
        return (
            picture.study == self.study
            and (not self.views or picture.view in self.views)
            and (not self.laterality or picture.laterality == self.laterality)
            and (not self.plane or picture.plane == self.plane)
            and (not self.words or any(word.casefold() in picture.description.casefold() for word in self.words))
        )


@dataclass(frozen=True)
class Protocol:
    """`places` in reading order; it suits a case when every place that is not optional finds a picture."""

    name: str
    rows: int
    columns: int
    modalities: tuple[str, ...]
    places: tuple[Place, ...]
    is_mammography: bool = False
    links: dict[str, bool] = field(default_factory=dict)
    body_parts: tuple[str, ...] = ()

    def of_its_kind(self, pictures: Iterable[Picture]) -> list[Picture]:
        return [
            picture
            for picture in pictures
            if (not self.modalities or picture.modality in self.modalities)
            and (not self.body_parts or picture.body_part.upper() in self.body_parts)
        ]


@dataclass(frozen=True)
class HungPane:
    series_instance_uid: str = ""
    sop_instance_uid: str = ""
    frame: int = 0
    align: str = ""
    is_same_size: bool = False
    title: str = ""


def _breast(side: str, view: str, study: int = 0) -> Place:
    words = f"{side} {view}" if study == 0 else f"{side} {view}, prior"
    return Place(title=words, study=study, views=(view,), laterality=side, is_optional=True)


_FOUR_VIEWS = tuple(_breast(side, view) for view in ("CC", "MLO") for side in ("R", "L"))
_FOUR_PRIORS = tuple(_breast(side, view, study=1) for view in ("CC", "MLO") for side in ("R", "L"))
_TOGETHER = {"zoom": True, "window": True}
_BESIDE = {"scroll": True, "zoom": True, "pan": True}

BUILT_IN = (
    Protocol("Mammography with prior", 2, 4, ("MG",), (
        *_FOUR_VIEWS[:2], *_FOUR_PRIORS[:2], *_FOUR_VIEWS[2:], *_FOUR_PRIORS[2:]), True, _TOGETHER),
    Protocol("Mammography", 2, 2, ("MG",), _FOUR_VIEWS, True, _TOGETHER),
    Protocol("Chest with prior", 1, 3, ("CR", "DX"), (
        Place("Frontal", views=FRONTAL), Place("Lateral", views=LATERAL, is_optional=True),
        Place("Prior", study=1, views=FRONTAL))),
    Protocol("Frontal and lateral", 1, 2, ("CR", "DX"), (
        Place("Frontal", views=FRONTAL), Place("Lateral", views=LATERAL))),
    Protocol("Prior beside", 1, 2, (*PROJECTIONS, *STACKS), (Place("Current"), Place("Prior", study=1)), links=_BESIDE),
    Protocol("Four series", 2, 2, STACKS, tuple(Place(nth=nth) for nth in range(4)), links=_BESIDE),
    Protocol("Three series", 1, 3, STACKS, tuple(Place(nth=nth) for nth in range(3)), links=_BESIDE),
    Protocol("Two series", 1, 2, STACKS, tuple(Place(nth=nth) for nth in range(2)), links=_BESIDE),
    Protocol("Two images", 1, 2, PROJECTIONS, (Place(), Place(nth=1))),
    Protocol("One", 1, 1, (), (Place(),)),
)  # fmt: skip


def arrangements(protocols: Sequence[Protocol], pictures: Sequence[Picture]) -> list[dict[str, Any]]:
    """How the case can be hung, best first: the protocols that suit it, in their order, as the page reads them.

    Where none suits, the first picture by itself.
    """
    return _suiting(protocols, pictures) or _suiting(BUILT_IN[-1:], pictures)


def _suiting(protocols: Sequence[Protocol], pictures: Sequence[Picture]) -> list[dict[str, Any]]:
    return [
        {
            "name": protocol.name,
            "rows": protocol.rows,
            "columns": protocol.columns,
            "links": dict(protocol.links),
            "panes": [asdict(pane) for pane in panes],
        }
        for protocol in protocols
        if (panes := _hang(protocol, pictures)) is not None
    ]


def _hang(protocol: Protocol, pictures: Sequence[Picture]) -> list[HungPane] | None:
    """The panes, or None when the protocol does not suit."""
    own = protocol.of_its_kind(pictures)
    found = [_find(place, own) for place in protocol.places]
    required = zip(protocol.places, found, strict=True)
    if not any(found) or any(picture is None and not place.is_optional for place, picture in required):
        return None
    if protocol.is_mammography and not _is_mammogram(protocol, found):
        return None
    return list(_panes(protocol, found))


def _find(place: Place, pictures: Iterable[Picture]) -> Picture | None:
    fitting = [picture for picture in pictures if place.fits(picture)]
    return fitting[place.nth] if place.nth < len(fitting) else None


def _is_mammogram(protocol: Protocol, found: Sequence[Picture | None]) -> bool:
    """Two of its views at least, and of every study that has a place."""
    hung = [picture for picture in found if picture]
    return len(hung) > 1 and {place.study for place in protocol.places} == {picture.study for picture in hung}


def _panes(protocol: Protocol, found: Sequence[Picture | None]) -> Iterator[HungPane]:
    for place, picture in zip(protocol.places, found, strict=True):
        if picture is None:
            yield HungPane(title=place.title)
            continue
        yield HungPane(
            series_instance_uid=picture.series_instance_uid,
            sop_instance_uid=picture.sop_instance_uid,
            frame=1 if picture.sop_instance_uid else 0,
            align=chest_wall(picture) if protocol.is_mammography else "",
            is_same_size=protocol.is_mammography,
            title=place.title,
        )


def chest_wall(picture: Picture) -> str:
    """The side of a mammogram at which the chest wall lies: posterior by its Patient Orientation, else by its side.

    A right breast is stored with the chest wall at its right edge, a left one at its left (PS3.3 C.8.11.7).
    """
    along_rows = picture.orientation[0] if picture.orientation else ""
    if along_rows[:1] in ("A", "P"):
        return "right" if along_rows[0] == "P" else "left"
    return {"R": "right", "L": "left"}.get(picture.laterality, "")
