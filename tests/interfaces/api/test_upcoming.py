"""The frames of the reader's next case, so that it opens from the browser's cache."""

import re
from datetime import date

import pytest

from labeling.models import Instance, Patient, Read
from tests import builders


@pytest.fixture
def read(project, reader):
    builders.schema(project)
    return builders.read(builders.case(project), reader)


@pytest.fixture
def client(read, reader, signed_in):
    return signed_in(reader)


def upcoming(client, read):
    answer = client.get(f"/api/reads/{read.pk}/upcoming/")
    assert answer.status_code == 200
    return answer.json()["frame_urls"]


def shown(urls):
    """(instance, frame) of each address."""
    return [tuple(map(int, re.search(r"/instances/(\d+)/frames/(\d+)/", url).groups())) for url in urls]


def of(case):
    return Instance.objects.get(series__study=case.study).pk


def test_the_next_case_of_the_reader_is_named_and_not_begun(client, read, project, reader, other_reader):
    builders.assignment(builders.case(project), other_reader)
    following, last = builders.case(project), builders.case(project)
    for case in (last, following):
        builders.assignment(case, reader)
    assert shown(upcoming(client, read)) == [(of(following), 1)]
    assert client.get(f"/api/reads/{read.pk}/").json()["urls"]["upcoming"] == f"/api/reads/{read.pk}/upcoming/"
    assert Read.objects.count() == 1


def test_there_may_be_no_next_case(client, read, project, reader):
    assert upcoming(client, read) == []
    withdrawn = builders.assignment(builders.case(project), reader)
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(withdrawn_at=read.started_at)
    builders.read(builders.case(project), reader).__class__.objects.exclude(pk=read.pk).update(
        state="submitted", submitted_at=read.started_at
    )
    assert upcoming(client, read) == []


def test_of_a_stack_the_middle_comes_first_and_then_what_is_near(client, read, project, reader):
    case = builders.case(project, with_instance=False)
    builders.assignment(case, reader)
    whole = builders.instance(case.study, number_of_frames=40)
    type(whole.series).objects.filter(pk=whole.series.pk).update(modality="CT")
    frames = [frame for _, frame in shown(upcoming(client, read))]
    assert frames[:3] == [20, 19, 21]
    assert len(frames) == 12 and set(frames) <= set(range(14, 27))


def test_the_prior_beside_the_next_case_is_among_them(client, read, project, reader, signed_in):
    patient = Patient.objects.create(project=project, pseudonym="P-prior")
    prior, following = (builders.case(project, patient=patient, study_date=date(year, 1, 1)) for year in (2017, 2020))
    builders.assignment(following, reader)
    found = upcoming(client, read)
    assert shown(found) == [(of(following), 1), (of(prior), 1)]


def test_who_may_not_see_the_read_is_told_nothing(read, project, reader, other_reader, stranger, signed_in):
    builders.assignment(builders.case(project), reader)
    for other in (other_reader, stranger):
        assert signed_in(other).get(f"/api/reads/{read.pk}/upcoming/").status_code == 404


def test_many_images_take_few_queries(client, read, project, reader, django_assert_max_num_queries):
    case = builders.case(project)
    builders.assignment(case, reader)
    for _ in range(60):
        builders.instance(case.study, series=case.study.series.get())
    with django_assert_max_num_queries(12):
        assert upcoming(client, read)
