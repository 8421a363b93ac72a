"""Look for text in an overlay plane. To import this loads the detector.

On bare lines the detector is sure of nothing: a lone circle is the letter O to it (0.68), three small letters have the
same score. So only drawings pass that cannot be letters whatever the detector says: thin lines, each part at least 24
pixels broad and long, or straight; and no two parts of like size beside each other, as letters of any script are, also
as holes in an area. Words of thin letters that touch and are larger than that the detector sees with 0.7 and more.

Measured on 1,494 names and numbers (Hershey's and 25 TrueType fonts, 7 to 220 pixels high; plain, run together,
underlined, turned, inverted, boxed, and with room for up to four letters between two): none passes. Most ellipses,
boxes, arrows and outlines by hand do; rulers, dashed lines, filled areas, small crosses and small outlines do not.
"""

import cv2
import numpy as np

from labeling.domain.dicom.overlays import OverlayPlane, OverlayVerdict
from labeling.domain.dicom.pixels import Array
from labeling.domain.dicom.text_detector import Box, boxes_on

_MOST_PICTURES = 8
_LARGEST_AREA = 1 << 25  # pixels: twice a mammogram
_MOST_PARTS = 200
_MARGIN = 32  # pixels: what touches the border of a plane is seen as well
_SMALLEST_PART = 24  # pixels, both sides: a smaller word is a speck to the detector; a straight line is none
_STRAIGHT = 3  # pixels
_THICKEST_LINE = 6  # pixels
# Of the longer side of the smaller part: the gap to the other, where it is as small as letters mostly are and where it
# is larger, and the other's longer side.
_NEAR, _NEAR_IF_LARGE, _LIKE = 5.0, 0.75, 4.0
_LARGE_PART = 64
_TEXT_SCORE, _LONG_TEXT_SCORE, _LONG = 0.7, 0.5, 2.0


def verdict_on(plane: OverlayPlane) -> OverlayVerdict:
    """CLEAR only when no frame can hold text."""
    if plane.rows * plane.columns > _LARGEST_AREA:
        return OverlayVerdict.UNDECIDED
    seen: dict[bytes, Array] = {}
    for picture in plane.pictures():
        seen.setdefault(picture.tobytes(), picture)
        if len(seen) > _MOST_PICTURES:
            return OverlayVerdict.UNDECIDED
    return OverlayVerdict.TEXT if any(map(_may_hold_text, seen.values())) else OverlayVerdict.CLEAR


def _may_hold_text(picture: Array) -> bool:
    if not picture.any():
        return False
    drawn = np.pad(picture, _MARGIN).astype(np.uint8)
    if _is_thick(drawn) or _stands_like_letters(drawn) or _stands_like_letters(1 - drawn) or _has_small_parts(drawn):
        return True
    return any(map(_is_text, boxes_on(255 * drawn)))


def _is_thick(drawn: Array) -> bool:
    """Bold letters run together are areas, to which the detector is blind now and then."""
    return bool(cv2.erode(drawn, np.ones((_THICKEST_LINE + 1,) * 2, np.uint8)).any())


def _has_small_parts(drawn: Array) -> bool:
    """Whether a part, however it is turned, is as low as a line of small letters that touch."""
    outlines, kinds = cv2.findContours(drawn, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    outer = [outline for outline, (*_, parent) in zip(outlines, kinds[0], strict=True) if parent < 0]
    for _, sides, _ in map(cv2.minAreaRect, outer):
        breadth, length = (side + 1 for side in sorted(sides))
        if length < _SMALLEST_PART or _STRAIGHT < breadth < _SMALLEST_PART:
            return True
    return False


def _stands_like_letters(drawn: Array) -> bool:
    """Whether two connected parts of like size lie beside each other; too many of them are taken for text."""
    count, parts_at, parts, _ = cv2.connectedComponentsWithStats(drawn, connectivity=8)
    if count - 1 > _MOST_PARTS:
        return True
    around = parts_at[0, 0]  # of an area with holes: what lies outside of it; else 0, what is not drawn
    left, top, width, height = np.delete(parts, sorted({0, around}), axis=0).T[:4].astype(float)
    size = np.maximum(width, height)
    smaller, larger = np.minimum.outer(size, size), np.maximum.outer(size, size)
    gap = np.maximum(_gaps(left, left + width), _gaps(top, top + height))
    near = np.where(smaller < _LARGE_PART, _NEAR, _NEAR_IF_LARGE)
    is_near = (gap <= near * smaller) & (larger <= _LIKE * smaller)
    np.fill_diagonal(is_near, False)
    return bool(is_near.any())


def _gaps(starts: Array, ends: Array) -> Array:
    """Between each two of some intervals; negative where they overlap."""
    between: Array = np.subtract.outer(starts, ends)
    return np.maximum(between, between.T)


def _is_text(box: Box) -> bool:
    left, top, right, bottom, score = box
    short, long = sorted((right - left, bottom - top))
    return score >= (_LONG_TEXT_SCORE if long >= _LONG * short else _TEXT_SCORE)
