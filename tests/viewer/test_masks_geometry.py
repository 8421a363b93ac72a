"""The geometry of masks against references in NumPy and pycocotools. One page serves them all."""

from itertools import pairwise

import numpy as np
import pytest
from pycocotools import mask as coco

from tests.viewer.cases import Case

# Pixels of 0.07 x 0.20 mm, as the view sees them.
PIXEL = {"width": 1, "height": 0.2 / 0.07}
MODULES = """const load = (name) => import(`/static/viewer/geometry/${name}.js`);
    const { maskOf, geometryOf, emptyMask } = await load("masks/mask");"""


@pytest.fixture
def evaluate(start):
    """Run JavaScript that has the modules at hand."""
    screen = start(Case().add_series([np.zeros((8, 8), np.int16)]))
    return lambda script, *values: screen.page.evaluate(f"async (given) => {{ {MODULES} {script} }}", list(values))


def encoded(pixels):
    """Uncompressed run lengths."""
    flat = pixels.T.reshape(-1).astype(int)
    ends = np.flatnonzero(np.diff(np.concatenate([[0], flat]))).tolist()
    return {"size": list(pixels.shape), "counts": np.diff([0, *ends, flat.size]).tolist()}


def decoded(geometry):
    """As pycocotools reads them."""
    return coco.decode(coco.frPyObjects(geometry, *geometry["size"])).astype(bool)


def blob(rows=60, columns=80, seed=0, level=0.35):
    """Ragged: pieces that touch at corners, holes, and pixels at every edge."""
    return np.random.default_rng(seed).random((rows, columns)) < level


def disc(centre, radius, shape=(60, 80), pixel=PIXEL):
    rows, columns = np.indices(shape) + 0.5
    return np.hypot((columns - centre[0]) * pixel["width"], (rows - centre[1]) * pixel["height"]) <= radius


def stroke(points, radius, shape):
    """Pixels whose centres lie within the radius of a line, measured as the picture is seen."""
    scale = np.array([PIXEL["width"], PIXEL["height"]])
    centres = np.stack(np.indices(shape)[::-1], axis=-1) + 0.5
    found = np.zeros(shape, bool)
    for a, b in pairwise(points):
        start, way = np.array(a) * scale, (np.array(b) - a) * scale
        beside = centres * scale - start
        part = np.clip(beside @ way / max(way @ way, 1e-12), 0, 1)[..., None]
        found |= np.linalg.norm(beside - part * way, axis=-1) <= radius
    return found


def test_masks_read_and_write_the_runs_of_coco(evaluate):
    masks = [blob(), blob(seed=1, level=0.9), np.ones((5, 7), bool), np.zeros((5, 7), bool), blob(1, 30), blob(30, 1)]
    told = evaluate(
        """const { boundsOfMask, maskHolds, pixelCount, movedMask } = await load("masks/mask");
        return given.map((geometry) => {
            const mask = maskOf(geometry);
            const [rows, columns] = geometry.size;
            const held = Array.from({ length: rows }, (_, y) => Array.from({ length: columns },
                (_, x) => maskHolds(mask, { x: x + 0.5, y: y + 0.5 })));
            const fresh = { ...mask };
            return { again: geometryOf(fresh), count: pixelCount(mask), box: boundsOfMask(mask), held };
        });""",
        *[encoded(mask) for mask in masks],
    )
    for mask, each in zip(masks, told, strict=True):
        assert each["again"] == encoded(mask)
        assert np.array_equal(decoded(each["again"]), mask)
        assert np.array_equal(each["held"], mask)
        assert each["count"] == mask.sum()
        box = each["box"]
        assert mask[box["y"] : box["y"] + box["height"], box["x"] : box["x"] + box["width"]].sum() == mask.sum()


