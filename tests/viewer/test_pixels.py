"""What is on the screen equals what PS3.3 C.11 computes from the stored values."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.viewer.cases import Case, gradient

PIXELS = """() => {
    const view = overread.view;
    view.actualSize();
    view.paint();
    const source = document.querySelector("[data-part=canvas]");
    const copy = new OffscreenCanvas(source.width, source.height).getContext("2d");
    copy.drawImage(source, 0, 0);
    const [, , , , left, top] = view.matrix;
    const { columns, rows } = view.image;
    return Array.from(copy.getImageData(left, top, columns, rows).data);
}"""


def on_screen(screen, rows, columns):
    assert screen.page.evaluate("devicePixelRatio") == 1
    values = np.array(screen.page.evaluate(PIXELS), np.int32)
    return values.reshape(rows, columns, 4)[..., :3]


def grey(fraction):
    return np.round(np.clip(fraction, 0, 1) * 255)


def linear(values, center, width):
    """PS3.3 C.11.2.1.2.1, the default VOI function."""
    ramp = (values - (center - 0.5)) / (width - 1) + 0.5
    low, high = center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2
    return np.where(values <= low, 0, np.where(values > high, 1, ramp))


def window(center, width):
    return [{"center": center, "width": width, "name": ""}]


SIGNED = gradient(80, 120)
UNSIGNED = gradient(80, 120, dtype=np.uint16, low=0, high=60000)
LOW_BITS = gradient(80, 120, dtype=np.uint8, low=0, high=255)
TABLE = [int(4095 * (index / 2000) ** 2) for index in range(2001)]
PICTURES = {
    "a CT with a slope and an intercept": (
        SIGNED,
        {"windows": window(40, 400), "rescale_slope": 0.5, "rescale_intercept": -24.0},
        linear(SIGNED * 0.5 - 24, 40, 400),
    ),
    "MONOCHROME1": (
        UNSIGNED,
        {"windows": window(30000, 50000), "photometric": "MONOCHROME1"},
        1 - linear(UNSIGNED.astype(float), 30000, 50000),
    ),
    "MONOCHROME1 with the INVERSE shape, which says the same": (
        UNSIGNED,
        {
            "windows": window(30000, 50000),
            "photometric": "MONOCHROME1",
            "presentation_lut_shape": "INVERSE",
        },
        1 - linear(UNSIGNED.astype(float), 30000, 50000),
    ),
    "8 bits": (LOW_BITS, {"windows": window(100, 120)}, linear(LOW_BITS.astype(float), 100, 120)),
    "a window of width 1": (SIGNED, {"windows": window(10, 1)}, (SIGNED > 9.5).astype(float)),
    "LINEAR_EXACT": (
        SIGNED,
        {"windows": window(100, 300), "voi_function": "LINEAR_EXACT"},
        np.clip((SIGNED - 100.0) / 300 + 0.5, 0, 1),
    ),
    "SIGMOID": (
        SIGNED,
        {"windows": window(100, 300), "voi_function": "SIGMOID"},
        1 / (1 + np.exp(-4 * (SIGNED - 100.0) / 300)),
    ),
    "a VOI LUT": (
        SIGNED,
        {"voi_luts": [{"name": "", "first": -1000, "bits": 12, "values": TABLE}], "windows": window(0, 1)},
        np.array(TABLE)[np.clip(SIGNED.astype(int) + 1000, 0, 2000)] / 4095,
    ),
    "a modality LUT": (
        SIGNED,
        {"modality_lut": {"first": -1000, "values": list(range(5000, 7001))}, "windows": window(6000, 1000)},
        linear(np.clip(SIGNED.astype(int) + 1000, 0, 2000) + 5000.0, 6000, 1000),
    ),
    "padding, which stays black": (
        UNSIGNED,
        {"windows": window(30000, 50000), "photometric": "MONOCHROME1", "pixel_padding": [0, 9000]},
        np.where(UNSIGNED <= 9000, 0, 1 - linear(UNSIGNED.astype(float), 30000, 50000)),
    ),
}


@pytest.mark.parametrize("renderer", ["2d", "webgl"])
@pytest.mark.parametrize("name", PICTURES)
def test_grey_levels_are_those_of_the_standard(start, name, renderer):
    picture, display, expected = PICTURES[name]
    screen = start(Case().add_series([picture], **display), f"?renderer={renderer}")
    assert screen.page.evaluate("overread.view.rendererKind") == {"2d": "2d", "webgl": "webgl2"}[renderer]
    shown = on_screen(screen, *picture.shape)
    assert np.abs(shown - grey(expected)[..., None]).max() <= 1


@pytest.mark.parametrize("renderer", ["2d", "webgl"])
def test_colour_images_keep_their_colours(start, renderer):
    colours = np.random.default_rng(1).integers(0, 256, (120, 90, 3), np.uint8)
    screen = start(Case().add_series([colours], modality="US"), f"?renderer={renderer}")
    assert np.abs(on_screen(screen, 120, 90) - colours).max() <= 1


def test_the_invert_key_inverts(start):
    screen = start(Case().add_series([SIGNED], windows=window(0, 2000)))
    screen.page.keyboard.press("i")
    expected = grey(1 - linear(SIGNED.astype(float), 0, 2000))
    assert np.abs(on_screen(screen, *SIGNED.shape) - expected[..., None]).max() <= 1


def test_without_a_window_in_the_file_the_values_of_the_image_make_one(start):
    screen = start(Case().add_series([UNSIGNED], modality="CR"))
    shown = on_screen(screen, *UNSIGNED.shape)
    assert shown.min() == 0
    assert shown.max() == 255


def test_presets_in_hounsfield_units_are_offered_for_ct_only(start):
    case = Case().add_series([SIGNED], rescale_type="HU").add_series([UNSIGNED], modality="MR", number=2)
    screen = start(case)
    windows = screen.page.get_by_label("Window", exact=True)
    assert "Lung" in windows.inner_text()
    screen.page.keyboard.press("Alt+1")
    # The corner is written with the next frame of the browser.
    expect(screen.page.locator("[data-part=corner-bottom-right]")).to_contain_text("W 1500 L -600")
    screen.page.keyboard.press("]")
    screen.until("overread.view.shown && overread.view.seriesIndex === 1")
    screen.page.wait_for_timeout(50)
    assert "Lung" not in windows.inner_text()


def test_dragging_with_the_right_button_changes_window_and_level(start):
    screen = start()
    before = screen.page.evaluate("overread.view.voi")
    screen.drag((100, 100), (160, 60), button="right")
    after = screen.page.evaluate("overread.view.voi")
    assert after["width"] > before["width"]
    assert after["center"] < before["center"]
    assert screen.boxes() == []


def test_the_picture_comes_back_after_the_graphics_card_was_lost(start):
    screen = start(query="?renderer=webgl")
    before = on_screen(screen, 200, 300)
    screen.page.evaluate("""async () => {
        const canvas = document.querySelector("[data-part=canvas]");
        const loss = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
        const restored = new Promise((resolve) => canvas.addEventListener("webglcontextrestored", resolve));
        loss.loseContext();
        await new Promise((resolve) => setTimeout(resolve, 100));
        loss.restoreContext();
        await restored;
    }""")
    assert (on_screen(screen, 200, 300) == before).all()
