"""De-identification profiles over HTTP, for managers only."""

import pytest
from django.test import Client

from labeling.models import DeidentificationProfile, Project
from tests import builders

BODY = {"name": "chest", "options": ["clean_pixel_data", "retain_modified_dates"], "pixel_review": "always"}
BASE = "/api/projects/CXR/deidentification-profiles/"


def send(client, method, path, body):
    return getattr(client, method)(path, body, content_type="application/json")


@pytest.fixture
def client(signed_in, manager):
    return signed_in(manager)


def test_a_version_is_made_and_then_chosen(client, manager):
    made = send(client, "post", BASE, BODY)
    assert (made.status_code, made.json()["profile"]) == (201, "chest/1")
    listed = client.get(BASE).json()
    assert listed["in_force"]["profile"] == "basic/1"
    assert [row["profile"] for row in listed["built_in"]] == ["basic/1", "strict/1"]
    [row] = listed["profiles"]
    assert row.pop("created_at")
    assert row == {
        "profile": "chest/1",
        "name": "chest",
        "version": 1,
        "options": ["clean_pixel_data", "retain_modified_dates"],
        "pixel_review": "always",
        "is_strict": False,
        "edition": "2026c",
        "warnings": [],
        "created_by": "manager",
        "used_at": None,
    }
    chosen = send(client, "put", f"{BASE}choice/", {"name": "chest", "version": 1})
    assert (chosen.status_code, chosen.json()["in_force"]["profile"]) == (200, "chest/1")
    assert send(client, "put", f"{BASE}choice/", {"name": "strict"}).json()["in_force"]["is_strict"] is True


def test_a_risky_option_is_answered_with_a_warning(client):
    answer = send(client, "post", BASE, BODY | {"options": ["clean_pixel_data", "retain_uids"]})
    [warning] = answer.json()["warnings"]
    assert (warning["subject"], "archive" in warning["text"]) == ("retain_uids", True)


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"options": ["retain_full_dates", "retain_modified_dates"]}, 422, "invalid_profile"),
        ({"options": ["nosuch"]}, 422, "invalid_profile"),
        ({"pixel_review": "nosuch"}, 422, "invalid_profile"),
        ({"name": "strict"}, 422, "invalid_profile"),
        ({"name": None}, 400, "invalid"),
        ({"options": "all"}, 400, "invalid"),
    ],
)
def test_a_wrong_profile_is_refused(client, wrong, status, code):
    answer = send(client, "post", BASE, BODY | wrong)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not DeidentificationProfile.objects.exists()


@pytest.mark.parametrize("body", [{"name": "nosuch"}, {"name": "chest", "version": 2}, {"name": "basic", "version": 7}])
def test_what_is_not_there_is_not_chosen(client, body):
    send(client, "post", BASE, BODY)
    assert send(client, "put", f"{BASE}choice/", body).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("reader", 403), ("adjudicator", 403), ("stranger", 404), ("anonymous", 401)]
)
def test_others_neither_see_nor_change_profiles(who, status, project, manager, stranger, signed_in):
    builders.member(project, "reader", "reader")
    builders.member(project, "adjudicator", "adjudicator")
    send(signed_in(manager), "post", BASE, BODY)
    people = {membership.user.username: membership.user for membership in project.memberships.all()}
    people["stranger"] = stranger
    client = Client() if who == "anonymous" else signed_in(people[who])
    assert client.get(BASE).status_code == status
    assert send(client, "post", BASE, BODY).status_code == status
    assert send(client, "put", f"{BASE}choice/", {"name": "strict"}).status_code == status
    assert DeidentificationProfile.objects.count() == 1
    assert Project.objects.get(key="CXR").built_in_profile == "basic"
