"""Planes through a volume: which series is one, what is sampled, where it lies, and the marks of its slices in it."""

import json

import numpy as np
import pytest
from django.conf import settings

from tests.viewer.cases import Case
from tests.viewer.fake_api import FakeApi, serve

AXIAL, CORONAL, SAGITTAL = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [0, 1, 0, 0, 0, -1]
SPACING = {"row_mm": 0.8, "column_mm": 0.5, "source": "PixelSpacing"}
STEP = 2.0


@pytest.fixture
def run(page):
    """Run a function body with the modules as `it`, in Chromium."""
    api = FakeApi({"reader": "reader1"}, {}, lambda *_: "<!doctype html><title>x</title>", settings.STATIC_ROOT)
    api.as_json = dict
    server = serve(api)
    page.goto(f"{server.url}/read/7/")

    def call(body, **values):
        modules = (
            "geometry/stack",
            "geometry/space",
            "geometry/reformat",
            "geometry/cross_section",
            "image/reslice",
            "image/volume",
        )
        imports = ", ".join(f'import("/static/viewer/{name}.js")' for name in modules)
        return page.evaluate(
            f"""async (values) => {{
                const it = Object.assign({{}}, ...(await Promise.all([{imports}])));
                const {{ {", ".join(values)} }} = values;
                {body}
            }}""",
            json.loads(json.dumps(values)),
        )

    yield call
    server.shutdown()


def slices(positions, orientation=AXIAL, rows=5, columns=7, **display):
    """Frames at these places."""
    common = {"orientation": orientation, "spacing": SPACING, "frame_of_reference_uid": "2.25.1"}
    return [
        {
            "key": f"{index}#1",
            "frame": 1,
            "index": index,
            "instance": {
                "columns": columns,
                "rows": rows,
                "bits": 16,
                "is_signed": True,
                "samples_per_pixel": 1,
                "display": common | {"position": [float(each) for each in position]} | display,
            },
        }
        for index, position in enumerate(positions)
    ]


def heights(*places):
    return [(0, 0, place) for place in places]


def test_a_series_is_a_volume_or_the_reason_is_said_as_a_radiologist_would(run):
    even = heights(*np.arange(10) * 3.0)
    turned = slices(even)
    turned[4]["instance"]["display"]["orientation"] = CORONAL
    unplaced = slices(even)
    unplaced[2]["instance"]["display"]["position"] = None
    sized = slices(even)
    sized[3]["instance"]["columns"] = 9
    without_8_9 = heights(*[place * 3.0 for place in range(12) if place not in (7, 8)])
    tilted = [(0, index * 1.5, index * 3.0) for index in range(10)]
    cases = {
        "": slices(even),
        "the images lie in different orientations": turned,
        "some images do not say where they lie in the patient": unplaced,
        "the images do not say where they lie in the patient": slices(even, orientation=None),
        "there is one image only": slices(even[:1]),
        "there are fewer than three slices": slices(even[:2]),
        "the images have different sizes": sized,
        "there are several images at one position: echoes or phases": slices([*even, *even]),
        "two slices are missing between image 7 and 8": slices(without_8_9),
        "the slice spacing varies between 2.9 and 5.1 mm": slices(heights(0, 2.9, 5.9, 11.0, 14.0, 17.0)),
        "the gantry was tilted: the slices slide by 26.6°": slices(tilted),
        "the slices are shifted sideways against each other": slices([*even[:5], (9, 0, 15.0), *even[6:]]),
    }
    found = run("return lists.map(it.analyseStack);", lists=list(cases.values()))
    assert [stack["reason"] for stack in found] == list(cases)
    assert [stack["kind"] for stack in found] == ["volume", "stack", "none", "none", "none"] + ["stack"] * 7
    assert [stack["isMixed"] for stack in found].count(True) == 1
    assert found[8]["gaps"] == [{"after": 7, "before": 8, "missing": 2, "step_mm": 9}]
    assert len(found[7]["duplicates"]) == 10
    assert found[0]["spacing_mm"] == 3

    # Positions rounded to 0.01 mm, and images that come from the head down
    rounded = slices(heights(*[round(-index * 0.625, 2) for index in range(40)]))
    stack, own, other = run(
        """const stack = it.analyseStack(refs);
        return [stack, it.reasonAgainstReformat("CT", stack), it.reasonAgainstReformat("US", stack)];""",
        refs=rounded,
    )
    assert stack["kind"] == "volume"
    assert stack["spacing_mm"] == pytest.approx(0.625, abs=1e-3)
    assert stack["refs"][0]["index"] == 39
    assert (own, other) == ("", "US images are not slices of a volume")

    # One instance with many frames, each with a place of its own
    one = slices([(0, 0, 0)], frames=[{"position": [0, 0, index * 1.5]} for index in range(8)])[0]
    frames = [one | {"key": f"0#{index + 1}", "index": index, "frame": index + 1} for index in range(8)]
    enhanced = run("return it.analyseStack(frames);", frames=frames)
    assert (enhanced["kind"], enhanced["spacing_mm"]) == ("volume", 1.5)

    large = run("return it.reasonAgainstSize(frames, 500);", frames=frames)
    assert large == "the volume needs 1 MB, and there is room for 1 MB"
    assert run("return it.reasonAgainstSize(frames);", frames=frames) == ""


