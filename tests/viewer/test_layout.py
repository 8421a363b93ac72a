"""Several pictures at once: layouts, hanging, links, guides, lens, cine, and what is loaded for them."""

import time
from urllib.parse import urlsplit

import numpy as np
import pytest

from tests.viewer.cases import Case, gradient

SPACING = {"row_mm": 1.0, "column_mm": 1.0, "source": "PixelSpacing"}
WINDOWS = [{"center": 0, "width": 2000, "name": ""}]
AXIAL, CORONAL = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1]


def add_stack(case, count, place, orientation=AXIAL, space="2.25.1", **more):
    """A series with one instance at each `place(index)`."""
    display = {"spacing": SPACING, "orientation": orientation, "frame_of_reference_uid": space, "windows": WINDOWS}
    case.add_series([gradient(100, 100) for _ in range(count)], number=len(case.series) + 1, **display | more)
    for index, instance in enumerate(case.series[-1]["instances"]):
        instance["display"] = {"position": place(index)}
    return case


def ct():
    """Two axial series with other steps, a coronal one of the same patient space, and an axial one of another."""
    case = add_stack(Case(), 20, lambda index: [0.5, 0.5, index * 5.0])
    add_stack(case, 50, lambda index: [0.5, 0.5, index * 2.0], rescale_intercept=5.0)
    add_stack(case, 10, lambda index: [0.5, index * 10.0, 99.5], CORONAL)
    return add_stack(case, 12, lambda index: [0.5, 0.5, index * 5.0], space="2.25.2")


def protocol(panes, rows=1, columns=2, name="Side by side", **links):
    return {"name": name, "rows": rows, "columns": columns, "links": links, "panes": panes}


def hung(series, align="", is_same_size=False, title=""):
    names = {"series_instance_uid": f"2.25.{series}", "sop_instance_uid": f"2.25.9.s{series}i0", "frame": 1}
    return names | {"align": align, "is_same_size": is_same_size, "title": title}


def with_hanging(*protocols, **more):
    return lambda api: api.read.update(hanging={"protocols": list(protocols)}, **more)


def frames_shown(screen):
    return screen.page.evaluate("overread.screen.panes.map(({ viewport }) => viewport.frameIndex)")


def settled(screen):
    """Every pane that has a picture to show shows it."""
    screen.until("overread.screen.panes.every(({ viewport: v }) => v.isEmpty || v.shown === v.asked)")


def choose_layout(screen, name):
    screen.page.get_by_role("button", name="Layout").click()
    screen.page.get_by_role("button", name=name, exact=True).click()


def test_layouts_are_picked_from_a_grid_and_panes_are_filled_maximised_and_walked(start):
    screen = start(ct())
    page = screen.page
    choose_layout(screen, "2 by 3")
    settled(screen)
    shown = page.evaluate("overread.screen.panes.map(({ viewport }) => viewport.seriesIndex)")
    assert shown == [0, 1, 2, 3, -1, -1]
    assert page.get_by_text("Choose a series for this place.").count() == 2
    assert page.evaluate("document.activeElement === overread.screen.active.host")

    # The keyboard alone, from the button to a layout
    page.get_by_role("button", name="Layout 2 × 3").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("overread.screen.layout") == {"rows": 2, "columns": 2}

    page.evaluate("overread.layout.nextPane()")
    assert page.evaluate("overread.screen.active.index") == 1
    page.evaluate("overread.layout.previousPane(), overread.layout.previousPane()")
    assert page.evaluate("overread.screen.active.index") == 3
    page.evaluate("overread.layout.maximise()")
    assert page.locator("[data-part=viewport]").count() == 1
    page.evaluate("overread.layout.maximise()")
    assert page.locator("[data-part=viewport].is-active").count() == 1

    # A click puts a series into the active pane, dragging puts it into another
    page.locator(".series").nth(1).click()
    page.locator(".series").nth(2).drag_to(page.locator("[data-part=viewport]").first)
    settled(screen)
    assert page.evaluate("overread.screen.panes.map(({ viewport }) => viewport.seriesIndex)") == [2, 1, 2, 1]
    assert page.evaluate("overread.screen.active.index") == 0

    # Panes that went and come back are what they were
    choose_layout(screen, "1 by 1")
    choose_layout(screen, "1 by 2")
    settled(screen)
    assert page.evaluate("overread.screen.panes.map(({ viewport }) => viewport.seriesIndex)") == [2, 1]


