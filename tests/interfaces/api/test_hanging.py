"""Hanging protocols of a project: what a manager changes, what cases hang by then, and who may not."""

import pytest

from labeling.domain.hanging import BUILT_IN
from labeling.models import AuditEvent, HangingProtocol
from tests import builders

BASE = "/api/projects/CXR/hanging-protocols/"
PAIR = {"name": "Pair", "rows": 1, "columns": 2, "places": [{"title": "A"}, {"title": "B", "nth": 1}]}
NAMES = [protocol.name for protocol in BUILT_IN]


class Protocols:
    def __init__(self, client):
        self.client = client

    def ask(self, method, path="", body=None, version=1):
        headers = {"If-Match": f'"{version}"'} if version else {}
        return getattr(self.client, method)(BASE + path, body, content_type="application/json", headers=headers)

    def names(self):
        return [row["protocol"]["name"] for row in self.client.get(BASE).json()["protocols"]]


@pytest.fixture
def protocols(project, manager, signed_in):
    return Protocols(signed_in(manager))


@pytest.fixture
def hung(project, reader, signed_in):
    """How a case with two films hangs: the names of its protocols, best first."""
    builders.schema(project)
    case = builders.case(project)
    builders.instance(case.study)
    read = builders.read(case, reader)
    client = signed_in(reader)

    def names():
        found = client.get(f"/api/reads/{read.pk}/").json()["hanging"]["protocols"]
        return [protocol["name"] for protocol in found]

    return names


def test_a_project_begins_with_the_built_in_ones_and_keeps_nothing(protocols):
    answer = protocols.client.get(BASE).json()
    assert answer["is_built_in"] and protocols.names() == NAMES
    assert not HangingProtocol.objects.exists()


def test_a_protocol_that_is_added_comes_first_and_comes_back_as_it_was(protocols, hung):
    before = hung()
    made = protocols.ask("post", body=PAIR)
    assert made.status_code == 201 and made.json()["number"] == len(NAMES) + 1
    assert protocols.names() == ["Pair", *NAMES]
    assert hung() == ["Pair", *before]
    sent_back = protocols.ask("put", f"{made.json()['number']}/", made.json()["protocol"])
    assert sent_back.json() == made.json()
    assert [event.action for event in AuditEvent.objects.filter(action__startswith="hanging")] == ["hanging.add"]


def test_changing_a_built_in_one_makes_all_of_them_the_projects_own(protocols, hung):
    number = 1 + NAMES.index("Two images")
    assert protocols.ask("put", f"{number}/", PAIR).status_code == 200
    assert protocols.names() == [*NAMES[: number - 1], "Pair", *NAMES[number:]]
    assert hung() == ["Pair", "One"]
    event = AuditEvent.objects.get(action="hanging.change")
    assert event.details["protocol"]["name"] == "Pair" and event.details["instead_of"]["name"] == "Two images"


def test_a_protocol_is_switched_moved_removed_and_all_is_brought_back(protocols, hung):
    two, one = 1 + NAMES.index("Two images"), len(NAMES)
    assert hung() == ["Two images", "One"]
    protocols.ask("put", f"{one}/position/", {"position": 1})
    assert hung() == ["One", "Two images"]
    assert protocols.ask("put", f"{two}/switch/", {"is_on": False}).json()["is_on"] is False
    assert hung() == ["One"]
    assert protocols.ask("delete", f"{two}/").status_code == 200
    assert "Two images" not in protocols.names()
    assert protocols.ask("delete").json()["is_built_in"]
    assert hung() == ["Two images", "One"] and protocols.names() == NAMES
    actions = AuditEvent.objects.filter(action__startswith="hanging").values_list("action", flat=True)
    assert list(actions) == ["hanging.move", "hanging.switch", "hanging.remove", "hanging.reset"]


