"""Uploads over HTTP: pieces, lost answers, refusals, reports."""

import uuid

import pytest
from django.test import Client

from labeling.actions import batches, ingest
from labeling.models import BatchItem
from tests import archives, builders, phantoms
from tests.batches import take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(manager, signed_in):
    return signed_in(manager)


@pytest.fixture
def batch(client, project):
    return opened(client)["id"]


def opened(client, project="CXR", key=None):
    body = {"project": project, "idempotency_key": str(key or uuid.uuid4())}
    response = client.post("/api/batches/", body, content_type="application/json")
    assert response.status_code == 201, response.content
    return response.json()


def put(client, batch, number, content, *, offset=0, length=None):
    headers = {"Upload-Offset": str(offset), "Upload-Length": str(len(content) if length is None else length)}
    url = f"/api/batches/{batch}/items/{number}/"
    return client.put(url, content, content_type="application/octet-stream", headers=headers)


def close(client, batch, count):
    return client.post(f"/api/batches/{batch}/close/", {"count": count}, content_type="application/json")


def test_files_go_in_and_come_out_with_an_outcome(client, batch):
    assert put(client, batch, 1, phantoms.radiograph()).json()["state"] == "received"
    assert put(client, batch, 2, b"").json()["state"] == "received"
    assert close(client, batch, 2).json()["state"] == "closed"
    ingest.ingest_chunk(batch)
    said = client.get(f"/api/batches/{batch}/").json()
    assert said["state"] == "done"
    assert said["project"] == "CXR"
    assert said["counts"] == {
        "expected": 2,
        "received": 2,
        "waiting": 0,
        "archives": 0,
        "accepted": 1,
        "duplicate": 0,
        "conflict": 0,
        "quarantined": 0,
        "rejected": 1,
    }
    assert said["reasons"] == {"empty_file": 1}
    items = client.get(f"/api/batches/{batch}/items/").json()
    assert items["next"] is None
    instance = BatchItem.objects.get(number=1).instance_id
    assert [(i["number"], i["outcome"], i["instance"]) for i in items["items"]] == [
        (1, "accepted", instance),
        (2, "rejected", None),
    ]


def test_one_key_opens_one_batch(client, project):
    key = uuid.uuid4()
    assert opened(client, key=key)["id"] == opened(client, key=key)["id"]


def test_one_key_cannot_open_batches_of_two_projects(client, manager, project):
    other = builders.project(key="OTHER2")
    builders.member(other, "manager", username=manager.username)
    key = uuid.uuid4()
    opened(client, key=key)
    body = {"project": "OTHER2", "idempotency_key": str(key)}
    response = client.post("/api/batches/", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")


def test_a_file_comes_in_pieces_and_each_says_how_far_it_is(client, batch):
    content = phantoms.radiograph()
    half = len(content) // 2
    first = put(client, batch, 1, content[:half], length=len(content)).json()
    assert (first["received"], first["state"]) == (half, "receiving")
    assert put(client, batch, 1, content[half:], offset=half, length=len(content)).json()["state"] == "received"
    close(client, batch, 1)
    ingest.ingest_chunk(batch)
    assert client.get(f"/api/batches/{batch}/").json()["counts"]["accepted"] == 1


def test_after_a_lost_answer_the_servers_offset_says_where_to_go_on(client, batch):
    put(client, batch, 1, b"a" * 100, length=150)
    again = put(client, batch, 1, b"a" * 100, length=150)
    assert again.status_code == 409
    assert (again.json()["code"], again.json()["received"]) == ("wrong_offset", 100)
    assert put(client, batch, 1, b"b" * 50, offset=100, length=150).json()["state"] == "received"


def test_a_whole_file_sent_again_is_not_kept_twice(client, batch):
    put(client, batch, 1, b"abc")
    again = put(client, batch, 1, b"abc")
    assert (again.status_code, again.json()["received"]) == (200, 3)
    assert BatchItem.objects.get().pieces == 1


def test_a_gap_is_refused(client, batch):
    response = put(client, batch, 1, b"abc", offset=5, length=10)
    assert (response.status_code, response.json()["received"]) == (409, 0)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload-Offset": "0"}, 400),
        ({"Upload-Offset": "-1", "Upload-Length": "3"}, 400),
        ({"Upload-Offset": "0", "Upload-Length": "2"}, 400),
        ({"Upload-Offset": "0", "Upload-Length": "many"}, 400),
        ({"Upload-Offset": "0", "Upload-Length": str(5 << 30)}, 413),
    ],
)
def test_headers_that_make_no_sense_are_refused(headers, status, client, batch):
    url = f"/api/batches/{batch}/items/1/"
    response = client.put(url, b"abc", content_type="application/octet-stream", headers=headers)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"