CUT = """
    const stack = it.analyseStack(refs);
    const grid = it.gridOf(stack);
    const [rows, columns] = shape;
    const slices = stack.refs.map(({ index }) => Int16Array.from(voxels[index].flat()));
    const cutAt = (name, index, layers = 1, mode = "mean", isNearest = false, scales = null) => {
      const reformat = it.reformatOf(grid, name);
      const { across, down, through, pixel_mm } = reformat;
      const layer = it.layerOf(reformat, index);
      const size = { columns: reformat.columns, rows: reformat.rows };
      const how = { layer, layers, mode, isNearest, steps_mm: grid.steps_mm, pixel_mm };
      const cut = { across, down, through: through.axis, ...how, ...size };
      const { values } = it.reslice({ slices, columns, rows, scales }, cut);
      return { ...reformat, values: [...values], position: it.positionOf(grid, reformat, index),
        orientation: it.orientationOf(grid, reformat) };
    };
"""


def phantom(count=6, rows=5, columns=7):
    """Every voxel is another number, and nothing is symmetric."""
    return np.random.default_rng(4).integers(-2000, 2000, (count, rows, columns)).astype(int)


def picture(found):
    return np.array(found["values"]).reshape(found["rows"], found["columns"])


def linear(line_axis, count, pixel, step):
    """Weights that take a line of voxels to pixels."""
    places = np.clip((np.arange(count) + 0.5) * pixel / step - 0.5, 0, line_axis - 1)
    weights = np.zeros((count, line_axis))
    for index, place in enumerate(places):
        low = min(int(place), line_axis - 2)
        weights[index, low], weights[index, low + 1] = 1 - (place - low), place - low
    return weights


def reference(plane, pixel, rows, columns, down_mm, across_mm):
    """Bilinear, from a picture in voxels."""
    high, wide = plane.shape
    return linear(high, rows, pixel, down_mm) @ plane @ linear(wide, columns, pixel, across_mm).T


