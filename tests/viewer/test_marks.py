"""Drawing, changing and taking back marks."""

import pytest

from tests.viewer.cases import NODULE, Case, gradient


def box(x, y, width, height):
    return {"x": x, "y": y, "width": width, "height": height}


def assert_boxes(found, *expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, abs=0.01)


def wide_pixels():
    """Pixels four times as wide as high."""
    spacing = {"row_mm": 0.25, "column_mm": 1.0, "source": "PixelSpacing"}
    return Case().add_series([gradient(320, 100)], spacing=spacing)


def test_a_box_drawn_with_the_mouse_is_saved_in_image_pixels(start):
    screen = start()
    screen.drag((100, 50), (150, 90))
    screen.saved()
    (mark,) = screen.api.marks.values()
    assert mark["label"] == "nodule"
    assert (mark["sop_instance_uid"], mark["frame"]) == ("2.25.9.s0i2", 1)
    assert_boxes([mark["geometry"]], screen.boxes()[0])


VIEWS = {
    "plain": [],
    "flipped": ["flip('horizontal')"],
    "upside down and turned": ["flip('vertical')", "turn()"],
    "enlarged and moved": ["zoomBy(3.7)", "pan(31, -17)"],
    "everything": ["turn()", "flip('horizontal')", "turn()", "zoomBy(2.2)", "pan(-40, 12)"],
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_box_reads_back_exactly_however_the_picture_is_placed(start, view):
    screen = start(wide_pixels())
    for step in VIEWS[view]:
        screen.page.evaluate(f"overread.view.{step}")
    # Mouse events carry whole pixels of the screen, so the box is what lies between two of them.
    corners = [screen.at(40, 150), screen.at(60, 190)]
    corners = [[round(x), round(y)] for x, y in corners]
    (x0, y0), (x1, y1) = (
        screen.page.evaluate(
            """([x, y]) => {
                const { left, top } = document.querySelector("[data-part=canvas]").getBoundingClientRect();
                const { x: column, y: row } = overread.view.toImage({ x: x - left, y: y - top });
                return [column, row];
            }""",
            corner,
        )
        for corner in corners
    )
    screen.page.mouse.move(*corners[0])
    screen.page.mouse.down()
    screen.page.mouse.move(*corners[1], steps=3)
    screen.page.mouse.up()
    screen.saved()
    (mark,) = screen.api.marks.values()
    assert_boxes([mark["geometry"]], box(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)))
    assert mark["geometry"]["x"] == pytest.approx(40, abs=1)
    assert mark["geometry"]["height"] == pytest.approx(40, abs=4)


def test_sizes_say_millimetres_only_where_the_file_gives_a_spacing(start):
    screen = start(wide_pixels())
    screen.drag((40, 100), (60, 140))
    width, height = (screen.boxes()[0][key] for key in ("width", "height"))
    details = screen.page.locator(".finding__details")
    assert details.inner_text().endswith(f"{width:.1f} × {height / 4:.1f} mm")
    assert "mm by PixelSpacing" in screen.page.locator("[data-part=corner-bottom-left]").inner_text()

    screen = start()
    screen.drag((100, 50), (150, 90))
    assert screen.page.locator(".finding__details").inner_text().endswith(" px")


def test_a_box_stops_at_the_edges_of_the_image(start):
    screen = start()
    screen.drag((250, 150), (390, 260))
    (drawn,) = screen.boxes()
    assert drawn["x"] + drawn["width"] == 300
    assert drawn["y"] + drawn["height"] == 200
    for _ in range(3):
        screen.page.keyboard.press("Shift+ArrowRight")
    assert screen.boxes() == [drawn]


