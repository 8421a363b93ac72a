"""What a frame first looks like, small enough to be there at once.

Of a large film it is made beforehand and kept; of any other frame it is made when asked for. JPEG: a browser decodes
it three times as fast as WebP, which counts for more here than its bytes.
"""

from io import BytesIO

import numpy as np
from PIL import Image

from labeling.domain.dicom.display import Display
from labeling.domain.dicom.pixels import Array
from labeling.domain.dicom.thumbnail import grey_levels

LONGEST_SIDE = 1280
LARGE_BYTES = 4_000_000
_LEFT_OUT = 0.005  # at either end, by a viewer that makes a window from the values


def is_large(frame: Array) -> bool:
    """It takes longer to make a preview than to keep one."""
    return frame.nbytes > LARGE_BYTES


def preview(frame: Array, display: Display, is_inverted: bool) -> bytes:
    """The whole pixel grid of the frame, reduced to at most 1280 x 1280, as it is first shown."""
    buffer = BytesIO()
    _shown(frame, display, is_inverted).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _shown(frame: Array, display: Display, is_inverted: bool) -> Image.Image:
    step = max(1, max(frame.shape[:2]) // (2 * LONGEST_SIDE))
    sampled = frame[::step, ::step]
    grey = sampled if sampled.ndim == 3 else grey_levels(sampled, _first_look(sampled, display), is_inverted)
    scale = min(1.0, LONGEST_SIDE / max(frame.shape[:2]))
    size = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
    image = Image.fromarray(np.ascontiguousarray(grey))
    return image if image.size == size else image.resize(size, Image.Resampling.BOX)


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