def test_planes_of_an_axial_volume_equal_a_reference_and_are_the_right_way_up(run):
    voxels = phantom()
    cuts = run(
        CUT
        + """return [cutAt("axial", 2), cutAt("coronal", 1), cutAt("sagittal", 1), cutAt("coronal", 2, 3, "max"),
            cutAt("coronal", 2, 3, "min"), cutAt("sagittal", 3, 5, "mean"), cutAt("coronal", 0, 3, "max"),
            cutAt("axial", 2, 3, "max", true), cutAt("axial", 1, 1, "mean", true, scales)];""",
        refs=slices(heights(*np.arange(6) * STEP)),
        voxels=voxels.tolist(),
        shape=[5, 7],
        scales=[{"factor": 1 if index != 1 else 0.5, "offset": 10} for index in range(6)],
    )
    upright = voxels[::-1]  # the head is up
    from_left = upright[:, :, ::-1]  # sagittal pictures go from the patient's left to the right
    planes = [
        (voxels[2], SPACING["row_mm"], SPACING["column_mm"]),
        (upright[:, 1], STEP, SPACING["column_mm"]),
        (from_left[:, :, 1], STEP, SPACING["row_mm"]),
        (upright[:, 1:4].max(axis=1), STEP, SPACING["column_mm"]),
        (upright[:, 1:4].min(axis=1), STEP, SPACING["column_mm"]),
        (from_left[:, :, 1:6].mean(axis=2), STEP, SPACING["row_mm"]),
        (upright[:, 0:2].max(axis=1), STEP, SPACING["column_mm"]),
    ]
    for found, (plane, down, across) in zip(cuts, planes, strict=False):
        expected = reference(plane, found["pixel_mm"], found["rows"], found["columns"], down, across)
        assert np.abs(picture(found) - expected).max() <= 0.5 + 1e-6
        assert found["columns"] * found["pixel_mm"] >= plane.shape[1] * across - 1e-6
    # Voxels are met exactly: with no interpolation the values are those of the file
    assert set(picture(cuts[7]).flat) == set(voxels[1:4].max(axis=0).flat)
    assert set(picture(cuts[8]).flat) == set(np.floor(voxels[1] * 0.5 + 10 + 0.5).astype(int).flat)
    # The step is a whole number of pixels here, so each slice's middle row is the slice itself
    coronal = picture(cuts[1])
    assert (coronal.shape, cuts[1]["pixel_mm"], cuts[1]["orientation"]) == ((24, 7), 0.5, CORONAL)
    assert cuts[2]["orientation"] == SAGITTAL
    # The first pixel's centre: at the first column, in the second row of voxels, half a pixel below the upper edge
    assert cuts[1]["position"] == pytest.approx([0, 0.8, 10 + STEP / 2 - 0.25])
    assert cuts[2]["position"] == pytest.approx([0.5 * 5, 0, 10 + STEP / 2 - 0.4])


def test_sagittal_and_oblique_volumes_are_named_and_placed_as_the_patient_lies(run):
    # Odd multiples of a pixel: the middle of every voxel is the middle of a pixel
    spacing = {"row_mm": 1.5, "column_mm": 0.5, "source": "PixelSpacing"}
    sagittal = slices([(index * 4.5, 0, 0) for index in range(6)], SAGITTAL, spacing=spacing)
    angle = np.radians(20)
    across, down = [np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0]
    oblique = slices(heights(*np.arange(6) * -4.5), [*across, *down], spacing=spacing)
    body = CUT + 'return ["axial", "coronal", "sagittal"].map((name) => cutAt(name, 2));'
    voxels = phantom()
    values = {"voxels": voxels.tolist(), "shape": [5, 7]}
    for refs in (sagittal, oblique):
        display = [ref["instance"]["display"] for ref in refs]
        for found in run(body, refs=refs, **values):
            image = picture(found)
            along, below = np.array(found["orientation"][:3]), np.array(found["orientation"][3:])
            right, bottom = {"axial": (0, 1), "coronal": (0, -2), "sagittal": (1, -2)}[found["name"]]
            assert along[right] > 0.9
            assert below[abs(bottom)] * (-1 if bottom < 0 else 1) > 0.9
            # Every voxel's centre in this plane is found again at its place, by its place in the patient
            hits = 0
            for index, where in enumerate(display):
                for row, column in np.ndindex(5, 7):
                    u, v = np.array(where["orientation"][:3]), np.array(where["orientation"][3:])
                    place = np.array(where["position"]) + u * column * 0.5 + v * row * 1.5
                    way = place - found["position"]
                    if abs(way @ np.cross(along, below)) > 1e-6:
                        continue
                    x, y = way @ along / found["pixel_mm"], way @ below / found["pixel_mm"]
                    assert (x, y) == pytest.approx((round(x), round(y)), abs=1e-6)
                    assert image[round(y), round(x)] == voxels[index, row, column]
                    hits += 1
            assert hits in (5 * 7, 6 * 7, 6 * 5)


