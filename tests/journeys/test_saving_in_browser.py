"""A mark in the real viewer survives a lost network, a closed tab, an ended session and a server that is gone."""

import uuid

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from labeling.models import AnnotationVersion, RefusedSave
from tests import builders, phantoms
from tests.batches import take_in
from tests.journeys.test_upload_to_release import draw, opened, wait_until_saved


@pytest.fixture
def case(transactional_db):
    project = builders.project()
    builders.schema(project)
    [item] = take_in(builders.member(project, "manager", "mona"), project, phantoms.radiograph(rows=200, columns=480))
    return builders.read(item.instance.series.study.case, builders.member(project, "reader", "rolf"))


@pytest.fixture
def context(browser, overread, case):
    overread.start_web()
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    page = made.new_page()
    page.goto(f"{overread.url}/")
    page.get_by_label("User name").fill("rolf")
    page.get_by_label("Password").fill(builders.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My worklist")).to_be_visible()
    page.close()
    yield made
    made.close()


@pytest.fixture
def open_read(context, overread, case):
    def open_it():
        page = context.new_page()
        page.goto(f"{overread.url}/read/{case.pk}/")
        opened(page, overread)
        return page

    return open_it


def kept():
    versions = AnnotationVersion.objects.order_by("annotation__created_at", "version")
    return [[v.geometry[key] for key in ("x", "y", "width", "height")] for v in versions]


def test_what_was_drawn_without_network_is_sent_after_the_tab_was_closed(context, open_read, overread):
    page = open_read()
    context.set_offline(True)
    box = draw(page, (40, 30), (160, 90))
    expect(page.locator("[data-part=save-line]")).to_contain_text("kept on this computer")
    page.close()
    assert kept() == []
    context.set_offline(False)
    page = open_read()
    wait_until_saved(page, overread)
    [saved] = kept()
    assert saved == pytest.approx(box, abs=0.01)


def test_a_mark_taken_back_before_the_server_heard_of_it_is_not_sent(context, open_read, overread):
    page = open_read()
    context.set_offline(True)
    draw(page, (40, 30), (160, 90))
    page.evaluate("overread.outbox.operations.length")
    page.keyboard.press("Control+z")
    context.set_offline(False)
    wait_until_saved(page, overread)
    assert page.evaluate("overread.store.liveMarks.length") == 0
    assert page.evaluate("overread.outbox.refused.length") == 0


def test_after_the_session_ended_one_signs_in_over_the_page(open_read, overread):
    page = open_read()
    Session.objects.all().delete()
    draw(page, (40, 30), (160, 90))
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    dialog.get_by_label("User name").fill("rolf")
    dialog.get_by_label("Password").fill(builders.PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    wait_until_saved(page, overread)
    assert len(kept()) == 1
    expect(page.locator("[data-part=save-line]")).to_contain_text("Saved ")


def test_a_server_that_is_gone_is_waited_for(open_read, overread):
    page = open_read()
    overread.kill("web")
    boxes = [draw(page, (40, 30), (160, 90)), draw(page, (200, 30), (300, 90))]
    expect(page.locator("[data-part=save-line]")).to_contain_text("kept on this computer")
    overread.start_web()
    overread.wait_for(lambda: page.evaluate("overread.outbox.isAllSaved"), 60, "the saved state")
    assert sorted(kept()) == [pytest.approx(box, abs=0.01) for box in sorted(boxes)]


def test_a_mark_changed_elsewhere_is_shown_in_both_versions(open_read, overread, case):
    page = open_read()
    box = draw(page, (40, 30), (160, 90))
    wait_until_saved(page, overread)
    mark = AnnotationVersion.objects.get()
    elsewhere = Client()
    elsewhere.force_login(case.reader)
    body = mark.as_document() | {"geometry": {"x": 1, "y": 1, "width": 5, "height": 5}}
    answer = elsewhere.put(
        f"/api/reads/{case.pk}/annotations/{mark.annotation_id}/", body, content_type="application/json",
        headers={"If-Match": '"1"', "Idempotency-Key": str(uuid.uuid4())},
    )  # fmt: skip
    assert answer.status_code == 200
    page.locator("[data-part=viewport]").focus()
    page.keyboard.press("2")
    dialog = page.get_by_role("dialog", name="Changed in two places")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Keep mine").click()
    wait_until_saved(page, overread)
    newest = AnnotationVersion.objects.latest("version")
    assert (newest.version, newest.label.key) == (3, "mass")
    assert [newest.geometry[key] for key in ("x", "y", "width", "height")] == pytest.approx(box, abs=0.01)
    assert RefusedSave.objects.get().content["label"] == "mass"
