"""The geometry of shapes: what moving, resizing, turning and measuring them gives. One page serves them all."""

from base64 import b64encode

import numpy as np
import pytest

from tests.viewer.cases import Case

# Pixels of 0.07 x 0.20 mm, as the view sees them.
IMAGE = {"columns": 400, "rows": 200, "pixel": {"width": 1, "height": 0.2 / 0.07}}
SPACING = {"row_mm": 0.2, "column_mm": 0.07, "source": "PixelSpacing"}
MODULES = """const load = (name) => import(`/static/viewer/${name}.js`);
    const { shapeOf } = await load("geometry/shapes");"""


@pytest.fixture
def evaluate(start):
    """Run JavaScript that has the viewer's modules at hand."""
    screen = start(Case().add_series([np.zeros((8, 8), np.int16)]))
    return lambda script, *values: screen.page.evaluate(f"async (given) => {{ {MODULES} {script} }}", list(values))


def sides(points):
    """The sides of a closed line, in mm."""
    mm = np.array(points) * (SPACING["column_mm"], SPACING["row_mm"])
    return np.roll(mm, -1, axis=0) - mm


def perpendicular(one, other):
    return abs(one @ other) / (np.linalg.norm(one) * np.linalg.norm(other)) < 2e-3


def test_turned_shapes_keep_their_right_angles_in_mm(evaluate):
    box, wider, back, ellipse, diameters = evaluate(
        """const [image] = given;
        const rotated = shapeOf("rotated_box");
        const { rotatedBoxBetween } = await load("geometry/shapes/rotated_box");
        const { ellipseBetween } = await load("geometry/shapes/ellipse");
        const { bidirectionalAlong } = await load("geometry/shapes/bidirectional");
        const start = rotatedBoxBetween({ x: 100, y: 60 }, { x: 200, y: 110 }, image);
        const box = rotated.dragHandle(start, 8, { x: 220, y: 50 }, image);
        const wider = rotated.dragHandle(box, 5, { x: 250, y: 120 }, image);
        const back = rotated.dragHandle(box, 8, { x: 152, y: 0 }, image, true);
        const drawn = ellipseBetween({ x: 120, y: 60 }, { x: 220, y: 110 }, image);
        const ellipse = shapeOf("ellipse").dragHandle(drawn, 1, { x: 240, y: 80 }, image);
        const first = bidirectionalAlong({ x: 100, y: 60 }, { x: 220, y: 90 }, image);
        const diameters = shapeOf("bidirectional").dragHandle(first, 3, { x: 170, y: 130 }, image);
        return [box, wider, back, ellipse, diameters].map(({ points }) => points);""",
        IMAGE,
    )
    for corners in (box, wider):
        turned = sides(corners)
        assert all(perpendicular(turned[i], turned[(i + 1) % 4]) for i in range(4))
    assert np.allclose(np.linalg.norm(sides(box), axis=1), [7, 10, 7, 10], atol=0.002)
    assert np.linalg.norm(sides(wider)[1]) == pytest.approx(10, abs=0.002)
    assert np.allclose(back, [[100, 60], [200, 60], [200, 110], [100, 110]], atol=0.01)
    for a1, a2, b1, b2 in (ellipse, diameters):
        scale = np.array([SPACING["column_mm"], SPACING["row_mm"]])
        long, short = (np.subtract(a2, a1) * scale, np.subtract(b2, b1) * scale)
        assert perpendicular(long, short)
        assert np.linalg.norm(long) >= np.linalg.norm(short)