def test_marks_are_cut_as_the_picture_is(run):
    def square(left, top, right, bottom):
        return [{"x": x, "y": y} for x, y in [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]]

    ring = {"slice": 2, "outlines": [square(1, 1, 6, 5), square(3, 2, 4, 4)], "isClosed": True}
    point = {"slice": 4, "outlines": [[{"x": 2.5, "y": 3.5}]], "isClosed": False}
    found = run(
        """const grid = it.gridOf(it.analyseStack(refs));
        const cut = (name, index, layers, marks) =>
            it.crossSection(grid, it.reformatOf(grid, name), index, layers, marks).map((line) => {
                const [xs, ys] = [line.map(({ x }) => x), line.map(({ y }) => y)];
                return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
            });
        return [cut("coronal", 0, 1, [ring]), cut("coronal", 1, 1, [ring]), cut("coronal", 2, 1, [ring]),
            cut("coronal", 2, 3, [ring]), cut("coronal", 3, 1, [point]), cut("coronal", 0, 1, [point]),
            cut("coronal", 1, 5, [point]), cut("axial", 2, 1, [ring]), cut("axial", 3, 1, [ring]),
            cut("sagittal", 6 - 3, 1, [ring])];""",
        refs=slices(heights(*np.arange(6) * STEP)),
        ring=ring,
        point=point,
    )
    # Six slices of 2 mm, the head up, in pixels of 0.5 mm: slice 2 lies in rows 12 to 16, slice 4 in rows 4 to 8
    none, whole, hole, slab, spot, no_spot, spot_in_slab, own, other, sagittal = found
    assert (none, no_spot, other) == ([], [], [])
    assert whole == [[1, 12, 6, 16]]
    assert hole == [[1, 12, 3, 16], [4, 12, 6, 16]]
    assert slab == [[1, 12, 6, 16]]
    assert spot == spot_in_slab == [[2, 4, 3, 8]]
    assert own == [pytest.approx([1, 1 * 1.6, 6, 5 * 1.6]), pytest.approx([3, 2 * 1.6, 4, 4 * 1.6])]
    # In pixels of 0.8 mm: 2.5 of them for each slice
    assert sagittal == [pytest.approx([1, 7.5, 2, 10]), pytest.approx([4, 7.5, 5, 10])]


def head(count=30, rows=60, columns=80):
    """An ellipsoid with a bright ball at the left, front and top, so that nothing is symmetric."""
    z, y, x = np.mgrid[0:count, 0:rows, 0:columns]
    body = ((x - 40) / 34) ** 2 + ((y - 30) / 24) ** 2 + ((z - 14.5) / 13) ** 2 < 1
    ball = (x - 56) ** 2 + (y - 18) ** 2 + ((z - 22) * 2) ** 2 < 36
    return np.where(ball, 300, np.where(body, 40, -1000)).astype(np.int16)


def volume_case(positions=None, **display):
    positions = positions or heights(*np.arange(30) * STEP)
    where = {"spacing": SPACING | {"row_mm": 1.0, "column_mm": 1.0}, "orientation": AXIAL}
    windows = [{"center": 40, "width": 800, "name": ""}]
    case = Case().add_series(list(head()), frame_of_reference_uid="2.25.1", windows=windows, **where | display)
    for instance, position in zip(case.series[0]["instances"], positions, strict=True):
        instance["display"] = {"position": [float(each) for each in position]}
    return case


