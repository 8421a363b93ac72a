"""Certificates as pages: the same numbers and the same hash as the JSON, for managers only."""

import pytest
from django.test import Client

from labeling.actions import batches
from labeling.models import Instance
from tests import builders
from tests import certificates as made

REPORTS = [made.report(seed) for seed in range(6)]


@pytest.fixture
def batch(project, manager):
    return made.batch(project, manager, REPORTS)


@pytest.fixture
def pages(batch, project, manager):
    made.release(project, manager, Instance.objects.all())
    return [f"/projects/CXR/batches/{batch.pk}/certificate/", "/projects/CXR/releases/1/certificate/"]


def test_a_page_says_what_the_json_says(pages, batch, signed_in, manager):
    client = signed_in(manager)
    for page, api in zip(pages, [f"batches/{batch.pk}", "projects/CXR/releases/1"], strict=True):
        document = client.get(f"/api/{api}/certificate/").json()
        shown = client.get(page).content.decode()
        assert document["sha256"] in shown
        assert document["keys"][0]["fingerprint"] in shown
        for row in document["attributes"]:
            assert row["attribute"].replace("private", "Private attributes") in shown
        assert f'<span class="counts__number">{document["contents"]["instances"]}</span>' in shown
        assert "Recognizable Visual Features" in shown
        assert "113101" in shown


def test_the_batch_and_the_release_lead_to_their_certificates(pages, batch, signed_in, manager):
    client = signed_in(manager)
    assert pages[0] in client.get(f"/projects/CXR/batches/{batch.pk}/").content.decode()
    assert pages[1] in client.get("/projects/CXR/releases/1/").content.decode()


def test_a_batch_that_is_worked_on_has_no_certificate_yet(project, manager, signed_in):
    batch = batches.open_batch(actor=manager, project=project)
    client, path = signed_in(manager), f"/projects/CXR/batches/{batch.pk}/certificate/"
    answer = client.get(path)
    assert (answer.status_code, "each file has its outcome" in answer.content.decode()) == (409, True)
    assert path not in client.get(f"/projects/CXR/batches/{batch.pk}/").content.decode()


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("adjudicator", 403), ("stranger", 404), ("nobody", 302)])
def test_others_see_no_certificate(who, status, pages, project, stranger, signed_in):
    client = Client()
    if who != "nobody":
        client = signed_in(stranger if who == "stranger" else builders.member(project, who, who))
    assert [client.get(page).status_code for page in pages] == [status, status]
