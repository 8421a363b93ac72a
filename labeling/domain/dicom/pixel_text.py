"""Find text that is burned into the pixels of a de-identified file. To import this loads the detector."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from math import ceil, floor

import numpy as np
from PIL import Image

from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.pixel_text_kinds import can_carry_text, mostly_carries_text
from labeling.domain.dicom.pixels import Array
from labeling.domain.dicom.shown_frames import ShownFile, ShownFrame, shown_file
from labeling.domain.dicom.text_detector import Box, boxes_on, warm_up
from labeling.domain.dicom.text_findings import TextBox, TextFindings

__all__ = ["TextBox", "TextFindings", "can_carry_text", "find_text", "warm_up"]

# Beyond 48 px a box is looked at more strictly: the outline of a head or a rib is taken for a letter now and then.
_STRICT_ABOVE, _LARGE_SCORE = 48, 0.55
_LEAST_SCORE, _UPRIGHT_SCORE = (
    0.4,
    0.5,
)  # what stands upright is the edge of a bone or of the film more often than turned text
_LARGEST_AREA, _LARGEST_SIDE = 0.15, 0.20  # of the image
_LENGTHENED = 0.75  # of its height, at both ends: the first or last letter is what the detector loses
_SURE_SCORE, _SAME_TEXT = 0.7, 0.6  # a box of which sure ones cover that much is another view of their text
_ONE_TEXT = 0.85  # a box that lies so much within another is another view of the same text
_PREVIEW_SIDE = 2048


def find_text(dataset: bytes, limits: Limits | None = None) -> TextFindings:
    """Boxes around text in a file as `prepare` gives it; text on one frame looked at is taken to be on all.

    `is_sure` when a person need not look:
    - nothing was found, on a kind that rarely carries text;
    - or every box lies outside of the ultrasound regions, or has a score of 0.7 and more, or is mostly covered by such
      boxes; and no line of such a score was dropped for its size.
    Not sure is therefore: no text on a kind that mostly has some (ultrasound, screens), and faint or odd boxes over
    anatomy, where masking by itself could hide a finding and not masking a name.

    Raises BadDicom when the pixels cannot be decoded.
    """
    file = shown_file(dataset, limits or Limits())
    found = list(chain.from_iterable(_candidates(frame) for frame in file.frames))
    boxes = [_padded(box, file) for box in found if _is_text(box, file)]
    return TextFindings(
        boxes=tuple(_without_repetition(boxes)),
        previews=tuple(_preview(frame.shown) for frame in file.frames),
        preview_names=tuple(frame.name for frame in file.frames),
        rows=file.form.rows,
        columns=file.form.columns,
        is_sure=_is_sure(found, boxes, file),
    )


def _candidates(frame: ShownFrame) -> list[Box]:
    boxes = boxes_on(frame.shown)
    return boxes if frame.spread is None else boxes + boxes_on(frame.spread, seen=frame.shown)


def _is_text(box: Box, file: ShownFile) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    rows, columns = file.form.rows, file.form.columns
    is_upright = height > 2 * width
    if box[4] < (_UPRIGHT_SCORE if is_upright else _LEAST_SCORE):
        return False
    return min(width, height) <= _STRICT_ABOVE or (
        not is_upright
        and box[4] >= _LARGE_SCORE
        and min(width, height) <= _LARGEST_SIDE * min(rows, columns)
        and width * height <= _LARGEST_AREA * rows * columns
    )


def _may_be_large_text(box: Box, file: ShownFile) -> bool:
    """Dropped for its size, but a line as writing is, and not as wide as the image, as a body is."""
    short, long = sorted((box[2] - box[0], box[3] - box[1]))
    is_line = long >= 2.5 * short and short <= 2 * _LARGEST_SIDE * min(file.form.rows, file.form.columns)
    return is_line and box[4] >= _SURE_SCORE and not _is_text(box, file)


def _padded(box: Box, file: ShownFile) -> TextBox:
    left, top, right, bottom, score = box
    width, height = right - left, bottom - top
    along = 2 + (_LENGTHENED * height if width > 1.5 * height else 0)
    upwards = 2 + (_LENGTHENED * width if height > 1.5 * width else 0)
    return TextBox(
        left=max(0, floor(left - along)),
        top=max(0, floor(top - upwards)),
        right=min(file.form.columns, ceil(right + along)),
        bottom=min(file.form.rows, ceil(bottom + upwards)),
        score=round(min(score, 1.0), 3),
    )


def _without_repetition(boxes: Iterable[TextBox]) -> Iterator[TextBox]:
    """The same text is found at both sizes and on every frame: boxes that lie mostly within another become one with
    it, so that a person who removes one has removed it. What is covered only grows."""
    kept: list[TextBox] = []
    for box in sorted(boxes, key=lambda box: (box.left - box.right) * (box.bottom - box.top)):
        same = next((place for place, other in enumerate(kept) if _share_within(box, other) >= _ONE_TEXT), None)
        if same is None:
            kept.append(box)
        else:
            kept[same] = _joined(kept[same], box)
    return iter(sorted(kept, key=lambda box: (box.top, box.left)))


def _share_within(box: TextBox, other: TextBox) -> float:
    width = min(box.right, other.right) - max(box.left, other.left)
    height = min(box.bottom, other.bottom) - max(box.top, other.top)
    return max(0, width) * max(0, height) / ((box.right - box.left) * (box.bottom - box.top))


def _joined(one: TextBox, other: TextBox) -> TextBox:
    return TextBox(
        left=min(one.left, other.left),
        top=min(one.top, other.top),
        right=max(one.right, other.right),
        bottom=max(one.bottom, other.bottom),
        score=max(one.score, other.score),
    )


def _is_sure(found: list[Box], boxes: list[TextBox], file: ShownFile) -> bool:
    if any(_may_be_large_text(box, file) for box in found):
        return False
    if not boxes:
        return not mostly_carries_text(file.elements)
    sure = np.zeros((file.form.rows, file.form.columns), bool)
    for box in boxes:
        if box.score >= _SURE_SCORE or _is_clear_of_anatomy(box, file):
            sure[box.top : box.bottom, box.left : box.right] = True
    return all(sure[box.top : box.bottom, box.left : box.right].mean() >= _SAME_TEXT for box in boxes)


def _is_clear_of_anatomy(box: TextBox, file: ShownFile) -> bool:
    return bool(file.regions) and not any(
        box.left < right and left < box.right and box.top < bottom and top < box.bottom
        for left, top, right, bottom in file.regions
    )


def _preview(shown: Array) -> bytes:
    image = Image.fromarray(shown)
    image.thumbnail((_PREVIEW_SIDE, _PREVIEW_SIDE))
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=90, method=2)
    return buffer.getvalue()