def mark(number, slice_index, lesion, geometry):
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "label": "nodule",
        "shape": "box",
        "geometry": geometry,
        "attributes": {},
        "sop_instance_uid": f"2.25.9.s0i{slice_index}",
        "frame": 1,
        "lesion": lesion,
        "origin": "drawn",
        "is_withdrawn": False,
        "version": 1,
        "saved_at": "2026-01-01T00:00:00Z",
    }


def settle(screen):
    """Every pane shows what it is asked for, and is painted."""
    screen.until("overread.screen.panes.every(({ viewport: v }) => v.shown && v.shown === v.asked)")
    screen.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def with_marks(marks):
    return lambda api: api.kept.update({("annotations", each["id"]): [each] for each in marks})


BOX = {"x": 50.0, "y": 12.0, "width": 12.0, "height": 12.0}


def sections(screen, pane):
    """Outlines of the marks in a pane, in image pixels."""
    return screen.page.evaluate(
        """(index) => {
            const { viewport, layers: { guides } } = overread.screen.panes[index];
            const path = guides.parentElement.querySelectorAll("[data-part=sections] .mark__line");
            const inverse = new DOMMatrix(viewport.matrix).inverse();
            return [...path].map((each) => each.getAttribute("d").slice(1).split("L").map((point) => {
                const [x, y] = point.split(" ").map(Number);
                const there = inverse.transformPoint({ x, y });
                return [there.x, there.y];
            }));
        }""",
        pane,
    )


def bounds(line):
    line = np.array(line)
    return [*line.min(axis=0), *line.max(axis=0)]