def test_links_follow_the_place_in_the_patient_or_the_offset_and_can_be_switched(start):
    screen = start(ct())
    page = screen.page
    choose_layout(screen, "2 by 2")
    settled(screen)
    page.evaluate("overread.view.show(0, 10)")  # z = 50
    assert frames_shown(screen)[:3] == [10, 25, 4]
    before = frames_shown(screen)[3]
    page.evaluate("overread.view.show(0, 13)")
    assert frames_shown(screen) == [13, 32, 4, before + 3]  # 65 mm lies between two slices: the nearer or the first
    page.evaluate("overread.view.show(0, 19)")
    assert frames_shown(screen)[3] == 11  # its end
    page.evaluate("overread.view.show(0, 10)")
    assert frames_shown(screen)[3] == before  # and the end has not shifted it
    page.evaluate("overread.layout.toggleLink('scroll')")
    page.evaluate("overread.view.show(0, 2)")
    assert frames_shown(screen) == [2, 25, 4, before]

    state = "overread.screen.panes.map(({ viewport: v }) => [Math.round(v.view.zoom * 100), v.view.panX, v.view.panY])"
    page.evaluate("overread.view.zoomBy(2)")
    assert len({zoom for zoom, *_ in page.evaluate(state)}) == 2
    page.evaluate("overread.view.fit()")
    page.evaluate("overread.layout.toggleLink('zoom'), overread.layout.toggleLink('pan')")
    page.evaluate("overread.view.zoomBy(2, { x: 20, y: 30 }), overread.view.pan(7, -9)")
    first, *others = page.evaluate(state)
    assert others == [first] * 3
    choices = "overread.screen.panes.map(({ viewport: v }) => v.grey.choice(v.series, v.asked.instance).kind)"
    page.evaluate("overread.view.chooseWindow({ kind: 'range' })")
    assert page.evaluate(choices) == ["range", "file", "file", "file"]
    page.get_by_role("button", name="Links: 2").click()
    page.get_by_role("button", name="Window", exact=True).last.click()
    page.keyboard.press("Escape")
    page.evaluate("overread.view.chooseWindow({ kind: 'range' })")
    assert page.evaluate(choices) == ["range"] * 4
    page.evaluate("overread.view.reset()")
    assert page.evaluate(choices) == ["file"] * 4


def test_reference_lines_and_the_locator_show_one_place_in_every_pane(start):
    screen = start(ct())
    page = screen.page
    choose_layout(screen, "2 by 2")
    settled(screen)
    page.evaluate("overread.view.show(0, 7)")  # z = 35
    settled(screen)
    screen.until("document.querySelectorAll('.guide').length === 1")
    line = page.evaluate("""() => {
        const { viewport, layers: { guides } } = overread.screen.panes[2];
        const line = guides.querySelector(".guide");
        const at = (x, y) => viewport.toImage({ x: Number(line.getAttribute(x)), y: Number(line.getAttribute(y)) });
        return [at("x1", "y1"), at("x2", "y2")];
    }""")
    # The coronal picture begins at z = 100, its upper edge.
    assert [round(end["y"], 3) for end in line] == [65, 65]
    assert sorted(round(end["x"], 3) for end in line) == [0, 100]

    page.get_by_role("button", name="Links").click()
    page.get_by_role("button", name="Reference lines").click()
    page.keyboard.press("Escape")
    assert page.locator(".guide").count() == 0

    page.evaluate("overread.layout.toggleLink('scroll')")
    if page.get_by_role("button", name="More").is_visible():
        page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Locate").click()
    page.mouse.click(*screen.at(30.5, 62.0))
    settled(screen)
    assert frames_shown(screen)[1:3] == [17, 6]  # 35 mm of 2 mm steps, 61.5 mm of 10 mm steps
    screen.until("document.querySelectorAll('.guide.is-cross').length === 12")  # not in the other space
    page.evaluate("overread.view.step(3)")
    screen.until("document.querySelectorAll('.guide.is-cross').length === 8")
    page.keyboard.press("Escape")
    screen.until("document.querySelectorAll('.guide.is-cross').length === 0")
    page.evaluate("overread.screen.setLayout({ rows: 1, columns: 1 })")
    page.mouse.click(*screen.at(30.5, 62.0))
    page.get_by_text("No other picture on the screen shows this place.").wait_for()
    page.keyboard.press("s")
    assert page.locator(".guide.is-cross").count() == 0


