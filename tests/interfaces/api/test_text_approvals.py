"""Free text over HTTP: listed, kept and dropped by managers, and by nobody else."""

import pytest
from django.test import Client

from labeling.models import RemainingText
from tests import builders, remaining_texts
from tests.remaining_texts import file_with

pytestmark = pytest.mark.django_db

NAME = ("StudyDescription", "THORAX JANE")
VIEW = ("SeriesDescription", "PA VIEW")


@pytest.fixture
def batch(manager, project):
    made = remaining_texts.open_batch(manager, project)
    file_with(made, NAME, VIEW)
    file_with(made, VIEW)
    return made


@pytest.fixture
def adjudicator(project):
    return builders.member(project, "adjudicator", username="adjudicator")


def url(batch, what=""):
    return f"/api/batches/{batch.pk}/texts/{what}"


def send(client, batch, what, *texts):
    return client.post(url(batch, what), {"texts": list(texts)}, content_type="application/json")


def ids():
    return list(RemainingText.objects.order_by("id").values_list("pk", flat=True))


def test_texts_are_listed_with_what_a_decision_needs(batch, manager, signed_in):
    said = signed_in(manager).get(url(batch)).json()
    assert said["total"] == 2
    assert said["texts"][0] == {
        "id": RemainingText.objects.get(value="PA VIEW").pk,
        "keyword": "SeriesDescription",
        "value": "PA VIEW",
        "files": 2,
        "files_to_rewrite": 0,
        "files_failed": 0,
        "decision": "waiting",
        "decided_by": None,
        "decided_at": None,
    }


def test_a_long_list_comes_in_pages_and_by_decision(batch, manager, signed_in):
    client = signed_in(manager)
    pages = [client.get(url(batch), {"offset": n, "limit": 1}).json()["texts"] for n in range(3)]
    assert [[text["value"] for text in page] for page in pages] == [["PA VIEW"], ["THORAX JANE"], []]
    send(client, batch, "keep/", RemainingText.objects.get(value="PA VIEW").pk)
    kept = client.get(url(batch), {"decision": "kept"}).json()
    assert [(text["value"], text["decided_by"]) for text in kept["texts"]] == [("PA VIEW", "manager")]
    assert client.get(url(batch), {"decision": "waiting"}).json()["total"] == 1


def test_keeping_and_dropping_say_how_many(batch, manager, signed_in):
    client = signed_in(manager)
    assert send(client, batch, "keep/", *ids()).json() == {"kept": 2}
    assert send(client, batch, "keep/", *ids()).json() == {"kept": 0}
    assert send(client, batch, "drop/", *ids()).json() == {"dropped": 2}
    assert {text["files_to_rewrite"] for text in client.get(url(batch)).json()["texts"]} == {1, 2}
    assert client.post(url(batch, "retry/")).json() == {"retried": 0}


@pytest.mark.parametrize("body", [{}, {"texts": []}, {"texts": ["x"]}, {"texts": [0]}, {"texts": [1] * 5001}])
@pytest.mark.parametrize("what", ["keep/", "drop/"])
def test_a_request_that_makes_no_sense_is_refused(what, body, batch, manager, signed_in):
    response = signed_in(manager).post(url(batch, what), body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_a_text_that_is_not_there_is_refused_and_nothing_is_decided(batch, manager, signed_in):
    assert send(signed_in(manager), batch, "drop/", *ids(), 999_999).status_code == 404
    assert set(RemainingText.objects.values_list("decision", flat=True)) == {"waiting"}


@pytest.mark.parametrize("who", ["reader", "adjudicator", "stranger"])
def test_for_all_but_managers_it_is_not_there(who, batch, signed_in, request):
    client = signed_in(request.getfixturevalue(who))
    assert client.get(url(batch)).status_code == 404
    for what in ("keep/", "drop/", "retry/"):
        assert send(client, batch, what, *ids()).status_code == 404
    assert set(RemainingText.objects.values_list("decision", flat=True)) == {"waiting"}


def test_who_is_not_signed_in_is_told_so(batch):
    assert Client().get(url(batch)).status_code == 401
    for what in ("keep/", "drop/", "retry/"):
        assert send(Client(), batch, what, *ids()).status_code == 401
    assert set(RemainingText.objects.values_list("decision", flat=True)) == {"waiting"}
