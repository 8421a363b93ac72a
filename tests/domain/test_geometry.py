"""Boxes within images, slices along their normal."""

import math

import pytest

from labeling.domain.geometry.shapes import Box, checked_shape
from labeling.domain.geometry.slices import (
    FramePlace,
    Slice,
    frame_order,
    slice_order,
    slice_plane,
    slice_position,
)
from labeling.errors import InvalidGeometry

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def test_a_box_outside_the_image_is_refused_in_words():
    with pytest.raises(InvalidGeometry) as refused:
        Box(190, 0, 20, 20).check_within(columns=200, rows=100)
    assert str(refused.value) == "box (190, 0, 20, 20) does not lie within 200 x 100 pixels"


def test_a_box_may_touch_all_four_edges():
    Box(0, 0, 200, 100).check_within(columns=200, rows=100)


@pytest.mark.parametrize(
    "values",
    [
        {"x": 1, "y": 1, "width": 0, "height": 5},
        {"x": -0.01, "y": 1, "width": 5, "height": 5},
        {"x": 1, "y": 1, "width": math.nan, "height": 5},
        {"x": 1, "y": 1, "width": math.inf, "height": 5},
        {"x": True, "y": 1, "width": 5, "height": 5},
        {"x": "1", "y": 1, "width": 5, "height": 5},
        {"x": 1, "y": 1, "width": 5},
        {"x": 1, "y": 1, "width": 5, "height": 5, "angle": 3},
        {"x": 10**400, "y": 1, "width": 5, "height": 5},
        [1, 1, 5, 5],
        None,
    ],
)
def test_what_is_no_box_is_refused(values):
    with pytest.raises(InvalidGeometry):
        checked_shape("box", values, columns=200, rows=100)


def test_a_box_keeps_its_fractions():
    assert checked_shape("box", {"x": 10.5, "y": 20, "width": 30.25, "height": 12}, 200, 100) == Box(
        10.5, 20.0, 30.25, 12.0
    )


def test_slices_are_sorted_along_their_normal_and_not_by_number():
    stack = [Slice((0, 0, z), AXIAL, number, str(number)) for number, z in enumerate((5.0, -5.0, 0.0))]
    assert slice_order(stack) == [1, 2, 0]


def test_repeats_at_one_place_are_sorted_by_instance_number():
    stack = [Slice((0, 0, 1.0), AXIAL, number, str(number)) for number in (3, 1, 2)]
    assert slice_order(stack) == [1, 2, 0]


def test_slices_without_a_place_are_sorted_by_number_and_uid():
    stack = [Slice(None, None, None, "b"), Slice(None, None, 2, "c"), Slice(None, None, None, "a")]
    assert slice_order(stack) == [1, 2, 0]


def places(*along, stack=""):
    return [FramePlace((0, 0, z), AXIAL, stack) for z in along]


def test_frames_are_sorted_stack_by_stack_and_pass_by_pass():
    assert frame_order([*places(3, 1, 2, stack="1"), *places(6, 5, stack="2")]) == [1, 2, 0, 4, 3]
    assert frame_order(places(2, 2, 1, 1)) == [2, 0, 3, 1]


def test_frames_whose_places_do_not_tell_their_order_stay_as_they_are():
    assert frame_order(places(2, 1, 1)) == [0, 1, 2]
    assert frame_order([*places(2, 1), FramePlace(None, AXIAL, "")]) == [0, 1, 2]
    tilted = FramePlace((0, 0, 0), (1.0, 0.0, 0.0, 0.0, 0.9, 0.4), "")
    assert frame_order([*places(2, 1), tilted]) == [0, 1, 2]


def test_a_damaged_orientation_gives_no_position():
    assert slice_position((0, 0, 1), (1, 0, 0, 1, 0, 0)) is None
    assert slice_position((0, 0), AXIAL) is None
    assert slice_position((0, 0, 7), AXIAL) == 7


def test_a_slice_has_the_plane_that_it_is_nearest_to():
    assert slice_plane((1, 0, 0, 0, 1, 0)) == "axial"
    assert slice_plane((1, 0, 0, 0, 0.2, -0.98)) == "coronal"
    assert slice_plane((0, 1, 0, 0, 0, -1)) == "sagittal"
    assert slice_plane(None) == slice_plane((1, 0, 0, 1, 0, 0)) == ""