def test_a_box_is_moved_resized_and_nudged(start):
    screen = start()
    screen.drag((100, 50), (150, 90))
    (drawn,) = screen.boxes()
    screen.page.keyboard.press("ArrowRight")
    screen.page.keyboard.press("Shift+ArrowDown")
    assert_boxes(screen.boxes(), drawn | {"x": drawn["x"] + 1, "y": drawn["y"] + 10})

    (nudged,) = screen.boxes()
    right, bottom = nudged["x"] + nudged["width"], nudged["y"] + nudged["height"]
    screen.drag((right, bottom), (right + 20, bottom + 30))
    (resized,) = screen.boxes()
    assert (resized["x"], resized["y"]) == (nudged["x"], nudged["y"])
    assert resized["width"] == pytest.approx(nudged["width"] + 20, abs=0.5)
    assert resized["height"] == pytest.approx(nudged["height"] + 30, abs=0.5)

    edge = resized["x"] + resized["width"] / 3
    screen.drag((edge, resized["y"]), (edge + 10, resized["y"] + 5))
    (moved,) = screen.boxes()
    assert (moved["width"], moved["height"]) == (resized["width"], resized["height"])
    assert moved["x"] == pytest.approx(resized["x"] + 10, abs=0.5)
    screen.saved()
    (mark,) = screen.api.marks.values()
    assert_boxes([mark["geometry"]], moved)


def test_number_keys_choose_the_label_and_relabel_the_selected_box(start):
    screen = start()
    screen.drag((100, 50), (150, 90))
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Escape")
    screen.drag((200, 50), (250, 90))
    screen.saved()
    assert [mark["label"] for mark in screen.api.marks.values()] == ["effusion", "effusion"]


def test_every_step_is_undone_and_redone_and_the_server_follows(start):
    screen = start()
    states = [screen.boxes()]
    screen.drag((100, 50), (150, 90))
    states.append(screen.boxes())
    screen.drag((200, 100), (240, 150))
    states.append(screen.boxes())
    screen.page.keyboard.press("Delete")
    states.append(screen.boxes())
    for state in reversed(states[:-1]):
        screen.page.keyboard.press("Control+z")
        assert screen.boxes() == state
    for state in states[1:]:
        screen.page.keyboard.press("Control+Shift+z")
        assert screen.boxes() == state
    screen.saved()
    live = [mark["geometry"] for mark in screen.api.marks.values() if not mark["is_withdrawn"]]
    assert live == screen.boxes()


def test_a_mark_belongs_to_its_image(start):
    screen = start()
    screen.drag((100, 50), (150, 90))
    marks = screen.page.locator(".mark")
    assert marks.count() == 1
    screen.page.mouse.wheel(0, 100)
    screen.until("overread.view.shown?.index === 3")
    screen.page.wait_for_timeout(50)
    assert marks.count() == 0
    screen.page.locator(".finding__main").click()
    screen.until("overread.view.shown?.index === 2")
    marks.wait_for(state="attached")


def test_an_image_that_fails_to_load_blanks_the_view_and_cannot_be_marked(start):
    screen = start(prepare=lambda api: api.failing_frames.add("s0i3/1"))
    screen.drag((100, 50), (150, 90))
    screen.page.keyboard.press("PageDown")
    screen.page.get_by_text("Image 4 could not be loaded.").wait_for()
    assert screen.page.evaluate("overread.view.shown") is None
    assert screen.page.locator(".mark").count() == 0
    painted = screen.page.evaluate("""() => {
        const source = document.querySelector("[data-part=canvas]");
        const copy = new OffscreenCanvas(source.width, source.height).getContext("2d");
        copy.drawImage(source, 0, 0);
        return copy.getImageData(0, 0, source.width, source.height).data.some((v, i) => i % 4 < 3 && v > 0);
    }""")
    assert not painted
    screen.drag((20, 20), (60, 60))
    assert len(screen.boxes()) == 1

    screen.api.failing_frames.clear()
    screen.page.get_by_role("button", name="Retry").click()
    screen.until("overread.view.shown?.index === 3")


