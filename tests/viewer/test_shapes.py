"""Drawing and changing every shape with the mouse."""

import numpy as np
import pytest

from tests.viewer.cases import EFFUSION, NODULE, Case, gradient

ALL = ["box", "rotated_box", "ellipse", "polygon", "point", "line", "angle", "bidirectional", "box_3d"]
# Pixels of 0.07 x 0.20 mm.
SPACING = {"row_mm": 0.2, "column_mm": 0.07, "source": "PixelSpacing"}
MM = np.array([0.07, 0.20])
VIEWS = ["flip('horizontal')", "turn()", "zoomBy(1.7)", "pan(23, -9)"]


def labels(*shapes):
    """The schema's labels, drawn in these shapes."""

    def prepare(api):
        api.read["schema"]["labels"] = [NODULE | {"shapes": list(shapes)}, EFFUSION | {"shapes": list(shapes)}]

    return prepare


def phantom(slices=1):
    return Case().add_series([gradient(200, 500) for _ in range(slices)], spacing=SPACING)


class Hand:
    """Works with the mouse in whole pixels of the screen, and knows which image points those are."""

    def __init__(self, screen):
        self.screen, self.mouse = screen, screen.page.mouse

    def place(self, point):
        """The pixel of the screen nearest to an image point, and the image point of that pixel."""
        x, y = (round(part) for part in self.screen.at(*point))
        exact = self.screen.page.evaluate(
            """([x, y]) => {
                const { left, top } = document.querySelector("[data-part=canvas]").getBoundingClientRect();
                const { x: column, y: row } = overread.view.toImage({ x: x - left, y: y - top });
                return [column, row];
            }""",
            [x, y],
        )
        return (x, y), np.array(exact)

    def drag(self, start, *ways):
        places = [self.place(point) for point in (start, *ways)]
        self.mouse.move(*places[0][0])
        self.mouse.down()
        for (x, y), _ in places[1:]:
            self.mouse.move(x, y, steps=2)
        self.mouse.up()
        return [exact for _, exact in places]

    def click(self, *points):
        found = []
        for point in points:
            place, exact = self.place(point)
            self.mouse.click(*place)
            found.append(exact)
        return found

    def take(self, tool):
        self.screen.page.keyboard.press("Escape")
        toolbar = self.screen.page.locator("[data-part=toolbar]")
        if not toolbar.get_by_role("button", name=tool, exact=True).is_visible():
            toolbar.get_by_title("More tools").click()
        toolbar.get_by_role("button", name=tool, exact=True).last.click()

    def last(self):
        """The newest mark."""
        return self.screen.page.evaluate("overread.store.liveMarks.at(-1)[1]")


def points(mark):
    return np.array(mark["geometry"]["points"])


