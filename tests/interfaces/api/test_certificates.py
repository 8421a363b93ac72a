"""Certificates over HTTP: to be downloaded, checked, and read by managers only."""

import pytest
from django.test import Client

from labeling.actions import batches
from labeling.models import Instance
from tests import builders
from tests import certificates as made

REPORTS = [made.report(seed) for seed in range(4)]


@pytest.fixture
def paths(project, manager):
    batch = made.batch(project, manager, REPORTS)
    made.release(project, manager, Instance.objects.all())
    return [f"/api/batches/{batch.pk}/certificate/", "/api/projects/CXR/releases/1/certificate/"]


def test_a_certificate_is_a_file_whose_hash_can_be_checked(paths, signed_in, manager):
    client = signed_in(manager)
    for path, name in zip(paths, [f"batch-{paths[0].split('/')[3]}", "CXR-release-1"], strict=True):
        answer = client.get(path)
        assert answer["Content-Disposition"] == f'attachment; filename="{name}-certificate.json"'
        document = answer.json()
        assert document["sha256"] == made.hash_of(document)
        assert document["contents"]["instances"] == len(REPORTS)


def test_a_batch_that_is_worked_on_has_none_yet(project, manager, signed_in):
    batch = batches.open_batch(actor=manager, project=project)
    answer = signed_in(manager).get(f"/api/batches/{batch.pk}/certificate/")
    assert (answer.status_code, answer.json()["code"]) == (409, "batch_not_done")


@pytest.mark.parametrize(
    ("who", "statuses"),
    [("reader", [404, 403]), ("adjudicator", [404, 403]), ("stranger", [404, 404]), ("anonymous", [401, 401])],
)
def test_others_see_no_certificate(who, statuses, paths, project, stranger, signed_in):
    client = Client()
    if who != "anonymous":
        client = signed_in(stranger if who == "stranger" else builders.member(project, who, who))
    assert [client.get(path).status_code for path in paths] == statuses


def test_what_is_not_there_has_no_certificate(signed_in, manager):
    client = signed_in(manager)
    assert client.get("/api/batches/987654/certificate/").status_code == 404
    assert client.get("/api/projects/CXR/releases/9/certificate/").status_code == 404