MAMMOGRAPHY = protocol(
    [
        hung(0, "right", True, "R CC"),
        hung(1, "left", True, "L CC"),
        hung(2, "right", True, "R MLO"),
        hung(9, "left", True, "L MLO"),
    ],
    rows=2,
    name="Mammography",
    zoom=True,
    pan=True,
)


def mammography():
    case = Case()
    sizes = [((400, 200), 0.1, "R", "CC"), ((200, 100), 0.2, "L", "CC"), ((600, 200), 0.1, "R", "MLO")]
    for (rows, columns), mm, laterality, view in sizes:
        spacing = {"row_mm": mm, "column_mm": mm, "source": "ImagerPixelSpacing"}
        case.add_series(
            [gradient(rows, columns)], modality="MG", spacing=spacing, laterality=laterality, view_position=view
        )
    return case


def test_a_mammogram_hangs_with_the_chest_walls_in_the_middle_and_in_one_size(start):
    both = protocol([hung(0, "right", True), hung(1, "left", True)], name="CC only")
    screen = start(mammography(), prepare=with_hanging(MAMMOGRAPHY, both))
    page = screen.page
    settled(screen)
    places = """overread.screen.panes.slice(0, 3).map(({ viewport: v }) => {
        const [a, , , d, e, f] = v.matrix;
        return [e, e + a * v.image.columns, v.size.width, d / v.spacing.row_mm];
    })"""
    (_, end, width, one), (start_of, _, _, other), (_, third_end, third_width, third) = page.evaluate(places)
    assert (round(end), round(start_of), round(third_end)) == (round(width), 0, round(third_width))
    assert one == pytest.approx(other) == pytest.approx(third)
    assert "R CC" in page.locator("[data-part=case]").first.inner_text()
    page.get_by_text("No image for: L MLO").wait_for()

    # Chest walls stay together: what moves to the left in one moves to the right in the other.
    page.evaluate("overread.view.pan(-10, 5)")
    pans = page.evaluate("overread.screen.panes.slice(0, 2).map(({ viewport: v }) => [v.view.panX, v.view.panY])")
    fitted = [(width - 200 * one * 0.1) / 2, -(width - 100 * one * 0.2) / 2]
    assert [pan[0] for pan in pans] == pytest.approx([fitted[0] - 10, fitted[1] + 10], abs=1)
    page.evaluate("overread.view.fit()")

    # In one size also in a window of another size, and when a maximised pane gives the others back
    page.set_viewport_size({"width": 1100, "height": 640})
    page.evaluate("overread.layout.maximise()")
    page.evaluate("overread.layout.maximise()")
    screen.until(f"new Set({places}.map((each) => each[3].toFixed(6))).size === 1")

    choose_layout(screen, "CC only")
    settled(screen)
    assert page.evaluate("overread.screen.layout") == {"rows": 1, "columns": 2}
    assert "Links: none" in page.locator("[data-part=toolbar]").inner_text()


