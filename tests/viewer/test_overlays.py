"""Overlay planes lie on the picture pixel by pixel, however it is turned, and touch nothing else."""

import base64

import numpy as np

from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from tests.domain.dicom.test_overlays import GRAPHICS
from tests.overlays import outline
from tests.viewer.cases import Case, gradient

COLOUR = (0x8F, 0xD6, 0xC1)
PLANES = """([rows, columns]) => {
    const overlay = document.querySelector("[data-part=planes]");
    if (overlay.hidden) return null;
    overread.view.paint();
    const { data } = overlay.getContext("2d").getImageData(0, 0, overlay.width, overlay.height);
    const [a, b, c, d, left, top] = overread.view.matrix;
    let text = "";
    for (let row = 0; row < rows; row += 1)
        for (let column = 0; column < columns; column += 1) {
            const [x, y] = [column + 0.5, row + 0.5];
            const at = 4 * (Math.floor(b * x + d * y + top) * overlay.width + Math.floor(a * x + c * y + left));
            text += String.fromCharCode(...data.subarray(at, at + 4));
        }
    return btoa(text);
}"""


def drawn(screen, rows=200, columns=300):
    """What lies over each pixel of the image: bool (rows, columns), none where nothing is drawn at all."""
    text = screen.page.evaluate(PLANES, [rows, columns])
    if text is None:
        return None
    colours = np.frombuffer(base64.b64decode(text), np.uint8).reshape(rows, columns, 4)
    is_set = colours[..., 3] > 0
    assert set(map(tuple, colours[is_set])) <= {(*COLOUR, 255)}
    return is_set


def placed(plane, row, column, rows=200, columns=300):
    """`plane` with its first bit at this row and column, from 1, of an image of that size."""
    whole = np.zeros((rows, columns), bool)
    for y, x in np.argwhere(plane) + np.array([row - 1, column - 1]):
        if 0 <= y < rows and 0 <= x < columns:
            whole[y, x] = True
    return whole


def come(screen):
    screen.until("!document.querySelector('[data-part=planes]').hidden")
    plane = "document.querySelector('[data-part=planes]').getContext('2d')"
    screen.until(f"{plane}.getImageData(0, 0, 1200, 800).data.some(Boolean)")


def test_planes_lie_where_the_file_says_and_can_be_hidden(start):
    one, other = outline(80, 120), np.eye(40, 50, dtype=bool)
    case = Case().add_series([gradient(), gradient()], windows=[{"center": 0, "width": 2000, "name": ""}])
    case.add_overlay(one, origin=(31, 41)).add_overlay(other, origin=(-9, 270))
    screen = start(case)
    expected = placed(one, 31, 41) | placed(other, -9, 270)
    grey = "overread.view.table.join()"
    screen.page.evaluate("overread.view.actualSize()")
    come(screen)
    before = screen.page.evaluate(grey)
    for change in ("", "view.flip('horizontal')", "view.turn()", "view.zoomBy(2)", "view.pan(13, -7)", "view.fit()"):
        screen.page.evaluate(f"(() => {{ const {{ view }} = overread; {change or 'null'}; view.paint(); }})()")
        if change != "view.zoomBy(2)":
            assert np.array_equal(drawn(screen), expected), change
    assert screen.page.evaluate(grey) == before
    screen.page.keyboard.press("Shift+Y")
    screen.until("document.querySelector('[data-part=planes]').hidden")
    screen.page.keyboard.press("Shift+Y")
    screen.until("!document.querySelector('[data-part=planes]').hidden")
    screen.page.keyboard.press("PageDown")
    screen.until("overread.view.frameIndex === 1 && overread.view.shown?.index === 1")
    screen.until("document.querySelector('[data-part=planes]').hidden")


def test_each_frame_has_its_own_bits_and_what_does_not_come_is_said(start):
    frames = np.stack([np.zeros((7, 9), bool), np.eye(7, 9, dtype=bool)])
    case = Case().add_series([gradient(20, 30), gradient(20, 30)])
    case.add_overlay(frames, first_frame=1)
    case.add_overlay(frames[1], of=1)
    del case.frames["s0i1/overlay1"]
    case.series[0]["instances"][0]["number_of_frames"] = 2
    case.frames["s0i0/2"] = case.frames["s0i0/1"]
    screen = start(case)
    screen.page.evaluate("overread.view.show(0, 1)")
    screen.until("overread.view.shown?.index === 1")
    come(screen)
    assert np.array_equal(drawn(screen, 20, 30), placed(frames[1], 1, 1, 20, 30))
    screen.page.evaluate("overread.view.show(0, 2)")
    notice = screen.page.locator("[data-part=notice]")
    notice.get_by_text("A drawing that belongs on this image could not be loaded.").wait_for()


def test_a_plane_comes_to_every_pane_that_shows_its_image(start, page):
    page.route("**/overlays/**", lambda route: None)
    case = Case().add_series([gradient()], windows=[{"center": 0, "width": 2000, "name": ""}])
    screen = start(case.add_overlay(outline(80, 120)))
    screen.page.evaluate("overread.screen.setLayout({ rows: 1, columns: 2 })")
    screen.page.evaluate("overread.screen.panes[1].viewport.show(0, 0)")
    screen.until("[...document.querySelectorAll('[data-part=planes]')].filter(({ hidden }) => !hidden).length === 2")
    screen.page.unroute("**/overlays/**")  # which lets those go that are held
    planes = "[...document.querySelectorAll('[data-part=planes]')]"
    has_lines = "(each) => each.getContext('2d').getImageData(0, 0, each.width, each.height).data.some(Boolean)"
    screen.until(f"{planes}.every({has_lines})")


def test_planes_are_kept_within_a_budget_and_those_on_the_screen_always(start):
    case = Case().add_series([gradient(20, 30)] * 3)
    for image in range(3):
        case.add_overlay(np.eye(7, 9, dtype=bool), of=image)
    case.add_overlay(np.eye(9, 7, dtype=bool), of=2)
    screen = start(case)
    asked = screen.page.evaluate("""async () => {
        const { OverlayPlanes } = await import("/static/viewer/canvas/overlay_planes.js");
        const { screen, view } = overread;
        const asked = [];
        const fetch = async (url) => (asked.push(url), new Uint8Array(8).buffer);
        new OverlayPlanes(screen, fetch, 4 * 7 * 9);  // room for one
        for (const index of [0, 1, 0, 0, 2, 2]) {
            view.show(0, index);
            for (let tries = 0; tries < 20 || view.shown?.index !== index; tries += 1) {
                view.paint();
                await new Promise((resolve) => setTimeout(resolve, 5));
            }
        }
        return asked.map((url) => url.match(/instances\\/(\\w+)/)[1]);
    }""")
    # The middle image is there when it opens; two planes of one image are both on the screen.
    assert asked == ["s0i1", "s0i0", "s0i1", "s0i0", "s0i2", "s0i2"]


def test_the_plane_of_a_real_slice_lies_on_it(start, corpus):
    """Its text would keep it out; here only its place is the matter."""
    content = (corpus / "photometric" / "overlay_mr.dcm").read_bytes()
    found = prepare(content, Work(Pseudonyms(b"k" * 32), GRAPHICS))
    [plane] = found.overlays.planes
    [picture] = plane.pictures()
    pixels = gradient(found.header.rows, found.header.columns)
    screen = start(Case().add_series([pixels]).add_overlay(picture, origin=(plane.row, plane.column)))
    screen.page.evaluate("overread.view.actualSize()")
    come(screen)
    assert np.array_equal(drawn(screen, plane.rows, plane.columns), picture)