def test_two_masks_are_combined_as_sets(evaluate):
    one, other = blob(), blob(seed=1)
    kinds = ["add", "subtract", "intersect", "differ"]
    found = evaluate(
        """const { combinedMasks } = await load("masks/mask");
        const [one, other, kinds] = given;
        return kinds.map((kind) => geometryOf(combinedMasks(maskOf(one), maskOf(other), kind)));""",
        encoded(one),
        encoded(other),
        kinds,
    )
    expected = [one | other, one & ~other, one & other, one ^ other]
    assert all(np.array_equal(decoded(each), want) for each, want in zip(found, expected, strict=True))


def test_outlines_follow_the_edges_of_pixels_exactly(evaluate):
    touching = np.zeros((6, 6), bool)
    touching[1:3, 1:3] = touching[3:5, 3:5] = True
    lines, ragged, runs = evaluate(
        """const { outlinesOfMask } = await load("masks/outline");
        const { eachRun } = await load("scan");
        const { shapeOf } = await load("shapes");
        const runs = [];
        const image = { columns: 80, rows: 60 };
        eachRun(shapeOf("mask"), given[1], image, (...run) => runs.push(run));
        return [...given.map((geometry) => outlinesOfMask(maskOf(geometry))), runs];""",
        encoded(touching),
        encoded(blob()),
    )
    corners = [[(point["x"], point["y"]) for point in line] for line in lines]
    assert sorted(sorted(set(line)) for line in corners) == [
        [(1, 1), (1, 3), (3, 1), (3, 3)],
        [(3, 3), (3, 5), (5, 3), (5, 5)],
    ]
    assert all(len(line) == 5 and line[0] == line[-1] for line in corners)
    around = sum(abs(b["x"] - a["x"]) + abs(b["y"] - a["y"]) for line in ragged for a, b in pairwise(line))
    padded = np.pad(blob(), 1).astype(int)
    assert around == np.abs(np.diff(padded, axis=0)).sum() + np.abs(np.diff(padded, axis=1)).sum()
    scanned = np.zeros((60, 80), bool)
    for row, start, end in runs:
        scanned[row, start:end] = True
    assert np.array_equal(scanned, blob())


def test_a_brush_paints_what_lies_within_its_radius_and_leaves_no_gaps(evaluate):
    shape, points = (60, 80), [[5.3, 4.1], [70.2, 50.7], [70.2, 20.4], [-4.5, 31.2]]
    radii = [0.1, 3.4, 9.7]
    values = np.arange(60 * 80).reshape(shape) * 7 % 101
    found, erased, chosen = evaluate(
        """const [pixel, points, radii, values] = given;
        const { Painting, choosingByValue } = await load("masks/brush");
        const image = { columns: 80, rows: 60, pixel };
        const paint = (mask, radius, options) => {
            const painting = new Painting(mask, image, options);
            points.slice(1).forEach(([x, y], index) =>
                painting.stroke({ x: points[index][0], y: points[index][1] }, { x, y }, radius));
            return painting.mask;
        };
        const choose = choosingByValue({ values, columns: 80 }, (stored) => stored >= 20 && stored <= 60);
        const masks = radii.map((radius) => paint(emptyMask(image), radius));
        return [
            masks.map(geometryOf),
            geometryOf(paint(masks[2], radii[1], { isErasing: true })),
            geometryOf(paint(emptyMask(image), radii[2], { choose })),
        ];""",
        PIXEL,
        points,
        radii,
        values.reshape(-1).tolist(),
    )
    smallest = np.hypot(PIXEL["width"], PIXEL["height"]) / 2
    wanted = [stroke(points, max(radius, smallest), shape) for radius in radii]
    assert all(np.array_equal(decoded(each), want) for each, want in zip(found, wanted, strict=True))
    assert np.array_equal(decoded(erased), wanted[2] & ~wanted[1])
    assert np.array_equal(decoded(chosen), wanted[2] & (values >= 20) & (values <= 60))


