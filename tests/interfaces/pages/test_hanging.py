"""The pages of hanging protocols: the list and its forms, the editor, and who may open them."""

import html
import json
import re

import pytest

from labeling.domain.hanging import BUILT_IN
from labeling.models import HangingProtocol
from tests import builders

PAGE = "/projects/CXR/hanging/"
NAMES = [protocol.name for protocol in BUILT_IN]


@pytest.fixture
def client(signed_in, manager):
    return signed_in(manager)


def listed(client):
    return re.findall(r'class="table__main"[^>]*>([^<]+)</a>', html.unescape(client.get(PAGE).content.decode()))


def settings(client, path):
    found = re.search(r'id="hanging-settings"[^>]*>(.*?)</script>', client.get(PAGE + path).content.decode())
    return json.loads(found.group(1))


def test_the_list_is_ordered_switched_and_brought_back(client):
    assert listed(client) == NAMES
    client.post(f"{PAGE}2/move/", {"position": "1"})
    assert listed(client)[:3] == [NAMES[1], NAMES[0], NAMES[2]]
    client.post(f"{PAGE}2/switch/", {"is_on": "no"})
    assert not HangingProtocol.objects.get(number=2).is_on
    client.post(f"{PAGE}2/switch/", {"is_on": "yes"})
    assert HangingProtocol.objects.get(number=2).is_on
    for stale in ({}, {"version": "7"}, {"version": "x" * 5000}):
        client.post(f"{PAGE}2/remove/", stale)
        assert HangingProtocol.objects.filter(number=2).exists()
    assert "Somebody changed this protocol since" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}2/remove/", {"version": "1"})
    assert NAMES[1] not in listed(client)
    assert "Copy the built-in" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}reset/")
    assert listed(client) == NAMES


def test_the_editor_begins_with_what_is_there_or_with_a_copy_without_a_name(client):
    edited = settings(client, "1/")
    assert (edited["method"], edited["version"], edited["protocol"]["name"]) == ("PUT", 1, NAMES[0])
    assert edited["url"] == "/api/projects/CXR/hanging-protocols/1/"
    for path in ("new/?like=1", f"new/?built_in={NAMES[0]}"):
        copied = settings(client, path)
        assert (copied["method"], copied["protocol"]) == ("POST", edited["protocol"] | {"name": ""})
    for path in ("new/?built_in=nosuch", f"new/?like={'9' * 5000}"):
        assert len(settings(client, path)["protocol"]["places"]) == 1


@pytest.mark.parametrize("path", ["99/", "new/?like=99"])
def test_a_protocol_that_is_not_there_has_no_page(client, path):
    assert client.get(PAGE + path).status_code == 404
    for action in ("switch", "move", "remove"):
        assert client.post(f"{PAGE}99/{action}/").status_code == 404
    assert not HangingProtocol.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("adjudicator", 403), ("stranger", 404)])
def test_others_do_not_open_the_pages(who, status, project, stranger, signed_in):
    client = signed_in(stranger if who == "stranger" else builders.member(project, who, who))
    assert {client.get(PAGE + path).status_code for path in ("", "1/", "new/")} == {status}
    posted = ("1/switch/", "1/move/", "1/remove/", "reset/")
    assert {client.post(PAGE + path).status_code for path in posted} == {status}
    assert not HangingProtocol.objects.exists()
