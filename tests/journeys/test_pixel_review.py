"""Held images in Chromium, by keyboard and mouse: draw a mask, nudge it, pass, reject, and what becomes of them."""

import pytest
from playwright.sync_api import expect

from labeling.actions import ingest, pixel_reviews
from labeling.models import BatchItem, Instance, PixelReview
from tests import builders, finder
from tests.batches import take_in

ROWS, COLUMNS = 300, 400
PROPOSED = list(finder.TEXT)


@pytest.fixture
def screen(page):
    """A page of 1280 x 800."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.set_default_timeout(10_000)
    return page


@pytest.fixture
def mona(transactional_db):
    return builders.member(builders.project("CXR", name="Chest"), "manager", "mona")


def hold(monkeypatch, manager, *headers):
    """Held images of 400 x 300 pixels with one proposed mask each."""
    found = finder.findings(finder.TEXT, rows=ROWS, columns=COLUMNS, names=("first", "middle", "last", "maximum"))
    finder.finds(monkeypatch, found)
    project = manager.memberships.get().project
    take_in(manager, project, *(finder.with_text(rows=ROWS, columns=COLUMNS, **header) for header in headers))
    return list(PixelReview.objects.order_by("pk"))


def sign_in(page, overread, path):
    page.goto(f"{overread.url}{path}")
    page.get_by_label("User name").fill("mona")
    page.get_by_label("Password").fill(builders.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")


def place(page, column, row):
    """Where a point of the image is on the screen."""
    return page.evaluate(
        """([column, row]) => {
            const point = new DOMPoint(column, row);
            const { x, y } = point.matrixTransform(document.querySelector("[data-picture]").getScreenCTM());
            return [Math.round(x), Math.round(y)];
        }""",
        [column, row],
    )


def drag(page, start, end):
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    page.mouse.move(*place(page, *end), steps=4)
    page.mouse.up()


def shows(page, review):
    expect(page.get_by_role("heading", name=f"Image {review.pk}", exact=True)).to_be_visible()
    page.wait_for_url(f"**/pixel-reviews/{review.pk}/")


def saved(page, words):
    expect(page.locator("[data-saved]")).to_have_text(f"Saved: {words}")


def test_images_are_masked_passed_and_rejected_by_hand(overread, mona, screen, monkeypatch):
    first, second, third, fourth, fifth = hold(
        monkeypatch, mona, {}, {"series": 2}, {"series": 3}, {"series": 3, "instance": 2}, {"series": 4}
    )
    overread.start_web()
    sign_in(screen, overread, "/projects/CXR/")
    screen.get_by_role("link", name="Look at them").click()
    screen.get_by_role("link", name="Start looking").click()
    shows(screen, first)
    keys = screen.keyboard

    drag(screen, (100, 100), (180, 140))
    boxes = screen.locator("[data-masks] li")
    expect(boxes).to_have_count(2)
    [drawn] = [row for row in boxes.all_inner_texts() if "drawn" in row]
    for key in ("ArrowRight", "ArrowRight", "Control+ArrowDown", "Shift+ArrowRight"):
        keys.press(key)
    expect(boxes.nth(1)).not_to_have_text(drawn)
    keys.press("m")
    expect(screen.locator("[data-picture].is-masked")).to_be_visible()
    for number in "4321":
        keys.press(number)
        expect(screen.locator("[data-previews] [aria-pressed=true]")).to_contain_text(number)
    keys.press("Enter")
    shows(screen, second)
    saved(screen, f"image {first.pk} passed with 2 masks")
    proposed, mask = PixelReview.objects.get(pk=first.pk).masks
    assert proposed == PROPOSED
    assert mask == pytest.approx([102, 110, 183, 150], abs=2)

    keys.press("x")
    keys.press("2")
    shows(screen, third)
    saved(screen, f"image {second.pk} rejected")

    keys.press("Tab")
    keys.press("Delete")
    expect(boxes).to_have_count(0)
    expect(screen.get_by_text("nothing in the picture identifies anybody")).to_be_visible()
    keys.press("u")
    expect(boxes).to_have_count(1)
    keys.press("b")
    keys.press("r")
    expect(boxes).to_have_count(0)
    keys.press("u")
    keys.press("u")
    expect(boxes).to_have_count(1)
    keys.press("s")
    shows(screen, fifth)
    saved(screen, f"image {third.pk} and 1 more of its series passed with 1 mask")

    keys.press("Delete")  # nothing is selected, so nothing goes
    keys.press("Tab")
    keys.press("Delete")
    keys.press("b")
    keys.press("Backspace")
    keys.press("Enter")
    expect(screen.get_by_role("heading", name="No image waits any more")).to_be_visible()
    expect(screen.get_by_role("button", name="Try again")).to_be_hidden()
    saved(screen, f"image {fifth.pk} passed without a mask")

    decided = PixelReview.objects.order_by("pk").values_list("state", "reason", "decided_by__username")
    assert (
        list(decided)
        == [("passed", "", "mona"), ("rejected", "text_over_anatomy", "mona")] + [("passed", "", "mona")] * 3
    )
    assert PixelReview.objects.get(pk=fourth.pk).masks == [PROPOSED]
    while ingest.ingest_chunk(first.item.batch_id):
        pass
    assert Instance.objects.count() == 4
    assert set(BatchItem.objects.values_list("outcome", flat=True)) == {"accepted", "rejected"}


def test_a_decision_that_did_not_arrive_is_told_in_words_and_nothing_is_lost(overread, mona, screen, monkeypatch):
    first, second, third = hold(monkeypatch, mona, {}, {"series": 2}, {"series": 3})
    overread.start_web()
    sign_in(screen, overread, f"/projects/CXR/pixel-reviews/{first.pk}/")
    shows(screen, first)
    screen.route("**/decision/", lambda route: route.abort())
    screen.keyboard.press("Enter")
    shows(screen, second)
    expect(screen.get_by_text(f"Image {first.pk} is not saved yet: the server cannot be reached.")).to_be_visible()
    expect(screen.locator("[data-saved]")).to_have_text("Saving 1 decision…")
    screen.unroute("**/decision/")
    saved(screen, f"image {first.pk} passed with 1 mask")
    expect(screen.get_by_role("alert")).to_be_hidden()

    pixel_reviews.reject(actor=mona, review=second, reason="other")
    drag(screen, (100, 100), (180, 140))
    screen.keyboard.press("Enter")
    shows(screen, third)
    expect(screen.get_by_text(f"Image {second.pk} was rejected already by mona.")).to_be_visible()
    assert PixelReview.objects.get(pk=second.pk).state == "rejected"


def test_a_refused_decision_can_be_gone_back_to_with_its_boxes(overread, mona, screen, monkeypatch):
    first, second = hold(monkeypatch, mona, {}, {"series": 2})
    overread.start_web()
    sign_in(screen, overread, f"/projects/CXR/pixel-reviews/{first.pk}/")
    shows(screen, first)
    drag(screen, (100, 100), (180, 140))
    refusal = {"status": 422, "content_type": "application/problem+json", "body": '{"title": "No", "detail": "not so"}'}
    screen.route("**/decision/", lambda route: route.fulfill(**refusal))
    screen.keyboard.press("Enter")
    shows(screen, second)
    screen.unroute("**/decision/")
    screen.get_by_role("button", name=f"Back to image {first.pk}").click()
    shows(screen, first)
    expect(screen.locator("[data-masks] li")).to_have_count(2)
    screen.keyboard.press("Enter")
    saved(screen, f"image {first.pk} passed with 2 masks")


def test_an_ended_session_asks_for_the_password_and_goes_on(overread, mona, screen, monkeypatch):
    [first] = hold(monkeypatch, mona, {})
    overread.start_web()
    sign_in(screen, overread, f"/projects/CXR/pixel-reviews/{first.pk}/")
    shows(screen, first)
    screen.context.clear_cookies()
    screen.keyboard.press("x")
    screen.keyboard.press("1")
    screen.get_by_label("Password of mona").fill(builders.PASSWORD)
    screen.get_by_role("button", name="Sign in").click()
    saved(screen, f"image {first.pk} rejected")
    assert PixelReview.objects.get().reason == "document"


def test_what_somebody_else_decided_meanwhile_is_passed_over(overread, mona, screen, monkeypatch):
    first, second, third = hold(monkeypatch, mona, {}, {"series": 2}, {"series": 3})
    overread.start_web()
    screen.route(f"**/{second.pk}/previews/1/", lambda route: route.abort())  # it is not there before it is wanted
    with screen.expect_event("requestfailed"):
        sign_in(screen, overread, f"/projects/CXR/pixel-reviews/{first.pk}/")
    shows(screen, first)
    pixel_reviews.reject(actor=mona, review=second, reason="other")
    screen.unroute(f"**/{second.pk}/previews/1/")
    screen.keyboard.press("n")
    shows(screen, third)
    expect(screen.locator("[data-saved]")).to_have_text(f"Image {second.pk} does not wait any more.")


def test_an_image_that_cannot_be_fetched_can_be_tried_again(overread, mona, screen, monkeypatch):
    [first] = hold(monkeypatch, mona, {})
    overread.start_web()
    screen.route("**/previews/1/", lambda route: route.abort())
    sign_in(screen, overread, f"/projects/CXR/pixel-reviews/{first.pk}/")
    expect(screen.get_by_role("heading", name=f"Image {first.pk} cannot be shown")).to_be_visible()
    expect(screen.get_by_text("The server cannot be reached.")).to_be_visible()
    screen.unroute("**/previews/1/")
    screen.get_by_role("button", name="Try again").click()
    shows(screen, first)
