"""Saving marks over HTTP: the contract of DESIGN section 5."""

import threading
import uuid

import pytest
from django.db import connection
from django.test import Client

from labeling.models import AnnotationVersion, RefusedSave
from tests import builders

BOX = {"x": 10.5, "y": 20.25, "width": 30.0, "height": 12.5}


class Page:
    """What the viewer does, for one read."""

    def __init__(self, client, read):
        self.client, self.read = client, read
        self.instance = read.case.study.project.instances.filter(series__study=read.case.study).get()

    def url(self, mark):
        return f"/api/reads/{self.read.pk}/annotations/{mark}/"

    def body(self, **changes):
        uid = self.instance.sop_instance_uid
        mark = {
            "label": "nodule",
            "shape": "box",
            "geometry": BOX,
            "attributes": {},
            "sop_instance_uid": uid,
            "frame": 1,
        }
        return mark | changes

    @staticmethod
    def headers(base, key=None):
        condition = {"If-None-Match": "*"} if base is None else {"If-Match": f'"{base}"'}
        return condition | {"Idempotency-Key": str(key or uuid.uuid4())}

    def put(self, mark, base=None, key=None, **changes):
        return self.client.put(
            self.url(mark), self.body(**changes), content_type="application/json", headers=self.headers(base, key)
        )

    def delete(self, mark, base, key=None):
        return self.client.delete(self.url(mark), headers=self.headers(base, key))


@pytest.fixture
def page(project, reader, signed_in):
    builders.schema(project)
    return Page(signed_in(reader), builders.read(builders.case(project), reader))


def test_a_new_mark_is_created_with_version_one(page):
    mark = uuid.uuid4()
    answer = page.put(mark)
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    saved = answer.json()
    assert saved["id"] == str(mark)
    assert (saved["version"], saved["geometry"], saved["label"], saved["is_withdrawn"]) == (1, BOX, "nodule", False)


def test_a_change_follows_the_version_it_names_and_the_old_one_stays(page):
    mark = uuid.uuid4()
    page.put(mark)
    answer = page.put(mark, base=1, geometry=BOX | {"x": 0.0})
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert [v.geometry["x"] for v in AnnotationVersion.objects.order_by("version")] == [10.5, 0.0]


def test_the_same_key_again_gives_the_first_answer(page):
    mark, key = uuid.uuid4(), uuid.uuid4()
    first = page.put(mark, key=key)
    page.put(mark, base=1, geometry=BOX | {"x": 1})
    again = page.put(mark, key=key)
    assert (again.status_code, again["ETag"], again.json()) == (201, first["ETag"], first.json())
    assert AnnotationVersion.objects.count() == 2


def test_the_same_key_with_other_content_is_refused(page):
    mark, key = uuid.uuid4(), uuid.uuid4()
    page.put(mark, key=key)
    answer = page.put(mark, key=key, geometry=BOX | {"x": 1})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_a_stale_save_is_refused_and_both_versions_are_kept(page):
    mark, key = uuid.uuid4(), uuid.uuid4()
    page.put(mark)
    page.put(mark, base=1, geometry=BOX | {"x": 1.0})
    answer = page.put(mark, base=1, key=key, geometry=BOX | {"x": 2.0})
    problem = answer.json()
    assert answer.status_code == 412
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["code"] == "stale_version"
    assert (problem["current"]["version"], problem["current"]["geometry"]["x"]) == (2, 1.0)
    assert problem["yours"]["geometry"]["x"] == 2.0
    assert RefusedSave.objects.get().content["geometry"]["x"] == 2.0

    page.put(mark, base=2, geometry=BOX | {"x": 3.0})
    assert page.put(mark, base=1, key=key, geometry=BOX | {"x": 2.0}).json() == problem
    assert RefusedSave.objects.count() == 1


def test_what_was_meant_to_be_new_does_not_overwrite(page):
    mark = uuid.uuid4()
    page.put(mark)
    assert page.put(mark, geometry=BOX | {"x": 1}).status_code == 412
    assert AnnotationVersion.objects.count() == 1


