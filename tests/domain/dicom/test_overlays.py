"""Overlay planes are taken out of files exactly, never stored in them, and shown only without text."""

from dataclasses import replace
from functools import partial
from io import BytesIO

import cv2
import numpy as np
import pytest
from pydicom import dcmread

from labeling.domain.dicom.deidentification.profiles import BASIC, Option
from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.overlay_text import verdict_on
from labeling.domain.dicom.overlays import OverlayPlane, OverlayVerdict
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from tests import overlays, phantoms

KEY = Pseudonyms(b"k" * 32)
GRAPHICS = replace(BASIC, name="graphics", options=BASIC.options | {Option.CLEAN_GRAPHICS})
OUTLINE = overlays.outline()


def prepared(change, profile=GRAPHICS, make=phantoms.radiograph, **options):
    return prepare(make(change=change, **options), Work(KEY, profile))


def plane_of(drawn):
    bits = np.packbits(drawn.ravel(), bitorder="little").tobytes()
    return OverlayPlane(*drawn.shape[-2:], 1, 1, len(drawn) if drawn.ndim == 3 else 1, 0, bits)


def test_a_plane_comes_out_bit_by_bit_with_its_place():
    [plane] = prepared(partial(overlays.add_plane, drawn=OUTLINE, origin=(-3, 12))).overlays.planes
    assert plane.placement() == {
        "rows": 60, "columns": 100, "row": -3, "column": 12, "frames": 1, "first_frame": 0,
    }  # fmt: skip
    [picture] = plane.pictures()
    assert np.array_equal(picture, OUTLINE)
    assert OverlayPlane.unpacked(plane.packed()) == plane


def test_a_plane_in_the_unused_bits_of_samples_comes_out_and_the_pixels_are_the_same():
    plain = prepared(lambda ds: None)
    found = prepared(partial(overlays.embed, drawn=OUTLINE, bit=15))
    [picture] = found.overlays.planes[0].pictures()
    assert np.array_equal(picture, OUTLINE)
    assert found.frame(1) == plain.frame(1)


def test_frames_of_a_plane_lie_behind_each_other_without_gaps():
    drawn = np.stack([overlays.outline(7, 9), np.zeros((7, 9), bool), np.eye(7, 9, dtype=bool)])
    [plane] = prepared(partial(overlays.add_plane, drawn=drawn, frame_origin=2)).overlays.planes
    assert (plane.frames, plane.first_frame) == (3, 2)
    assert np.array_equal(list(plane.pictures()), drawn)


@pytest.mark.parametrize(
    ("tag", "vr", "value"),
    [
        (0x60000010, "US", 0),
        (0x60000011, "US", 60000),
        (0x60000015, "IS", "40000000"),
        (0x60000050, "SS", 1),
        (0x60003000, "OW", b"\1\2"),
    ],
)
def test_a_plane_that_cannot_be_drawn_for_certain_is_counted_and_hinders_nothing(tag, vr, value):
    def change(ds):
        overlays.add_plane(ds, OUTLINE)
        ds.add_new(tag, vr, value)

    found = prepared(change).overlays
    assert (found.planes, found.unreadable) == ((), 1)


def test_bits_of_the_picture_itself_are_no_plane():
    found = prepared(partial(overlays.embed, drawn=OUTLINE, bit=11)).overlays
    assert (found.planes, found.unreadable) == ((), 1)


@pytest.mark.parametrize("profile", [BASIC, GRAPHICS])
def test_no_profile_stores_a_plane_and_only_clean_graphics_hands_one_on(profile):
    found = prepared(partial(overlays.add_plane, drawn=OUTLINE), profile)
    assert len(found.overlays.planes) == (profile is GRAPHICS)
    assert not [element for element in dcmread(BytesIO(found.dataset)) if element.tag.group >> 8 == 0x60]
    assert b"CANARY" not in found.dataset
    assert len(found.offsets) == 3
    assert "overlays" not in found.header.display


def test_planes_to_be_shown_go_behind_a_preview_that_may_be_empty():
    found = prepared(partial(overlays.add_plane, drawn=OUTLINE))
    shown = found.with_overlays(found.overlays.planes)
    assert (shown.frame(1), shown.thumbnail, shown.preview) == (found.frame(1), found.thumbnail, b"")
    assert len(shown.offsets) == 5
    assert shown.offsets[-1] == len(shown.pack)
    assert shown.header.display["overlays"] == [found.overlays.planes[0].placement()]


