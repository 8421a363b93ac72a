"""The editor of hanging protocols in real Chromium; what it asks for is answered by Django's test client."""

import contextvars
import os

import pytest
from playwright.sync_api import expect

from labeling.actions.hanging import change_protocol
from labeling.models import HangingProtocol, Project, User

URL = "http://localhost"
PAGE = f"{URL}/projects/CXR/hanging/"


@pytest.fixture
def managed(page, signed_in, manager):
    """A page of a manager; nothing on it may break the security policy or throw."""
    # Playwright calls back in a context of its own, in which Django would open a second connection.
    client, problems, context = signed_in(manager), [], contextvars.copy_context()

    def answer(route):
        asked = route.request
        path, content_type = asked.url.removeprefix(URL), asked.headers.get("content-type", "")
        headers = {"If-Match": asked.headers["if-match"]} if "if-match" in asked.headers else {}
        given = context.run(
            client.generic, asked.method, path, asked.post_data or "", content_type=content_type, headers=headers
        )
        while given.status_code in (301, 302):
            given = context.run(client.get, given["Location"])
        route.fulfill(status=given.status_code, headers=dict(given.items()), body=given.getvalue())

    page.route(f"{URL}/**", answer)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if "Content Security" in m.text else None)
    yield page
    assert problems == []


def test_a_protocol_is_copied_and_changed(managed):
    page = managed
    page.goto(PAGE)
    expect(page.get_by_role("img", name="2 by 2: R CC; L CC; R MLO; L MLO")).to_be_visible()
    page.get_by_role("link", name="Copy Mammography", exact=True).click()
    page.get_by_label("Name").fill("Three breasts")
    page.get_by_label("Columns").select_option("3")
    panes = page.get_by_role("group", name="Panes").get_by_role("button")
    assert [words.split("\n")[0] for words in panes.all_inner_texts()] == [
        "R CC", "L CC", "no. 3", "R MLO", "L MLO", "no. 6"
    ]  # fmt: skip
    panes.nth(2).click()
    page.get_by_label("Words shown in the pane").fill("R ML")
    page.get_by_label("Views").fill("ml, lm; x")
    page.get_by_label("Side").select_option("R")
    page.get_by_label("Study").select_option("1")
    expect(panes.nth(2)).to_contain_text("R ML")
    expect(panes.nth(2)).to_contain_text("prior 1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("pane 3: views must be codes")
    expect(page.get_by_label("Views")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Views").fill("ml, lm")
    # A smaller layout forgets nothing while one edits.
    page.get_by_label("Columns").select_option("1")
    expect(panes).to_have_count(2)
    page.get_by_label("Columns").select_option("3")
    expect(panes.nth(2)).to_contain_text("R ML")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").first).to_contain_text("Three breasts")
    made = HangingProtocol.objects.get(name="Three breasts").to_value()
    assert (made.rows, made.columns, made.is_mammography) == (2, 3, True)
    assert (made.places[2].views, made.places[2].study) == (("ML", "LM"), 1)


def test_of_two_who_edit_at_once_the_later_sees_both_versions_and_chooses(managed):
    page = managed
    row = HangingProtocol.objects.listed
    page.goto(f"{PAGE}1/")
    project = Project.objects.get(key="CXR")
    theirs = row(project)[0].as_document() | {"name": "Theirs"}
    change_protocol(actor=User.objects.first(), project=project, number=1, version=1, document=theirs)
    page.get_by_label("Name").fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    notice = page.get_by_role("alert").filter(has_text="Nothing is lost")
    expect(notice).to_contain_text("Theirs")
    expect(notice.get_by_role("img")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Mine")
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/conflict.png")
    page.get_by_role("button", name="Save mine in its place").click()
    expect(page.get_by_role("listitem").first).to_contain_text("Mine")
    assert row(project)[0].version == 3


def test_what_cannot_be_taken_back_is_asked_before(managed):
    page, answers = managed, []
    page.on("dialog", lambda dialog: dialog.accept() if answers.pop() else dialog.dismiss())
    page.goto(PAGE)
    answers[:] = [True, False]
    remove = page.get_by_role("button", name="Remove Chest with prior")
    remove.click()
    expect(remove).to_be_visible()
    remove.click()
    expect(remove).to_have_count(0)
    answers[:] = [True]
    page.get_by_role("button", name="Back to the built-in ones").click()
    expect(page.get_by_text("as built in", exact=True)).to_be_visible()
    assert not HangingProtocol.objects.exists()
