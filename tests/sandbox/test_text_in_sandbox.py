"""Text in pixels is found in a zygote of its own, with the detector loaded; what it says is checked."""

import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from labeling import errors
from labeling.domain.dicom.overlays import OverlayPlane, OverlayVerdict
from labeling.domain.dicom.text_findings import TextBox
from labeling.sandbox import client, find_text_in_sandbox, judge_overlay_in_sandbox, prepare_in_sandbox
from labeling.sandbox.operations import FIND_TEXT, JUDGE_OVERLAY, PREPARE
from tests import overlays, phantoms

KEY = b"k" * 32
PREVIEW = b"RIFF\0\0\0\0WEBP"
ANSWER = {"boxes": [[1, 2, 3, 4, 0.5]], "preview_names": ["frame 1"], "rows": 10, "columns": 10, "is_sure": True}


def with_text():
    image = Image.new("L", (400, 200))
    ImageDraw.Draw(image).text((40, 60), "MUSTERMANN 1931", fill=255, font=ImageFont.load_default(32))
    ds = phantoms.with_pixels(phantoms.dataset(modality="US"), np.asarray(image))
    return prepare_in_sandbox(phantoms.file_bytes(ds), KEY, owner="batch").dataset


def test_text_is_found_by_a_process_that_is_used_again():
    found = find_text_in_sandbox(with_text(), owner="batch")
    assert found.boxes
    assert found.previews[0][8:12] == b"WEBP"
    zygote, child = client.processes("text")
    assert find_text_in_sandbox(with_text(), owner="batch") == found
    assert client.processes("text") == (zygote, child)
    assert zygote != client.processes("files")[0]
    assert "rapidocr" not in sys.modules or "labeling.domain.dicom.text_detector" in sys.modules


def test_what_cannot_be_read_is_refused_and_costs_the_child():
    with pytest.raises(errors.BadDicom):
        find_text_in_sandbox(phantoms.radiograph(rows=0), owner="batch")
    assert client.processes("text")[1] is None


def test_an_honest_answer_is_taken():
    assert FIND_TEXT.result(ANSWER, [PREVIEW]).boxes == (TextBox(1, 2, 3, 4, 0.5),)


@pytest.mark.parametrize(
    "lie",
    [
        {"boxes": [[1, 2, 3, 11, 0.5]]},
        {"boxes": [[-1, 2, 3, 4, 0.5]]},
        {"boxes": [[3, 2, 3, 4, 0.5]]},
        {"boxes": [[1, 2, 3, 4, 7.0]]},
        {"boxes": [[1, 2, 3, 4]]},
        {"boxes": [["1", 2, 3, 4, 0.5]]},
        {"boxes": 5},
        {"rows": "10"},
        {"preview_names": []},
        {"preview_names": [7]},
        {"preview_names": ["x" * 5000]},
    ],
)
def test_an_answer_that_cannot_be_is_not_taken(lie):
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        FIND_TEXT.result(ANSWER | lie, [PREVIEW])


def test_a_preview_that_is_no_image_is_not_taken():
    with pytest.raises(ValueError):
        FIND_TEXT.result(ANSWER, [b"<html><script>"])


def plane(drawn):
    return OverlayPlane(*drawn.shape, 1, 1, 1, 0, np.packbits(drawn.ravel(), bitorder="little").tobytes())


def test_overlays_are_judged_by_the_process_that_has_the_detector():
    assert judge_overlay_in_sandbox(plane(overlays.outline(256, 256)), owner="batch") == OverlayVerdict.CLEAR
    assert judge_overlay_in_sandbox(plane(overlays.words()), owner="batch") == OverlayVerdict.TEXT


@pytest.mark.parametrize("answer", [{}, {"verdict": "fine"}, {"verdict": None}, {"verdict": ["clear"]}])
def test_a_verdict_that_is_none_is_not_taken(answer):
    with pytest.raises((ValueError, TypeError, KeyError)):
        JUDGE_OVERLAY.result(answer, [])


def test_a_plane_that_cannot_be_is_not_taken():
    prepared = prepare_in_sandbox(phantoms.radiograph(), KEY, owner="batch")
    header = prepared.header.to_json()
    said = {"report": prepared.report.to_json(), "needs_text_check": False, "patient_id": ""}
    answer = {"offsets": list(prepared.offsets), "header": header, "unreadable_overlays": 0, **said}
    parts, good = [prepared.dataset, prepared.pack], plane(overlays.outline()).packed()
    assert len(PREPARE.result(answer, [*parts, good]).overlays.planes) == 1
    for bad in (b"", good[:-1], good + b"x", bytes(24), b"\xff" * len(good)):
        with pytest.raises(ValueError):
            PREPARE.result(answer, [*parts, bad])
    shown = {**header, "display": {**header["display"], "overlays": []}}
    with pytest.raises(ValueError):  # nobody has looked at them
        PREPARE.result(answer | {"header": shown}, parts)
