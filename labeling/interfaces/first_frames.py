"""Which frames of a case are wanted first, by the way it hangs. Reads parts of the read document."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Any

from labeling.domain.dicom.display import of_frame, pixel_shape

# As many as a browser fetches at once over HTTP/1.1 beside the scripts.
MOST_PRELOADED = 4


@dataclass(frozen=True)
class FirstLook:
    """A picture that the page shows before any script runs, where the viewer will show the frame.

    Lengths are in mm where all panes that hang in one size have a spacing, else in pixels, stretched as they are.
    """

    url: str
    left: float
    top: float
    width: float
    height: float
    view_width: float
    view_height: float
    edge: str

    @property
    def view_box(self) -> str:
        return f"0 0 {self.view_width:g} {self.view_height:g}"

    @property
    def alignment(self) -> str:
        return {"left": "xMinYMid", "right": "xMaxYMid"}.get(self.edge, "xMidYMid")


@dataclass(frozen=True)
class _Hung:
    """What lies in a pane: its frames by their addresses, the one to show first and then away from it."""

    pane: dict[str, Any]
    urls: tuple[str, ...]
    preview_url: str
    width: float
    height: float
    has_spacing: bool

    @property
    def is_same_size(self) -> bool:
        return bool(self.pane["is_same_size"]) and self.has_spacing


def first_frame_urls(document: dict[str, Any]) -> list[str]:
    """The pictures to preload that the viewer will show first, one of each pane, as its opening.js chooses them."""
    return [hung.urls[0] for hung in islice(filter(None, _panes(document)), MOST_PRELOADED)]


def first_looks(document: dict[str, Any]) -> dict[str, Any]:
    """Rows, columns and `panes` in reading order, each a FirstLook or None, and addresses to preload; nothing where
    nothing is hung."""
    panes = list(_panes(document))
    if not any(panes):
        return {}
    first = document["hanging"]["protocols"][0]
    group = [hung for hung in panes if hung and hung.is_same_size]
    largest = (max(hung.width for hung in group), max(hung.height for hung in group)) if len(group) > 1 else None
    looks = [_look(hung, largest if hung.is_same_size else None) if hung else None for hung in panes]
    preloaded = [look.url for look in islice(filter(None, looks), MOST_PRELOADED)]
    return {"rows": first["rows"], "columns": first["columns"], "panes": looks, "preloaded": preloaded}


def frame_urls_by_need(document: dict[str, Any], most: int) -> list[str]:
    """The first picture of each pane, then what lies around them in stacks, the nearest first."""
    by_rank = chain.from_iterable(zip_longest(*(hung.urls for hung in _panes(document) if hung)))
    return list(islice(dict.fromkeys(filter(None, by_rank)), most))


def _look(hung: _Hung, largest: tuple[float, float] | None) -> FirstLook:
    """`largest`: the size that pictures of one scale share, so that each is as large as in the body."""
    edge = hung.pane["align"]
    width, height = largest or (hung.width, hung.height)
    left = {"left": 0.0, "right": width - hung.width}.get(edge, (width - hung.width) / 2)
    return FirstLook(hung.preview_url, left, (height - hung.height) / 2, hung.width, hung.height, width, height, edge)


def _panes(document: dict[str, Any]) -> Iterator[_Hung | None]:
    protocols = document["hanging"]["protocols"]
    series = {one["series_instance_uid"]: one for one in document["series"]}
    for pane in protocols[0]["panes"] if protocols else ():
        found = series.get(pane["series_instance_uid"])
        yield _hung(pane, found) if found else None


def _hung(pane: dict[str, Any], series: dict[str, Any]) -> _Hung:
    """From the image that is named, or from the middle of the series."""
    places = [
        (series["common"] | instance, frame)
        for instance in series["instances"]
        for frame in _order(series["common"] | instance, series["common"]["display"] | instance["display"])
    ]
    named = (at for at, (instance, _) in enumerate(places) if instance["sop_instance_uid"] == pane["sop_instance_uid"])
    start = next(named, (len(places) - 1) // 2)
    # An image of a projection stands alone: the others of its series have panes of their own.
    nearest = [start] if pane["sop_instance_uid"] else sorted(range(len(places)), key=lambda at: abs(at - start))
    urls = tuple(_url(*places[at]) for at in nearest)
    instance, frame = places[start]
    display = of_frame(series["common"]["display"] | instance["display"], frame)
    row, column = pixel_shape(display)
    return _Hung(
        pane,
        urls,
        preview_url=str(instance["frame_url"]).replace("{frame}", f"{frame}/preview"),
        width=instance["columns"] * column,
        height=instance["rows"] * row,
        has_spacing=bool(display.get("spacing")),
    )


def _order(instance: dict[str, Any], display: dict[str, Any]) -> list[int]:
    return display.get("frame_order") or list(range(1, instance["number_of_frames"] + 1))


def _url(instance: dict[str, Any], frame: int) -> str:
    return str(instance["frame_url"]).replace("{frame}", str(frame))
