"""Every shape a mark can have: what is refused, its size, and masks as others read them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from labeling.domain.geometry.masks import Mask, encoded, mask_of
from labeling.domain.geometry.shapes import ELLIPSE_POINTS, SHAPES, checked_shape, polygon_area
from labeling.errors import InvalidGeometry

GOOD = {
    "box": {"x": 1, "y": 2, "width": 3, "height": 4},
    "box_3d": {"x": 1, "y": 2, "width": 3, "height": 4},
    "rotated_box": {"points": [[10, 0], [20, 10], [10, 20], [0, 10]]},
    "ellipse": {"points": [[0, 10], [40, 10], [20, 5], [20, 15]]},
    "polygon": {"points": [[0, 0], [10, 0], [10, 10]]},
    "point": {"x": 200, "y": 100},
    "line": {"points": [[0, 0], [3, 4]]},
    "angle": {"points": [[0, 0], [3, 4], [9, 9]]},
    "bidirectional": {"points": [[0, 0], [10, 0], [5, 1], [5, 4]]},
    "mask": {"size": [100, 200], "counts": [5, 3, 19992]},
}
SIZES = {
    "box": ((1, 2, 3, 4), 12),
    "box_3d": ((1, 2, 3, 4), 12),
    "rotated_box": ((0, 0, 20, 20), 200),
    "ellipse": ((0, 5, 40, 10), math.pi * 20 * 5),
    "polygon": ((0, 0, 10, 10), 50),
    "point": ((200, 100, 0, 0), 0),
    "line": ((0, 0, 3, 4), 0),
    "angle": ((0, 0, 9, 9), 0),
    "bidirectional": ((0, 0, 10, 4), 0),
    "mask": ((0, 5, 1, 3), 3),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_each_shape_says_its_bounds_and_its_area(kind):
    shape = checked_shape(kind, GOOD[kind], columns=200, rows=100)
    bounds, area = SIZES[kind]
    assert shape.bounds == pytest.approx(bounds)
    assert shape.area == pytest.approx(area)


@pytest.mark.parametrize("kind", SHAPES)
def test_each_shape_is_refused_with_the_members_of_another_or_on_a_smaller_image(kind):
    for geometry in (None, [], {}, GOOD[kind] | {"more": 1}, {"points": "x"}, {"points": [[1, 2]] * 9000}):
        with pytest.raises(InvalidGeometry):
            checked_shape(kind, geometry, columns=200, rows=100)
    with pytest.raises(InvalidGeometry):
        checked_shape(kind, GOOD[kind], columns=2, rows=1)


REFUSED = {
    "a corner outside": ("polygon", {"points": [[0, 0], [10, 0], [10, 100.5]]}),
    "no area": ("polygon", {"points": [[0, 0], [10, 0], [20, 0]]}),
    "two points": ("polygon", {"points": [[0, 0], [10, 0]]}),
    "three numbers for a point": ("polygon", {"points": [[0, 0, 0], [10, 0], [10, 10]]}),
    "not finite": ("polygon", {"points": [[0, 0], [10, math.nan], [10, 10]]}),
    "too large for a float": ("line", {"points": [[0, 0], [10**400, 1]]}),
    "true for a number": ("point", {"x": True, "y": 1}),
    "a trapezium": ("rotated_box", {"points": [[0, 0], [20, 0], [15, 10], [5, 10]]}),
    "axes apart": ("ellipse", {"points": [[0, 10], [40, 10], [30, 5], [30, 15]]}),
    "a line without length": ("line", {"points": [[3, 3], [3, 3]]}),
    "an angle with one leg": ("angle", {"points": [[3, 3], [3, 3], [5, 5]]}),
    "a diameter without length": ("bidirectional", {"points": [[0, 0], [10, 0], [5, 5], [5, 5]]}),
    "an empty mask": ("mask", {"size": [100, 200], "counts": [20000, 0]}),
    "runs that do not add up": ("mask", {"size": [100, 200], "counts": [5, 3]}),
    "a negative run": ("mask", {"size": [100, 200], "counts": [20001, -1]}),
    "a mask of another size": ("mask", {"size": [200, 100], "counts": [5, 3, 19992]}),
    "an unknown shape": ("blob", {"points": [[0, 0], [10, 0], [10, 10]]}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_shape_is_refused(what):
    with pytest.raises(InvalidGeometry):
        checked_shape(*REFUSED[what], columns=200, rows=100)


def test_the_refusal_names_the_point():
    with pytest.raises(InvalidGeometry, match=r"\(10, 100.5\) does not lie within 200 x 100 pixels"):
        checked_shape("polygon", REFUSED["a corner outside"][1], columns=200, rows=100)


def test_an_ellipse_as_a_polygon_has_nearly_its_area():
    ellipse = checked_shape("ellipse", {"points": [[10, 10], [50, 50], [20, 40], [40, 20]]}, 200, 100)
    assert len(ellipse.outline) == ELLIPSE_POINTS
    assert polygon_area(ellipse.outline) == pytest.approx(ellipse.area, rel=0.002)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_a_mask_is_what_pycocotools_makes_of_it(rows, columns, seed):
    pixels = np.random.default_rng(seed).random((rows, columns)) < 0.5
    pixels[seed % rows, seed % columns] = True
    mask = encoded(pixels)
    assert np.array_equal(mask.pixels, pixels)
    geometry = {"size": [rows, columns], "counts": list(mask.counts)}
    assert mask_of(geometry) == mask
    theirs = coco_mask.frPyObjects(geometry, rows, columns)
    assert np.array_equal(coco_mask.decode(theirs).astype(bool), pixels)
    assert mask.area == coco_mask.area(theirs)
    assert mask.bounds == pytest.approx(coco_mask.toBbox(theirs))
    mask.check_within(columns, rows)


def test_a_mask_of_everything_has_one_run():
    assert encoded(np.ones((3, 4), bool)) == Mask(3, 4, (0, 12))