def test_a_prior_hangs_beside_the_current_study_with_its_interval(start):
    case = Case().add_series([gradient()], modality="CR").add_series([gradient()], modality="CR")
    case.series[1]["study"] = 1
    study = {"study_instance_uid": "2.25.5", "is_prior": False, "date": "2019-03-04", "interval_days": 0}
    prior = study | {"study_instance_uid": "2.25.6", "is_prior": True, "date": "2017-02-01", "interval_days": 761}
    studies = [each | {"description": ""} for each in (study, prior)]
    screen = start(case, prepare=with_hanging(protocol([hung(0), hung(1)]), studies=studies))
    settled(screen)
    badges = screen.page.locator("[data-part=prior]")
    assert [badge.inner_text() for badge in badges.all()] == ["", "Prior, 2 years 1 month before"]
    assert "2017-02-01" in screen.page.locator("[data-part=case]").nth(1).inner_text()
    groups = screen.page.locator(".strip__study")
    assert "Prior, 2 years 1 month before" in groups.nth(1).inner_text()
    assert [group.locator(".series").count() for group in groups.all()] == [1, 1]
    words = """async () => {
        const { intervalInWords } = await import("/static/viewer/study_words.js");
        return [0, 1, 45, 75, 365, 400, 730, -20].map(intervalInWords);
    }"""
    assert screen.page.evaluate(words) == [
        "same day",
        "1 day before",
        "45 days before",
        "2 months before",
        "1 year before",
        "1 year 1 month before",
        "2 years before",
        "20 days after",
    ]


def test_a_failed_frame_blanks_its_pane_alone_and_cannot_be_drawn_on(start):
    case = Case()
    for _ in range(4):
        case.add_series([gradient()], windows=WINDOWS)
    panes = [hung(index) for index in range(4)]
    prepare = with_hanging(protocol(panes, rows=2))

    def with_failure(api):
        prepare(api)
        api.failing_frames.add("s2i0/1")

    screen = start(case, prepare=with_failure)
    screen.page.get_by_text("Image 1 could not be loaded.").wait_for()
    screen.until("overread.screen.panes.filter(({ viewport }) => viewport.shown).length === 3")
    dark, bright = "overread.screen.panes[2].host", "overread.screen.panes[3].host"
    brightest = """(host) => {
        const canvas = host.querySelector("canvas");
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
        copy.drawImage(canvas, 0, 0);
        return Math.max(...copy.getImageData(0, canvas.height / 2, canvas.width, 1).data.filter((_, i) => i % 4 < 3));
    }"""
    assert screen.page.evaluate(f"({brightest})({dark})") == 0
    assert screen.page.evaluate(f"({brightest})({bright})") > 200
    for index, count in ((2, 0), (3, 1)):
        box = screen.page.locator("[data-part=viewport]").nth(index).bounding_box()
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        screen.page.mouse.move(middle[0] - 60, middle[1] - 50)
        screen.page.mouse.down()
        screen.page.mouse.move(middle[0] - 20, middle[1] - 25, steps=3)
        screen.page.mouse.up()
        assert len(screen.boxes()) == count


def test_the_lens_shows_the_images_own_pixels_and_leaves_handles_alone(start):
    board = (np.indices((200, 200)).sum(axis=0) % 2 * 2000 - 1000).astype(np.int16)
    screen = start(Case().add_series([board], windows=WINDOWS))
    page = screen.page
    page.evaluate("overread.view.zoomBy(0.3)")  # the screen itself shows grey only
    page.evaluate("overread.layout.magnifier(), overread.layout.magnifier(), overread.layout.magnifier()")
    page.mouse.move(*screen.at(100, 100))
    assert page.locator(".lens").is_visible()
    contrast = """() => {
        const canvas = document.querySelector(".lens");
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
        copy.drawImage(canvas, 0, 0);
        const values = copy.getImageData(90, 90, 60, 60).data.filter((_, index) => index % 4 === 0);
        return [Math.min(...values), Math.max(...values)];
    }"""
    darkest, brightest = page.evaluate(contrast)
    assert darkest < 40
    assert brightest > 215
    page.evaluate("overread.layout.magnifier()")
    assert page.locator(".lens").count() == 0
    screen.drag((80, 80), (140, 140))
    page.evaluate("overread.layout.magnifier()")
    page.mouse.move(*screen.at(81, 81))
    assert page.locator(".lens").count() == 0
    page.mouse.move(*screen.at(30, 30))
    assert page.locator(".lens").count() == 1


