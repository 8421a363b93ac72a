"""The detector: rapidocr's, with the model that lies in its wheel. The only module that loads it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_det import TextDetOutput

from labeling.domain.dicom.pixels import Array

Box = tuple[float, float, float, float, float]  # left, top, right, bottom, score

_TILE, _ENLARGED_TILE = 640, 960  # pixels as the detector sees them; larger ones only cost memory
_OVERLAP, _BORDER, _CELL = 48, 32, 32
_FAINTEST_EDGE = 10  # grey levels between neighbours: an area with less has nothing to be read
_NO_LIMIT = 1 << 20


@dataclass(frozen=True)
class Look:
    """One pass over an image: how much larger, and whether with its contrast made even (CLAHE)."""

    scale: float
    is_evened: bool = False


# The detector weighs a tile as a whole: what it misses at one size, be it plain black on white, it sees at another.
# Measured on 115 strings (masked: 12 px and up in high and middle contrast / all): 1x and 2x 98 / 92 %; 1x and half
# 98 / 91 %; 1x, half and 1.5x with even contrast 98 / 94 % for two thirds of the time; all four 98 / 95 %. Half
# finds letters of 30 px and costs next to nothing. The smaller an image, the more looks at the same price.
_LOOKS = (
    (400_000, (Look(1), Look(0.5), Look(1.5, is_evened=True), Look(2))),
    (1_300_000, (Look(1), Look(0.5), Look(1.5, is_evened=True))),
    (_NO_LIMIT**2, (Look(1), Look(0.5))),
)

_PARAMETERS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,
    "Global.use_rec": False,
    "Global.max_side_len": _NO_LIMIT,  # rapidocr would shrink large images, and the small text on them
    "Det.limit_type": "max",
    "Det.limit_side_len": _NO_LIMIT,
    "Det.thresh": 0.2,
    "Det.box_thresh": 0.3,
    "Det.unclip_ratio": 2.0,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_lock = threading.Lock()
_engine: RapidOCR | None = None


def warm_up() -> None:
    """Load the model now: before a fork, so that the children share it."""
    _loaded()


def _loaded() -> RapidOCR:
    global _engine
    with _lock:
        if _engine is None:
            cv2.setNumThreads(1)
            _engine = RapidOCR(params=_PARAMETERS)
            _engine(np.zeros((64, 64, 3), np.uint8))  # the session is made at the first call
        return _engine


def boxes_on(image: Array, seen: Array | None = None) -> list[Box]:
    """Where text may be on uint8 (rows, columns[, 3]): at its own size, and small images enlarged too.

    With `seen`, another rendering of the same pixels, only where that one shows nothing.
    """
    cells = _cells_with_edges(image)
    if seen is not None:
        cells &= ~_cells_with_edges(seen)
    area = image.shape[0] * image.shape[1]
    looks = next(looks for largest, looks in _LOOKS if area <= largest)
    narrow = min(image.shape[:2])
    return [box for look in looks if narrow * look.scale >= 1 for box in _boxes_in_tiles(image, cells, look)]


def _boxes_in_tiles(image: Array, cells: Array, look: Look) -> Iterator[Box]:
    scale = look.scale
    size = int(_ENLARGED_TILE / scale) if scale > 1 else _TILE
    for left, top, right, bottom in _tiles(cells, image.shape[:2], size):
        for low_x, low_y, high_x, high_y, score in _boxes_in(_looked_at(image[top:bottom, left:right], look)):
            yield left + low_x / scale, top + low_y / scale, left + high_x / scale, top + high_y / scale, score


def _looked_at(tile: Array, look: Look) -> Array:
    scaled = tile
    if look.scale != 1:
        method = cv2.INTER_CUBIC if look.scale > 1 else cv2.INTER_AREA
        scaled = cv2.resize(tile, None, fx=look.scale, fy=look.scale, interpolation=method)
    if look.is_evened:
        evened = cv2.createCLAHE(3.0, (8, 8))
        scaled = np.dstack([evened.apply(channel) for channel in cv2.split(scaled)])
    return cv2.cvtColor(scaled, cv2.COLOR_GRAY2RGB) if scaled.ndim == 2 or scaled.shape[2] == 1 else scaled


def _boxes_in(tile: Array) -> Iterator[Box]:
    height, width = tile.shape[:2]
    below, right = (2 * _BORDER - height) % 32, (2 * _BORDER - width) % 32
    around = (_BORDER, _BORDER + below, _BORDER, _BORDER + right)
    found = _loaded()(cv2.copyMakeBorder(tile, *around, cv2.BORDER_REPLICATE)[..., ::-1])
    if not isinstance(found, TextDetOutput) or found.boxes is None or found.scores is None:
        return
    for corners, score in zip(found.boxes, found.scores, strict=True):
        low_x, low_y = map(float, corners.min(axis=0) - _BORDER)
        high_x, high_y = map(float, corners.max(axis=0) - _BORDER)
        box = max(0.0, low_x), max(0.0, low_y), min(width, high_x), min(height, high_y), float(score)
        if box[0] < box[2] and box[1] < box[3]:
            yield box


def _cells_with_edges(image: Array) -> Array:
    """Per cell of 32 x 32 pixels: whether something in it stands out from what is around it."""
    steps = cv2.morphologyEx(image, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    steps = steps.max(axis=2) if steps.ndim == 3 else steps
    padded = np.pad(steps, [(0, -length % _CELL) for length in steps.shape])
    height, width = padded.shape
    cells = padded.reshape(height // _CELL, _CELL, width // _CELL, _CELL)
    found: Array = cells.max(axis=(1, 3)) >= _FAINTEST_EDGE
    return found


def _tiles(cells: Array, shape: tuple[int, ...], size: int) -> Iterator[tuple[int, int, int, int]]:
    """Parts of the image with something in them, shrunk to it; neighbours overlap, so cut text is seen from both
    sides."""
    step = size // _CELL
    for top in range(0, cells.shape[0], step):
        for left in range(0, cells.shape[1], step):
            part = cells[top : top + step, left : left + step]
            rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
            if len(rows):
                yield (
                    max(0, (left + int(columns[0])) * _CELL - _OVERLAP),
                    max(0, (top + int(rows[0])) * _CELL - _OVERLAP),
                    min(shape[1], (left + int(columns[-1]) + 1) * _CELL + _OVERLAP),
                    min(shape[0], (top + int(rows[-1]) + 1) * _CELL + _OVERLAP),
                )