def test_every_shape_reads_back_exactly_however_the_picture_is_placed(start):
    screen = start(phantom(), prepare=labels(*ALL))
    hand = Hand(screen)
    for step in VIEWS:
        screen.page.evaluate(f"overread.view.{step}")

    def exact(found, expected):
        difference = np.abs(np.array(found, float) - np.array(expected, float))
        assert difference.max() < 0.01
        assert (difference * MM).max() < 0.001

    hand.take("Box")
    a, b = hand.drag((200, 80), (230, 100))
    box = hand.last()["geometry"]
    exact(
        [[box["x"], box["y"]], [box["x"] + box["width"], box["y"] + box["height"]]],
        [np.minimum(a, b), np.maximum(a, b)],
    )

    hand.take("Turned box")
    a, b = hand.drag((240, 80), (270, 95))
    (left, top), (right, bottom) = np.minimum(a, b), np.maximum(a, b)
    exact(points(hand.last()), [[left, top], [right, top], [right, bottom], [left, bottom]])

    hand.take("Ellipse")
    a, b = hand.drag((280, 80), (320, 90))
    (left, top), (right, bottom) = np.minimum(a, b), np.maximum(a, b)
    across, down = (
        [[left, (top + bottom) / 2], [right, (top + bottom) / 2]],
        [[(left + right) / 2, top], [(left + right) / 2, bottom]],
    )
    is_wide = (right - left) * MM[0] > (bottom - top) * MM[1]
    exact(points(hand.last()), [*across, *down] if is_wide else [*down, *across])

    hand.take("Polygon")
    corners = hand.click((200, 110), (230, 112), (225, 125))
    screen.page.keyboard.press("Enter")
    exact(points(hand.last()), corners)

    hand.take("Point")
    (place,) = hand.click((245, 115))
    exact([[hand.last()["geometry"]["x"], hand.last()["geometry"]["y"]]], [place])

    hand.take("Line")
    exact(points_after := hand.drag((255, 108), (275, 124)), points(hand.last()))
    length = np.linalg.norm((points_after[1] - points_after[0]) * MM)
    assert f"Nodule {length:.1f} mm" in screen.page.locator(".mark__label").all_text_contents()

    hand.take("Angle")
    exact(hand.click((285, 125), (290, 110), (310, 115)), points(hand.last()))

    hand.take("Diameters")
    ends = hand.drag((320, 110), (345, 122))
    diameters = points(hand.last())
    exact(diameters[:2], ends)
    long, short = (diameters[1] - diameters[0]) * MM, (diameters[3] - diameters[2]) * MM
    assert abs(long @ short) / np.linalg.norm(long) / np.linalg.norm(short) < 2e-3
    screen.saved()
    kept = [mark["geometry"] for mark in screen.api.marks.values()]
    assert kept == screen.boxes()
    assert len(kept) == 8


def test_polygons_are_closed_and_their_corners_changed(start):
    screen = start(phantom(), prepare=labels("polygon", "line"))
    hand = Hand(screen)
    keys = screen.page.keyboard
    hand.click((100, 50), (150, 50), (170, 70), (150, 90))
    keys.press("Backspace")
    hand.click((100, 50))
    assert len(points(hand.last())) == 3

    keys.press("Escape")
    hand.click((200, 50), (250, 50), (260, 70))
    place, _ = hand.place((250, 90))
    hand.mouse.dblclick(*place)
    assert len(points(hand.last())) == 4
    assert screen.page.evaluate("overread.view.isFitted")

    _, to = hand.drag((200, 50), (190, 40))
    assert points(hand.last())[0] == pytest.approx(to, abs=0.01)
    keys.down("Alt")
    hand.drag((255, 60), (280, 55))
    assert len(points(hand.last())) == 5
    hand.click(points(hand.last())[0])
    keys.up("Alt")
    assert len(points(hand.last())) == 4
    keys.press("Control+z")
    assert len(points(hand.last())) == 5

    keys.press("Escape")
    hand.click((300, 50), (350, 50))
    keys.press("Escape")
    hand.click((300, 100))
    keys.press("Escape")
    assert len(screen.boxes()) == 2

    hand.take("Freehand")
    circle = [(350 + 60 * np.cos(turn), 120 + 20 * np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 60)]
    drawn = hand.drag(*circle)
    outline = points(hand.last())
    assert 10 < len(outline) < 60
    assert np.abs(outline[:, None] - np.array(drawn)[None]).sum(axis=2).min(axis=1).max() < 0.02