def test_three_planes_in_one_step_with_the_marks_of_the_slices_in_them(start):
    lesion = "00000000-0000-4000-9000-000000000001"
    marks = [mark(index, 20 + index, lesion, BOX) for index in range(4)]
    screen = start(volume_case(), prepare=with_marks(marks))
    page = screen.page
    page.get_by_role("button", name="Planes").click()
    page.get_by_role("button", name="Three planes").click()
    settle(screen)
    names = page.evaluate("overread.screen.panes.map(({ viewport }) => viewport.series.description)")
    assert names == ["", "Coronal, resampled", "Sagittal, resampled"]
    assert page.evaluate("overread.screen.panes.map(({ viewport }) => viewport.frameIndex)") == [14, 29, 39]
    words = page.locator("[data-part=viewport]").nth(1).inner_text()
    assert "Coronal, resampled: not to be drawn on" in words
    letters = [page.locator(f"[data-part=edge-{edge}]").nth(1).inner_text() for edge in ("top", "left")]
    assert letters == ["H", "R"]
    assert page.locator("[data-part=guides] line").count() == 2

    # The pixels: the coronal plane through the ball, as the worker cut it
    page.evaluate("overread.screen.panes[1].viewport.show(overread.screen.panes[1].viewport.seriesIndex, 18)")
    settle(screen)
    rows, values = page.evaluate(
        "(({ rows, values }) => [rows, [...values]])(overread.screen.panes[1].viewport.pixels)"
    )
    expected = reference(head()[::-1, 18], 1.0, 60, 80, STEP, 1.0)
    assert np.abs(np.reshape(values, (rows, -1)) - expected).max() <= 0.5 + 1e-6

    # Four slices of one lesion are one outline, to the pixel; none beside them
    [coronal] = sections(screen, 1)
    assert bounds(coronal) == pytest.approx([50, 60 - 24 * STEP, 62, 60 - 20 * STEP], abs=0.5)
    assert sections(screen, 2) == []  # the sagittal plane does not meet it
    page.evaluate("overread.screen.panes[2].viewport.show(overread.screen.panes[2].viewport.seriesIndex, 79 - 55)")
    settle(screen)
    [sagittal] = sections(screen, 2)
    assert bounds(sagittal) == pytest.approx([12, 60 - 24 * STEP, 24, 60 - 20 * STEP], abs=0.5)

    # Nothing is drawn, and the reason is said; a click on a mark goes to its slice
    page.evaluate("overread.screen.activate(overread.screen.panes[1])")
    box = page.locator("[data-part=viewport]").nth(1).bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + box["height"] / 2 + 60, steps=3)
    page.mouse.up()
    assert "Draw on the original slices" in page.locator("[data-part=notice]").inner_text()
    page.evaluate(
        "overread.store.addMark(overread.view.shown, {shape: 'box', geometry: {x: 1, y: 1, width: 9, height: 9}})"
    )
    assert page.evaluate("overread.store.liveMarks.length") == 4
    x, y = page.evaluate(
        """(() => { const [a, b, c, d, e, f] = overread.screen.panes[1].viewport.matrix;
            const [x, y] = [56, 60 - 21.5 * 2]; return [a * x + c * y + e, b * x + d * y + f]; })()"""
    )
    page.mouse.click(box["x"] + x, box["y"] + y)
    settle(screen)
    assert page.evaluate("overread.screen.panes[0].viewport.frameIndex") == 21
    assert page.evaluate("overread.store.selectedId") == marks[1]["id"]

    # A slab: MIP by hand and by the menu's own words
    page.get_by_role("button", name="Coronal", exact=True).click()
    page.get_by_role("button", name="MIP", exact=True).click()
    page.get_by_label("Thickness of the slab, mm").fill("11")
    page.keyboard.press("Escape")
    settle(screen)
    assert page.evaluate("overread.screen.panes[1].viewport.series.description") == "Coronal, MIP of 11 mm"
    values = page.evaluate("[...overread.screen.panes[1].viewport.pixels.values]")
    expected = reference(head()[::-1, 13:24].max(axis=1), 1.0, 60, 80, STEP, 1.0)
    assert np.abs(np.reshape(values, (60, -1)) - expected).max() <= 0.5 + 1e-6

    # Back: the slices themselves, and no other series is found by the keys
    page.evaluate("overread.layout.showPlane('original')")
    settle(screen)
    assert page.evaluate("overread.view.shown.instance.is_resliced ?? false") is False
    page.evaluate("overread.view.stepSeries(1)")
    assert page.evaluate("overread.view.seriesIndex") == 0


def test_a_series_with_a_gap_is_refused_with_the_reason_in_the_menu_and_by_key(start):
    places = [place * STEP + (STEP if place > 11 else 0) for place in range(30)]
    screen = start(volume_case(heights(*places)))
    page = screen.page
    page.get_by_role("button", name="Planes").click()
    coronal = page.get_by_role("button", name="Coronal")
    assert coronal.is_disabled()
    described = page.locator(f"#{coronal.get_attribute('aria-describedby')}")
    assert described.inner_text() == "Not possible: one slice is missing between image 12 and 13."
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+K")
    notice = page.locator("[data-part=notice]").inner_text()
    assert notice == "Other planes cannot be shown: one slice is missing between image 12 and 13."
    page.keyboard.press("Shift+T")
    assert page.evaluate("overread.screen.layout") == {"rows": 1, "columns": 1}
    # The strip and the corner of the picture say it too
    assert page.locator(".series").get_attribute("aria-label").endswith("Slices missing")
    corner = page.locator("[data-part=corner-bottom-left]").inner_text()
    assert "One slice is missing between image 12 and 13" in corner


def test_a_frame_that_fails_leaves_no_cut_and_can_be_tried_again(start):
    screen = start(volume_case(), prepare=lambda api: api.frames.pop("s0i29/1"))
    page = screen.page
    page.evaluate("overread.layout.showPlane('sagittal')")
    screen.until("overread.view.problem.includes('could not be loaded')", 12)
    assert page.evaluate("overread.view.shown") is None
    assert page.get_by_role("button", name="Retry").count() == 1
