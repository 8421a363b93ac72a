"""The page of re-identification: the ID is in one answer alone, and what was typed is never lost."""

import pytest
from django.test import Client

from labeling.actions import identity_links
from labeling.models import AuditEvent, IdentityLink
from tests import builders, phantoms

pytestmark = pytest.mark.django_db

REASON = "an incidental finding must be told"
PAGE = "/projects/CXR/identities/"


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


def test_the_page_shows_the_id_in_its_answer_alone(keeping, manager, signed_in):
    client = signed_in(manager)
    answer = client.post(f"{PAGE}look-up/", {"pseudonym": " P-1 ", "reason": REASON})
    assert phantoms.PATIENT_ID in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    again = client.get(PAGE).content.decode()
    assert phantoms.PATIENT_ID not in again
    assert REASON in again


def test_the_page_gives_back_what_was_typed_when_it_refuses(keeping, manager, signed_in):
    answer = signed_in(manager).post(f"{PAGE}look-up/", {"pseudonym": "P-1", "reason": "<b>so</b>"})
    assert "Give a reason of 10 to 500 characters" in answer.content.decode()
    assert "&lt;b&gt;so&lt;/b&gt;" in answer.content.decode()
    assert "<b>so</b>" not in answer.content.decode()


def test_the_page_switches_on_off_and_destroys(manager, project, signed_in):
    client = signed_in(manager)
    assert b"Give a reason" in client.post(f"{PAGE}switch/", {"switch": "on", "reason": "no"}).content
    client.post(f"{PAGE}switch/", {"switch": "on", "reason": REASON})
    identity_links.record(project, "P-1", phantoms.PATIENT_ID)
    client.post(f"{PAGE}switch/", {"switch": "off", "reason": REASON})
    assert IdentityLink.objects.count() == 1
    client.post(f"{PAGE}switch/", {"switch": "off", "reason": REASON, "destroy": "1"})
    assert not IdentityLink.objects.exists()
    project.refresh_from_db()
    assert not project.keeps_identity_links


@pytest.mark.parametrize("what", ["switch/", "look-up/"])
def test_a_link_on_another_site_can_ask_for_nothing(what, keeping, manager, signed_in):
    assert signed_in(manager).get(f"{PAGE}{what}", {"pseudonym": "P-1", "reason": REASON}).status_code == 405


def test_without_a_key_the_page_says_so(manager, project, signed_in, settings):
    settings.REIDENTIFICATION_KEY = ""
    assert b"REIDENTIFICATION_KEY" in signed_in(manager).get(PAGE).content


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("adjudicator", 403), ("stranger", 404)])
def test_the_page_is_the_managers_alone(who, status, keeping, signed_in, request):
    client = signed_in(request.getfixturevalue(who))
    answers = [
        client.get(PAGE),
        client.post(f"{PAGE}switch/", {"switch": "off", "destroy": "1", "reason": REASON}),
        client.post(f"{PAGE}look-up/", {"pseudonym": "P-1", "reason": REASON}),
    ]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert not any(phantoms.PATIENT_ID in answer.content.decode() for answer in answers)
    assert IdentityLink.objects.count() == 1
    assert AuditEvent.objects.filter(action="identity_looked_up").count() == 1


def test_who_is_not_signed_in_is_sent_to_the_sign_in(keeping):
    client = Client()
    answers = [client.get(PAGE), client.post(f"{PAGE}switch/"), client.post(f"{PAGE}look-up/")]
    assert [answer["Location"].split("?")[0] for answer in answers] == ["/accounts/login/"] * 3
    assert IdentityLink.objects.count() == 1
