"""The page of free text: it shows values as text, works without scripts, and is the managers' alone."""

import pytest
from django.test import Client

from labeling.models import RemainingText, RemainingTextUse
from tests import builders, remaining_texts
from tests.remaining_texts import file_with

pytestmark = pytest.mark.django_db

XSS = '<img src=x onerror="alert(1)"></script><script>alert(2)</script>'


@pytest.fixture
def batch(manager, project):
    made = remaining_texts.open_batch(manager, project)
    file_with(made, ("StudyDescription", "THORAX JANE"), ("SeriesDescription", "PA VIEW"))
    file_with(made, ("SeriesDescription", "PA VIEW"))
    return made


@pytest.fixture
def adjudicator(project):
    return builders.member(project, "adjudicator", username="adjudicator")


def ids():
    return list(RemainingText.objects.order_by("id").values_list("pk", flat=True))


def page(batch, query=""):
    return f"/projects/CXR/batches/{batch.pk}/text/{query}"


def test_the_page_shows_values_as_text_whatever_they_hold(batch, manager, signed_in):
    file_with(batch, ("ImageComments", XSS))
    shown = signed_in(manager).get(page(batch)).content.decode()
    assert "<img src=x" not in shown
    assert "<script>alert" not in shown
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&lt;/script&gt;&lt;script&gt;alert(2)&lt;/script&gt;" in shown


def test_the_page_works_without_scripts(batch, manager, signed_in):
    client = signed_in(manager)
    first, second = ids()
    assert client.post(page(batch), {"decision": "keep", "texts": [first]}).status_code == 302
    answer = client.post(page(batch), {"decision": "drop", "texts": [second]}, follow=True)
    assert b"1 value dropped" in answer.content
    assert b"Every value is decided" in answer.content
    assert [row.decision for row in RemainingText.objects.order_by("id")] == ["kept", "dropped"]
    everything = client.get(page(batch, "?decision=all")).content
    assert b"THORAX JANE" in everything
    assert b"PA VIEW" in everything


@pytest.mark.parametrize("form", [{}, {"decision": "keep"}, {"decision": "eat", "texts": ["1"]}])
def test_a_form_that_says_nothing_decides_nothing(form, batch, manager, signed_in):
    answer = signed_in(manager).post(page(batch), form, follow=True)
    assert b"Tick the values first" in answer.content
    assert set(RemainingText.objects.values_list("decision", flat=True)) == {"waiting"}


def test_a_batch_without_text_says_so(manager, project, signed_in):
    batch = remaining_texts.open_batch(manager, project)
    assert b"No free text is left in this batch." in signed_in(manager).get(page(batch)).content


def test_the_batch_page_says_how_many_wait(batch, manager, signed_in):
    shown = signed_in(manager).get(f"/projects/CXR/batches/{batch.pk}/").content
    assert b"2 values of free text wait to be kept or dropped." in shown


def test_the_project_page_leads_to_what_waits_while_something_does(batch, manager, signed_in):
    client = signed_in(manager)
    shown = client.get("/projects/CXR/").content.decode()
    assert "2 values of free text wait" in shown
    assert f'href="{page(batch)}"' in shown
    client.post(page(batch), {"decision": "keep", "texts": ids()})
    assert "of free text wait" not in client.get("/projects/CXR/").content.decode()


def test_ten_thousand_values_come_in_pages_at_a_fair_price(manager, project, signed_in, django_assert_max_num_queries):
    batch = remaining_texts.open_batch(manager, project)
    file_with(batch, ("ImageComments", "one"))
    instance = batch.items.get().instance
    rows = [
        RemainingText(project=project, keyword="ImageComments", value=f"value {n}", digest=f"{n}")
        for n in range(10_000)
    ]
    made = RemainingText.objects.bulk_create(rows)
    RemainingTextUse.objects.bulk_create(RemainingTextUse(text=row, instance=instance) for row in made)
    client = signed_in(manager)
    with django_assert_max_num_queries(20):
        shown = client.get(page(batch)).content.decode()
    assert "1 to 100 of 10,001" in shown
    assert shown.count("data-text=") == 100


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("adjudicator", 403), ("stranger", 404)])
def test_the_page_is_the_managers_alone(who, status, batch, signed_in, request):
    client = signed_in(request.getfixturevalue(who))
    assert client.get(page(batch)).status_code == status
    assert client.post(page(batch), {"decision": "drop", "texts": ids()}).status_code == status
    assert set(RemainingText.objects.values_list("decision", flat=True)) == {"waiting"}


def test_who_is_not_signed_in_is_sent_to_the_sign_in(batch):
    for answer in (Client().get(page(batch)), Client().post(page(batch), {"decision": "drop", "texts": ids()})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
    assert set(RemainingText.objects.values_list("decision", flat=True)) == {"waiting"}


def test_a_batch_is_found_in_its_own_project_alone(batch, manager, signed_in):
    builders.member(builders.project(key="OTHER2"), "manager", username=manager.username)
    assert signed_in(manager).get(f"/projects/OTHER2/batches/{batch.pk}/text/").status_code == 404


def test_who_makes_a_release_is_told_of_text_that_waits(batch, manager, signed_in):
    client = signed_in(manager)
    told = "2 values of free text wait to be"
    assert told in client.get("/projects/CXR/releases/").content.decode()
    client.post(page(batch), {"decision": "keep", "texts": ids()})
    assert "of free text wait" not in client.get("/projects/CXR/releases/").content.decode()
