"""A first picture of a large film: what its first look will be, small enough to be there at once, WebP."""

from io import BytesIO

import numpy as np
from PIL import Image

from labeling.domain.dicom.display import Display
from labeling.domain.dicom.pixels import Array
from labeling.domain.dicom.thumbnail import grey_levels

LONGEST_SIDE = 1600
LARGE_BYTES = 4_000_000
_LEFT_OUT = 0.005  # at either end, by a viewer that makes a window from the values


def preview(frame: Array, display: Display, is_inverted: bool) -> bytes:
    """The whole pixel grid of the frame, reduced, as it is first shown; nothing (b"") where the frame is not large."""
    if frame.nbytes <= LARGE_BYTES:
        return b""
    step = max(1, max(frame.shape[:2]) // (2 * LONGEST_SIDE))
    sampled = frame[::step, ::step]
    grey = sampled if sampled.ndim == 3 else grey_levels(sampled, _first_look(sampled, display), is_inverted)
    scale = min(1.0, LONGEST_SIDE / max(frame.shape[:2]))
    size = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
    image = Image.fromarray(np.ascontiguousarray(grey)).resize(size, Image.Resampling.BOX)
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=80, method=2)
    return buffer.getvalue()


def _first_look(frame: Array, display: Display) -> Display:
    """Tables come before windows; without either, a window holds the values but for the outermost."""
    if display["voi_luts"]:
        return {**display, "windows": []}
    if display["windows"] or display["modality_lut"]:
        return display
    values = frame[np.isfinite(frame)] if frame.dtype.kind == "f" else frame.reshape(-1)
    if display["pixel_padding"]:
        low, high = display["pixel_padding"]
        values = values[(values < low) | (values > high)]
    if not values.size:
        return display
    ends = np.quantile(values, [_LEFT_OUT, 1 - _LEFT_OUT]) * display["rescale_slope"] + display["rescale_intercept"]
    center, width = float(ends.mean()), max(float(np.ptp(ends)), 1e-3)
    return {**display, "windows": [{"center": center, "width": width, "name": ""}], "voi_function": "LINEAR_EXACT"}