def test_a_save_says_what_it_follows_and_has_a_key(page):
    url, body = page.url(uuid.uuid4()), page.body()
    without = page.client.put(
        url, body, content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    assert (without.status_code, without.json()["code"]) == (428, "precondition_required")
    no_key = page.client.put(url, body, content_type="application/json", headers={"If-None-Match": "*"})
    assert (no_key.status_code, no_key.json()["code"]) == (400, "malformed_request")
    for match in ('"0"', "1", '"one"', "*"):
        headers = {"If-Match": match, "Idempotency-Key": str(uuid.uuid4())}
        assert page.client.put(url, body, content_type="application/json", headers=headers).status_code == 400
    assert not AnnotationVersion.objects.exists()


def test_withdrawing_is_a_version_and_the_mark_can_come_back(page):
    mark, key = uuid.uuid4(), uuid.uuid4()
    page.put(mark)
    answer = page.delete(mark, base=1, key=key)
    assert (answer.status_code, answer.json()["is_withdrawn"], answer.json()["version"]) == (200, True, 2)
    assert page.delete(mark, base=1, key=key).json() == answer.json()
    back = page.put(mark, base=2)
    assert (back.status_code, back.json()["is_withdrawn"], back.json()["version"]) == (200, False, 3)


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"geometry": {"x": 190, "y": 0, "width": 20, "height": 20}}, "invalid_annotation",
         "box (190, 0, 20, 20) does not lie within 200 x 100 pixels"),
        ({"geometry": BOX | {"width": 0}}, "invalid_annotation", "has no area"),
        ({"geometry": BOX | {"x": -0.5}}, "invalid_annotation", "does not lie within"),
        ({"geometry": BOX | {"x": "1"}}, "invalid_annotation", "are numbers"),
        ({"geometry": BOX | {"x": True}}, "invalid_annotation", "are numbers"),
        ({"geometry": BOX | {"z": 1}}, "invalid_annotation", "exactly x, y, width and height"),
        ({"geometry": {}}, "invalid_annotation", "exactly x, y, width and height"),
        ({"shape": "circle"}, "invalid_annotation", "is not drawn as"),
        ({"label": "unheard_of"}, "unknown_label", ""),
        ({"frame": 2}, "invalid_annotation", "frame 2 is not one of 1 to 1"),
        ({"sop_instance_uid": "2.25.1"}, "invalid_annotation", "no such SOP instance"),
        ({"attributes": {"size": 3}}, "invalid_annotation", "no attribute"),
    ],
)  # fmt: skip
def test_an_impossible_mark_is_refused_in_words_and_leaves_no_trace(page, changes, code, detail):
    answer = page.put(uuid.uuid4(), **changes)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert detail in answer.json()["detail"]
    assert not AnnotationVersion.objects.exists()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(page, number):
    body = '{"label":"nodule","shape":"box","geometry":{"x":%s,"y":0,"width":1,"height":1},'
    body += '"sop_instance_uid":"%s","frame":1}'
    answer = page.client.put(
        page.url(uuid.uuid4()), body % (number, page.instance.sop_instance_uid),
        content_type="application/json", headers=page.headers(None),
    )  # fmt: skip
    assert answer.status_code in {400, 422}
    assert not AnnotationVersion.objects.exists()


def test_an_instance_of_another_case_is_refused(page, project):
    other = builders.instance(builders.case(project, with_instance=False).study)
    answer = page.put(uuid.uuid4(), sop_instance_uid=other.sop_instance_uid)
    assert (answer.status_code, answer.json()["detail"]) == (422, "the case has no such SOP instance")


