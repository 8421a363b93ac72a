"""Painting masks with the mouse, against references in NumPy, and as pycocotools reads what was saved."""

import json
from base64 import b64decode
from itertools import pairwise

import numpy as np
from pycocotools import mask as coco

from tests.viewer.cases import EFFUSION, NODULE, Case, gradient
from tests.viewer.test_masks_geometry import decoded
from tests.viewer.test_shapes import Hand

# Pixels of 0.07 x 0.20 mm.
MM = np.array([0.07, 0.20])
SPACING = {"row_mm": 0.2, "column_mm": 0.07, "source": "PixelSpacing"}
SHAPE = (200, 500)
WINDOW = [{"center": 0, "width": 2000, "name": ""}]


def masks(api):
    api.read["schema"]["labels"] = [
        NODULE | {"shapes": ["mask"], "attributes": []},
        EFFUSION | {"shapes": ["mask", "box"]},
    ]


def phantom(slices=1, **display):
    pictures = [gradient(*SHAPE) for _ in range(slices)]
    return Case().add_series(pictures, **({"spacing": SPACING, "windows": WINDOW} | display))


def stroke(points, radius_mm):
    """Pixels whose centres lie within the radius of a line, in mm."""
    centres = (np.stack(np.indices(SHAPE)[::-1], axis=-1) + 0.5) * MM
    found = np.zeros(SHAPE, bool)
    for a, b in pairwise(points):
        start, way = np.array(a) * MM, (np.array(b) - a) * MM
        beside = centres - start
        part = np.clip(beside @ way / max(way @ way, 1e-12), 0, 1)[..., None]
        found |= np.linalg.norm(beside - part * way, axis=-1) <= radius_mm
    return found


class Painter(Hand):
    def paint(self, *points):
        """Returns the image points that the mouse was at."""
        places = [self.place(point) for point in points]
        self.mouse.move(*places[0][0])
        self.mouse.down()
        for (x, y), _ in places[1:]:
            self.mouse.move(x, y)
        self.mouse.up()
        return [exact for _, exact in places]

    def set(self, name, value):
        field = self.screen.page.locator("[data-part=mask-options]").get_by_label(name)
        field.fill(str(value))
        field.blur()

    def press(self, name):
        self.screen.page.locator("[data-part=mask-options]").get_by_role("button", name=name, exact=True).click()

    def marks(self):
        return self.screen.page.evaluate("overread.store.liveMarks.map(([id, mark]) => ({ id, ...mark }))")

    def pixels(self, index=-1):
        return decoded(self.marks()[index]["geometry"])


def test_strokes_are_exact_however_the_picture_is_placed_and_each_is_one_step(start):
    screen = start(phantom(), prepare=masks)
    hand = Painter(screen)
    keys = screen.page.keyboard
    hand.take("Brush")
    hand.set("Radius", 1.3)
    first = hand.paint((100, 60), (180, 80), (182, 120))
    assert np.array_equal(hand.pixels(), stroke(first, 1.3))
    for step in ("flip('horizontal')", "turn()", "zoomBy(1.7)", "pan(23, -9)"):
        screen.page.evaluate(f"overread.view.{step}")
    second = hand.paint((200, 100), (240, 110))
    both = stroke(first, 1.3) | stroke(second, 1.3)
    assert np.array_equal(hand.pixels(), both)
    assert len(hand.marks()) == 1
    keys.press("Shift+E")
    erased = hand.paint((182, 70), (186, 130))
    left = both & ~stroke(erased, 1.3)
    assert np.array_equal(hand.pixels(), left)
    screen.saved()
    assert len(screen.api.marks) == 1
    keys.press("Control+z")
    assert np.array_equal(hand.pixels(), both)
    keys.press("Control+z")
    assert np.array_equal(hand.pixels(), stroke(first, 1.3))
    keys.press("Control+z")
    assert hand.marks() == []
    for _ in range(3):
        keys.press("Control+y")
    screen.saved()
    (kept,) = screen.api.marks.values()
    assert np.array_equal(decoded(kept["geometry"]), left)
    assert coco.area(coco.frPyObjects(kept["geometry"], *SHAPE)) == left.sum()
    assert len(json.dumps(kept["geometry"])) < 3000
    hand.set("Radius", 90)
    hand.paint((250, 100), (252, 100))
    assert hand.marks() == []


