"""What a frame first looks like, from what is stored of it."""

import zlib
from typing import cast

import numpy as np

from labeling.domain.dicom.display import Display, of_frame
from labeling.domain.dicom.frame_pack import decoded_frame
from labeling.domain.dicom.preview import preview
from labeling.errors import StorageError
from labeling.models import Instance
from labeling.storage import pack_key, storage


def preview_of(instance: Instance, frame: int) -> tuple[bytes, str]:
    """A picture of a moderate size and its media type; `frame` counts from 1. Raises StorageError."""
    if instance.has_preview and frame == 1:
        kept = part_of_pack(instance, instance.preview_part)
        return kept, "image/webp" if kept.startswith(b"RIFF") else "image/jpeg"  # packs of before have WebP
    display = of_frame(cast(Display, instance.display), frame)
    kind = "f" if display.get("is_float") else "i" if instance.is_signed else "u"
    shape = (instance.rows, instance.columns) + ((3,) if instance.samples_per_pixel == 3 else ())
    content = part_of_pack(instance, frame)
    try:
        pixels = decoded_frame(content, shape, np.dtype(f"{kind}{instance.bits // 8}"))
    except (zlib.error, ValueError) as error:
        raise StorageError(f"frame {frame} is damaged") from error
    is_inverted = instance.photometric_interpretation == "MONOCHROME1"
    return preview(pixels, display, is_inverted), "image/jpeg"


def part_of_pack(instance: Instance, number: int) -> bytes:
    """Part `number` of the pack, as Instance counts them."""
    start, stop = instance.pack_offsets[number - 1 : number + 1]
    return storage().read_range(pack_key(instance.pack_sha256), start, stop)
