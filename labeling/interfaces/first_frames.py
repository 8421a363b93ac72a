"""Which frames of a case are wanted first, by the way it hangs. Reads parts of the read document."""

from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from typing import Any


def first_frame_urls(document: dict[str, Any], most: int) -> list[str]:
    """The pictures that the viewer will show first, one of each pane, as its opening.js chooses them."""
    return [next(urls) for urls in islice(_panes(document), most)]


def first_preview_urls(document: dict[str, Any], most: int) -> list[str]:
    """Previews of those pictures: small, so that something is seen while a film is on its way."""
    firsts = set(first_frame_urls(document, most))
    instances = (one["common"] | own for one in document["series"] for own in one["instances"])
    wanted = (each for each in instances if each["frame_url"].replace("{frame}", "1") in firsts)
    return [each["preview_url"] for each in wanted if each.get("preview_url")]


def frame_urls_by_need(document: dict[str, Any], most: int) -> list[str]:
    """The first picture of each pane, then what lies around them in stacks, the nearest first."""
    by_rank = chain.from_iterable(zip_longest(*_panes(document)))
    return list(islice(dict.fromkeys(filter(None, by_rank)), most))


def _panes(document: dict[str, Any]) -> Iterator[Iterator[str]]:
    """For each pane that has a picture: its frames, the one to show first and then away from it."""
    protocols = document["hanging"]["protocols"]
    series = {one["series_instance_uid"]: one for one in document["series"]}
    for pane in protocols[0]["panes"] if protocols else ():
        if pane["series_instance_uid"]:
            yield _outwards(series[pane["series_instance_uid"]], pane["sop_instance_uid"])


def _outwards(series: dict[str, Any], sop_instance_uid: str) -> Iterator[str]:
    """From an image, or from the middle one of the series."""
    places = [
        (instance, frame)
        for instance in series["instances"]
        for frame in range(1, {**series["common"], **instance}["number_of_frames"] + 1)
    ]
    named = (at for at, (instance, _) in enumerate(places) if instance["sop_instance_uid"] == sop_instance_uid)
    start = next(named, (len(places) - 1) // 2)
    # An image of a projection stands alone: the others of its series have panes of their own.
    nearest = [start] if sop_instance_uid else sorted(range(len(places)), key=lambda at: abs(at - start))
    for instance, frame in (places[at] for at in nearest):
        yield str(instance["frame_url"]).replace("{frame}", str(frame))