def test_only_values_of_the_range_are_painted_and_regions_and_holes_filled(start):
    values = np.full(SHAPE, -500, np.int16)
    rows, columns = np.indices(SHAPE)
    organ = ((columns - 250) * 0.07) ** 2 + ((rows - 100) * 0.2) ** 2 <= 8**2
    vessel = ((columns - 250) * 0.07) ** 2 + ((rows - 100) * 0.2) ** 2 <= 2**2
    values[organ], values[vessel] = 40, 300
    case = Case().add_series([values], spacing=SPACING, windows=WINDOW)
    screen = start(case, prepare=masks)
    hand = Painter(screen)
    hand.take("Threshold")
    hand.set("To", 100)
    hand.set("From", 0)
    hand.set("Radius", 3)
    path = hand.paint((180, 80), (250, 60), (330, 90))
    assert np.array_equal(hand.pixels(), stroke(path, 3) & organ & ~vessel)
    screen.page.keyboard.press("Escape")
    hand.take("Fill")
    hand.click((250, 120))
    assert np.array_equal(hand.pixels(), organ & ~vessel)
    chosen = screen.page.evaluate("overread.store.selectedId")
    screen.page.evaluate("overread.store.select(null)")
    hand.click((250, 100))
    screen.page.get_by_text("This is a hole of a mask: select the mask").wait_for()
    screen.page.evaluate("(id) => overread.store.select(id)", chosen)
    hand.click((250, 100))
    assert np.array_equal(hand.pixels(), organ)
    assert len(hand.marks()) == 2
    screen.page.keyboard.press("Control+z")
    hand.press("Fill holes")
    assert np.array_equal(hand.pixels(), organ)
    hand.press("Smooth")
    assert (hand.pixels() ^ organ).sum() < 0.02 * organ.sum()
    hand.click((20, 20))
    assert len(hand.marks()) == 2


def test_the_brush_has_its_keys_and_masks_are_combined(start):
    screen = start(phantom(), prepare=masks)
    hand = Painter(screen)
    page, keys = screen.page, screen.page.keyboard
    hand.take("Brush")
    hand.set("Radius", 4)
    first = hand.paint((100, 100), (150, 100))
    circle = page.locator(".brush-cursor").last
    zoom = page.evaluate("overread.view.view.zoom")
    assert float(circle.get_attribute("r")) == np.float64(4 / 0.07 * zoom)
    keys.press("]")
    assert page.locator("[data-part=mask-options]").get_by_label("Radius").input_value() == "4.8"
    keys.press("[")
    assert float(circle.get_attribute("r")) == np.float64(4 / 0.07 * zoom)
    keys.down("Alt")
    taken = hand.paint((100, 90), (150, 80))
    keys.up("Alt")
    one = stroke(first, 4) & ~stroke(taken, 4)
    assert np.array_equal(hand.pixels(), one)
    keys.press("Escape")
    second = hand.paint((140, 100), (200, 110))
    other = stroke(second, 4)
    assert len(hand.marks()) == 2
    for button, expected in (("Add", one | other), ("Take away", other & ~one), ("Common", one & other)):
        hand.press(button)
        assert np.array_equal(hand.pixels(), expected)
        keys.press("Control+z")
    assert np.array_equal(hand.pixels(), other)
    hand.take("Select")
    assert page.locator(".brush-cursor").count() == 0
    assert not page.locator("[data-part=mask-options]").is_visible()
    hand.drag((235, 110), (245, 130))
    moved = hand.pixels()
    assert moved.sum() == other.sum() and not np.array_equal(moved, other)