def test_a_piece_above_the_limit_is_refused(client, batch):
    assert put(client, batch, 1, bytes(batches.PIECE_BYTES + 1)).status_code == 413
    assert put(client, batch, 1, bytes(batches.PIECE_BYTES)).status_code == 200


def test_file_numbers_begin_at_one(client, batch):
    assert put(client, batch, 0, b"abc").status_code == 400


def test_a_closed_batch_takes_what_was_announced_and_no_more(client, batch):
    close(client, batch, 1)
    assert put(client, batch, 1, b"abc").status_code == 200
    refused = put(client, batch, 2, b"abc")
    assert (refused.status_code, refused.json()["code"]) == (409, "batch_closed")
    assert close(client, batch, 1).status_code == 200
    assert close(client, batch, 2).status_code == 409


def test_a_batch_cannot_be_closed_below_what_is_there(client, batch):
    put(client, batch, 3, b"abc")
    assert close(client, batch, 2).status_code == 400


def test_a_batch_is_not_done_while_an_announced_file_is_missing(client, batch):
    put(client, batch, 1, b"")
    close(client, batch, 2)
    ingest.ingest_chunk(batch)
    assert client.get(f"/api/batches/{batch}/").json()["state"] == "closed"


def test_a_long_list_comes_in_pages(client, batch):
    for number in range(1, 6):
        put(client, batch, number, b"")
    numbers, after = [], 0
    while after is not None:
        page = client.get(f"/api/batches/{batch}/items/", {"after": after, "limit": 2}).json()
        numbers += [item["number"] for item in page["items"]]
        after = page["next"]
    assert numbers == [1, 2, 3, 4, 5]


def test_the_report_names_every_file_by_its_number(client, manager, project):
    items = take_in(manager, project, phantoms.radiograph(), archives.of([("=cmd()", b"x")]))
    pk = items[0].batch_id
    report = client.get(f"/api/batches/{pk}/report.csv")
    assert report["Content-Disposition"] == f'attachment; filename="batch-{pk}.csv"'
    assert b"".join(report.streaming_content).decode().splitlines() == [
        "number,from_archive,state,outcome,reason",
        "1,,done,accepted,",
        "2,,done,accepted,archive",
        "1,2,done,rejected,not_dicom",
    ]
    as_json = client.get(f"/api/batches/{pk}/report.json").json()
    assert [item["outcome"] for item in as_json["items"]] == ["accepted", "accepted", "rejected"]


def test_a_reader_may_not_open_a_batch(reader, signed_in):
    body = {"project": "CXR", "idempotency_key": str(uuid.uuid4())}
    response = signed_in(reader).post("/api/batches/", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("key", ["CXR", "NOSUCH"])
def test_for_a_stranger_the_project_is_not_there(key, project, stranger, signed_in):
    body = {"project": key, "idempotency_key": str(uuid.uuid4())}
    response = signed_in(stranger).post("/api/batches/", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_a_batch_is_its_managers_alone(who, batch, signed_in, request):
    client = signed_in(request.getfixturevalue(who))
    assert put(client, batch, 1, b"abc").status_code == 404
    assert close(client, batch, 0).status_code == 404
    for path in ("", "items/", "report.csv", "report.json"):
        assert client.get(f"/api/batches/{batch}/{path}").status_code == 404


def test_who_is_not_signed_in_is_told_so(batch):
    assert Client().get(f"/api/batches/{batch}/").status_code == 401
