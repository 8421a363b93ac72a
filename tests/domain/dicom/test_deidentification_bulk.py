"""Bytes that are no text by their attribute have no room for any."""

import struct
from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit, RLELossless

from labeling.domain.dicom.codestreams import cleaned_codestream
from labeling.domain.dicom.deidentification.icc import cleaned_profile
from labeling.domain.dicom.deidentified_file import Work, deidentified_file
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.errors import UndisplayablePixels
from tests import phantoms

WORK = Work(Pseudonyms(b"k" * 32))
SECRET = b"Jane Secret "
pytestmark = pytest.mark.filterwarnings("ignore")


def clean(change):
    return deidentified_file(phantoms.radiograph(change=change), WORK).dataset


def test_a_table_ends_with_its_last_entry():
    def change(ds):
        item = Dataset()
        item.LUTDescriptor, item.ModalityLUTType = [4, 0, 16], "US"
        item.add_new("LUTData", "OW", bytes(range(8)) + SECRET)
        ds.ModalityLUTSequence = Sequence([item])
        ds.RedPaletteColorLookupTableDescriptor = [6, 0, 8]
        ds.RedPaletteColorLookupTableData = bytes(range(6))

    ds = dcmread(BytesIO(clean(change)))
    assert ds.ModalityLUTSequence[0].LUTData == bytes(range(8))
    assert ds.RedPaletteColorLookupTableData == bytes(range(6))


def test_floating_point_pixels_end_with_the_last():
    def change(ds):
        del ds.PixelData
        ds.FloatPixelData = bytes(4 * 60 * 100) + SECRET

    assert len(dcmread(BytesIO(clean(change))).FloatPixelData) == 4 * 60 * 100


def test_a_tag_as_value_is_one_of_the_dictionary():
    def named(number):
        return dcmread(BytesIO(clean(lambda ds: setattr(ds, "FrameIncrementPointer", number))))

    assert named(0x00181063).FrameIncrementPointer == 0x00181063
    assert "FrameIncrementPointer" not in named(0x614A656E)


@pytest.mark.parametrize("plane", [0, 1 << 12])
def test_planes_above_the_stored_bits_are_found_in_compressed_pixels(plane):
    def change(ds):
        pixels = np.frombuffer(ds.PixelData, "<u2").copy()
        pixels[::7] |= plane
        ds.PixelData = pixels.tobytes()

    source = dcmread(BytesIO(phantoms.radiograph(change=change)))
    source.compress(RLELossless, generate_instance_uid=False)
    content = BytesIO()
    source.save_as(content)
    if plane:
        with pytest.raises(UndisplayablePixels):
            deidentified_file(content.getvalue(), WORK)
    else:
        assert deidentified_file(content.getvalue(), WORK).dataset


def segment(marker, content):
    return bytes((0xFF, marker)) + struct.pack(">H", 2 + len(content)) + content


@pytest.mark.parametrize(
    "content",
    [
        segment(0xE0, b"JFIF\0Jane Sec\0"),
        segment(0xEE, b"AdobeSecret\1"),
        segment(0xEE, b"AdobeSec"),
        segment(0xF0, SECRET),
        segment(0xFD, SECRET),
        segment(0xE5, SECRET),
    ],
)
def test_segments_of_a_jpeg_hold_no_text(content):
    frame = segment(0xC0, b"\10\0\1\0\1\1\1\x11\0") + segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\x34\xff\xd9"
    stream = cleaned_codestream(b"\xff\xd8" + content + frame, JPEGBaseline8Bit)
    assert b"Sec" not in bytes(stream.content)
    assert (stream.rows, stream.columns, stream.precision) == (1, 1, 8)
    assert encapsulate([bytes(stream.content)])


def test_a_segment_of_jpeg_2000_that_nobody_knows_is_blank():
    size = struct.pack(">H8LH", 0, 1, 1, 0, 0, 1, 1, 0, 0, 1) + b"\7\1\1"
    coding = b"\0\0\0\1\0\0\4\4\0\1"
    head = b"\xff\x4f" + segment(0x51, size) + segment(0x6F, SECRET) + segment(0x52, coding) + b"\xff\xd9"
    stream = cleaned_codestream(head, JPEG2000Lossless)
    assert SECRET not in bytes(stream.content)
    assert stream.precision == 8


def icc(tags, content):
    """A profile with those (signature, start behind the table, length)."""
    behind = 132 + 12 * len(tags)
    table = b"".join(struct.pack(">4sLL", name, behind + start, length) for name, start, length in tags)
    header = struct.pack(">L4s", behind + len(content), b"Sec ").ljust(36, b"\0") + b"acspSecr"
    return header.ljust(128, b"\0") + struct.pack(">L", len(tags)) + table + content


def test_a_colour_profile_spells_no_name():
    numbers = b"XYZ \0\0\0\0" + bytes(range(12)) + bytes(24)
    profile = icc([(b"wtpt", 0, 56), (b"Secr", 44, 12)], numbers + SECRET)
    cleaned = cleaned_profile(profile)
    assert b"Sec" not in cleaned
    assert numbers in cleaned