def test_every_shape_stays_within_the_image_and_on_the_grid(evaluate):
    found = evaluate(
        """const [image, shapes] = given;
        const far = [[900, 70], [-50, -80], [180, 500], [399, 199]];
        return Object.entries(shapes).flatMap(([name, geometry]) => {
            const shape = shapeOf(name);
            const moved = far.map(([dx, dy]) => shape.move(geometry, dx, dy, image));
            const dragged = shape.handles(geometry).flatMap((_, index) =>
                far.map(([x, y]) => shape.dragHandle(geometry, index, { x, y }, image)));
            return [...moved, ...dragged].map((each) => [name, shape.bounds(each), JSON.stringify(each)]);
        });""",
        IMAGE,
        {
            "box": {"x": 10, "y": 20, "width": 30, "height": 40},
            "rotated_box": {"points": [[60, 40], [90, 47], [80, 62], [50, 55]]},
            "ellipse": {"points": [[60, 40], [80, 60], [50, 54], [90, 46]]},
            "polygon": {"points": [[10, 10], [80, 20], [50, 90]]},
            "point": {"x": 17, "y": 33},
            "line": {"points": [[10, 10], [80, 20]]},
            "angle": {"points": [[10, 10], [80, 20], [50, 90]]},
            "bidirectional": {"points": [[60, 40], [120, 50], [85, 60], [95, 30]]},
            "box_3d": {"x": 10, "y": 20, "width": 30, "height": 40},
        },
    )
    assert len(found) > 150
    for name, bounds, words in found:
        # The ends of an ellipse's axes are put on the grid, so its rim may pass the edge by half a step.
        slack = 0.02 if name == "ellipse" else 0
        assert bounds["x"] >= -slack and bounds["y"] >= -slack, (name, bounds)
        assert bounds["x"] + bounds["width"] <= IMAGE["columns"] + slack, (name, bounds)
        assert bounds["y"] + bounds["height"] <= IMAGE["rows"] + slack, (name, bounds)
        numbers = [
            float(number) for number in words.translate(str.maketrans("[]{}:,", "      ")).split() if '"' not in number
        ]
        assert numbers and all(number * 128 == int(number * 128) for number in numbers), (name, words)


def test_sizes_are_measured_along_each_axis_and_say_where_the_spacing_is_from(evaluate):
    measured, regions = evaluate(
        """const [spacing] = given;
        const { spacingFor, sizeInWords } = await load("geometry/measure");
        const pairs = (measures) => Object.fromEntries(measures.map(({ name, value, unit }) => [name, [value, unit]]));
        const of = (name, ...given) => pairs(shapeOf(name).measures(...given));
        const right = { points: [[100, 0], [0, 0], [0, 50]] };
        const slant = { points: [[100, 0], [0, 0], [100, 50]] };
        const measured = {
            box: of("box", { x: 0, y: 0, width: 100, height: 50 }, spacing),
            pixels: of("box", { x: 0, y: 0, width: 100, height: 50 }, null),
            line: of("line", { points: [[0, 0], [100, 50]] }, spacing),
            right: of("angle", right, spacing),
            slant: of("angle", slant, spacing),
            unscaled: of("angle", slant, null, { width: 1, height: 2 }),
            polygon: of("polygon", { points: [[0, 0], [100, 0], [100, 50], [0, 50]] }, spacing),
            ellipse: of("ellipse", { points: [[0, 50], [0, 150], [-50, 100], [50, 100]] }, spacing),
            words: [["line", [[0, 0], [100, 0]]], ["polygon", [[0, 0], [100, 0], [100, 50]]]].map(([name, points]) =>
                sizeInWords(shapeOf(name).measures({ points }, spacing))),
        };
        const display = { spacing, regions: [{ x0: 10, y0: 10, x1: 60, y1: 60, row_mm: 0.1, column_mm: 0.3 }] };
        const box = (x, width) => ({ x, y: 20, width, height: 10 });
        const regions = [
            spacingFor(display, box(20, 40)), spacingFor(display, box(20, 41)), spacingFor({ spacing }, box(0, 1)),
            spacingFor({ spacing: { row_mm: 0, column_mm: 0, source: "PixelSpacing" } }, box(0, 1)),
        ];
        return [measured, regions];""",
        SPACING,
    )
    assert measured["box"] == {
        "Width": [pytest.approx(7), "mm"],
        "Height": [pytest.approx(10), "mm"],
        "Area": [pytest.approx(70), "mm²"],
    }
    assert measured["pixels"]["Area"] == [5000, "px²"]
    assert measured["line"]["Length"] == [pytest.approx(np.hypot(7, 10)), "mm"]
    assert measured["right"]["Angle"] == [pytest.approx(90), "°"]
    assert measured["slant"]["Angle"][0] == pytest.approx(np.degrees(np.arctan2(10, 7)))
    assert measured["unscaled"]["Angle"][0] == pytest.approx(45)
    assert measured["polygon"] == {"Area": [pytest.approx(70), "mm²"], "Perimeter": [pytest.approx(34), "mm"]}
    assert measured["ellipse"]["Area"][0] == pytest.approx(np.pi * 10 * 3.5)
    assert measured["words"] == ["7.0 mm", "35.0 mm²"]
    assert regions[0] == {"row_mm": 0.1, "column_mm": 0.3, "source": "SequenceOfUltrasoundRegions"}
    assert regions[1:] == [None, SPACING, None]


