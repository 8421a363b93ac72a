"""A large film: a small picture first, then the film in its place."""

import numpy as np
import pytest

from labeling.domain.dicom.preview import preview
from tests.viewer.cases import DISPLAY, Case, gradient
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
    case.frames["s0i0/preview"] = preview(FILM, DISPLAY | {"windows": window(2000, 4000), "range": [0, 4400]}, True)
    case.series[0]["instances"][0]["preview_url"] = "/api/instances/s0i0/preview/tag/"
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
    assert np.quantile(difference, 0.99) <= 4  # WebP has lost a little


def test_a_film_that_fails_takes_its_preview_with_it(start):
    case = film()
    screen = start(case, prepare=lambda api: api.failing_frames.add("s0i0/1"))
    screen.page.wait_for_timeout(100)
    assert screen.page.evaluate("[overread.view.shown, overread.view.isPreview]") == [None, False]
    assert "could not be loaded" in screen.page.locator("[data-part=problem-text]").first.inner_text()
    assert np.array(screen.page.evaluate(SCREEN)).max() == 0


def test_only_large_frames_have_a_preview():
    assert preview(FILM[:1000, :1000], DISPLAY, False) == b""
