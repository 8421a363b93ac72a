"""Of all that can be left of a file when its end is missing, nothing is taken."""

import random

import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
)

from labeling import errors
from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from tests import phantoms
from tests.domain.dicom.test_pixels import compressed

CUTS = 2_000
WORK = Work(Pseudonyms(b"k" * 32))


def whole(syntax):
    if syntax == JPEG2000Lossless:
        return compressed(phantoms.gradient(48, 50, top=255, dtype="u1"), syntax)
    ds = phantoms.with_pixels(phantoms.dataset(), phantoms.gradient(48, 50))
    phantoms.plant(ds)
    del ds[0xFFFCFFFC]  # behind the pixels: without it the file is whole too
    content = phantoms.file_bytes(ds, transfer_syntax=syntax)
    # The zero that makes a deflated stream even is not of the content.
    return content.removesuffix(b"\0") if syntax == DeflatedExplicitVRLittleEndian else content


SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, JPEG2000Lossless]


@pytest.mark.parametrize("syntax", SYNTAXES, ids=[syntax.name for syntax in SYNTAXES])
def test_no_truncation_is_taken(syntax):
    """Not through the sandbox, which would fork for each: what is asked here is what the reader says."""
    content = whole(syntax)
    prepare(content, WORK)
    lengths = range(len(content))
    chosen = lengths if len(content) <= CUTS else sorted(random.Random(4).sample(lengths, CUTS))
    taken = []
    for length in chosen:
        try:
            prepare(content[:length], WORK)
        except errors.BadDicom:
            continue
        taken.append(length)
    assert not taken
