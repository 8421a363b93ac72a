"""The review queue over HTTP: lists, previews, decisions, refusals."""

import pytest
from django.test import Client

from labeling.actions import pixel_reviews
from labeling.models import AuditEvent, PixelReview
from tests import builders, finder
from tests.batches import take_in

pytestmark = pytest.mark.django_db

BASE = "/api/projects/CXR/pixel-reviews/"


@pytest.fixture
def client(manager, signed_in):
    return signed_in(manager)


@pytest.fixture
def held(manager, project, monkeypatch):
    """Three waiting images of one series."""
    finder.finds(monkeypatch, finder.findings(finder.TEXT, names=("first", "maximum")))
    take_in(manager, project, *(finder.with_text(instance=number) for number in (1, 2, 3)))
    return list(PixelReview.objects.order_by("pk"))


def decide(client, review, **body):
    return client.post(f"{BASE}{review.pk}/decision/", body, content_type="application/json")


def test_the_list_says_what_the_page_needs_and_no_more(client, held):
    answer = client.get(BASE)
    assert answer.status_code == 200
    said = answer.json()
    assert (said["next"], said["waiting"], len(said["reviews"])) == (None, 3, 3)
    first = said["reviews"][0]
    assert set(first) == {
        "id", "state", "batch", "number", "modality", "rows", "columns", "number_of_frames", "alike_waiting",
        "proposals", "previews", "masks", "reason", "opened_at", "expires_at", "decided_by", "decided_at",
    }  # fmt: skip
    assert (first["id"], first["state"], first["number"], first["modality"]) == (held[0].pk, "waiting", 1, "CR")
    assert (first["rows"], first["columns"], first["proposals"]) == (60, 100, [[*finder.TEXT, 0.7]])
    assert first["alike_waiting"] == 2
    assert [preview["name"] for preview in first["previews"]] == ["first", "maximum"]
    assert client.get(f"{BASE}{held[0].pk}/").json() == first


def test_a_long_list_comes_in_pages_of_one_state(client, held, manager):
    page = client.get(BASE, {"limit": 2}).json()
    assert ([row["id"] for row in page["reviews"]], page["next"]) == ([held[0].pk, held[1].pk], held[1].pk)
    rest = client.get(BASE, {"limit": 2, "after": page["next"]}).json()
    assert ([row["id"] for row in rest["reviews"]], rest["next"]) == ([held[2].pk], None)
    pixel_reviews.reject(actor=manager, review=held[0], reason="other")
    assert [row["id"] for row in client.get(BASE).json()["reviews"]] == [held[1].pk, held[2].pk]
    assert [row["id"] for row in client.get(BASE, {"state": "rejected"}).json()["reviews"]] == [held[0].pk]
    assert client.get(BASE, {"state": "lost"}).status_code == 400


def test_a_preview_is_decrypted_on_the_fly_and_kept_by_no_cache(client, held):
    answer = client.get(f"{BASE}{held[0].pk}/previews/2/")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/webp", "no-store")
    assert answer.content == finder.preview(shade=70)
    for number in (0, 3):
        assert client.get(f"{BASE}{held[0].pk}/previews/{number}/").status_code == 404


def test_a_decided_image_has_no_preview_any_more(client, held):
    decide(client, held[0], decision="reject", reason="person")
    assert client.get(f"{BASE}{held[0].pk}/previews/1/").status_code == 404


def test_an_image_is_passed_with_masks_once(client, held):
    body = {"decision": "pass", "masks": [[1, 2, 30, 40]]}
    first, again = decide(client, held[0], **body), decide(client, held[0], **body)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["state"] == "passed"
    assert (first.json()["masks"], first.json()["decided_by"]) == ([[1, 2, 30, 40]], "manager")
    assert AuditEvent.objects.filter(action="pixel_review.pass").count() == 1
    other = decide(client, held[0], decision="pass", masks=[])
    assert (other.status_code, other.json()["code"], other.json()["decided_by"]) == (409, "review_decided", "manager")


def test_a_whole_series_is_passed_at_once(client, held):
    said = decide(client, held[1], decision="pass", scope="series", masks=[]).json()
    assert (said["id"], said["state"], said["others"]) == (held[1].pk, "passed", 2)
    assert client.get(BASE).json()["waiting"] == 0


def test_an_image_is_rejected_for_a_reason(client, held):
    said = decide(client, held[0], decision="reject", reason="document").json()
    assert (said["state"], said["reason"], said["masks"]) == ("rejected", "document", [])
    wrong = decide(client, held[1], decision="reject", reason="expired")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_reason")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"decision": "maybe"}, 400),
        ({"decision": "pass", "scope": "project"}, 400),
        ({"decision": "pass", "masks": [[1, 2, 3]]}, 400),
        ({"decision": "pass", "masks": [[1, 2, 3, "x"]]}, 400),
        ({"decision": "pass", "masks": [[0, 0, 1, 1]] * 201}, 400),
        ({"decision": "pass", "masks": [[0, 0, 101, 1]]}, 422),
        ({"decision": "reject"}, 422),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_and_leaves_the_image_waiting(body, status, client, held):
    answer = decide(client, held[0], **body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    held[0].refresh_from_db()
    assert held[0].state == "waiting"


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("adjudicator", 403), ("stranger", 404), (None, 401)])
def test_held_images_are_the_managers_alone(who, status, held, project, reader, stranger, signed_in):
    people = {"reader": reader, "stranger": stranger, "adjudicator": builders.member(project, "adjudicator")}
    client = signed_in(people[who]) if who else Client()
    for place in ("", f"{held[0].pk}/", f"{held[0].pk}/previews/1/"):
        assert client.get(BASE + place).status_code == status
    assert decide(client, held[0], decision="pass", masks=[]).status_code == status
    held[0].refresh_from_db()
    assert held[0].state == "waiting"


def test_a_review_is_found_in_its_own_project_alone(held, manager, client):
    builders.member(builders.project(key="MINE"), "manager", username=manager.username)
    assert client.get(f"/api/projects/MINE/pixel-reviews/{held[0].pk}/").status_code == 404
    assert client.get("/api/projects/MINE/pixel-reviews/").json()["reviews"] == []


def test_a_decision_from_another_site_is_refused(held, manager):
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)
    assert decide(client, held[0], decision="pass", masks=[]).status_code == 403
