"""In real Chromium: a manager makes a hanging protocol of their own."""

from playwright.sync_api import expect

from labeling.models import HangingProtocol
from tests import builders
from tests.journeys.test_upload_to_release import browser_page  # noqa: F401 - a fixture


def test_a_protocol_is_copied_and_changed(overread, browser_page):  # noqa: F811
    project = builders.project()
    builders.member(project, "manager", "mona")
    overread.start_web()
    page = browser_page(overread.url, "mona")
    page.goto(f"{overread.url}/projects/CXR/hanging/")
    expect(page.get_by_role("img", name="2 by 2: R CC; L CC; R MLO; L MLO")).to_be_visible()

    page.get_by_role("link", name="Copy Mammography", exact=True).click()
    page.get_by_label("Name").fill("Three breasts")
    page.get_by_label("Columns").select_option("3")
    panes = page.get_by_role("group", name="Panes").get_by_role("button")
    expect(panes).to_have_count(6)
    panes.nth(4).click()
    page.get_by_label("Words shown in the pane").fill("R ML")
    page.get_by_label("Views").fill("ml, lm; x")
    page.get_by_label("Side").select_option("R")
    page.get_by_label("Study").select_option("1")
    expect(panes.nth(4)).to_contain_text("R ML")
    expect(panes.nth(4)).to_contain_text("prior 1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("pane 5: views must be codes")
    expect(page.get_by_label("Views")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Views").fill("ml, lm")
    # A smaller layout forgets nothing while one edits.
    page.get_by_label("Columns").select_option("2")
    expect(panes).to_have_count(4)
    page.get_by_label("Columns").select_option("3")
    expect(panes.nth(4)).to_contain_text("R ML")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".protocols__row").first).to_contain_text("Three breasts")

    made = HangingProtocol.objects.get(name="Three breasts").to_value()
    assert (made.rows, made.columns, made.is_mammography) == (2, 3, True)
    assert (made.places[4].views, made.places[4].study) == (("ML", "LM"), 1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Back to the built-in ones").click()
    expect(page.get_by_text("as built in", exact=True)).to_be_visible()