def test_statistics_are_those_of_the_pixels_whose_centres_lie_inside(evaluate):
    rows, columns = 60, 80
    values = np.random.default_rng(5).integers(-1000, 1000, (rows, columns))
    values[20, 30] = -2000
    display = {"rescale_slope": -2, "rescale_intercept": 5, "modality_lut": None, "pixel_padding": [-2000, -2000]}
    row, column = np.mgrid[:rows, :columns] + 0.5
    shapes = {
        "box": (
            {"x": 10.5, "y": 5.25, "width": 30, "height": 20},
            (column >= 10.5) & (column < 40.5) & (row > 5.25) & (row < 25.25),
        ),
        "ellipse": (
            {"points": [[10, 30], [70, 30], [40, 10], [40, 50]]},
            ((column - 40) / 30) ** 2 + ((row - 30) / 20) ** 2 <= 1,
        ),
        "polygon": (
            {"points": [[10, 10], [70, 10], [10, 55]]},
            (column >= 10) & (row >= 10) & ((column - 10) / 60 + (row - 10) / 45 < 1),
        ),
    }
    found, table, large = evaluate(
        """const [values, columns, rows, display, shapes] = given;
        const { statisticsInside } = await load("image/statistics");
        const pixels = { values: Int16Array.from(values), columns, rows, samples: 1 };
        const of = (display, [name, geometry]) => statisticsInside(pixels, display, shapeOf(name), geometry);
        const found = Object.fromEntries(Object.entries(shapes).map((each) => [each[0], of(display, each)]));
        const squares = Array.from({ length: 2000 }, (_, index) => index * index);
        const lut = { ...display, modality_lut: { first: -1000, values: squares } };
        const size = { columns: 4096, rows: 3328 };
        const film = { ...size, samples: 1, values: new Uint16Array(size.columns * size.rows).fill(60000) };
        const plain = { ...display, rescale_slope: 1, rescale_intercept: 0 };
        const whole = statisticsInside(film, plain, shapeOf("box"), { x: 0, y: 0, width: 4096, height: 3328 });
        return [found, of(lut, ["box", shapes.box]), whole];""",
        values.ravel().tolist(),
        columns,
        rows,
        display,
        {name: geometry for name, (geometry, _) in shapes.items()},
    )
    for name, (_, inside) in shapes.items():
        chosen = values[inside & (values != -2000)] * -2 + 5
        expected = {
            "count": chosen.size,
            "inside": inside.sum(),
            "mean": chosen.mean(),
            "deviation": chosen.std(),
            "minimum": chosen.min(),
            "maximum": chosen.max(),
        }
        assert found[name] == pytest.approx(expected), name
    chosen = values[shapes["box"][1] & (values != -2000)]
    assert table["mean"] == pytest.approx(((chosen + 1000.0) ** 2).mean())
    assert (large["count"], large["mean"], large["deviation"]) == (4096 * 3328, 60000, 0)


def test_a_large_mask_is_counted_in_steps_that_leave_time_for_keys(evaluate):
    """Ragged, of 1.2 million pixels: one step is short work, and the whole is what NumPy says."""
    size = 1600
    random = np.random.default_rng(6)
    values = random.integers(-1000, 1000, (size, size)).astype(np.int16)
    inside = random.random((size, size)) < 0.5
    inside[:, :3] = True
    flat = np.flatnonzero(np.diff(np.concatenate([[0], inside.T.ravel().astype(int), [0]])))
    counts = np.diff(np.concatenate([[0], flat, [size * size]]))
    found, steps = evaluate(
        """const [values, size, counts] = given;
        const { statisticsInSteps } = await load("image/statistics");
        const bytes = Uint8Array.from(atob(values), (each) => each.charCodeAt(0));
        const pixels = { values: new Int16Array(bytes.buffer), columns: size, rows: size, samples: 1 };
        const display = { rescale_slope: 1, rescale_intercept: 0, modality_lut: null, pixel_padding: [-1000, -990] };
        const walk = statisticsInSteps(pixels, display, shapeOf("mask"), { size: [size, size], counts });
        let [step, steps] = [walk.next(), 0];
        for (; !step.done; steps += 1) step = walk.next();
        return [step.value, steps];""",
        b64encode(values.tobytes()).decode(),
        size,
        counts.tolist(),
    )
    chosen = values[inside & (values > -990)].astype(float)
    assert (found["count"], found["inside"]) == (chosen.size, inside.sum())
    assert (found["minimum"], found["maximum"]) == (chosen.min(), chosen.max())
    assert (found["mean"], found["deviation"]) == pytest.approx((chosen.mean(), chosen.std()))
    assert steps >= 4


