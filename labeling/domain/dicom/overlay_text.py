"""Look for text in an overlay plane. To import this loads the detector.

On bare lines the detector is sure of nothing: a lone circle is the letter O to it (0.68), three small letters have the
same score. So what stands like letters is text whatever the detector says: parts of like size beside each other, as
letters of any script and size are, also as holes in an area. What is left are few lines, far apart; words whose letters
touch are seen by the detector with 0.7 and more. Measured on 168 names and numbers (four fonts, 8 to 110 pixels high,
plain, run together, underlined, turned, inverted, boxed): none passes. Ellipses, boxes, arrows and outlines by hand do;
rulers, dashed lines and filled areas do not.
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
_NEAR, _LIKE = 1.5, 4.0  # of the longer side of the smaller part: the gap to the other, and the other's longer side
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
    return _stands_like_letters(drawn) or _stands_like_letters(1 - drawn) or any(map(_is_text, boxes_on(255 * drawn)))


def _stands_like_letters(drawn: Array) -> bool:
    """Whether two connected parts of like size lie beside each other; so many parts are taken for text, too."""
    count, parts_at, parts, _ = cv2.connectedComponentsWithStats(drawn, connectivity=8)
    if count - 1 > _MOST_PARTS:
        return True
    around = parts_at[0, 0]  # of an area with holes: what lies outside of it; else 0, what is not drawn
    left, top, width, height = np.delete(parts, sorted({0, around}), axis=0).T[:4].astype(float)
    size = np.maximum(width, height)
    smaller, larger = np.minimum.outer(size, size), np.maximum.outer(size, size)
    gap = np.maximum(_gaps(left, left + width), _gaps(top, top + height))
    is_near = (gap <= _NEAR * smaller) & (larger <= _LIKE * smaller)
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
