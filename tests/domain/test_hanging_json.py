"""Hanging protocols as a manager writes them: what is kept, and what is refused with which words."""

from dataclasses import replace

import pytest

from labeling.domain.hanging import BUILT_IN, Picture, Place, Protocol, arrangements
from labeling.domain.hanging_json import from_json, to_json
from labeling.errors import InvalidHangingProtocol


def mri(**parts):
    return Picture(f"series {parts}", "", "MR", **parts)


def document(places=({},), **parts):
    return {"name": "Knee", "rows": 1, "columns": len(places), "places": list(places)} | parts


@pytest.mark.parametrize("protocol", BUILT_IN, ids=lambda protocol: protocol.name)
def test_what_is_built_in_comes_back_as_it_was(protocol):
    assert from_json(to_json(protocol)) == protocol


def test_every_condition_comes_back_as_it_was():
    place = Place("T2", study=1, views=("PA",), laterality="L", nth=2, is_optional=True, plane="coronal", words=("t2",))
    protocol = Protocol("Knee", 1, 1, ("MR",), (place,), links={"scroll": True}, body_parts=("KNEE",))
    assert from_json(to_json(protocol)) == protocol


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"name": " "}, "the protocol: name is missing"),
        ({"name": "x" * 61}, "the protocol: name must be text of at most 60 characters"),
        ({"rows": 5}, "the protocol: rows must be a whole number from 1 to 4"),
        ({"rows": True}, "the protocol: rows must be a whole number from 1 to 4"),
        ({"columns": 2}, "the protocol: places must be 2, one for each pane of 1 x 2"),
        ({"is_mammography": True}, "the protocol: is_mammography needs two panes at least"),
        ({"modalities": ["mr"]}, "the protocol: modalities must be codes"),
        ({"modalities": ["MR", "MR"]}, "the protocol: modalities has something twice"),
        ({"links": {"rotation": True}}, "links has unknown fields: rotation"),
        ({"links": {"zoom": 1}}, "links: zoom must be true or false"),
        ({"colour": "red"}, "the protocol has unknown fields: colour"),
        ({"places": [{"study": 6}]}, "pane 1: study must be a whole number from 0 to 5"),
        ({"places": [{}, {"plane": "oblique"}], "columns": 2}, "pane 2: plane must be one of"),
        ({"places": [{"views": "PA"}]}, "pane 1: views must be a list"),
        ({"places": [{"words": [""]}]}, "pane 1: words must be texts"),
        ({"places": [{"words": ["\0"]}]}, "pane 1: words must be texts"),
        ({"places": [{"words": ["a\ud800b"]}]}, "pane 1: words must be texts"),
        ({"places": ["PA"]}, "pane 1 must be an object"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(parts, words):
    with pytest.raises(InvalidHangingProtocol, match=words.replace("(", r"\(")):
        from_json(document() | parts)
    with pytest.raises(InvalidHangingProtocol, match="must be an object"):
        from_json([])


def test_series_are_told_apart_by_plane_words_and_body_part():
    knee = from_json(document([{"plane": "sagittal", "words": ["t2", "PD"]}, {"plane": "axial"}], body_parts=["KNEE"]))
    axial, sagittal = mri(plane="axial", body_part="knee"), mri(plane="sagittal", description="pd fs", body_part="KNEE")
    [hung] = arrangements([knee], [axial, sagittal])
    assert [pane["series_instance_uid"] for pane in hung["panes"]] == [
        sagittal.series_instance_uid,
        axial.series_instance_uid,
    ]
    for other in (
        replace(sagittal, description="t1"),
        replace(sagittal, body_part="HEAD"),
        replace(sagittal, plane=""),
    ):
        assert [one["name"] for one in arrangements([knee], [axial, other])] == ["One"]


def test_a_case_that_no_protocol_suits_hangs_by_itself():
    [hung] = arrangements([], [Picture("a", "b", "US")])
    assert (hung["name"], hung["panes"][0]["sop_instance_uid"]) == ("One", "b")
