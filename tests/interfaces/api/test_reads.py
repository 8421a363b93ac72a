"""The read document, answers, submitting, blinding."""

import uuid

import pytest
from django.test import Client

from labeling.models import FindingAnswer, Read
from tests import builders
from tests.interfaces.api.test_annotations import BOX, Page


class ReadPage(Page):
    def answer(self, label, value, base=None, key=None):
        url = f"/api/reads/{self.read.pk}/answers/{label}/"
        return self.client.put(
            url, {"value": value, "reason": ""}, content_type="application/json", headers=self.headers(base, key)
        )

    def submit(self, versions=None):
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        url = f"/api/reads/{self.read.pk}/submit/"
        return self.client.post(url, {"versions": versions or {}}, content_type="application/json", headers=headers)

    def document(self):
        return self.client.get(f"/api/reads/{self.read.pk}/")


@pytest.fixture
def page(project, reader, signed_in):
    builders.schema(project)
    return ReadPage(signed_in(reader), builders.read(builders.case(project), reader))


def test_the_document_says_what_the_viewer_needs(page):
    mark = uuid.uuid4()
    page.put(mark)
    page.answer("mass", "absent")
    document = page.document().json()
    assert (document["state"], document["reader"], document["is_mine"]) == ("in_progress", "reader", True)
    assert document["case"]["code"] == "CXR-1"
    assert [label["key"] for label in document["schema"]["labels"]] == ["nodule", "mass"]
    [series] = document["series"]
    [instance] = series["instances"]
    assert instance["frame_url"].startswith("/api/instances/") and "{frame}" in instance["frame_url"]
    assert [(a["id"], a["version"], a["geometry"]) for a in document["annotations"]] == [(str(mark), 1, BOX)]
    assert [(a["label"], a["value"]) for a in document["answers"]] == [("mass", "absent")]


def test_slices_come_in_the_order_of_their_positions_and_shared_facts_once(project, reader, signed_in):
    builders.schema(project)
    case = builders.case(project)
    first = case.study.series.get()
    first.instances.all().delete()
    for number, z in ((1, 30.0), (2, 10.0), (3, 20.0)):
        display = {"position": [0, 0, z], "orientation": [1, 0, 0, 0, 1, 0], "rescale_slope": 1.0}
        builders.instance(case.study, series=first, instance_number=number, display=display)
    page = signed_in(reader).get(f"/api/reads/{builders.read(case, reader).pk}/").json()
    [series] = page["series"]
    assert [instance["display"]["position"][2] for instance in series["instances"]] == [10.0, 20.0, 30.0]
    assert series["common"]["rows"] == 100
    assert series["common"]["display"] == {"orientation": [1, 0, 0, 0, 1, 0], "rescale_slope": 1.0}
    assert "rows" not in series["instances"][0]


def test_the_document_of_a_large_case_takes_few_queries(project, reader, signed_in, django_assert_max_num_queries):
    builders.schema(project)
    case = builders.case(project)
    for _ in range(60):
        builders.instance(case.study, series=case.study.series.get())
    client, read = signed_in(reader), builders.read(case, reader)
    with django_assert_max_num_queries(14):
        assert client.get(f"/api/reads/{read.pk}/").status_code == 200


def test_answers_are_versioned_like_marks(page):
    key = uuid.uuid4()
    first = page.answer("nodule", "present", key=key)
    assert (first.status_code, first["ETag"]) == (201, '"1"')
    assert page.answer("nodule", "present", key=key).json() == first.json()
    assert page.answer("nodule", "absent", key=key).status_code == 422
    assert page.answer("nodule", "absent").status_code == 412
    assert page.answer("nodule", "uncertain", base=1).json()["version"] == 2
    assert page.answer("nodule", None, base=2).json()["value"] is None
    assert FindingAnswer.objects.count() == 3


def test_answers_that_mean_nothing_are_refused(page):
    assert page.answer("nodule", "perhaps").json()["code"] == "invalid_answer"
    assert page.answer("unheard_of", "absent").json()["code"] == "unknown_label"
    assert not FindingAnswer.objects.exists()