def test_turning_keeps_the_size_in_mm_and_goes_by_steps_with_shift(start):
    screen = start(phantom(), prepare=labels("rotated_box", "ellipse"))
    hand = Hand(screen)
    screen.page.evaluate("overread.view.zoomBy(2)")
    hand.drag((220, 90), (270, 105))

    def sides():
        return np.linalg.norm((np.roll(points(hand.last()), -1, axis=0) - points(hand.last())) * MM, axis=1)

    before = sides()
    x, y = screen.page.evaluate(
        """(() => { const each = document.querySelector("circle.mark__handle").getBoundingClientRect();
            return [each.x + each.width / 2, each.y + each.height / 2]; })()"""
    )
    hand.mouse.move(x, y)
    hand.mouse.down()
    screen.page.keyboard.down("Shift")
    hand.mouse.move(x + 60, y + 30, steps=3)
    hand.mouse.up()
    screen.page.keyboard.up("Shift")
    assert sides() == pytest.approx(before, abs=0.003)
    along = (points(hand.last())[1] - points(hand.last())[0]) * MM
    degrees = np.degrees(np.arctan2(along[1], along[0]))
    assert degrees != pytest.approx(0, abs=1)
    assert degrees / 15 == pytest.approx(round(degrees / 15), abs=0.02)


def test_a_3d_box_fills_the_slices_between_those_that_were_drawn(start):
    case = Case()
    case.add_series([gradient(200, 500) for _ in range(5)], spacing=SPACING, orientation=[1, 0, 0, 0, 1, 0])
    for instance, z in zip(case.series[0]["instances"], [0, 1, 2, 3, 7], strict=True):
        instance["display"] = {"position": [0, 0, z]}
    screen = start(case, prepare=labels("box_3d"))
    hand = Hand(screen)

    def show(index):
        screen.page.evaluate(f"overread.view.show(0, {index})")
        screen.until(f"overread.view.shown?.index === {index}")

    def slices():
        found = screen.page.evaluate("overread.store.liveMarks.map(([, mark]) => mark)")
        return {int(mark["sop_instance_uid"][-1]): (mark["origin"], mark["geometry"]) for mark in found}

    show(0)
    hand.drag((100, 50), (140, 70))
    # The pop-up is closed; the lesion stays selected and goes on.
    screen.page.keyboard.press("Escape")
    show(4)
    hand.drag((110, 50), (180, 70))
    found = slices()
    assert [found[index][0] for index in range(5)] == ["drawn", *["interpolated"] * 3, "drawn"]
    first, last = found[0][1]["x"], found[4][1]["x"]
    assert found[1][1]["x"] == pytest.approx(first + (last - first) / 7, abs=1 / 64)
    assert len({mark["lesion"] for mark in screen.page.evaluate("overread.store.liveMarks.map(([, m]) => m)")}) == 1
    assert screen.page.locator(".finding__main").count() == 1
    assert "5 slices" in screen.page.locator(".finding__details").inner_text()
    assert screen.page.locator(".answer__marks").first.inner_text() == "1 finding"
    screen.page.keyboard.press("0")
    screen.page.get_by_text("contradicts the finding here").wait_for()

    show(2)
    screen.page.locator(".mark.is-interpolated").wait_for(state="attached")
    box = found[2][1]
    hand.drag((box["x"], box["y"] + 4), (box["x"] - 20, box["y"] + 4))
    changed = slices()
    assert [changed[index][0] for index in range(5)] == ["drawn", "interpolated", "drawn", "interpolated", "drawn"]
    assert changed[1] != found[1] and changed[3] != found[3]
    screen.page.keyboard.press("Control+z")
    assert slices() == found

    show(4)
    screen.page.evaluate("overread.store.select(overread.store.marksOn(overread.view.shown)[0][0])")
    screen.page.keyboard.press("Delete")
    assert list(slices()) == [0]
    screen.page.keyboard.press("Control+z")
    assert slices() == found
    hand.drag((400, 100), (440, 130))
    assert screen.page.locator(".finding__main").count() == 2
    screen.saved()


def test_a_tool_with_a_long_name_taken_from_the_menu_pushes_nothing_out(start):
    screen = start(phantom(), prepare=labels(*ALL, "mask"))
    hidden = """[...document.querySelectorAll("[data-part=toolbar] .menu .tool")].map((each) => each.textContent)"""
    for width in range(1200, 1280, 8):
        screen.page.keyboard.press("b")
        screen.page.set_viewport_size({"width": width, "height": 800})
        screen.page.wait_for_timeout(60)
        Hand(screen).take(max(screen.page.evaluate(hidden), key=len))
        screen.until("""(() => {
            const bar = document.querySelector("[data-part=toolbar]").getBoundingClientRect();
            return document.querySelector("[data-title='Keys and mouse']").getBoundingClientRect().right <= bar.right;
        })()""")