def test_cine_plays_at_the_files_rate_says_the_real_one_and_stops(start):
    screen = start(Case().add_series([gradient() for _ in range(5)], windows=WINDOWS, frame_time_ms=40))
    page = screen.page
    assert page.evaluate("overread.parts.cine.rate") == 25
    page.evaluate("overread.layout.cine()")
    screen.until("overread.parts.cine.realRate > 0 && /Cine/.test(overread.view.cineWords)")
    page.get_by_text("of 25.0 images/s").wait_for()
    page.evaluate("overread.layout.changeCineRate(-1)")
    assert page.evaluate("overread.parts.cine.rate") == 20
    page.evaluate("overread.layout.cine()")
    stopped = page.evaluate("overread.view.frameIndex")
    page.wait_for_timeout(120)
    assert page.evaluate("overread.view.frameIndex") == stopped
    assert not page.get_by_text("images/s").is_visible()
    page.evaluate("overread.layout.cine()")
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    assert not page.evaluate("overread.parts.cine.isPlaying")


def test_neighbours_in_the_active_pane_come_first_within_one_budget_and_the_next_case_last(start, page):
    case, asked = ct(), []
    # As the page asks: several travel at once, and arrive in any order.
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    case.frames["next/1"] = case.frames["s0i0/1"]

    def prepare(api):
        with_hanging(protocol([hung(0), hung(1)]))(api)
        api.read["urls"]["upcoming"] = "/api/reads/7/upcoming/"
        api.upcoming = ["/api/instances/next/frames/1/tag/"]

    screen = start(case, prepare=prepare)
    screen.until("overread.frames.isAtRest && overread.frames.loadedCount === 92")
    deadline = time.monotonic() + 8
    while not any("/instances/next/" in path for path in asked):
        assert time.monotonic() < deadline, "the next case was never asked for"
        page.wait_for_timeout(20)
    names = [path.split("/")[3] for path in asked if "/frames/" in path and "/preview/" not in path]
    assert names[:2] == ["s0i0", "s1i0"]
    assert all(name.startswith("s0") for name in names[2:13])
    assert all(name[:2] in {"s0", "s1"} for name in names[:66])
    assert names[-1] == "next"
    assert screen.page.evaluate("overread.frames.bytes.budget") == 768 * 2**20

    # Too many for the budget: the farthest go first, what is on the screen never does.
    kept = screen.page.evaluate("""async () => {
        const { Frames, viewingOrder } = await import("/static/viewer/image/frames.js");
        const { store } = overread;
        const series = store.read.series.map(({ frames }) => frames);
        const bytes = 100 * 100 * 2;
        const decode = async () => ({ values: new Int16Array(10_000), rows: 100, columns: 100, samples: 1 });
        const frames = new Frames({ fetchFrame: async () => new ArrayBuffer(0), decode, budget: 12 * bytes });
        const want = (owner, seriesIndex, frameIndex) => {
            const { near, later } = viewingOrder(series, seriesIndex, frameIndex, 1);
            frames.want(owner, near, later);
        };
        const rested = () => new Promise((resolve) => frames.rested.listen(resolve));
        const [one, other] = [{}, {}];
        frames.prefer(one);
        want(one, 0, 0);
        want(other, 1, 0);
        await rested();
        want(one, 0, 15);
        want(other, 1, 40);
        await rested();
        const found = series.flat().filter((ref) => frames.get(ref)).map(({ key }) => key.slice(7));
        return { found, bytes: frames.bytes, most: 12 * bytes };
    }""")
    assert kept["bytes"]["loaded"] <= kept["most"]
    assert {"s0i15#1", "s1i40#1", "s0i16#1", "s0i19#1"} <= set(kept["found"])


@pytest.mark.parametrize("size", [(1280, 720), (2160, 3840)])
def test_nothing_overflows_and_nothing_is_white(start, size):
    screen = start(ct(), prepare=with_hanging(protocol([hung(0), hung(1), hung(2)], columns=3, scroll=True, zoom=True)))
    page = screen.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    settled(screen)
    for layout in ("4 by 4", "1 by 1", "2 by 2"):
        choose_layout(screen, layout)
        settled(screen)
        screen.until("""(() => {
            const bar = document.querySelector("[data-part=toolbar]");
            const isWhole = [...bar.querySelectorAll(".toolbar__group > :is(button, select)")].every((each) => {
                return each.hidden || each.getBoundingClientRect().right <= bar.getBoundingClientRect().right;
            });
            return isWhole && bar.scrollWidth <= bar.clientWidth && bar.clientHeight < 48;
        })()""")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