def test_an_image_that_cannot_be_shown_says_why(start):
    case = Case().add_series([gradient()])
    case.series[0]["instances"][0]["not_displayable"] = "its pixels are 32-bit floats"
    screen = start(case)
    screen.page.get_by_text("This image cannot be shown: its pixels are 32-bit floats").wait_for()
    screen.drag((100, 50), (150, 90))
    assert screen.boxes() == []


def test_no_finding_is_an_answer_that_marks_contradict(start):
    screen = start()
    screen.page.keyboard.press("0")
    screen.saved()
    assert screen.api.current("answers", "case")["value"] == "absent"

    screen.drag((100, 50), (150, 90))
    screen.saved()
    assert screen.api.current("answers", "case")["value"] is None
    screen.page.keyboard.press("0")
    screen.page.get_by_text("contradicts the finding here").wait_for()
    assert screen.api.current("answers", "case")["value"] is None


def test_shortcuts_do_not_fire_in_fields_and_dialogs(start):
    screen = start()
    screen.drag((100, 50), (150, 90))
    screen.page.keyboard.press("a")
    screen.page.keyboard.press("0")
    screen.page.keyboard.press("Delete")
    assert len(screen.boxes()) == 1
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("?")
    screen.page.keyboard.press("Delete")
    assert len(screen.boxes()) == 1


def test_what_a_mark_is_described_with_is_saved(start):
    screen = start()
    screen.drag((100, 50), (150, 90))
    screen.page.get_by_role("radio", name="high").click()
    screen.saved()
    (mark,) = screen.api.marks.values()
    assert mark["attributes"] == {"certainty": "high"}


def test_the_pop_up_gives_way_to_the_next_stroke_and_keeps_what_was_written(start):
    size = {"key": "size", "name": "Size", "kind": "number", "choices": [], "minimum": None, "maximum": None}
    asked = NODULE | {"attributes": [size | {"unit": "mm", "is_required": False}]}
    screen = start(prepare=lambda api: api.read["schema"].update(labels=[asked]))
    popup = screen.page.locator("[data-part=attributes]")
    screen.drag((100, 50), (150, 90))
    screen.page.keyboard.press("a")
    screen.page.keyboard.type("7")
    screen.page.mouse.move(*screen.at(20, 50))
    screen.page.mouse.down()
    assert not popup.is_visible()
    screen.page.mouse.move(*screen.at(60, 90), steps=3)
    screen.page.mouse.up()
    assert popup.is_visible()
    screen.saved()
    assert [mark["attributes"] for mark in screen.api.marks.values()] == [{"size": 7}, {}]


def test_escape_closes_the_pop_up_and_only_then_deselects(start):
    screen = start()
    screen.drag((100, 50), (150, 90))
    screen.page.keyboard.press("Escape")
    assert not screen.page.locator("[data-part=attributes]").is_visible()
    assert screen.page.evaluate("overread.store.selected !== null")
    screen.page.keyboard.press("Escape")
    assert screen.page.evaluate("overread.store.selected === null")


def test_a_submitted_read_can_only_be_looked_at(start):
    screen = start(prepare=lambda api: api.read.update(state="submitted"))
    screen.drag((100, 50), (150, 90))
    screen.page.keyboard.press("0")
    assert screen.boxes() == []
    assert screen.api.writes == []
    assert screen.page.get_by_text("Submitted: to look at only").is_visible()


def test_the_marks_can_be_worked_on_by_keyboard_alone(start):
    screen = start()
    screen.drag((100, 50), (150, 90))
    # Once for the pop-up, once for the mark.
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("Tab")
    assert screen.page.evaluate("overread.store.selectedId") is not None
    screen.page.keyboard.press("Tab")
    assert screen.page.evaluate("overread.store.selectedId") is None
    focused = screen.page.evaluate("document.activeElement.closest('[data-part]')?.dataset.part")
    assert focused != "viewport"
    screen.page.locator(".finding__main").focus()
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.press("Delete")
    screen.saved()
    assert [mark["is_withdrawn"] for mark in screen.api.marks.values()] == [True]


