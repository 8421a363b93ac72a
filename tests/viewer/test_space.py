"""The pure geometry of pictures in the patient, of sizes on the screen and of the letters at the edges."""

import json

import numpy as np
import pytest
from django.conf import settings

from tests.viewer.fake_api import FakeApi, serve

SPACING = {"row_mm": 0.5, "column_mm": 0.25, "source": "PixelSpacing"}
AXIAL = [1, 0, 0, 0, 1, 0]
SAGITTAL = [0, 1, 0, 0, 0, -1]


@pytest.fixture
def run(page):
    """Run a function body with the module as `it`, in Chromium."""
    api = FakeApi({"reader": "reader1"}, {}, lambda *_: "<!doctype html><title>x</title>", settings.STATIC_ROOT)
    api.as_json = dict
    server = serve(api)
    page.goto(f"{server.url}/read/7/")

    def call(module, body, **values):
        names = ", ".join(values)
        return page.evaluate(
            f"""async (values) => {{
                const it = await import("/static/viewer/geometry/{module}.js");
                const {{ {names} }} = values;
                {body}
            }}""",
            json.loads(json.dumps(values)),
        )

    yield call
    server.shutdown()


def frame(index=0, position=(0, 0, 0), orientation=AXIAL, space="2.25.1", columns=40, rows=20, **display):
    display = {
        "position": list(position),
        "orientation": orientation,
        "spacing": SPACING,
        "frame_of_reference_uid": space,
        "slice_thickness": 2,
        **display,
    }
    instance = {"columns": columns, "rows": rows, "display": display}
    return {"key": str(index), "frame": 1, "index": index, "instance": instance}


def test_the_first_pixels_centre_is_the_image_position_and_the_way_back_is_exact(run):
    angle = np.radians(30)
    oblique = [np.cos(angle), np.sin(angle), 0, 0, 0, -1]
    ref = frame(position=(10.0, -20.0, 30.0), orientation=oblique)
    first, there, back = run(
        "space",
        """const plane = it.planeOf(ref);
        const place = it.toPatient(plane, { x: 7.25, y: 3.5 });
        return [it.toPatient(plane, { x: 0.5, y: 0.5 }), place, it.toImage(plane, place)];""",
        ref=ref,
    )
    np.testing.assert_allclose(first, (10, -20, 30), atol=1e-12)
    # PS3.3 C.7.6.2.1.1, from the centre of the first pixel
    expected = np.array([10, -20, 30]) + np.array(oblique[:3]) * 0.25 * 6.75 + np.array(oblique[3:]) * 0.5 * 3.0
    np.testing.assert_allclose(there, expected, atol=1e-12)
    np.testing.assert_allclose([back["x"], back["y"], back["distance"]], (7.25, 3.5, 0), atol=1e-12)


def test_planes_without_position_orientation_or_spacing_are_none_and_frames_may_have_their_own(run):
    own = frame(position=[])
    own["instance"]["display"]["frames"] = [{}, {"position": [1, 2, 3]}]
    assert run(
        "space",
        "return [...refs, own, { ...own, frame: 2 }].map((ref) => Boolean(it.planeOf(ref)));",
        refs=[frame(position=[]), frame(orientation=None), frame(spacing=None), frame(orientation=[0] * 6), frame()],
        own=own,
    ) == [False, False, False, False, True, False, True]


def test_the_nearest_frame_of_another_series_shows_a_point_only_within_its_slab_and_its_edges(run):
    series = [frame(index, position=(0, 0, 4 * index)) for index in range(5)]
    found = run(
        "space",
        """return places.map((place) => {
            const found = it.nearestFrame(series, place, "2.25.1");
            return [found.ref.index, found.point, found.isShown];
        });""",
        series=series,
        places=[(2, 3, 9), (2, 3, 18), (2, 3, 19), (-2, 3, 9), (2, 3, -50)],
    )
    assert [(index, shown) for index, _, shown in found] == [(2, True), (4, True), (4, False), (2, False), (0, False)]
    assert found[0][1] == {"x": 2 / 0.25 + 0.5, "y": 3 / 0.5 + 0.5}
    assert run("space", 'return it.nearestFrame(series, [0, 0, 0], "other");', series=series) is None
    assert run("space", 'return it.nearestFrame(series, [0, 0, 0], "");', series=[frame(space="")]) is None


