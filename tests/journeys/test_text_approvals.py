"""Free text decided by keyboard in Chromium, and taken out of the files by a real worker."""

import pytest
from playwright.sync_api import expect

from labeling.models import RemainingText
from tests import builders, remaining_texts
from tests.remaining_texts import content, file_with

XSS = "<img src=x onerror=alert(1)>"


@pytest.fixture
def batch(transactional_db):
    project = builders.project("CXR", name="Chest")
    made = remaining_texts.open_batch(builders.member(project, "manager", "mona"), project)
    for texts in ([("ImageComments", "seen by Jane")], [("SeriesDescription", "PA VIEW"), ("ImageComments", XSS)], []):
        file_with(made, ("StudyDescription", "CHEST"), *texts)
    return made


@pytest.fixture
def page(browser, overread, batch):
    overread.start_web()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    problems = []
    page.on("dialog", lambda dialog: problems.append("a value ran as a script"))
    page.goto(f"{overread.url}/projects/CXR/batches/{batch.pk}/text/")
    page.get_by_label("User name").fill("mona")
    page.get_by_label("Password").fill(builders.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-text]").first).to_be_focused()  # the script is there
    yield page
    context.close()
    assert problems == []


def decisions():
    return dict(RemainingText.objects.values_list("value", "decision"))


def row(page, value):
    return page.locator("[data-text]").filter(has_text=value)


def test_a_manager_decides_by_keyboard_and_the_worker_rewrites_the_file(page, batch, overread):
    expect(page.locator("[data-text]").first).to_contain_text("CHEST")
    page.keyboard.press("k")
    expect(row(page, "CHEST").locator("[data-said]")).to_have_text("kept")
    expect(page.locator("[data-waiting]")).to_have_text("3")
    page.keyboard.press("ArrowDown")
    expect(row(page, "seen by Jane")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(row(page, XSS)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("d")
    expect(row(page, "seen by Jane").locator("[data-said]")).to_have_text("dropped")
    page.keyboard.press("Shift+K")
    expect(page.locator("[data-waiting]")).to_have_text("0")
    assert decisions() == {"CHEST": "kept", "PA VIEW": "kept", XSS: "kept", "seen by Jane": "dropped"}
    file = batch.items.order_by("number").first().instance
    assert b"Jane" in content(file)
    expect(page.locator("[data-removal]")).to_contain_text("1 place left")
    # Here the broker lost the wake-up: the sweeper finds the row.
    overread.start_worker()
    overread.start_beat()
    overread.wait_for(lambda: b"Jane" not in content(file), 60, "the file without the text")
    expect(page.locator("[data-removal]")).not_to_contain_text("left", timeout=15_000)
    overread.wait_for(lambda: "seen by Jane" not in decisions(), 20, "the forgotten value")


def test_ticked_values_are_decided_together(page):
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Keep ticked").click()
    expect(page.get_by_role("status").first).to_have_text("2 values kept.")
    assert sorted(decisions().values()) == ["kept", "kept", "waiting", "waiting"]


def test_an_ended_session_loses_no_decision(page):
    page.context.clear_cookies()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="Sign in again")).to_be_visible()
    page.get_by_label("Password").fill(builders.PASSWORD)
    page.keyboard.press("Enter")
    expect(row(page, "CHEST").locator("[data-said]")).to_have_text("kept")


def test_without_a_network_nothing_is_said_to_be_decided(page):
    page.context.set_offline(True)
    page.keyboard.press("d")
    expect(page.get_by_role("alert").first).to_contain_text("nothing was decided")
    assert set(decisions().values()) == {"waiting"}
    expect(row(page, "CHEST").locator("[data-said]")).to_have_text("waiting")
