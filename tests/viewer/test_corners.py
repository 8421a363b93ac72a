"""The words, letters and the scale upon the pictures: each has its place, and can be read on black and on white."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.viewer.cases import Case
from tests.viewer.test_layout import choose_layout, protocol, settled, with_hanging

SPACING = {"row_mm": 0.4, "column_mm": 0.4, "source": "PixelSpacing"}
PLACED = {"orientation": [1, 0, 0, 0, 1, 0], "frame_of_reference_uid": "2.25.1", "slice_thickness": 2.5}
WORDS = ".corner > *, .corner:not(:has(*)), .rim__notes, .edge, .scale"

OVERLAPS = """(() => {
    const found = [];
    for (const pane of document.querySelectorAll("[data-part=viewport]")) {
        const outer = pane.getBoundingClientRect();
        const seen = [...pane.querySelectorAll(%r)].filter((each) => each.textContent && each.checkVisibility());
        const boxes = seen.map((each) => {
            const range = document.createRange();
            range.selectNodeContents(each);
            return [each.dataset.part, range.getBoundingClientRect()];
        });
        for (const [name, box] of boxes) {
            const isInside = box.left >= outer.left && box.right <= outer.right && box.top >= outer.top
                && box.bottom <= outer.bottom;
            if (!isInside) found.push([name, "leaves its pane"]);
            for (const [other, its] of boxes) {
                const isOver = box.left < its.right - 1 && its.left < box.right - 1 && box.top < its.bottom - 1
                    && its.top < box.bottom - 1;
                if (name < other && isOver) found.push([name, other]);
            }
        }
    }
    return found;
})()""".replace("%r", repr(WORDS))


def stack(case, grey, count=3, **more):
    case.add_series(
        [np.full((256, 256), grey, np.int16) for _ in range(count)],
        number=len(case.series) + 1,
        windows=[{"center": -600, "width": 1500, "name": "LUNG"}],
        spacing=SPACING,
        **PLACED | more,
    )
    case.series[-1]["description"] = "Thorax 2.5 mm lung kernel, breath held"
    for index, instance in enumerate(case.series[-1]["instances"]):
        instance["display"] = {"position": [-50.0, -50.0, index * 2.5]}
    return case


@pytest.mark.parametrize("size", [(1280, 720), (2160, 3840)])
def test_no_word_reaches_another_in_any_layout_and_the_needed_ones_stay(start, size):
    screen = start(stack(stack(Case(), 500), -2000), prepare=lambda api: api.read.update(
        studies=[
            {"study_instance_uid": "2.25.5", "is_prior": False, "date": "2019-03-04", "interval_days": 0},
            {"study_instance_uid": "2.25.6", "is_prior": True, "date": "2017-02-01", "interval_days": 761},
        ],
        series=[each | {"study": index} for index, each in enumerate(api.read["series"])],
    ))  # fmt: skip
    page = screen.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("overread.view.flip('horizontal'), overread.view.toggleInversion()")
    for layout in ("4 by 4", "3 by 3", "2 by 2", "1 by 3", "1 by 1"):
        choose_layout(screen, layout)
        settled(screen)
        page.mouse.move(*screen.at(128, 128))
        screen.until("document.querySelector('[data-part=corner-bottom-left]').textContent.includes('500')")
        assert page.evaluate(OVERLAPS) == [], layout
        for words in ("Image 2/3", "flipped ↔, inverted", "500"):
            assert words in page.locator("[data-part=viewport]").first.inner_text(), layout
        assert page.locator("[data-part=scale]").first.is_visible()
        shown = page.locator("[data-part=viewport]").first.inner_text()
        assert ("DEMO-12" in shown) == (layout != "4 by 4" or size[1] > 3000)
    # Planes: what is resampled says so in one line of its own
    choose_layout(screen, "1 by 1")
    page.evaluate("overread.layout.threePlanes()")
    settled(screen)
    screen.until("document.querySelectorAll('.rim__notes:not(:empty)').length === 2")
    assert page.evaluate(OVERLAPS) == []
    assert page.locator(".rim__notes").nth(1).evaluate("(each) => each.getClientRects()[0].height < 20")


def test_what_a_place_a_view_and_a_series_all_say_is_said_once(start):
    case = stack(Case(), 500, 1, laterality="R", view_position="CC", orientation=None)
    case.series[0]["description"] = "RCC"
    hung = {"series_instance_uid": "2.25.0", "sop_instance_uid": "2.25.9.s0i0", "frame": 1, "is_same_size": True}
    hung |= {"title": "R CC", "align": "right"}
    screen = start(case, prepare=with_hanging(protocol([hung], columns=1)))
    words = screen.page.locator("[data-part=case]").inner_text().split("\n")
    assert [word for word in words if word.replace(" ", "") == "RCC"] == ["R CC"]
    assert screen.page.locator("[data-part=corner-top-right]").inner_text() == ""
    assert screen.page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize(("grey", "background"), [(4000, 255), (-4000, 0)])
def test_letters_and_words_can_be_read_on_white_and_on_black(start, grey, background):
    screen = start(stack(Case(), grey, 1))
    page = screen.page
    page.evaluate("overread.view.zoomBy(4)")  # the picture is under all words
    screen.until("overread.view.shown")
    for part in ("edge-left", "edge-top", "corner-bottom-left", "scale"):
        image = Image.open(io.BytesIO(page.locator(f"[data-part={part}]").screenshot())).convert("L")
        levels = np.asarray(image)
        # Light strokes, and a dark rim around them
        assert (levels > 170).mean() > 0.01, part
        assert (levels < 70).mean() > 0.05, part
        if background == 255 and part.startswith("edge"):
            assert (levels[:, 0] < 70).any() or (levels[:, 1] < 70).any()
