"""What a search for text in pixels gives. Light, so that who only receives findings loads no detector."""

from dataclasses import dataclass

from labeling.domain.dicom.pixel_masks import Mask


@dataclass(frozen=True)
class TextBox(Mask):
    """`score`: 0 to 1, how sure the detector is of text."""

    score: float


@dataclass(frozen=True)
class TextFindings:
    """`previews`: WebP of the frames looked at, named by `preview_names` ("frame 1", ..., "maximum over time").

    `is_sure`: the boxes may be masked, or none be needed, with no person to look.
    """

    boxes: tuple[TextBox, ...]
    previews: tuple[bytes, ...]
    preview_names: tuple[str, ...]
    rows: int
    columns: int
    is_sure: bool