def test_a_stale_edit_is_refused_with_both_versions_and_changes_nothing(protocols):
    first = protocols.ask("put", "1/", PAIR)
    assert (first.json()["version"], first["ETag"]) == (2, '"2"')
    mine = PAIR | {"name": "Mine"}
    stale = protocols.ask("put", "1/", mine)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert (stale.json()["current"]["version"], stale.json()["current"]["protocol"]["name"]) == (2, "Pair")
    assert stale.json()["yours"] == mine
    assert protocols.ask("delete", "1/").status_code == 412
    for method in ("put", "delete"):
        assert protocols.ask(method, "1/", mine, version=None).status_code == 428
    for etag in ("W/2", '"0"', "*", '"x"'):
        answer = protocols.client.delete(f"{BASE}1/", headers={"If-Match": etag})
        assert answer.status_code == 400, etag
    assert protocols.names()[0] == "Pair"
    assert AuditEvent.objects.filter(action__startswith="hanging").count() == 1
    assert protocols.ask("put", "1/", mine, version=2).json()["version"] == 3
    assert protocols.ask("put", "1/", mine, version=3).json()["version"] == 3  # nothing has changed
    assert protocols.ask("delete", "1/", version=3).status_code == 200


def test_the_number_of_a_removed_protocol_is_never_given_again(protocols):
    numbers = []
    for name in ("A", "B", "C"):
        numbers.append(protocols.ask("post", body=PAIR | {"name": name}).json()["number"])
        if name == "A":
            assert protocols.ask("delete", f"{numbers[-1]}/").status_code == 200
        else:
            assert protocols.ask("delete").status_code == 200  # all of them
    assert numbers == [len(NAMES) + 1, len(NAMES) + 2, len(NAMES) + 3]


def test_a_case_hangs_even_with_every_protocol_off(protocols, hung):
    for number in range(1, len(NAMES) + 1):
        protocols.ask("put", f"{number}/switch/", {"is_on": False})
    assert hung() == ["One"]


def test_what_is_wrong_is_said_and_changes_nothing(protocols):
    wrong = protocols.ask("post", body=PAIR | {"places": [{}, {"study": 9}]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_hanging_protocol")
    assert wrong.json()["place"] == "pane 2" and wrong.json()["field"] == "study"
    taken = protocols.ask("post", body=PAIR | {"name": "mammography"})
    assert taken.status_code == 422 and "give another name" in taken.json()["detail"]
    assert protocols.ask("post", body=[]).status_code == 422
    for path, body in (("99/", PAIR), ("99/switch/", {"is_on": True}), ("99/position/", {"position": 1})):
        assert protocols.ask("put", path, body).status_code == 404
    assert protocols.ask("delete", "99/").status_code == 404
    assert protocols.ask("put", "1/switch/", {}).status_code == 400
    assert not HangingProtocol.objects.exists() and not AuditEvent.objects.filter(action__startswith="hanging").exists()


def test_the_last_protocol_stays(protocols):
    for number in range(1, len(NAMES)):
        assert protocols.ask("delete", f"{number}/").status_code == 200
    assert protocols.ask("delete", f"{len(NAMES)}/").status_code == 422
    assert protocols.names() == NAMES[-1:]


def test_the_protocols_of_another_project_are_its_own(protocols, project):
    other = builders.project(key="OTHER2")
    protocols.ask("post", body=PAIR)
    assert [protocol.name for protocol in HangingProtocol.objects.in_force(other)] == NAMES


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("adjudicator", 403), ("stranger", 404)])
def test_others_neither_see_nor_change_protocols(who, status, project, stranger, signed_in):
    theirs = Protocols(signed_in(stranger if who == "stranger" else builders.member(project, who, who)))
    asked = [
        ("get", "", None),
        ("post", "", PAIR),
        ("delete", "", None),
        ("put", "1/", PAIR),
        ("delete", "1/", None),
        ("put", "1/switch/", {"is_on": False}),
        ("put", "1/position/", {"position": 2}),
    ]
    assert {theirs.ask(*each).status_code for each in asked} == {status}
    assert not HangingProtocol.objects.exists()
