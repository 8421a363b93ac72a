"""A finder of text for tests: pictures made in code, findings as a test wants them."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from labeling.actions import pixel_screening
from labeling.domain.dicom.text_findings import TextBox, TextFindings
from tests import phantoms

TEXT = (6, 4, 66, 18)  # left, top, right, bottom of what `with_text` draws


def with_text(*, rows=60, columns=100, text="ZWETSCHKE", **header):
    """A radiograph with a name in white, within TEXT."""
    picture = Image.fromarray((phantoms.gradient(rows, columns) >> 4).astype("u1"))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((TEXT[0], TEXT[1], TEXT[2] - 1, TEXT[3] - 1), fill=0)
    draw.text((TEXT[0] + 2, TEXT[1] + 1), text, fill=255)
    pixels = np.asarray(picture).astype("<u2") << 4
    ds = phantoms.dataset(**header)
    return phantoms.file_bytes(phantoms.with_pixels(ds, pixels, bits=12))


def preview(rows=60, columns=100, shade=90):
    buffer = BytesIO()
    Image.new("L", (columns, rows), shade).save(buffer, "WEBP", lossless=True)
    return buffer.getvalue()


def findings(*boxes, rows=60, columns=100, names=("frame 1",), is_sure=False):
    pictures = tuple(preview(rows, columns, 40 + 30 * place) for place in range(len(names)))
    found = tuple(TextBox(*box, score=0.7) for box in boxes)
    return TextFindings(found, pictures, tuple(names), rows, columns, is_sure)


def finds(monkeypatch, found):
    """Let the screening find this in whatever it is given."""
    monkeypatch.setattr(pixel_screening, "find_text_in_sandbox", lambda dataset, *, owner="", limits=None: found)