def test_the_values_of_a_large_mark_come_when_there_is_time(start):
    screen = start(Case().add_series([gradient(900, 1000)]))
    # A clock on which every step takes longer than an instant, and what was told in the meantime.
    screen.page.evaluate("""(() => {
        let now = 0;
        performance.now = () => (now += 100);
        window.told = [];
        const list = document.querySelector("[data-part=findings]");
        const tell = () => told.push(document.querySelector(".finding__measures")?.innerText ?? "");
        new MutationObserver(tell).observe(list, { childList: true, subtree: true });
    })()""")
    screen.drag((10, 10), (990, 890))
    screen.until("told.at(-1).includes('mean')")
    told = screen.page.evaluate("told")
    assert "…" in told[0]
    assert "…" not in told[-1]


def test_an_angle_does_not_speak_of_millimetres(start):
    angle = NODULE | {"shapes": ["angle"], "attributes": []}
    spacing = {"row_mm": 0.2, "column_mm": 0.2, "source": "PixelSpacing"}
    case = Case().add_series([gradient()], spacing=spacing)
    screen = start(case, prepare=lambda api: api.read["schema"].update(labels=[angle]))
    for place in ((100, 50), (100, 100), (150, 100)):
        screen.page.mouse.click(*screen.at(*place))
    assert screen.page.locator(".finding__measures").inner_text() == "Angle 90.0°"


def test_the_pop_up_lies_on_no_mark_where_there_is_room_and_leaves_the_keys_to_the_picture(start):
    screen = start()
    page = screen.page
    popup = page.locator("[data-part=attributes]")
    keys = page.keyboard
    # Right and left of the last one lies another.
    for x0, x1 in ((170, 190), (60, 80), (110, 140)):
        screen.drag((x0, 80), (x1, 110))
        keys.press("Escape")
    keys.press("a")
    place = popup.bounding_box()
    for x0, x1 in ((170, 190), (60, 80), (110, 140)):
        (left, top), (right, bottom) = screen.at(x0, 80), screen.at(x1, 110)
        beside = place["x"] >= right or place["x"] + place["width"] <= left
        assert beside or place["y"] >= bottom or place["y"] + place["height"] <= top

    def focused():
        return page.evaluate("document.activeElement.getAttribute('aria-label')")

    # Answers keep numbers and arrows; everything else is the picture's.
    assert focused() == "low"
    keys.press("ArrowDown")
    assert (focused(), page.evaluate("overread.view.frameIndex")) == ("high", 2)
    keys.press("7")
    assert {mark["label"] for mark in screen.api.marks.values()} <= {"nodule"}
    keys.press("z")
    zoom = page.locator("[data-part=toolbar] [data-key-of=tool_zoom]")
    assert zoom.get_attribute("aria-pressed") == "true"
    keys.press("PageDown")
    screen.until("overread.view.frameIndex === 3")
    popup.wait_for(state="hidden")
    keys.press("PageUp")
    screen.until("overread.view.shown?.index === 2")
    keys.press("a")
    popup.get_by_role("button", name="Done").focus()
    keys.press("i")
    assert page.evaluate("overread.view.grey.isInverted")
    keys.press("2")
    screen.until("overread.store.selected.label === 'effusion'")
    popup.wait_for(state="hidden")
    keys.press("1")
    keys.press("2")
    screen.saved()
    assert [mark["attributes"] for mark in screen.api.marks.values()] == [{}, {}, {"certainty": "high"}]

    # A field to write in keeps all keys.
    certainty = page.evaluate("overread.store.label('nodule').attributes[0].kind = 'text'")
    assert certainty == "text"
    keys.press("a")
    keys.type("zb1")
    assert popup.locator("input").input_value().endswith("zb1")
