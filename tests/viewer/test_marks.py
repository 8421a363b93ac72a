"""Drawing, changing and taking back marks."""

import pytest

from tests.viewer.cases import Case, gradient


def box(x, y, width, height):
    return {"x": x, "y": y, "width": width, "height": height}


def assert_boxes(found, *expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, abs=0.01)


def test_a_box_drawn_with_the_mouse_is_saved_in_image_pixels(start):
    screen = start()
    screen.drag((100, 50), (150, 90))
    screen.saved()

    (mark,) = screen.api.marks.values()
    assert mark["label"] == "nodule"
    assert mark["sop_instance_uid"] == "2.25.9.s0i2"
    assert mark["frame"] == 1
    assert mark["geometry"] == pytest.approx(screen.boxes()[0])
