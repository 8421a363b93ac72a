"""A small picture of an instance for lists: grey values windowed as the file asks, WebP."""

from io import BytesIO

import numpy as np
from PIL import Image

from labeling.domain.dicom.display import Display, pixel_shape
from labeling.domain.dicom.pixels import Array

LONGEST_SIDE = 256


def thumbnail(frame: Array, display: Display, is_inverted: bool) -> bytes:
    """WebP of at most 256 x 256 pixels. Padding is black; `is_inverted` means MONOCHROME1."""
    # Every n-th pixel first: to average before windowing would make values that no pixel has.
    step = max(1, max(frame.shape[:2]) // (4 * LONGEST_SIDE))
    sampled = frame[::step, ::step]
    grey = sampled if sampled.ndim == 3 else grey_levels(sampled, display, is_inverted)
    image = Image.fromarray(np.ascontiguousarray(grey))
    image = image.resize(_size(frame, display), Image.Resampling.BOX)
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=80, method=2)
    return buffer.getvalue()


def _size(frame: Array, display: Display) -> tuple[int, int]:
    """(width, height) with the shape that the body has, not the pixel grid."""
    row, column = pixel_shape(display)
    height, width = frame.shape[0] * row, frame.shape[1] * column
    scale = LONGEST_SIDE / max(height, width)
    if max(frame.shape[:2]) < LONGEST_SIDE:
        scale *= max(frame.shape[:2]) / LONGEST_SIDE
    return max(1, round(width * scale)), max(1, round(height * scale))


def grey_levels(frame: Array, display: Display, is_inverted: bool) -> Array:
    """Stored values to uint8: modality transform, VOI, inversion, padding to black (PS3.4 N.2)."""
    with np.errstate(over="ignore", invalid="ignore"):  # of floating point there are values that are no number
        shown = np.clip(np.nan_to_num(_voi(_modality(frame, display), display)), 0.0, 1.0)
    if is_inverted != (display["presentation_lut_shape"] == "INVERSE"):
        shown = 1.0 - shown
    levels: Array = (shown * 255.0 + 0.5).astype(np.uint8)
    if frame.dtype.kind == "f":
        levels[np.isnan(frame)] = 0
    if display["pixel_padding"]:
        low, high = display["pixel_padding"]
        levels[(frame >= low) & (frame <= high)] = 0
    return levels


def _modality(frame: Array, display: Display) -> Array:
    lut = display["modality_lut"]
    if lut:
        return np.asarray(lut["values"], np.float32)[
            np.clip(frame.astype(np.int64) - lut["first"], 0, len(lut["values"]) - 1)
        ]
    return frame.astype(np.float32) * np.float32(display["rescale_slope"]) + np.float32(display["rescale_intercept"])


def _voi(values: Array, display: Display) -> Array:
    if display["windows"]:
        window = display["windows"][0]
        return _windowed(values, window["center"], window["width"], display["voi_function"])
    if display["voi_luts"]:
        lut = display["voi_luts"][0]
        entries = np.asarray(lut["values"], np.float32) / ((1 << lut["bits"]) - 1)
        return entries[np.clip(np.rint(values).astype(np.int64) - lut["first"], 0, len(entries) - 1)]
    ends = _modality(np.asarray(display["range"]), display)
    low, high = float(ends.min()), float(ends.max())
    return (values - low) / max(high - low, 1e-9)


def _windowed(values: Array, center: float, width: float, function: str) -> Array:
    """PS3.3 C.11.2.1.2 and C.11.2.1.3, scaled to 0..1."""
    if function == "SIGMOID":
        return 1.0 / (1.0 + np.exp(np.clip(-4.0 * (values - center) / width, -80, 80)))
    if function == "LINEAR_EXACT":
        return (values - center) / width + 0.5
    return (values - (center - 0.5)) / max(width - 1.0, 1e-9) + 0.5
