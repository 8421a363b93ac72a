"""What marks share and how far they are apart, against what paper says."""

from math import pi, sqrt

import numpy as np
import pytest

from labeling.domain.agreement.distances import distance, hausdorff
from labeling.domain.agreement.marks import Finding, SpacingMm
from labeling.domain.agreement.overlap import rasterised, shared_area, shared_volume
from labeling.domain.geometry.masks import encoded
from tests.domain.agreement.marks import box, mark, points


def disc(rows, columns, x, y, radius):
    down, across = np.mgrid[:rows, :columns] + 0.5
    return encoded((across - x) ** 2 + (down - y) ** 2 <= radius**2)


def test_boxes():
    shared = shared_area(box(0, 0, 10, 10), box(5, 5, 10, 10))
    assert (shared.iou, shared.dice) == pytest.approx((25 / 175, 50 / 200))
    assert shared_area(box(), box(10, 0)).iou == 0
    assert shared_area(box(), box()).iou == shared_area(box(), box()).dice == 1


def test_a_square_and_the_same_one_turned_by_45_degrees_share_an_octagon():
    half = sqrt(2) * 5
    turned = points("rotated_box", (5 - half, 5), (5, 5 - half), (5 + half, 5), (5, 5 + half))
    corner = (5 - (half - 5)) ** 2 / 2
    octagon = 100 - 4 * corner
    assert shared_area(box(), turned).both == pytest.approx(octagon)


def test_an_ellipse_and_the_box_around_it():
    ellipse = points("ellipse", (0, 5), (10, 5), (5, 0), (5, 10))
    assert shared_area(ellipse, box()).iou == pytest.approx(pi / 4, rel=2e-3)


def test_polygons_also_such_that_cross_themselves():
    triangle = points("polygon", (0, 0), (10, 0), (0, 10))
    assert shared_area(triangle, box()).iou == pytest.approx(0.5)
    bow = points("polygon", (0, 0), (10, 10), (10, 0), (0, 10))
    assert shared_area(bow, box()).iou == pytest.approx(0.5)


def test_masks_share_what_their_pixels_share():
    random = np.random.default_rng(5)
    for share in (0.0, 0.05, 0.5, 1.0):
        one, other = random.random((13, 9)) < 0.4, random.random((13, 9)) < share
        shared = shared_area(encoded(one), encoded(other))
        assert (shared.both, shared.first, shared.second) == ((one & other).sum(), one.sum(), other.sum())
    assert shared_area(encoded(np.ones((2, 2), bool)), encoded(np.ones((2, 3), bool))).both == 0


def test_a_mask_and_a_box_are_compared_by_pixels():
    pixels = np.zeros((20, 30), bool)
    pixels[2:12, 4:14] = True
    assert shared_area(encoded(pixels), box(4, 2)).iou == 1
    assert shared_area(box(4.4, 2.4), encoded(pixels)).iou == 1
    assert shared_area(box(-5, -5, 100, 100), encoded(pixels)).iou == pytest.approx(100 / 600)
    assert rasterised(box(40, 40), 20, 30).area == 0


def test_a_lesion_over_slices_is_compared_by_volume_or_by_joint_slices():
    first = Finding(tuple(mark("A", box(), frame=frame) for frame in (1, 2, 3)))
    second = Finding(tuple(mark("B", box(), frame=frame) for frame in (2, 3, 4)))
    assert shared_volume(first, second).iou == pytest.approx(200 / 400)
    assert shared_volume(first, second).dice == pytest.approx(400 / 600)
    assert shared_volume(first, second, joint_slices_only=True).iou == 1


def test_marks_of_one_lesion_on_one_slice_count_once_where_they_overlap():
    first = Finding((mark("A", box(0, 0)), mark("A", box(5, 0))))
    assert shared_volume(first, Finding((mark("B", box(0, 0, 15, 10)),))).iou == pytest.approx(1)
    pixels = np.zeros((10, 30), bool)
    pixels[:, 20:] = True
    with_mask = Finding((mark("A", box(0, 0)), mark("A", encoded(pixels))))
    assert shared_volume(with_mask, Finding((mark("B", box(0, 0, 30, 10)),))).iou == pytest.approx(2 / 3)


def test_hausdorff_of_boxes_in_pixels_and_millimetres():
    assert hausdorff(box(), box(3, 0)) == pytest.approx(3)
    assert hausdorff(box(), box(3, 0), SpacingMm(2.0, 0.5)) == pytest.approx(1.5)
    assert hausdorff(box(), box(0, 3), SpacingMm(2.0, 0.5)) == pytest.approx(6)
    assert hausdorff(box(), box()) == 0
    assert hausdorff(box(), points("point", (1, 1))) is None


def test_the_95th_percentile_does_not_follow_a_spike():
    spike = points("polygon", (0, 0), (49, 0), (50, -30), (51, 0), (100, 0), (100, 100), (0, 100))
    plain = box(0, 0, 100, 100)
    assert hausdorff(spike, plain) == pytest.approx(30)
    assert hausdorff(spike, plain, percentile=95) < 20


def test_hausdorff_of_masks_runs_along_the_edges_of_pixels():
    small, large = disc(60, 60, 30, 30, 10), disc(60, 60, 30, 30, 14)
    assert hausdorff(small, large) == pytest.approx(4, abs=0.8)
    pixels = np.zeros((20, 30), bool)
    pixels[2:12, 4:14] = True
    assert hausdorff(encoded(pixels), box(4, 2)) == pytest.approx(0, abs=1e-9)
    assert hausdorff(encoded(np.zeros((4, 4), bool)), box()) is None


def test_distances_of_marks_without_an_area():
    assert distance(points("point", (0, 0)), points("point", (3, 4))) == 5
    assert distance(points("point", (0, 0)), points("point", (3, 4)), SpacingMm(1.0, 2.0)) == pytest.approx(sqrt(52))
    assert distance(points("line", (0, 0), (10, 0)), points("line", (10, 2), (0, 2))) == 2
    first = points("bidirectional", (0, 0), (10, 0), (5, -2), (5, 2))
    assert distance(first, points("bidirectional", (10, 0), (0, 0), (5, 2), (5, -2))) == 0
    assert distance(points("angle", (0, 0), (1, 1), (2, 0)), points("angle", (2, 0), (1, 1), (0, 0))) == 0
    assert distance(points("line", (0, 0), (10, 0)), points("point", (5, 3))) == 3


def test_a_point_in_an_area_is_at_no_distance_from_it():
    assert distance(points("point", (5, 5)), box()) == 0
    assert distance(box(), points("point", (13, 5)), SpacingMm(1.0, 0.5)) == pytest.approx(1.5)
    pixels = np.zeros((20, 30), bool)
    pixels[2:12, 4:14] = True
    assert distance(encoded(pixels), points("point", (17, 16))) == 5
    assert distance(encoded(pixels), points("point", (7.2, 3.3))) == 0
    with pytest.raises(ValueError, match="two areas"):
        distance(box(), box())