def test_attributes_are_checked_by_the_schema(project, reader, signed_in):
    schema = builders.schema(project, labels=(), is_published=False)
    builders.label(schema, "nodule", attributes=[
        {"key": "size", "name": "Size", "kind": "number", "minimum": 1, "maximum": 30, "unit": "mm"},
        {"key": "calcified", "name": "Calcified", "kind": "yes_no"},
        {"key": "type", "name": "Type", "kind": "choice", "choices": ["solid", "part-solid"]},
    ])  # fmt: skip
    schema.published_at = "2026-01-01T00:00Z"
    schema.save()
    page = Page(signed_in(reader), builders.read(builders.case(project), reader, schema))
    good = {"size": 4.5, "calcified": True, "type": "solid"}
    assert page.put(uuid.uuid4(), attributes=good).status_code == 201
    for wrong in ({"size": 31}, {"size": "4"}, {"size": True}, {"calcified": "yes"}, {"type": "liquid"}):
        assert page.put(uuid.uuid4(), attributes=wrong).status_code == 422


def test_a_submitted_read_takes_no_more_marks_but_repeats_its_answers(page):
    mark, key = uuid.uuid4(), uuid.uuid4()
    first = page.put(mark, key=key)
    submit = page.client.post(
        f"/api/reads/{page.read.pk}/submit/", {"versions": {str(mark): 1}}, content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )  # fmt: skip
    assert submit.status_code == 200
    for answer in (page.put(uuid.uuid4()), page.put(mark, base=1), page.delete(mark, base=1)):
        assert (answer.status_code, answer.json()["code"]) == (409, "read_submitted")
    assert page.put(mark, key=key).json() == first.json()
    assert AnnotationVersion.objects.count() == 1


def test_nobody_else_can_save_into_a_read(page, manager, other_reader, stranger, signed_in):
    mark = uuid.uuid4()
    page.put(mark)
    for person in (manager, other_reader, stranger, builders.user(is_superuser=True)):
        theirs = Page(signed_in(person), page.read)
        for answer in (theirs.put(uuid.uuid4()), theirs.put(mark, base=1), theirs.delete(mark, base=1)):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    anonymous = Page(Client(), page.read).put(uuid.uuid4())
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "not_signed_in")
    assert AnnotationVersion.objects.count() == 1


def test_a_mark_of_another_read_cannot_be_reached_through_ones_own(page, project, other_reader, signed_in):
    mark = uuid.uuid4()
    page.put(mark)
    theirs = Page(signed_in(other_reader), builders.read(builders.case(project), other_reader))
    for answer in (theirs.put(mark), theirs.put(mark, base=1), theirs.delete(mark, base=1)):
        assert answer.status_code == 404
    assert AnnotationVersion.objects.count() == 1


def test_a_withdrawn_assignment_takes_no_more_marks_and_loses_none(page):
    page.put(uuid.uuid4())
    assignment = page.read.assignment
    assignment.withdrawn_at = "2026-01-01T00:00Z"
    assignment.save()
    assert page.put(uuid.uuid4()).status_code == 404
    assert AnnotationVersion.objects.count() == 1


def test_a_save_needs_the_csrf_token(page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(page.read.reader)
    answer = Page(client, page.read).put(uuid.uuid4())
    assert answer.status_code == 403
    assert not AnnotationVersion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_save_from_many_threads_is_kept_once(project, reader, signed_in):
    builders.schema(project)
    read = builders.read(builders.case(project), reader)
    mark, key, answers = uuid.uuid4(), uuid.uuid4(), []

    def save():
        try:
            answers.append(Page(signed_in(reader), read).put(mark, key=key))
        finally:
            connection.close()

    threads = [threading.Thread(target=save) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert AnnotationVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_changes_to_one_version_one_wins_and_all_are_kept(project, reader, signed_in):
    builders.schema(project)
    read = builders.read(builders.case(project), reader)
    mark, answers = uuid.uuid4(), []
    Page(signed_in(reader), read).put(mark)

    def change(x):
        try:
            answers.append(Page(signed_in(reader), read).put(mark, base=1, geometry=BOX | {"x": x}))
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=(float(x),)) for x in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    kept = [v.geometry["x"] for v in AnnotationVersion.objects.filter(version=2)]
    kept += [refused.content["geometry"]["x"] for refused in RefusedSave.objects.all()]
    assert sorted(kept) == [float(x) for x in range(8)]
