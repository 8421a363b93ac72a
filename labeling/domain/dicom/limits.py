"""How much of a DICOM file is read before it is refused."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    max_depth: int = 16
    max_elements: int = 500_000
    max_inflated_bytes: int = 1024 * MIB
    max_inflate_ratio: int = 100  # images of one grey deflate a thousandfold: looked at only beyond what is free
    free_inflated_bytes: int = 64 * MIB
    max_frames: int = 20_000
    max_frame_bytes: int = 256 * MIB  # one decoded frame
    max_pixel_bytes: int = 4096 * MIB  # all decoded frames; they are never in memory together
