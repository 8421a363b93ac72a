"""What the viewer remembers: per person, checked, whole."""

import pytest
from django.test import Client

from tests import builders
from tests.interfaces.api.test_reads import ReadPage

URL = "/api/preferences/"
NOTHING = {"keys": {}, "tour_seen": False, "snaps_to_edges": False}
MINE = {"keys": {"invert": "Shift+I", "label1": "Q"}, "tour_seen": True, "snaps_to_edges": True}


def put(client, values):
    return client.put(URL, values, content_type="application/json")


def test_preferences_are_kept_for_one_person(project, reader, other_reader, signed_in):
    client = signed_in(reader)
    assert client.get(URL).json() == NOTHING
    assert put(client, MINE).json() == MINE
    assert client.get(URL).json() == MINE
    assert signed_in(other_reader).get(URL).json() == NOTHING
    builders.schema(project)
    document = ReadPage(client, builders.read(builders.case(project), reader)).document().json()
    assert document["preferences"] == MINE
    assert document["urls"]["preferences"] == URL


def test_a_stranger_to_the_site_has_none():
    assert Client().get(URL).status_code == 401
    assert put(Client(), MINE).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"colour": "red"},
        {"tour_seen": "yes"},
        {"keys": []},
        {"keys": {"invert": "x" * 25}},
        {"keys": {"in vert": "X"}},
        {"keys": {"invert": 7}},
        {"keys": {"invert": "X", "fit": "X"}},
        {"keys": {f"c{number}": f"{number}" for number in range(201)}},
    ],
)
def test_preferences_that_mean_nothing_are_refused_and_leave_what_was(reader, signed_in, wrong):
    client = signed_in(reader)
    put(client, MINE)
    answer = put(client, wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_preferences")
    assert client.get(URL).json() == MINE
