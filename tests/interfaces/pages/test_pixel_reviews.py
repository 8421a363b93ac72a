"""The pages around held images: what they say, how many rows they show, whom they refuse."""

import re

import pytest
from django.test import Client

from labeling.actions import pixel_reviews
from labeling.models import BatchItem, Case, PixelReview
from tests import builders, finder, phantoms
from tests.batches import take_in

pytestmark = pytest.mark.django_db

LIST = "/projects/CXR/pixel-reviews/"


@pytest.fixture
def client(manager, signed_in):
    return signed_in(manager)


@pytest.fixture
def held(manager, project, monkeypatch):
    """A case of one image, of whose study two more are held."""
    take_in(manager, project, phantoms.radiograph())
    finder.finds(monkeypatch, finder.findings(finder.TEXT))
    take_in(manager, project, finder.with_text(instance=2), finder.with_text(instance=3))
    return list(PixelReview.objects.order_by("pk"))


def words(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, url
    return " ".join(answer.content.decode().split())


def test_the_list_is_empty_at_first(client, project):
    assert "No image waits" in words(client, LIST)
    assert "Start looking" not in words(client, LIST)


def test_the_list_shows_what_waits_and_what_was_decided(client, manager, held):
    assert "Start looking" in words(client, LIST)
    assert "2 images" in words(client, LIST)
    pixel_reviews.reject(actor=manager, review=held[0], reason="person")
    assert "1 image<" in words(client, LIST)
    rejected = words(client, f"{LIST}?state=rejected")
    assert "A face or a person can be recognised" in rejected
    assert "manager" in rejected
    assert "None yet" in words(client, f"{LIST}?state=passed")


def test_a_long_list_comes_in_pages_with_few_queries(client, held, project, django_assert_max_num_queries):
    batch = held[0].item.batch
    items = [BatchItem(batch=batch, number=100 + n, length=1, state="done", outcome="quarantined") for n in range(300)]
    values = {"project": project, "rows": 60, "columns": 100, "number_of_frames": 1, "series_instance_uid": "2.25.1"}
    PixelReview.objects.bulk_create(
        PixelReview(item=item, source_digest=str(item.pk), study_instance_uid="2.25.2", **values)
        for item in BatchItem.objects.bulk_create(items)
    )
    with django_assert_max_num_queries(20):
        shown = words(client, LIST)
    assert shown.count("Image ") == 50
    assert "1 to 50 of 302" in shown
    with django_assert_max_num_queries(10):
        assert len(client.get("/api/projects/CXR/pixel-reviews/?limit=500").json()["reviews"]) == 302


def test_project_batch_and_cases_say_how_many_are_held(client, held):
    assert "2 images may have text burned in" in words(client, "/projects/CXR/")
    assert "2 images wait for a look" in words(client, f"/projects/CXR/batches/{held[0].item.batch_id}/")
    assert "2 images are held" in words(client, "/projects/CXR/cases/")


def test_the_list_of_batches_tells_held_images_from_refused_files(client, manager, project, held):
    take_in(manager, project, b"no image")
    rows = [" ".join(row.split()) for row in words(client, "/projects/CXR/batches/").split("<tr")[2:]]
    numbers = [re.findall(r'is-number[^>]*">(\d+)<', row) for row in rows]
    assert numbers == [["1", "0", "0", "1"], ["2", "0", "2", "0"], ["1", "1", "0", "0"]]
    assert f'href="{LIST}"' in words(client, "/projects/CXR/batches/")


def test_a_reader_is_told_why_a_case_cannot_be_begun(held, project, reader, signed_in):
    builders.schema(project)
    assignment = builders.assignment(Case.objects.get(), reader)
    client = signed_in(reader)
    shown = words(client, "/")
    assert "images are checked first" in shown
    assert "Start next case" not in shown
    assert client.get("/read/next/").headers["Location"] == "/"
    refused = client.get(f"/read/assignment/{assignment.pk}/")
    assert refused.status_code == 409
    assert "wait for a manager to look at them" in refused.content.decode()


def test_the_screen_shows_a_waiting_image_and_says_so_of_a_decided_one(client, manager, held):
    url = f"{LIST}{held[0].pk}/"
    assert '"state": "waiting"' in words(client, url)
    pixel_reviews.reject(actor=manager, review=held[0], reason="other")
    assert '"state": "rejected"' in words(client, url)


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("adjudicator", 403), ("stranger", 404), (None, 302)])
def test_the_pages_are_the_managers_alone(who, status, held, project, reader, stranger, signed_in):
    people = {"reader": reader, "stranger": stranger, "adjudicator": builders.member(project, "adjudicator")}
    client = signed_in(people[who]) if who else Client()
    for url in (LIST, f"{LIST}{held[0].pk}/"):
        assert client.get(url).status_code == status