@pytest.mark.parametrize(
    "drawn",
    [
        overlays.words(),
        overlays.words("JD"),
        ~overlays.words(),
        overlays.words().T,
        overlays.words() | overlays.outline(),
        np.random.default_rng(1).random((60, 100)) < 0.5,
        np.stack([np.zeros((60, 100), bool), overlays.words()]),
    ],
    ids=["words", "initials", "inverted", "turned", "beside an outline", "noise", "on the second frame"],
)
def test_whatever_may_be_text_is_left_out(drawn):
    assert verdict_on(plane_of(drawn)) == OverlayVerdict.TEXT


def spaced(text, step):
    drawn = np.zeros((300, 40 + step * len(text)), np.uint8)
    for place, letter in enumerate(text):
        cv2.putText(drawn, letter, (20 + step * place, 100), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 1, 1)
    return drawn.astype(bool)


def bold(text):
    drawn = np.zeros((300, 500), np.uint8)
    cv2.putText(drawn, text, (20, 200), cv2.FONT_HERSHEY_SIMPLEX, 3, 1, 25)
    return drawn.astype(bool)


def aslant():
    """A word that has run together, lying along the diagonal."""
    drawn = np.zeros((300, 300), np.uint8)
    cv2.putText(drawn, "Nguyen", (130, 150), cv2.FONT_HERSHEY_SIMPLEX, 0.35, 1, 1)
    drawn = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    return cv2.warpAffine(drawn, cv2.getRotationMatrix2D((150, 150), 45, 1), (300, 300)).astype(bool)


@pytest.mark.parametrize("drawn", [spaced("DOE", 60), bold("DOE"), aslant()], ids=["far apart", "bold", "aslant"])
def test_words_that_the_detector_is_blind_to_are_left_out_too(drawn):
    assert verdict_on(plane_of(drawn)) == OverlayVerdict.TEXT


def test_a_box_a_line_and_an_outline_by_hand_are_shown():
    drawn = np.zeros((400, 400), np.uint8)
    cv2.rectangle(drawn, (20, 20), (120, 90), 1, 2)
    cv2.line(drawn, (20, 395), (300, 395), 1, 1)
    turns = np.linspace(0, 2 * np.pi, 60)
    wobbling = 60 + 10 * np.sin(3 * turns)
    outline = np.stack([280 + wobbling * np.cos(turns), 200 + wobbling * np.sin(turns)], axis=-1)
    cv2.polylines(drawn, [outline.astype(np.int32)], True, 1, 1)
    assert verdict_on(plane_of(drawn.astype(bool))) == OverlayVerdict.CLEAR


def test_letters_that_touch_are_seen_by_the_detector():
    drawn = overlays.words("4711233", 60, 200)
    row = np.flatnonzero(drawn.any(axis=1))[-1]
    drawn[row : row + 2, np.flatnonzero(drawn.any(axis=0))[0] : np.flatnonzero(drawn.any(axis=0))[-1]] = True
    assert verdict_on(plane_of(drawn)) == OverlayVerdict.TEXT


def test_an_outline_is_shown_and_so_is_a_plane_with_nothing_on_it():
    assert verdict_on(plane_of(overlays.outline(256, 256))) == OverlayVerdict.CLEAR
    assert verdict_on(plane_of(np.zeros((60, 100), bool))) == OverlayVerdict.CLEAR


def test_more_drawings_than_are_looked_at_are_not_decided():
    drawn = np.stack([np.roll(OUTLINE, shift, axis=1) for shift in range(9)])
    assert verdict_on(plane_of(drawn)) == OverlayVerdict.UNDECIDED
    assert verdict_on(plane_of(np.zeros((5000, 8000), bool))) == OverlayVerdict.UNDECIDED


def test_a_real_slice_with_a_word_in_its_overlay_shows_none(corpus):
    content = (corpus / "photometric" / "overlay_mr.dcm").read_bytes()
    [plane] = prepare(content, Work(KEY, GRAPHICS)).overlays.planes
    assert (plane.rows, plane.columns, plane.row, plane.column) == (300, 484, 1, 1)
    assert np.array_equal(next(plane.pictures()), dcmread(BytesIO(content)).overlay_array(0x6000))
    assert verdict_on(plane) == OverlayVerdict.TEXT