def test_slices_between_are_filled_and_follow_their_key_slices(start):
    screen = start(phantom(5), prepare=masks)
    hand = Painter(screen)
    page = screen.page

    def show(index):
        page.evaluate(f"overread.view.show(0, {index})")
        screen.until(f"overread.view.shown?.index === {index}")

    show(0)
    hand.take("Brush")
    hand.set("Radius", 2)
    first = hand.paint((150, 80), (160, 80))
    show(4)
    hand.paint((180, 80), (190, 80))
    assert len(hand.marks()) == 2
    hand.press("Fill between")
    marks = hand.marks()
    assert [mark["origin"] for mark in marks] == ["drawn"] * 2 + ["interpolated"] * 3
    assert len({mark["lesion"] for mark in marks}) == 1
    middle = next(mark for mark in marks if mark["sop_instance_uid"].endswith("i2"))
    expected = stroke(np.array(first) + np.array([15, 0]), 2)
    assert (decoded(middle["geometry"]) ^ expected).sum() < 0.1 * expected.sum()
    hand.paint((180, 80), (190, 120))
    changed = next(mark for mark in hand.marks() if mark["sop_instance_uid"].endswith("i2"))
    assert decoded(changed["geometry"]).sum() > 1.2 * expected.sum()
    page.keyboard.press("Control+z")
    again = next(mark for mark in hand.marks() if mark["sop_instance_uid"].endswith("i2"))
    assert again == middle
    show(2)
    hand.paint((165, 80), (165, 100))
    key = next(mark for mark in hand.marks() if mark["sop_instance_uid"].endswith("i2"))
    assert key["origin"] == "drawn"
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert len(hand.marks()) == 2
    page.keyboard.press("Control+y")
    screen.saved()
    before = hand.marks()
    screen.open("?renderer=2d")
    assert {mark["id"]: mark["geometry"] for mark in hand.marks()} == {mark["id"]: mark["geometry"] for mark in before}


def test_a_mask_is_painted_on_the_screen_where_its_pixels_are(start):
    screen = start(phantom(), prepare=masks)
    hand = Painter(screen)
    hand.take("Brush")
    hand.set("Radius", 3)
    hand.paint((100, 60), (300, 120))
    page = screen.page
    page.evaluate("overread.view.turn()")
    page.evaluate("overread.view.flip('vertical')")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    alpha, matrix = page.evaluate(
        """() => {
            const canvas = document.querySelector("[data-part=masks]");
            const { width, height } = canvas;
            const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
            let alpha = "";
            for (let index = 3; index < data.length; index += 4) alpha += String.fromCharCode(data[index]);
            return [{ width, height, alpha: btoa(alpha) }, overread.view.matrix];
        }"""
    )
    seen = np.frombuffer(b64decode(alpha["alpha"]), np.uint8).reshape(alpha["height"], alpha["width"])
    a, b, c, d, e, f = matrix
    inverse = np.linalg.inv([[a, c, e], [b, d, f], [0, 0, 1]])
    y, x = np.indices(seen.shape) + 0.5
    column, row = np.floor(np.einsum("ij,jkl->ikl", inverse, np.stack([x, y, np.ones_like(x)]))[:2]).astype(int)
    mask = hand.pixels()
    inside = np.zeros(seen.shape, bool)
    within = (column >= 0) & (row >= 0) & (column < SHAPE[1]) & (row < SHAPE[0])
    inside[within] = mask[row[within], column[within]]
    # Two pixels of the screen beside the rim belong to it.
    rim = np.zeros(seen.shape, bool)
    for dy in range(-3, 4):
        for dx in range(-3, 4):
            rim |= np.roll(inside, (dy, dx), (0, 1)) != inside
    assert (seen[inside & ~rim] > 60).all()
    assert (seen[~inside & ~rim] == 0).all()
    assert seen[rim].max() == 255
