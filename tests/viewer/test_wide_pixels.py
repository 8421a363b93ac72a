"""Pixels of 32 bits and what each frame of an enhanced image says for itself, as they are shown."""

import numpy as np
import pytest

from tests.viewer.cases import Case, gradient
from tests.viewer.test_pixels import grey, linear, on_screen, window

DIFFUSION = (gradient(60, 90, low=0, high=3000) * 1e-6).astype(np.float32)
COUNTS = gradient(60, 90, dtype=np.int32, low=-2e9, high=2e9)


def floats(picture, **display):
    case = Case().add_series([picture], modality="MR", **display)
    case.series[0]["instances"][0]["is_float"] = True
    return case


@pytest.mark.parametrize("renderer", ["2d", "webgl"])
def test_floating_point_is_drawn_within_one_grey_level_at_any_window(start, renderer):
    picture = DIFFUSION.copy()
    picture[3, 4], picture[5, 6], picture[:2] = np.nan, np.inf, -1
    narrow = [{"center": 1.5e-3, "width": 1e-5, "name": ""}]
    screen = start(
        floats(picture, windows=narrow, voi_function="LINEAR_EXACT", pixel_padding=[-1, -1]), f"?renderer={renderer}"
    )
    for center, width in ((1.5e-3, 1e-5), (1e-3, 2e-3), (-5, 1e6)):
        choice = {"kind": "manual", "center": center, "width": width}
        screen.page.evaluate("(choice) => overread.view.chooseWindow(choice)", choice)
        with np.errstate(invalid="ignore"):
            expected = np.where(picture == -1, 0, np.clip((picture.astype(float) - center) / width + 0.5, 0, 1))
        shown = on_screen(screen, *picture.shape)
        assert np.abs(shown - grey(np.nan_to_num(expected))[..., None]).max() <= 1
    screen.page.keyboard.press("i")
    shown = on_screen(screen, *picture.shape)
    assert (shown[3, 4] == 0).all()
    assert (shown[0] == 0).all()


def test_statistics_of_floating_point_are_those_of_float32(start):
    screen = start(floats(DIFFUSION))
    found = screen.page.evaluate("""async () => {
        const { statisticsInside } = await import("/static/viewer/image/statistics.js");
        const { shapeOf } = await import("/static/viewer/geometry/shapes.js");
        const { pixels, shown } = overread.view;
        return statisticsInside(pixels, shown.instance.display, shapeOf("box"), { x: 10, y: 5, width: 40, height: 30 });
    }""")
    inside = DIFFUSION[5:35, 10:50].astype(float)
    assert (found["minimum"], found["maximum"]) == (inside.min(), inside.max())
    assert found["mean"] == pytest.approx(inside.mean(), rel=1e-12)
    assert found["deviation"] == pytest.approx(inside.std(), rel=1e-9)
    assert len(np.unique(on_screen(screen, *DIFFUSION.shape))) > 200  # the window made from its values


def test_whole_numbers_of_32_bits_are_drawn_by_their_window(start):
    screen = start(Case().add_series([COUNTS], windows=window(1e9, 1e9), rescale_slope=0.5))
    expected = grey(linear(COUNTS * 0.5, 1e9, 1e9))
    assert np.abs(on_screen(screen, *COUNTS.shape) - expected[..., None]).max() <= 1


def test_each_frame_of_an_enhanced_image_has_its_place_and_its_values(start):
    pictures = [gradient(60, 90), gradient(60, 90, low=0, high=500)]
    case = Case().add_series(pictures, modality="MR", windows=window(300, 600))
    series = case.series[0]
    del series["instances"][1]
    case.frames["s0i0/2"] = case.frames.pop("s0i1/1")
    frames = [{"position": [0, 0, 5], "rescale_slope": 2}, {"position": [0, 0, 1], "windows": window(100, 300)}]
    series["instances"][0]["display"] = {"frames": frames, "frame_order": [2, 1]}
    series["instances"][0]["number_of_frames"] = 2
    screen = start(case)
    refs = "overread.view.series.frames.map(({ frame, index, url }) => [frame, index, url.split('/')[5]])"
    assert screen.page.evaluate(refs) == [[2, 0, "2"], [1, 1, "1"]]
    for index, expected in enumerate((linear(pictures[1] * 1.0, 100, 300), linear(pictures[0] * 2.0, 300, 600))):
        screen.page.evaluate("(index) => overread.view.show(0, index)", index)
        screen.until(f"overread.view.shown?.index === {index}")
        assert np.abs(on_screen(screen, 60, 90) - grey(expected)[..., None]).max() <= 1
        place = screen.page.evaluate("overread.view.shown.instance.display.position[2]")
        assert place == [1, 5][index]