def test_holes_and_regions_are_filled_and_bounded(evaluate):
    ring = disc((40, 30), 30) & ~disc((40, 30), 12)
    ring[0, :] = ring[:, 0] = True
    open_ring = ring.copy()
    open_ring[30, 40:] = False
    filled, still_open, hole, outside, region, none, too_large = evaluate(
        """const { withoutHoles, holeAt, regionAt } = await load("masks/fill");
        const [ring, open] = given.map(maskOf);
        const isIn = (column, row) => column > 10 && column < 20 && row !== 7;
        const at = (x, y, most) => regionAt(ring, { x, y }, isIn, most);
        const told = (mask) => mask && geometryOf(mask);
        return [withoutHoles(ring), withoutHoles(open), holeAt(ring, { x: 40.2, y: 30.9 }),
            holeAt(ring, { x: 79, y: 50 }), at(15.5, 20.5, 1e6), at(5, 5, 1e6), at(15.5, 20.5, 50)].map(told);""",
        encoded(ring),
        encoded(open_ring),
    )
    assert np.array_equal(decoded(filled), ring | disc((40, 30), 12))
    assert np.array_equal(decoded(still_open), open_ring)
    assert np.array_equal(decoded(hole), disc((40, 30), 12))
    assert outside is None and too_large is None
    assert not decoded(none).any()
    expected = np.zeros((60, 80), bool)
    expected[8:, 11:20] = True
    assert np.array_equal(decoded(region), expected)


def test_smoothing_evens_the_rim_and_keeps_the_area(evaluate):
    smooth = disc((40, 30), 28, pixel={"width": 1, "height": 1})
    ragged = smooth ^ (blob(seed=3, level=0.15) & disc((40, 30), 31, pixel={"width": 1, "height": 1}))
    once, often = evaluate(
        """const { smoothed } = await load("masks/smooth");
        const pixel = { width: 1, height: 1 };
        let often = maskOf(given[1]);
        for (let each = 0; each < 30; each += 1) often = smoothed(often, pixel);
        return [smoothed(maskOf(given[0]), pixel), often].map(geometryOf);""",
        encoded(ragged),
        encoded(smooth),
    )
    assert (decoded(once) ^ smooth).sum() < 0.2 * (ragged ^ smooth).sum()
    assert abs(int(decoded(once).sum()) - int(smooth.sum())) < 0.03 * smooth.sum()
    assert abs(int(decoded(often).sum()) - int(smooth.sum())) < 0.02 * smooth.sum()


def test_slices_between_change_from_one_shape_into_the_other(evaluate):
    square = {"width": 1, "height": 1}
    first, last = disc((20.5, 30.5), 6, pixel=square), disc((56.5, 30.5), 15, pixel=square)
    between = evaluate(
        """const { masksBetween } = await load("masks/between");
        const [first, last, parts] = given;
        return masksBetween(maskOf(first), maskOf(last), parts, { width: 1, height: 1 }).map(geometryOf);""",
        encoded(first),
        encoded(last),
        [0, 1 / 3, 2 / 3, 1],
    )
    masks = [decoded(each) for each in between]
    assert np.array_equal(masks[0], first)
    assert np.array_equal(masks[3], last)
    for mask, centre, radius in zip(masks[1:3], (32.5, 44.5), (9, 12), strict=True):
        expected = disc((centre, 30.5), radius, pixel=square)
        assert (mask ^ expected).sum() < 0.12 * expected.sum()


def test_a_stroke_over_a_whole_mammogram_stays_a_mask_of_few_runs(evaluate):
    runs = evaluate(
        """const { Painting } = await load("masks/brush");
        const image = { columns: 3328, rows: 4096, pixel: { width: 1, height: 1 } };
        const painting = new Painting(emptyMask(image), image);
        let last = { x: 700, y: 700 };
        for (let each = 0; each < 60; each += 1) {
            const at = { x: 1600 + 1200 * Math.sin(each / 9), y: 2000 + 1500 * Math.cos(each / 7) };
            painting.stroke(last, at, 70);
            last = at;
        }
        return geometryOf(painting.mask).counts.length;"""
    )
    assert runs < 20000
