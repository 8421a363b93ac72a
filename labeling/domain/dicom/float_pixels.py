"""Pixels of floating point, which parametric maps have: never compressed, one value a pixel (PS3.3 C.7.6.24)."""

from collections.abc import Iterator

import numpy as np

from labeling.domain.dicom.elements import FLOAT_BYTES, Elements
from labeling.domain.dicom.pixel_format import PixelFormat
from labeling.domain.dicom.pixels import Array
from labeling.errors import BadDicom, TruncatedDicom


def float_frames(elements: Elements, form: PixelFormat) -> Iterator[Array]:
    """Each frame as (rows, columns) of float32, to which double precision is rounded; not a number stays so."""
    tag, size = next((tag, size) for tag, size in FLOAT_BYTES.items() if tag in elements)
    value = elements[tag].value
    if elements[tag].vr != ("OF" if size == 4 else "OD") or form.bits_allocated != 8 * size:
        raise BadDicom("BitsAllocated or the VR does not fit the pixels of floating point")
    if len(value) < form.native_bytes:
        raise TruncatedDicom("the pixel data is shorter than rows, columns and frames ask for")
    count = form.rows * form.columns
    for frame in range(form.number_of_frames):
        values = np.frombuffer(value, f"<f{size}", count, frame * count * size)
        with np.errstate(over="ignore", invalid="ignore"):
            yield values.astype(np.float32).reshape(form.rows, form.columns)
