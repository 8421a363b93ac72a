"""In real Chromium: a manager makes a profile, puts it in force, and prints the certificate of what came then."""

import json
from pathlib import Path

from playwright.sync_api import expect

from labeling.models import Project
from tests import builders, phantoms
from tests.batches import take_in
from tests.certificates import hash_of
from tests.journeys.test_upload_to_release import browser_page  # noqa: F401 - a fixture


def test_a_profile_is_made_and_certified(overread, browser_page):  # noqa: F811
    project = builders.project()
    manager = builders.member(project, "manager", "mona")
    overread.start_web()
    page = browser_page(overread.url, "mona")
    page.goto(f"{overread.url}/projects/CXR/deidentification/")
    page.get_by_label("Name", exact=True).fill("chest")
    page.get_by_label("Clean Structured Content Option").uncheck()
    page.get_by_role("button", name="Make version").click()
    page.get_by_role("button", name="Put chest/1 in force").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("chest/1 is in force")

    [item] = take_in(manager, Project.objects.get(), phantoms.radiograph())
    assert str(item.batch.profile_value()) == "chest/1"
    page.goto(f"{overread.url}/projects/CXR/batches/{item.batch_id}/")
    page.get_by_role("link", name="Certificate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("De-identification certificate")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download JSON").click()
    document = json.loads(Path(download.value.path()).read_bytes())
    assert document["sha256"] == hash_of(document)
    expect(page.locator("footer")).to_contain_text(document["sha256"])
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="Print").click()
    assert page.title() == "printed"
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