def test_the_reference_line_lies_where_the_planes_meet_and_ends_at_both_pictures_edges(run):
    axial = frame(position=(0, 0, 0))  # x from -0.125 to 9.875, y from -0.25 to 9.75
    across = frame(position=(5, 2.25, 3), orientation=SAGITTAL, columns=400)  # y from 2.125 on
    line = run("space", "return it.referenceLine(it.planeOf(axial), it.planeOf(across));", axial=axial, across=across)
    ends = sorted((point["x"], point["y"]) for point in line)
    np.testing.assert_allclose(ends, [(20.5, 4.75), (20.5, 20.0)], atol=1e-9)
    none = [
        frame(position=(0, 0, 3)),  # parallel
        frame(position=(50, 0, 3), orientation=SAGITTAL),  # beside it
        frame(position=(5, 0, -3), orientation=SAGITTAL),  # below it
        frame(position=(5, 0, 3), orientation=SAGITTAL, space="2.25.2"),
    ]
    assert (
        run(
            "space",
            "return others.map((each) => it.referenceLine(it.planeOf(axial), it.planeOf(each)));",
            axial=axial,
            others=none,
        )
        == [None] * 4
    )


def test_a_scale_bar_has_a_round_length_and_says_px_without_a_spacing(run):
    bars = run(
        "scale",
        "return cases.map(([spacing, zoom, most]) => it.scaleBar(spacing, zoom, most));",
        cases=[(SPACING, 1, 120), (SPACING, 0.13, 120), (SPACING, 60, 120), (None, 2, 120), (SPACING, 1, 5)],
    )
    assert [bar["words"] for bar in bars] == ["2 cm", "20 cm", "0.5 mm", "50 px", "1 mm"]
    for bar, perPixel in zip(bars, [0.25, 0.25 / 0.13, 0.25 / 60, 0.5, 0.25], strict=True):
        assert bar["pixels"] == pytest.approx(bar["length"] / perPixel)
        assert bar["pixels"] <= 120
    zooms = run(
        "scale",
        "return spacings.map((each) => it.zoomForScale(each, it.mmPerPixel(spacings[0], 1.5)));",
        spacings=[SPACING, {"row_mm": 0.1, "column_mm": 0.1, "source": ""}],
    )
    assert zooms == pytest.approx([1.5, 0.6])


VIEWS = [(turns, h, v) for turns in range(4) for h in (False, True) for v in (False, True)]


def test_the_letters_agree_with_the_matrix_in_every_view(run):
    """What the edge is said to show is where that direction of the patient leads on the screen."""
    cases = {
        "axial": ({"orientation": AXIAL}, "L", "P"),
        "sagittal": ({"orientation": SAGITTAL}, "P", "F"),
        "chest": ({"orientation": None, "patient_orientation": ["L", "F"]}, "L", "F"),
        "oblique mammogram": ({"orientation": None, "patient_orientation": ["A", "FR"]}, "A", "FR"),
    }
    for display, row, column in cases.values():
        seen = run(
            "orientation",
            """const { viewMatrix, plainView } = await import("/static/viewer/geometry/transform.js");
            const image = { columns: 10, rows: 10, pixel: { width: 1, height: 1 } };
            return views.map(([quarterTurns, isFlippedH, isFlippedV]) => {
                const view = { ...plainView(), quarterTurns, isFlippedH, isFlippedV };
                return [it.edgeLetters(display, view), viewMatrix(image, { width: 9, height: 9 }, view, 1)];
            });""",
            display=display,
            views=VIEWS,
        )
        for letters, (a, b, c, d, *_) in seen:
            assert letters[edge_of(a, b)] == row
            assert letters[edge_of(c, d)] == column
    nothing = [{"orientation": None}, {"orientation": None, "patient_orientation": ["LE", "CD"]}]
    plain = "return them.map((each) => it.edgeLetters(each, { quarterTurns: 0 }));"
    assert run("orientation", plain, them=nothing) == [None, None]


def edge_of(x, y):
    if abs(x) > abs(y):
        return "right" if x > 0 else "left"
    return "bottom" if y > 0 else "top"
