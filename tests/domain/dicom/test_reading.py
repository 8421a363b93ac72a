"""Hostile and broken files end in a reason, fast, and whole ones are read whatever their encoding."""

import struct
import time
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from labeling import errors
from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.reading import read
from tests import phantoms

LIMITS = Limits()
WORK = Work(Pseudonyms(b"k" * 32))
WHOLE = phantoms.radiograph(rows=8, columns=10)


def outcome(content, limits=LIMITS):
    try:
        prepare(content, WORK, limits)
    except errors.BadDicom as error:
        return error.code
    return "prepared"


def nested(depth, *, is_defined=False, value=b"xyz"):
    """A dataset whose only element is a sequence in a sequence in a sequence; the innermost holds a damaged value."""
    body = struct.pack("<HH2sH", 0x0028, 0x0010, b"US", len(value)) + value
    for _ in range(depth):
        length = len(body) if is_defined else 0xFFFFFFFF
        item = struct.pack("<HHL", 0xFFFE, 0xE000, length) + body
        item += b"" if is_defined else struct.pack("<HHL", 0xFFFE, 0xE00D, 0)
        head = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, len(item) if is_defined else 0xFFFFFFFF)
        body = head + item + (b"" if is_defined else struct.pack("<HHL", 0xFFFE, 0xE0DD, 0))
    return body


def inside(body):
    """The body in front of the rest of a whole file."""
    meta_end = 132 + 12 + int.from_bytes(WHOLE[140:144], "little")
    return WHOLE[:meta_end] + body + WHOLE[meta_end:]


def test_every_shorter_file_is_refused():
    pixels = WHOLE.index(b"\xe0\x7f\x10\x00")
    codes = {outcome(WHOLE[:length]) for length in range(len(WHOLE))}
    assert codes <= {"empty_file", "not_dicom", "truncated", "missing_uid", "no_pixels", "unsupported_sop_class"}
    assert {outcome(WHOLE[:length]) for length in range(pixels + 1, len(WHOLE))} == {"truncated"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "not_dicom"),
        (b"hello", "not_dicom"),
        (bytes(5000), "not_dicom"),
        (bytes(128) + b"DICM", "truncated"),
    ],
)
def test_what_is_not_dicom_is_refused(content, code):
    assert outcome(content) == code


@pytest.mark.parametrize("is_defined", [True, False])
def test_sequences_are_followed_to_the_limit_and_no_further(is_defined):
    read(inside(nested(16, is_defined=is_defined)), LIMITS)
    for depth in (17, 300, 3000):
        with pytest.raises(errors.DicomTooDeep):
            read(inside(nested(depth, is_defined=is_defined)), LIMITS)


@pytest.mark.parametrize("depth", [5, 10, 15])
def test_a_damaged_value_deep_inside_costs_nothing(depth):
    start = time.monotonic()
    assert outcome(inside(nested(depth))) == "prepared"
    assert time.monotonic() - start < 2


def test_a_flood_of_elements_is_refused():
    many = b"".join(struct.pack("<HH2sH", 0x0009, number, b"LO", 0) for number in range(3000))
    assert outcome(inside(many), replace(LIMITS, max_elements=2000)) == "too_large"


def test_a_deflated_bomb_is_refused_before_it_is_inflated():
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflater.compress(bytes(64 << 20)) + deflater.flush()
    syntax = b"1.2.840.10008.1.2.1.99"
    meta = struct.pack("<HH2sH", 2, 0x10, b"UI", len(syntax)) + syntax
    assert outcome(bytes(128) + b"DICM" + meta + bomb, replace(LIMITS, max_inflated_bytes=1 << 20)) == "too_large"


def test_a_flood_of_pixels_is_refused_before_it_is_decoded():
    def claim(ds):
        ds.NumberOfFrames = 2_000_000_000

    assert outcome(phantoms.radiograph(change=claim)) == "too_large"
    assert outcome(WHOLE, replace(LIMITS, max_frame_bytes=100)) == "too_large"


def test_more_pixels_than_there_are_bytes_is_truncated():
    def claim(ds):
        ds.Rows = 61

    assert outcome(phantoms.radiograph(change=claim)) == "truncated"


def test_a_length_beyond_the_file_is_truncated():
    assert outcome(inside(struct.pack("<HH2sHL", 0x0009, 0x1010, b"OB", 0, 0xFFFFFFF0))) == "truncated"


def test_zeros_behind_the_pixels_are_padding():
    assert outcome(WHOLE + bytes(30)) == "prepared"
    assert outcome(WHOLE + b"Zwetschkenbaum, Leopoldine") != "prepared"


def test_a_file_without_preamble_is_read_when_all_of_it_is_dicom():
    meta_end = 132 + 12 + int.from_bytes(WHOLE[140:144], "little")
    assert outcome(WHOLE[meta_end:]) == "prepared"
    assert outcome(WHOLE[132:]) == "prepared"
    assert outcome(WHOLE[meta_end:-1]) == "not_dicom"


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_all_native_encodings_give_the_same_stored_file(syntax):
    ds = phantoms.with_pixels(phantoms.dataset(), phantoms.gradient(8, 10))
    plain = prepare(phantoms.file_bytes(ds), WORK)
    other = phantoms.with_pixels(phantoms.dataset(), phantoms.gradient(8, 10))
    if syntax == ExplicitVRBigEndian:
        other.PixelData = phantoms.gradient(8, 10).astype(">u2").tobytes()
        other["PixelData"].VR = "OW"
    assert prepare(phantoms.file_bytes(other, transfer_syntax=syntax), WORK) == plain


@pytest.mark.parametrize(
    ("attribute", "value", "code"),
    [
        ("SOPInstanceUID", "../../../etc/passwd", "bad_uid"),
        ("StudyInstanceUID", "1.2." + "3" * 70, "bad_uid"),
        ("SeriesInstanceUID", "", "missing_uid"),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.88.33", "not_an_image"),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.66.4", "not_an_image"),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.104.1", "encapsulated_document"),
        ("SOPClassUID", "1.2.840.10008.1.3.10", "dicomdir"),
        ("SOPClassUID", "1.2.3.4", "unsupported_sop_class"),
        ("PhotometricInterpretation", "CMYK", "unsupported_pixels"),
        ("BitsAllocated", 64, "unsupported_pixels"),
        ("SamplesPerPixel", 3, "malformed"),
        ("Rows", 0, "malformed"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_cannot_be_taken_says_why(attribute, value, code):
    assert outcome(phantoms.radiograph(change=lambda ds: setattr(ds, attribute, value))) == code


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_file_never_ends_in_anything_but_an_outcome(data):
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, len(content) - 1))
        content[position] = data.draw(st.integers(0, 255))
    outcome(bytes(content))
