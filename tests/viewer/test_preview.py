"""What is seen before the picture itself: what the page comes with, and a small picture of a large film."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from labeling.domain.dicom.preview import is_large, preview
from labeling.templatetags import pages
from tests.viewer.cases import DISPLAY, Case, gradient
from tests.viewer.test_layout import hung, protocol, with_hanging
from tests.viewer.test_pixels import window

FILM = gradient(2000, 1600, dtype=np.uint16, low=0, high=4000)
SCREEN = """() => {
    overread.view.paint();
    const source = document.querySelector("[data-part=canvas]");
    const copy = new OffscreenCanvas(source.width, source.height).getContext("2d");
    copy.drawImage(source, 0, 0);
    const { data } = copy.getImageData(0, 0, source.width, source.height);
    return Array.from({ length: data.length / 404 }, (_, index) => data[index * 404]);  // a part of the reds will do
}"""


def film():
    case = Case().add_series([FILM], modality="DX", windows=window(2000, 4000), photometric="MONOCHROME1")
    case.frames["s0i0/1/preview"] = preview(FILM, DISPLAY | {"windows": window(2000, 4000), "range": [0, 4400]}, True)
    case.series[0]["instances"][0]["preview_url"] = "/api/instances/s0i0/frames/1/preview/tag/"
    return case


@pytest.mark.parametrize("renderer", ["2d", "webgl"])
def test_a_preview_is_looked_at_and_gives_way_to_the_film_without_a_jump(start, renderer):
    case = film()
    screen = start(Case().add_series([gradient()]), f"?renderer={renderer}")
    screen.api.read, screen.api.frames = case.read, case.frames
    screen.api.frames_may_come.clear()
    screen.page.goto(f"{screen.url}/read/7/?renderer={renderer}", wait_until="commit")
    screen.until("Boolean(window.overread?.view?.isPreview)")
    state = "[overread.view.shown, overread.view.pixels === undefined, overread.view.isLoading]"
    assert screen.page.evaluate(state) == [None, True, True]
    assert "Preview" in screen.page.locator("[data-part=problem-text]").first.inner_text()
    before = np.array(screen.page.evaluate(SCREEN), int)
    screen.page.mouse.move(600, 400)
    screen.page.mouse.down()
    screen.page.mouse.move(700, 500, steps=3)
    screen.page.mouse.up()
    screen.api.frames_may_come.set()
    screen.until("Boolean(overread.view.shown)")
    assert screen.boxes() == []
    assert not screen.page.evaluate("overread.view.isPreview")
    after = np.array(screen.page.evaluate(SCREEN), int)
    difference = np.abs(after - before)
    assert after.max() > 200
    assert np.quantile(difference, 0.99) <= 4  # JPEG has lost a little


def test_a_film_that_fails_takes_its_preview_with_it(start):
    case = film()
    screen = start(case, prepare=lambda api: api.failing_frames.add("s0i0/1"))
    screen.page.wait_for_timeout(100)
    assert screen.page.evaluate("[overread.view.shown, overread.view.isPreview]") == [None, False]
    assert "could not be loaded" in screen.page.locator("[data-part=problem-text]").first.inner_text()
    assert np.array(screen.page.evaluate(SCREEN)).max() == 0


def test_only_of_large_frames_a_preview_is_kept():
    assert is_large(FILM)
    assert not is_large(FILM[:1000, :1000])


def looked_at(*pictures, edges=("",), is_same_size=False):
    """A case whose page comes with pictures: of each (columns, rows, mm of a column, mm of a row)."""
    case = Case()
    for number, (columns, rows, column_mm, row_mm) in enumerate(pictures):
        pixels = gradient(rows, columns)
        spacing = {"row_mm": row_mm, "column_mm": column_mm, "source": "PixelSpacing"}
        case.add_series([pixels], modality="MG", windows=window(0, 2000), spacing=spacing)
        display = DISPLAY | {"windows": window(0, 2000), "range": [-1000, 1200]}
        case.frames[f"s{number}i0/1/preview"] = preview(pixels, display, False)
    panes = [hung(number, edge, is_same_size) for number, edge in enumerate(edges)]
    return case, with_hanging(protocol(panes, columns=len(edges)))


def pictures_on(screen):
    """Grey levels of the panes as the reader sees them, without the words over them."""
    hide = "for (const each of document.querySelectorAll('.corner, .edge, .scale, .problem')) each.style.opacity = 0"
    screen.page.evaluate(hide)
    shot = screen.page.locator(".workplace").screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("L"), int)


@pytest.mark.parametrize(
    ("pictures", "edges", "is_same_size"),
    [
        ([(300, 200, 1.0, 1.0)], ("",), False),
        ([(300, 200, 0.07, 0.2)], ("",), False),
        ([(300, 400, 0.1, 0.1), (200, 300, 0.2, 0.2), (280, 380, 0.1, 0.1)], ("right", "left", ""), True),
    ],
    ids=["a slice", "long pixels", "one size"],
)
def test_the_viewer_puts_its_pictures_just_where_those_of_the_page_were(start, pictures, edges, is_same_size):
    case, prepare = looked_at(*pictures, edges=edges, is_same_size=is_same_size)
    screen = start(Case().add_series([gradient()]))
    screen.api.read, screen.api.frames = case.read, case.frames
    prepare(screen.api)
    screen.api.frames_may_come.clear()
    screen.page.goto(f"{screen.url}/read/7/?renderer=2d", wait_until="commit")
    screen.until("Boolean(window.overread?.view?.isLoading)")
    screen.until("[...document.querySelectorAll('.first-looks image')].every((each) => each.getBBox().width > 0)")
    words = "Preview. The full picture is on its way."
    told = (
        f"[...document.querySelectorAll('[data-part=problem-text]')].filter((each) => each.textContent === '{words}')"
    )
    screen.until(f"{told}.length === {len(pictures)}")
    before = pictures_on(screen)
    middle = [screen.page.viewport_size[side] / 2 for side in ("width", "height")]
    screen.page.mouse.move(*middle)
    screen.page.mouse.down()
    screen.page.mouse.move(middle[0] + 60, middle[1] + 60, steps=3)
    screen.page.mouse.up()
    screen.api.frames_may_come.set()
    screen.until("overread.screen.panes.every(({ viewport }) => viewport.shown)")
    screen.until("document.querySelectorAll('.first-looks image').length === 0")
    assert screen.boxes() == []
    after = pictures_on(screen)
    assert after.max() > 200
    assert np.quantile(np.abs(after - before), 0.98) <= 4


@pytest.mark.parametrize("what", ["the frame fails", "another layout", "zoom"])
def test_the_pictures_of_the_page_never_stand_for_something_else(start, what):
    case, prepare = looked_at((300, 200, 1.0, 1.0), edges=("",))
    screen = start(Case().add_series([gradient()]))
    screen.api.read, screen.api.frames = case.read, case.frames
    prepare(screen.api)
    if what == "the frame fails":
        screen.api.failing_frames.add("s0i0/1")
    else:
        screen.api.frames_may_come.clear()
    screen.page.goto(f"{screen.url}/read/7/?renderer=2d", wait_until="commit")
    screen.until("Boolean(window.overread?.view?.problem)")
    if what == "another layout":
        screen.page.evaluate("overread.screen.setLayout({ rows: 1, columns: 2 })")
    elif what == "zoom":
        screen.page.evaluate("overread.view.zoomBy(2)")
    is_seen = "[...document.querySelectorAll('.first-looks image')].some((each) => each.checkVisibility())"
    screen.until(f"!({is_seen})")
    screen.api.frames_may_come.set()


def opened_without(start, pattern):
    """The page with its first picture, and what lets the files come whose addresses are like the pattern."""
    case, prepare = looked_at((300, 200, 1.0, 1.0))
    screen = start(Case().add_series([gradient()]))
    screen.api.read, screen.api.frames = case.read, case.frames
    prepare(screen.api)
    held = []

    def hold(route):
        held.append(route)

    def release():
        while not held:
            screen.page.wait_for_timeout(10)
        screen.page.unroute(pattern)  # which lets those go that are held

    screen.page.route(pattern, hold)
    screen.page.goto(f"{screen.url}/read/7/?renderer=2d", wait_until="commit")
    screen.until("performance.getEntriesByName('overread:first-image').length === 1")
    return screen, release


MAIN = re.compile(r"/viewer/main[^/]*\.js")
LATER_STYLES = re.compile(rf"/css/({'|'.join(pages.LATER_STYLES)})[^/]*\.css")


@pytest.mark.parametrize("late", [MAIN, LATER_STYLES], ids=["scripts", "styles"])
def test_nothing_moves_when_the_rest_of_the_page_comes(start, late):
    screen, release = opened_without(start, late)
    places = """["head", "toolbar", "screen", "series", "labels", "submit"].map((name) => {
        const { x, y, width, height } = (
            document.querySelector(`[data-part=${name}]`) ?? document.querySelector(`.reading__${name}`)
        ).getBoundingClientRect();
        return name === "labels" ? [name, x, width] : [name, x, y, width, name === "series" ? 0 : height];
    })"""
    if late is LATER_STYLES:
        screen.until("Boolean(window.overread)")
        screen.page.evaluate("overread.ready")
    before = screen.page.evaluate(places)
    release()
    screen.until("Boolean(window.overread)")
    screen.page.evaluate("overread.ready")
    screen.until("[...document.querySelectorAll('link[rel=stylesheet]')].every(({ sheet }) => sheet)")
    assert screen.page.evaluate(places) == before


def test_no_words_lie_over_the_first_picture_while_the_rest_of_the_page_comes(start):
    screen, release = opened_without(start, MAIN)
    assert not screen.page.locator("[data-part=problem]").is_visible()
    release()


def test_what_lies_over_the_picture_is_placed_without_the_styles_that_come_later(start):
    screen, release = opened_without(start, LATER_STYLES)
    screen.until("Boolean(window.overread)")
    screen.page.evaluate("overread.ready")
    box = """(name) => {
        const found = document.querySelector(`[data-part=${name}]`);
        found.hidden = false;
        const { x, y, width, height } = found.getBoundingClientRect();
        return [x, y, width, height, getComputedStyle(found).pointerEvents];
    }"""
    *pane, _ = screen.page.evaluate(box, "canvas")
    for name in ("masks", "planes", "overlay", "brush-cursor"):
        assert screen.page.evaluate(box, name) == [*pane, "none"]
    release()
