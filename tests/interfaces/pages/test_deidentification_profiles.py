"""The page of de-identification profiles: what it says, what its forms do, and who may open it."""

import html

import pytest
from django.test import Client

from labeling.actions import batches
from labeling.domain.dicom.deidentification.options import EXPLANATIONS
from labeling.models import DeidentificationProfile, Project
from tests import builders

PAGE = "/projects/CXR/deidentification/"
FORM = {"name": "chest", "options": ["clean_pixel_data", "retain_uids"], "pixel_review": "always"}


@pytest.fixture
def client(signed_in, manager):
    return signed_in(manager)


def text(answer):
    return html.unescape(answer.content.decode())


def test_every_option_is_there_with_its_code(client):
    shown = text(client.get(PAGE))
    for explanation in EXPLANATIONS:
        assert explanation.code.meaning in shown
        assert f"{explanation.code.value} · PS3.15 {explanation.code.section}" in shown
    assert "basic/1 is in force" in shown
    assert "113102 · PS3.15 E.3.2" in shown and "Not done" in shown


def test_a_version_is_made_chosen_and_seen_in_use(client, manager, project):
    made = client.post(PAGE, FORM, follow=True)
    assert "chest/1 is made" in text(made)
    assert "basic/1 is in force" in text(made)
    chosen = client.post(f"{PAGE}choose/", {"profile": "chest/1"}, follow=True)
    assert "Batches opened from now on use chest/1" in text(chosen)
    batch = batches.open_batch(actor=manager, project=Project.objects.get(key="CXR"))
    shown = text(client.get(PAGE))
    assert "chest/1 is in force" in shown
    assert f'last <a href="/projects/CXR/batches/{batch.pk}/">batch {batch.pk}</a>' in shown
    assert "Whoever can search the archive" in shown


def test_after_a_version_is_made_the_page_opens_where_it_says_so(client):
    assert client.post(PAGE, FORM)["Location"] == f"{PAGE}#main"


def test_a_wrong_form_is_said_and_kept(client):
    wrong = FORM | {"options": ["retain_full_dates", "retain_modified_dates"]}
    answer = client.post(PAGE, wrong)
    assert "Dates either stay as they are or are moved" in text(answer)
    assert 'value="retain_full_dates" checked' in text(answer)
    assert not DeidentificationProfile.objects.exists()


@pytest.mark.parametrize("profile", ["nosuch/1", "chest", "chest/x", "chest/99999999999999999999", ""])
def test_a_profile_that_is_not_there_is_not_chosen(client, profile):
    answer = client.post(f"{PAGE}choose/", {"profile": profile}, follow=True)
    assert "basic/1 is in force" in text(answer)


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("adjudicator", 403), ("stranger", 404)])
def test_others_do_not_open_the_page(who, status, project, stranger, signed_in):
    client = signed_in(stranger if who == "stranger" else builders.member(project, who, who))
    assert client.get(PAGE).status_code == status
    assert client.post(PAGE, FORM).status_code == status
    assert client.post(f"{PAGE}choose/", {"profile": "strict/1"}).status_code == status
    assert not DeidentificationProfile.objects.exists()
    assert Project.objects.get(key="CXR").built_in_profile == "basic"


def test_who_is_not_signed_in_is_asked_to(project):
    assert Client().get(PAGE).status_code == 302
    assert Client().post(f"{PAGE}choose/", {"profile": "strict/1"}).status_code == 302
    assert Project.objects.get(key="CXR").built_in_profile == "basic"