def test_edges_are_found_and_flat_places_are_left_alone(evaluate):
    step = np.zeros((20, 20), np.int16)
    step[:, 9:] = 500
    step[:, 9] = 250
    near, far, flat = evaluate(
        """const [values] = given;
        const { snapToEdge } = await load("image/edges");
        const pixels = { values: Int16Array.from(values), columns: 20, rows: 20, samples: 1 };
        return [[7.2, 10.1], [3.0, 10.0], [16, 4]].map(([x, y]) => snapToEdge(pixels, { x, y }));""",
        step.ravel().tolist(),
    )
    assert near["x"] == pytest.approx(9.5, abs=0.51)
    assert near["y"] == pytest.approx(10, abs=1)
    assert far == {"x": 3, "y": 10}
    assert flat == {"x": 16, "y": 4}


def test_slices_between_keys_get_boxes_by_their_place_along_the_normal(evaluate):
    by_place, by_index = evaluate(
        """const { boxesBetweenKeys, slicePositions } = await load("geometry/key_slices");
        const frames = (positions) => positions.map((z) => ({
            instance: { display: { orientation: [1, 0, 0, 0, 1, 0], position: z === null ? null : [0, 0, z] } } }));
        const keys = [
            { index: 3, box: { x: 20, y: 0, width: 10, height: 30 } },
            { index: 0, box: { x: 10, y: 10, width: 10, height: 10 } },
        ];
        const between = (positions) => [...boxesBetweenKeys(keys, slicePositions(frames(positions)))];
        return [between([40, 39, 38, 30]), between([40, null, 38, 30])];"""
    )
    assert by_place == [
        [1, {"x": 11, "y": 9, "width": 10, "height": 12}],
        [2, {"x": 12, "y": 8, "width": 10, "height": 14}],
    ]
    assert [index for index, _ in by_index] == [1, 2]
    assert by_index[0][1]["x"] == pytest.approx(10 + 10 / 3, abs=1 / 128)


def test_a_freehand_line_keeps_its_shape_with_few_points(evaluate):
    most, farthest, count = evaluate(
        """const { simplified, simplifiedTo } = await load("geometry/simplify");
        const { distanceToLine } = await load("geometry/points");
        const line = Array.from({ length: 5000 }, (_, i) => {
            const turn = (i / 5000) * 2 * Math.PI;
            return { x: 200 + 90 * Math.cos(turn), y: 100 + 60 * Math.sin(turn) + Math.sin(i) };
        });
        const square = { width: 1, height: 1 };
        const few = simplified(line, 0.5, square);
        const rough = line.map(({ x, y }, i) => ({ x, y: y + 9 * (i % 2) }));
        return [
            simplifiedTo(rough, 0.5, square, 2000).length,
            Math.max(...line.map((point) => distanceToLine(point, few))), few.length];"""
    )
    assert most <= 2000
    assert farthest <= 0.5 + 1e-9
    assert count < 3000


def test_what_was_measured_with_is_told_only_where_it_counts(evaluate):
    square, wide = SPACING | {"row_mm": 0.07}, SPACING
    told = evaluate(
        """const { sourceInWords } = await load("geometry/measure");
        const [square, wide] = given;
        const [even, uneven] = [{ width: 1, height: 1 }, { width: 1, height: 2 }];
        const [angle, length] = [{ name: "Angle", value: 30, unit: "°" }, { name: "Length", value: 9, unit: "mm" }];
        return [
            sourceInWords([angle], square, even), sourceInWords([angle], wide, even),
            sourceInWords([angle], null, even), sourceInWords([angle], null, uneven),
            sourceInWords([length], square, even),
            sourceInWords([{ ...length, unit: "px" }], null, even), sourceInWords([], square, even),
        ];""",
        square,
        wide,
    )
    aspects = ["", "pixel aspect by PixelSpacing", "", "pixel aspect by PixelAspectRatio"]
    assert told == [*aspects, "mm by PixelSpacing", "no spacing: sizes in px", ""]
