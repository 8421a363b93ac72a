"""Older studies of the patient beside a case: shown to its reader, without anybody's reads; marks on them are kept."""

import csv
import io
import uuid
from datetime import date

import pytest
from pycocotools.coco import COCO

from labeling.models import Instance, Patient, ReleaseInstance
from tests import builders
from tests.interfaces.api.test_reads import ReadPage
from tests.interfaces.api.test_releases import archive, exported


@pytest.fixture
def cases(project):
    """The same patient's studies of three years, oldest first."""
    builders.schema(project)
    patient = Patient.objects.create(project=project, pseudonym="P-prior")
    return [builders.case(project, patient=patient, study_date=date(year, 3, 1)) for year in (2017, 2018, 2020)]


@pytest.fixture
def page(cases, reader, signed_in):
    return ReadPage(signed_in(reader), builders.read(cases[2], reader))


def of(case):
    return Instance.objects.get(series__study=case.study)


def asked(label, scope, case, reader, signed_in):
    """A read of the case with a schema that asks one question."""
    schema = builders.schema(case.project, labels=(), is_published=False)
    builders.label(schema, label, scope=scope, shapes=[])
    schema.published_at = schema.created_at
    schema.save(update_fields=["published_at"])
    return ReadPage(signed_in(reader), builders.read(case, reader, schema=schema))


def test_the_newest_prior_is_shown_with_its_interval(page, cases):
    document = page.document().json()
    assert [(study["is_prior"], study["interval_days"]) for study in document["studies"]] == [(False, 0), (True, 731)]
    assert [series["study"] for series in document["series"]] == [0, 1]
    assert document["hanging"]["protocols"][0]["name"] == "Prior beside"
    page.read.case.project.__class__.objects.update(prior_studies=5)
    assert [study["interval_days"] for study in page.document().json()["studies"]] == [0, 731, 1096]
    page.read.case.project.__class__.objects.update(prior_studies=0)
    assert len(page.document().json()["studies"]) == 1


def test_a_study_of_another_patient_or_without_a_date_is_no_prior(page, project):
    builders.case(project, study_date=date(2019, 1, 1))
    builders.case(project, patient=page.read.case.study.patient)
    assert len(page.document().json()["studies"]) == 2


def test_images_of_priors_are_for_those_who_read_the_case(page, cases, reader, other_reader, project):
    prior = of(cases[1])
    assert prior in Instance.objects.visible_to(reader)
    assert prior not in Instance.objects.visible_to(other_reader)
    page.read.assignment.__class__.objects.update(withdrawn_at=page.read.started_at)
    assert prior not in Instance.objects.visible_to(reader)


def test_as_many_priors_are_for_the_reader_as_are_shown(page, cases, reader, project):
    for count in (1, 2):
        type(project).objects.update(prior_studies=count)
        shown = {series["series_instance_uid"] for series in page.document().json()["series"]}
        visible = Instance.objects.visible_to(reader).values_list("series__series_instance_uid", flat=True)
        assert set(visible) == shown and len(shown) == 1 + count
    twin = builders.case(project, patient=page.read.case.study.patient, study_date=cases[1].study.study_date)
    assert of(cases[0]) not in Instance.objects.visible_to(reader)
    type(project).objects.update(prior_studies=1)
    assert set(Instance.objects.visible_to(reader)) == {of(twin), of(cases[2])}


def test_a_later_study_is_not_shown_to_the_reader_of_an_older_one(cases, reader):
    builders.assignment(cases[1], reader)
    visible = set(Instance.objects.visible_to(reader))
    assert visible == {of(cases[1]), of(cases[0])}


def test_without_priors_in_the_protocol_their_images_are_nobodys(page, cases, reader, project):
    type(project).objects.update(prior_studies=0)
    assert of(cases[1]) not in Instance.objects.visible_to(reader)
    answer = page.put(uuid.uuid4(), sop_instance_uid=of(cases[1]).sop_instance_uid)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_annotation")


def test_the_reads_of_a_prior_change_no_byte(page, cases, other_reader, signed_in):
    before = page.document().content
    theirs = ReadPage(signed_in(other_reader), builders.read(cases[1], other_reader))
    theirs.put(uuid.uuid4())
    assert page.document().content == before