def test_no_finding_is_an_answer_and_can_be_submitted(page):
    assert page.submit().json()["code"] == "nothing_said"
    page.answer("case", "absent")
    answer = page.submit()
    assert (answer.status_code, answer.json()["state"], answer.json()["next"]) == (200, "submitted", None)


def test_submitting_again_after_a_lost_answer_gives_the_same(page):
    page.answer("case", "absent")
    first = page.submit()
    assert page.submit().json() == first.json()
    assert Read.objects.get().state == "submitted"


def test_marks_contradict_no_finding(page):
    mark = uuid.uuid4()
    page.put(mark)
    page.answer("case", "absent")
    assert page.submit({str(mark): 1}).status_code == 422


def test_nothing_is_submitted_unseen(page):
    mark = uuid.uuid4()
    page.put(mark)
    page.put(mark, base=1, geometry=BOX | {"x": 1})
    for versions in ({}, {str(mark): 1}, {str(mark): 2, str(uuid.uuid4()): 1}):
        assert (page.submit(versions).status_code, page.submit(versions).json()["code"]) == (409, "not_up_to_date")
    assert page.submit({str(mark): 2}).status_code == 200


def test_withdrawn_marks_are_not_submitted(page):
    mark = uuid.uuid4()
    page.put(mark)
    page.delete(mark, base=1)
    assert page.submit().json()["code"] == "nothing_said"


def test_submit_leads_to_the_next_case_of_the_project(page, project, reader):
    builders.assignment(builders.case(project), reader)
    page.answer("case", "absent")
    following = page.submit().json()["next"]
    answer = page.client.get(following)
    assert answer.status_code == 302
    assert answer["Location"] == f"/read/{Read.objects.latest('pk').pk}/"


def test_opening_a_case_twice_gives_one_read(project, reader, signed_in):
    builders.schema(project)
    builders.assignment(builders.case(project), reader)
    client = signed_in(reader)
    assert client.get("/read/next/")["Location"] == client.get("/read/next/")["Location"]
    assert Read.objects.count() == 1


def test_others_cannot_see_a_read_in_progress(page, manager, other_reader, stranger, signed_in):
    for person in (manager, other_reader, stranger):
        client = signed_in(person)
        assert client.get(f"/api/reads/{page.read.pk}/").status_code == 404
        assert client.get(f"/read/{page.read.pk}/").status_code == 404
        assert ReadPage(client, page.read).submit().status_code == 404
        assert ReadPage(client, page.read).answer("nodule", "absent").status_code == 404
    assert Client().get(f"/api/reads/{page.read.pk}/").status_code == 401


def test_a_manager_sees_a_submitted_read_but_another_reader_does_not(page, manager, other_reader, signed_in):
    page.answer("case", "absent")
    page.submit()
    seen = signed_in(manager).get(f"/api/reads/{page.read.pk}/").json()
    assert (seen["state"], seen["is_mine"]) == ("submitted", False)
    assert signed_in(other_reader).get(f"/api/reads/{page.read.pk}/").status_code == 404


def test_what_a_reader_sees_does_not_depend_on_other_readers(project, reader, other_reader, signed_in):
    builders.schema(project)
    case = builders.case(project)
    mine = ReadPage(signed_in(reader), builders.read(case, reader))
    mine.put(uuid.uuid4())
    paths = ["/", f"/api/reads/{mine.read.pk}/", "/api/projects/", f"/api/projects/{project.key}/"]
    before = [mine.client.get(path).content for path in paths[1:]]
    refused = mine.submit()

    theirs = ReadPage(signed_in(other_reader), builders.read(case, other_reader))
    mark = uuid.uuid4()
    theirs.put(mark, label="mass")
    theirs.answer("nodule", "absent")
    theirs.submit({str(mark): 1})

    assert [mine.client.get(path).content for path in paths[1:]] == before
    assert mine.submit().content == refused.content
