"""Re-identification over HTTP: for managers, with a reason, kept out of caches and addresses."""

import pytest
from django.test import Client

from labeling.actions import identity_links
from labeling.models import AuditEvent, IdentityLink
from tests import builders, phantoms

pytestmark = pytest.mark.django_db

REASON = "an incidental finding must be told"
API = "/api/projects/CXR/identities/"


@pytest.fixture(autouse=True)
def key(settings):
    settings.REIDENTIFICATION_KEY = "k0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def keeping(manager, project):
    identity_links.switch_on(actor=manager, project=project, reason=REASON)
    identity_links.record(project, "P-1", phantoms.PATIENT_ID)
    return project


@pytest.fixture
def adjudicator(project):
    return builders.member(project, "adjudicator", username="adjudicator")


def switch(client, **fields):
    return client.put(API, {"reason": REASON} | fields, content_type="application/json")


def ask(client, reason=REASON, pseudonym="P-1"):
    body = {"pseudonym": pseudonym, "reason": reason}
    return client.post(f"{API}look-up/", body, content_type="application/json")


def test_it_is_switched_on_and_off_over_http(manager, project, signed_in):
    client = signed_in(manager)
    state = {"keeps_identity_links": False, "is_available": True, "links": 0, "look_ups": []}
    assert client.get(API).json() == state
    assert switch(client, keeps_identity_links=True).json() == state | {"keeps_identity_links": True}
    identity_links.record(project, "P-1", phantoms.PATIENT_ID)
    assert switch(client, keeps_identity_links=False).json() == state | {"links": 1}
    assert switch(client, keeps_identity_links=False, destroy=True).json() == state


def test_a_look_up_gives_the_id_once_and_no_cache_keeps_it(keeping, manager, signed_in):
    client = signed_in(manager)
    answer = ask(client)
    assert answer.json() == {"patient_id": phantoms.PATIENT_ID}
    assert answer["Cache-Control"] == "private, no-store"
    [event] = client.get(API).json()["look_ups"]
    assert (event["by"], event["pseudonym"], event["reason"], event["outcome"]) == ("manager", "P-1", REASON, "found")
    assert phantoms.PATIENT_ID not in client.get(API).content.decode()


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"reason": "because"}, 422, "reason_needed"),
        ({"reason": ""}, 422, "reason_needed"),
        ({"pseudonym": "P-2"}, 404, "unknown_pseudonym"),
        ({"pseudonym": "x" * 65}, 400, "invalid"),
    ],
)
def test_a_look_up_that_cannot_be_is_refused_by_its_code(said, status, code, keeping, manager, signed_in):
    answer = ask(signed_in(manager), **said)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert phantoms.PATIENT_ID not in answer.content.decode()


def test_without_a_key_the_server_says_so(manager, project, signed_in, settings):
    settings.REIDENTIFICATION_KEY = ""
    client = signed_in(manager)
    answer = switch(client, keeps_identity_links=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_reidentification_key")
    assert client.get(API).json()["is_available"] is False


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("adjudicator", 403), ("stranger", 404)])
def test_all_but_managers_are_refused(who, status, keeping, signed_in, request):
    client = signed_in(request.getfixturevalue(who))
    answers = [
        client.get(API),
        switch(client, keeps_identity_links=False, destroy=True),
        ask(client),
    ]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert not any(phantoms.PATIENT_ID in answer.content.decode() for answer in answers)
    keeping.refresh_from_db()
    assert keeping.keeps_identity_links
    assert IdentityLink.objects.count() == 1
    assert AuditEvent.objects.filter(action="identity_looked_up").count() == 1


def test_who_is_not_signed_in_gets_nothing(keeping):
    client = Client()
    answers = [client.get(API), switch(client, keeps_identity_links=False, destroy=True), ask(client)]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert IdentityLink.objects.count() == 1