def test_a_label_brings_a_tool_that_it_is_drawn_with(start):
    def prepare(api):
        api.read["schema"]["labels"] = [NODULE | {"shapes": ["ellipse", "line"]}, EFFUSION | {"shapes": ["polygon"]}]

    screen = start(phantom(), prepare=prepare)
    hand = Hand(screen)
    tools = screen.page.locator("[data-part=toolbar] .tool[aria-pressed]")
    offered = set(tools.all_inner_texts())
    assert {"Ellipse", "Line", "Polygon", "Freehand", "Select"} <= offered
    assert not {"Box", "3D box", "Angle", "Point"} & offered
    pressed = screen.page.locator("[data-part=toolbar] .tool[aria-pressed=true]").first
    assert pressed.inner_text() == "Ellipse"
    screen.page.keyboard.press("2")
    assert pressed.inner_text() == "Polygon"
    hand.take("Line")
    assert screen.page.evaluate("overread.store.currentLabel") == "nodule"
    hand.drag((100, 50), (150, 60))
    screen.page.keyboard.press("2")
    assert hand.last()["label"] == "nodule"
    screen.page.get_by_text("is not marked by a shape like this one").wait_for()


def test_points_snap_to_edges_when_asked_to(start):
    picture = np.zeros((200, 500), np.int16)
    picture[:, 250:] = 1000
    screen = start(Case().add_series([picture]), prepare=labels("line"))
    hand = Hand(screen)
    hand.drag((100, 50), (248.7, 50))
    assert points(hand.last())[1][0] != 250
    screen.page.keyboard.press("Escape")
    screen.page.get_by_role("button", name="View", exact=True).click()
    toggle = screen.page.get_by_role("button", name="Snap to edges")
    with screen.page.expect_response("**/api/preferences/"):
        toggle.click()
    assert toggle.get_attribute("aria-pressed") == "true"
    screen.page.keyboard.press("Escape")
    hand.drag((100, 100), (248.7, 100))
    assert points(hand.last())[1][0] == 250

    screen.open("?renderer=2d")
    assert screen.page.evaluate("overread.marks.snapsToEdges")
    with screen.page.expect_response("**/api/preferences/"):
        screen.page.keyboard.press("y")
    screen.open("?renderer=2d")
    assert not screen.page.evaluate("overread.marks.snapsToEdges")


def test_nothing_is_drawn_on_a_resliced_picture(start):
    screen = start(phantom(), prepare=labels("box", "polygon"))
    screen.page.evaluate("overread.view.shown.instance.is_resliced = true")
    hand = Hand(screen)
    hand.drag((100, 50), (150, 90))
    hand.take("Polygon")
    hand.click((100, 50), (150, 90), (100, 90), (100, 50))
    assert screen.boxes() == []


@pytest.mark.parametrize("is_by_mouse", [False, True])
def test_choosing_a_label_does_not_change_a_mark_that_is_not_seen(start, is_by_mouse):
    screen = start(phantom(slices=3), prepare=labels("box"))
    hand = Hand(screen)
    hand.drag((100, 50), (150, 90))
    screen.page.evaluate("overread.view.show(0, 2)")
    screen.until("overread.view.shown?.index === 2")
    if is_by_mouse:
        screen.page.locator("[data-part=labels]").get_by_role("button", name="Effusion").click()
    else:
        screen.page.keyboard.press("2")
    assert hand.last()["label"] == "nodule"
    hand.drag((100, 50), (150, 90))
    assert hand.last()["label"] == "effusion"
