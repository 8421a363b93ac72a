"""What a reader must know of a picture before trusting it is said in its corners, in the words of the standard."""

import re

import numpy as np
from playwright.sync_api import expect

from tests.viewer.cases import Case, gradient

AXIAL, CORONAL = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1]
MM = {"row_mm": 0.5, "column_mm": 0.25}
REGION = {"x0": 10, "y0": 10, "x1": 100, "y1": 80, "row_mm": 0.1, "column_mm": 0.1}
FILMS = [
    ({"spacing": None}, "no spacing: sizes in px", " px"),
    ({"spacing": MM | {"source": "ImagerPixelSpacing/ERMF"}}, "mm by ImagerPixelSpacing/ERMF", "m"),
    (
        {"spacing": MM | {"source": "PixelSpacing, calibrated by GEOMETRY"}},
        "mm by PixelSpacing, calibrated by GEOMETRY",
        "m",
    ),
    ({"spacing": None, "regions": [REGION]}, "mm by SequenceOfUltrasoundRegions, px outside", " px"),
]


def stack(case, *places):
    """A series of slices: (height in mm, orientation)."""
    case.add_series([gradient(40, 60)] * len(places), number=len(case.series) + 1, frame_of_reference_uid="2.25.1")
    for instance, (height, orientation) in zip(case.series[-1]["instances"], places, strict=True):
        instance["display"] = {
            "position": [0, 0, height],
            "orientation": orientation,
            "spacing": MM | {"source": "PixelSpacing"},
        }


def says(screen, index, words):
    screen.page.evaluate("(index) => overread.view.show(index, 0)", index)
    screen.until(f"overread.view.seriesIndex === {index} && overread.view.shown !== null")
    expect(screen.page.locator("[data-part=viewport]")).to_contain_text(words)


def test_faults_of_stacks_and_sources_of_spacing_are_said(start):
    case = Case()
    stack(case, *((height, AXIAL) for height in (0, 1, 2, 3, 5, 6)))
    stack(case, *((height, AXIAL) for height in (0, 0, 1, 1, 2, 2)))
    stack(case, (0, AXIAL), (1, AXIAL), (2, CORONAL))
    stack(case, *((height, AXIAL) for height in range(4)))
    for display, _, _ in FILMS:
        case.add_series([gradient(90, 120)], modality="DX", number=len(case.series) + 1, **display)
    wide = [np.arange(48, dtype=np.int32).reshape(6, 8) + 70000] * 4
    case.add_series(wide, number=9, frame_of_reference_uid="2.25.1", spacing=MM | {"source": "PixelSpacing"})
    for height, instance in enumerate(case.series[-1]["instances"]):
        instance["display"] = {"position": [0, 0, height], "orientation": AXIAL}
    case.add_series([gradient(90, 120)], modality="DX", number=10, pixel_aspect_ratio=[2, 1])
    screen = start(case)
    says(screen, 0, "One slice is missing between image 4 and 5")
    says(screen, 1, "There are several images at one position: echoes or phases")
    says(screen, 2, "The images lie in different orientations")
    says(screen, 3, "mm by PixelSpacing")
    expect(screen.page.locator("[data-part=corner-notes]")).to_have_text("")
    for index, (_, words, unit) in enumerate(FILMS, 4):
        says(screen, index, words)
        expect(screen.page.locator("[data-part=scale]")).to_have_text(re.compile(f"{unit}$"))
    says(screen, 8, "mm by PixelSpacing")
    reason = screen.page.evaluate("overread.parts.mpr.reason")
    assert reason == "the files have values of 32 bits"
    says(screen, 9, "no spacing")
    across, _, _, down, _, _ = screen.page.evaluate("overread.view.matrix")
    assert down == 2 * across
