"""Projects, members, assignments and label schemas over HTTP."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from labeling.models import Assignment, Label, LabelSchema, Membership, Project
from tests import builders

NODULE = {"key": "nodule", "name": "Nodule", "colour": "#E69F00", "hotkey": "1", "scope": "region", "shapes": ["box"]}


def send(client, method, path, body=None):
    return getattr(client, method)(path, body, content_type="application/json")


@pytest.fixture
def client_of(signed_in, manager):
    return signed_in(manager)


def test_an_administrator_makes_a_project_and_manages_it(signed_in, db):
    administrator = signed_in(builders.user(is_superuser=True))
    answer = send(administrator, "post", "/api/projects/", {"key": "MG", "name": "Mammography"})
    assert answer.status_code == 201
    assert Membership.objects.get(project__key="MG").role == "manager"
    again = send(administrator, "post", "/api/projects/", {"key": "MG", "name": "Again"})
    assert (again.status_code, again.json()["code"]) == (422, "invalid_project")
    assert send(administrator, "post", "/api/projects/", {"key": "no spaces", "name": "x"}).status_code == 422


def test_others_make_no_projects(client_of):
    assert send(client_of, "post", "/api/projects/", {"key": "MG", "name": "x"}).status_code == 403
    assert Project.objects.count() == 1


def test_a_schema_is_drafted_published_and_then_fixed(client_of, project):
    base = f"/api/projects/{project.key}/schemas/"
    assert send(client_of, "put", f"{base}draft/", {"labels": [NODULE]}).json()["labels"][0]["key"] == "nodule"
    assert send(client_of, "post", f"{base}draft/publish/").json()["published_at"]
    draft = client_of.get(f"{base}draft/").json()
    assert (draft["version"], [label["key"] for label in draft["labels"]]) == (2, ["nodule"])
    changed = NODULE | {"name": "Lung nodule"}
    send(client_of, "put", f"{base}draft/", {"labels": [changed]})
    versions = client_of.get(base).json()["schemas"]
    assert [version["labels"][0]["name"] for version in versions] == ["Nodule", "Lung nodule"]


def test_an_empty_schema_is_not_published(client_of, project):
    answer = send(client_of, "post", f"/api/projects/{project.key}/schemas/draft/publish/")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_schema")


@pytest.mark.parametrize(
    ("label", "place", "field"),
    [
        (NODULE | {"key": "Nodule"}, "label 1", "key"),
        (NODULE | {"key": "case"}, "label case", "key"),
        (NODULE | {"name": " "}, "label nodule", "name"),
        (NODULE | {"colour": "red"}, "label nodule", "colour"),
        (NODULE | {"hotkey": "x"}, "label nodule", "hotkey"),
        (NODULE | {"shapes": ["blob"]}, "label nodule", "shapes"),
        (NODULE | {"shapes": []}, "label nodule", "shapes"),
        (NODULE | {"scope": "organ"}, "label nodule", "scope"),
        (NODULE | {"attributes": [{"key": "a", "name": "A", "kind": "choice", "choices": ["one"]}]},
         "label nodule, attribute 1", "choices"),
        (NODULE | {"attributes": [{"key": "a", "name": "A", "kind": "number", "minimum": 2, "maximum": 1}]},
         "label nodule, attribute 1", "minimum"),
    ],
)  # fmt: skip
def test_a_wrong_label_is_refused_with_its_field(client_of, project, label, place, field):
    answer = send(client_of, "put", f"/api/projects/{project.key}/schemas/draft/", {"labels": [label]})
    problem = answer.json()
    assert (answer.status_code, problem["place"], problem["field"]) == (422, place, field)


def test_two_labels_do_not_share_a_key_or_a_hotkey(client_of, project):
    for other in ({"key": "nodule"}, {"hotkey": "1"}):
        twin = {"key": "mass", "name": "Mass", "colour": "#000000", "hotkey": "2", "scope": "region", "shapes": ["box"]}
        answer = send(
            client_of, "put", f"/api/projects/{project.key}/schemas/draft/", {"labels": [NODULE, twin | other]}
        )
        assert answer.status_code == 422


def test_the_database_itself_keeps_a_published_schema(project):
    schema = builders.schema(project)
    label = schema.labels.first()
    attempts = [
        lambda: Label.objects.filter(pk=label.pk).update(name="Else"),
        label.delete,
        lambda: builders.label(schema, "new"),
        lambda: LabelSchema.objects.filter(pk=schema.pk).update(published_at=None),
        schema.delete,
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert schema.labels.count() == 2


def test_cases_are_given_to_each_reader_or_dealt_out(client_of, project, reader, other_reader):
    for _ in range(5):
        builders.case(project)
    url = f"/api/projects/{project.key}/assignments/"
    readers = ["reader", "other_reader"]
    dealt = send(client_of, "post", url, {"readers": readers, "mode": "equal", "cases": "unassigned"})
    assert dealt.json() == {"assigned": 5}
    assert [Assignment.objects.filter(reader=person).count() for person in (reader, other_reader)] == [3, 2]
    again = send(client_of, "post", url, {"readers": readers, "mode": "equal", "cases": "unassigned"})
    assert again.json() == {"assigned": 0}
    everybody = send(client_of, "post", url, {"readers": readers, "mode": "all", "cases": "all"})
    assert everybody.json() == {"assigned": 5}
    assert Assignment.objects.count() == 10


def test_a_case_is_taken_back_without_losing_the_read(client_of, project, reader):
    builders.schema(project)
    read = builders.read(builders.case(project), reader)
    url = f"/api/projects/{project.key}/assignments/{read.assignment_id}/"
    assert send(client_of, "delete", url).status_code == 204
    read.refresh_from_db()
    assert read.assignment.withdrawn_at
    assert send(client_of, "delete", url).status_code == 404


def test_only_readers_of_the_project_get_cases(client_of, project, stranger):
    builders.case(project)
    body = {"readers": ["stranger"], "mode": "all", "cases": "all"}
    answer = send(client_of, "post", f"/api/projects/{project.key}/assignments/", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_project")


def test_members_come_and_go_but_a_manager_stays(client_of, project, manager):
    builders.user("newcomer")
    url = f"/api/projects/{project.key}/members/"
    member = send(client_of, "post", url, {"username": "newcomer", "role": "reader"}).json()
    assert send(client_of, "delete", f"{url}{member['id']}/").status_code == 204
    assert send(client_of, "post", url, {"username": "nobody", "role": "reader"}).status_code == 422
    mine = project.memberships.get(user=manager)
    assert send(client_of, "delete", f"{url}{mine.pk}/").status_code == 422
    assert project.memberships.count() == 1


WRITES = [
    ("get", "schemas/"),
    ("get", "schemas/draft/"),
    ("put", "schemas/draft/"),
    ("post", "schemas/draft/publish/"),
    ("post", "members/"),
    ("delete", "members/1/"),
    ("get", "assignments/"),
    ("post", "assignments/"),
    ("delete", "assignments/1/"),
]


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_only_a_manager_manages(signed_in, project, reader, stranger, method, path):
    url = f"/api/projects/{project.key}/{path}"
    assert send(signed_in(reader), method, url, {}).status_code == 403
    assert send(signed_in(stranger), method, url, {}).status_code == 404
    assert send(Client(), method, url, {}).status_code == 401


def test_projects_of_others_do_not_exist(signed_in, project, stranger, reader):
    assert signed_in(stranger).get(f"/api/projects/{project.key}/").status_code == 404
    assert [p["key"] for p in signed_in(stranger).get("/api/projects/").json()["projects"]] == ["OTHER"]
    assert signed_in(reader).get(f"/api/projects/{project.key}/").status_code == 200