def test_a_lesion_over_two_studies_is_released_with_both_images(page, cases, project, manager, signed_in, tmp_path):
    lesion = str(uuid.uuid4())
    versions = {}
    for case in cases[1:]:
        saved = page.put(uuid.uuid4(), sop_instance_uid=of(case).sop_instance_uid, lesion=lesion).json()
        versions[saved["id"]] = 1
    assert page.submit(versions).status_code == 200
    client = signed_in(manager)
    (tmp_path / "train.json").write_bytes(archive(client, exported(client, project)).read("coco/train.json"))
    coco = COCO(str(tmp_path / "train.json"))
    marks = coco.loadAnns(coco.getAnnIds())
    images = coco.loadImgs([mark["image_id"] for mark in marks])
    assert {mark["lesion"] for mark in marks} == {lesion}
    assert {image["sop_instance_uid"] for image in images} == {of(case).sop_instance_uid for case in cases[1:]}
    assert len(coco.getImgIds()) == 2


def test_an_image_of_a_prior_that_an_answer_is_about_is_released(cases, project, reader, manager, signed_in):
    page = asked("quality", "image", cases[2], reader, signed_in)
    prior = of(cases[1]).sop_instance_uid
    assert page.answer(f"quality~{prior}~1", "present").status_code == 201
    assert page.answer("case", "absent").status_code == 201
    assert page.submit().status_code == 200
    client = signed_in(manager)
    content = archive(client, exported(client, project))
    tables = [csv.DictReader(io.StringIO(content.read(f"csv/{name}.csv").decode())) for name in ("answers", "images")]
    answered, listed = ({row["sop_instance_uid"] for row in table} for table in tables)
    assert (answered, listed) == ({"", prior}, {prior, of(cases[2]).sop_instance_uid})


def test_a_series_of_a_prior_that_an_answer_is_about_is_released_whole(cases, project, reader, manager, signed_in):
    page = asked("motion", "series", cases[2], reader, signed_in)
    series = of(cases[1]).series
    builders.instance(cases[1].study)  # of another series: nothing is said about it
    second = builders.instance(cases[1].study, series=series)
    assert page.answer(f"motion~{series.series_instance_uid}", "present").status_code == 201
    assert page.answer(f"motion~{of(cases[2]).series.series_instance_uid}", "absent").status_code == 201
    assert page.answer("case", "absent").status_code == 201
    assert page.submit().status_code == 200
    client = signed_in(manager)
    content = archive(client, exported(client, project))
    images = list(csv.DictReader(io.StringIO(content.read("csv/images.csv").decode())))
    first = series.instances.exclude(pk=second.pk).get()
    expected = {one.sop_instance_uid for one in (first, second, of(cases[2]))}
    assert {row["sop_instance_uid"] for row in images} == expected
    assert len(images) == 3
    assert set(ReleaseInstance.objects.values_list("instance__sop_instance_uid", flat=True)) == expected


def test_an_image_that_no_mark_lies_on_any_more_is_not_frozen(page, cases, project, manager, signed_in):
    withdrawn, moved = uuid.uuid4(), uuid.uuid4()
    for mark in (withdrawn, moved):
        assert page.put(mark, sop_instance_uid=of(cases[1]).sop_instance_uid).status_code == 201
    assert page.delete(withdrawn, base=1).status_code == 200
    assert page.put(moved, base=1, sop_instance_uid=of(cases[2]).sop_instance_uid).status_code == 200
    assert page.submit({str(moved): 2}).status_code == 200
    exported(signed_in(manager), project)
    assert [frozen.instance for frozen in ReleaseInstance.objects.all()] == [of(cases[2])]


def test_a_mark_on_a_prior_that_is_not_shown_is_refused(page, cases):
    answer = page.put(uuid.uuid4(), sop_instance_uid=of(cases[0]).sop_instance_uid)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_annotation")


def test_how_many_priors_are_shown_is_for_the_manager_to_say(project, manager, reader, stranger, signed_in):
    url = f"/projects/{project.key}/prior-studies/"
    assert signed_in(reader).post(url, {"count": "3"}).status_code == 403
    assert signed_in(stranger).post(url, {"count": "3"}).status_code == 404
    client = signed_in(manager)
    for count, kept in (("3", 3), ("6", 3), ("many", 3), ("9" * 5000, 3), ("0", 0)):
        assert client.post(url, {"count": count}).status_code == 302
        project.refresh_from_db()
        assert project.prior_studies == kept
    assert 'name="count"' in client.get(f"/projects/{project.key}/").content.decode()
