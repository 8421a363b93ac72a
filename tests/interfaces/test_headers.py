"""What every answer carries, on every status, and what it never says."""

import pytest
from django.test import Client

PATHS = ["/accounts/login/", "/healthz", "/nothing-here/", "/api/nothing/", "/api/session/", "/api/schema/", "/admin/"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_a_strict_policy(path):
    headers = Client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.django_db
def test_who_is_not_signed_in_gets_401_and_a_problem():
    answer = Client().get("/api/schema/")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_signed_in"


@pytest.mark.django_db
def test_signing_in_by_the_api_gives_a_new_csrf_token(reader):
    client = Client(enforce_csrf_checks=True)
    before = client.get("/api/session/").json()
    assert before["username"] is None
    wrong = client.post(
        "/api/session/", {"username": "reader", "password": "no"}, content_type="application/json",
        headers={"X-CSRFToken": before["csrf_token"]},
    )  # fmt: skip
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_credentials")
    right = client.post(
        "/api/session/", {"username": "reader", "password": "correct horse battery"},
        content_type="application/json", headers={"X-CSRFToken": before["csrf_token"]},
    )  # fmt: skip
    assert right.status_code == 200
    assert right.json()["csrf_token"] != before["csrf_token"]
    assert client.get("/api/session/").json()["username"] == "reader"


@pytest.mark.django_db
def test_signing_in_from_another_site_is_refused(reader):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        "/api/session/", {"username": "reader", "password": "correct horse battery"}, content_type="application/json"
    )
    assert answer.status_code == 403
    assert client.get("/api/session/").json()["username"] is None
