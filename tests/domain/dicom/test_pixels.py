"""Every encoding of the same pixels arrives as the same frames, and text inside the streams is blanked."""

import gzip
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import (
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    MRImageStorage,
    ParametricMapStorage,
    RLELossless,
)

from labeling import errors
from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.frame_pack import decoded_frame, encoded_frame
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from tests import phantoms

WORK = Work(Pseudonyms(b"k" * 32))


def decoded(packed, rows, columns, *, samples=1, bits=16, is_signed=False, is_float=False):
    """What the viewer does, in a few lines of its own."""
    raw = np.frombuffer(gzip.decompress(packed), np.uint8)
    if bits == 8:
        delta = raw.reshape(rows, columns, samples)
        return np.cumsum(delta, axis=1, dtype=np.uint8).reshape((rows, columns, samples)[: 2 + (samples > 1)])
    kind, size = f"u{bits // 8}", bits // 8
    zigzag = np.ascontiguousarray(raw.reshape(size, -1).T).view(kind)
    delta = ((zigzag >> 1) ^ (0 - (zigzag & 1)).astype(kind)).reshape(rows, columns)
    values = np.cumsum(delta, axis=1, dtype=kind)
    return values.view(f"f{size}" if is_float else f"i{size}" if is_signed else kind)


def frames(prepared):
    header = prepared.header
    kind = {"samples": header.samples_per_pixel, "bits": header.bits, "is_signed": header.is_signed}
    kind["is_float"] = header.display.get("is_float", False)
    count = range(1, header.number_of_frames + 1)
    return np.stack([decoded(prepared.frame(n), header.rows, header.columns, **kind) for n in count])


def prepared_of(pixels, **form):
    return prepare(phantoms.file_bytes(phantoms.with_pixels(phantoms.dataset(), pixels, **form)), WORK)


def compressed(pixels, syntax, *, photometric="MONOCHROME2", bits=None, change=lambda stream: stream):
    ds = phantoms.with_pixels(phantoms.dataset(), pixels, photometric=photometric, bits=bits)
    ds.file_meta = dcmread(BytesIO(phantoms.file_bytes(ds))).file_meta
    ds.compress(syntax, generate_instance_uid=False)
    streams = [change(frame) for frame in generate_frames(ds.PixelData, number_of_frames=ds.get("NumberOfFrames", 1))]
    ds.PixelData = encapsulate(streams)
    ds["PixelData"].is_undefined_length = True
    return phantoms.file_bytes(ds, transfer_syntax=syntax)


@pytest.mark.parametrize("kind", ["u1", "<u2", "<i2", "<u4", "<i4", "<f4"])
@given(data=st.data())
def test_a_frame_survives_its_packing_bit_for_bit(kind, data):
    shape = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    frame = data.draw(arrays.arrays(np.dtype(kind), shape))
    kind = {"bits": 8 * frame.itemsize, "is_signed": frame.dtype.kind == "i", "is_float": frame.dtype.kind == "f"}
    assert decoded(encoded_frame(frame), *frame.shape, **kind).tobytes() == frame.tobytes()
    assert decoded_frame(encoded_frame(frame), frame.shape, frame.dtype).tobytes() == frame.tobytes()


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3))))
def test_a_colour_frame_survives_its_packing(frame):
    assert np.array_equal(decoded(encoded_frame(frame), *frame.shape[:2], samples=3, bits=8), frame)
    assert np.array_equal(decoded_frame(encoded_frame(frame), frame.shape, frame.dtype), frame)


KINDS = [("u1", 8), ("<u2", 12), ("<u2", 16), ("<i2", 16)]


@pytest.mark.parametrize(
    ("syntax", "dtype", "bits"),
    [
        *((syntax, *kind) for syntax in (RLELossless, JPEG2000Lossless) for kind in KINDS),
        *((JPEGLSLossless, *kind) for kind in KINDS[:3]),  # pydicom's encoder takes no signed samples
    ],
)
def test_lossless_compression_changes_no_value(syntax, dtype, bits):
    top = (1 << bits) - 1 if dtype != "<i2" else 30000
    pixels = phantoms.gradient(32, 40, top=top, dtype=dtype) - (15000 if dtype == "<i2" else 0)
    prepared = prepare(compressed(pixels, syntax, bits=bits), WORK)
    assert np.array_equal(frames(prepared)[0], pixels)
    assert prepared.header.transfer_syntax_uid == syntax
    assert np.array_equal(dcmread(BytesIO(prepared.dataset)).pixel_array, pixels)


def test_the_stored_values_are_sent_and_their_range_is_told_without_padding():
    pixels = np.array([[-2000, -1000], [5, 900]], "<i2")
    source = phantoms.with_pixels(phantoms.dataset(), pixels)
    source.add_new("PixelPaddingValue", "US", 65536 - 2000)  # an unsigned VR for a value of signed pixels
    prepared = prepare(phantoms.file_bytes(source), WORK)
    assert np.array_equal(frames(prepared)[0], pixels)
    assert prepared.header.display["pixel_padding"] == [-2000, -2000]
    assert prepared.header.display["range"] == [-1000, 900]


def test_unused_bits_are_cleared_and_a_shifted_sample_is_moved_down():
    pixels = np.array([[0x0FFF, 0x0123], [0x0001, 0x0800]], "<u2")
    dirty = phantoms.with_pixels(phantoms.dataset(), pixels | 0xA000, bits=12)
    shifted = phantoms.with_pixels(phantoms.dataset(), pixels << 4 | 0xA, bits=12)
    shifted.HighBit = 15
    for ds in (dirty, shifted):
        prepared = prepare(phantoms.file_bytes(ds), WORK)
        assert np.array_equal(frames(prepared)[0], pixels)
        stored = dcmread(BytesIO(prepared.dataset))
        assert stored.PixelData == pixels.tobytes()
        assert stored.HighBit == 11


def test_one_bit_images_become_eight_bits():
    ds = phantoms.with_pixels(phantoms.dataset(), np.zeros((4, 8), "u1"))
    ds.BitsAllocated = ds.BitsStored = 1
    ds.HighBit, ds.PixelData = 0, bytes([0b00000001, 0b10000000, 0xFF, 0])
    prepared = prepare(phantoms.file_bytes(ds), WORK)
    assert frames(prepared)[0].tolist() == [[1] + [0] * 7, [0] * 7 + [1], [1] * 8, [0] * 8]


@pytest.mark.parametrize("bits", [8, 16])
def test_palettes_become_red_green_blue(bits):
    prepared = prepare(phantoms.palette(bits=bits), WORK)
    assert frames(prepared)[0].tolist() == [[[0, 0, 0], [255, 0, 0]], [[0, 255, 0], [0, 0, 255]]]
    assert (prepared.header.photometric_interpretation, prepared.header.samples_per_pixel) == ("RGB", 3)


def test_ybr_becomes_red_green_blue():
    grey = np.full((2, 2, 3), 128, "u1")
    grey[..., 0] = [[0, 50], [100, 255]]
    prepared = prepared_of(grey, photometric="YBR_FULL")
    assert frames(prepared)[0][..., 1].tolist() == [[0, 50], [100, 255]]
    assert prepared.header.photometric_interpretation == "RGB"


def test_all_frames_of_a_loop_are_sent():
    prepared = prepare(phantoms.ultrasound(frames=4), WORK)
    assert [int(frame[0, 0, 2]) for frame in frames(prepared)] == [0, 20, 40, 60]
    assert prepared.header.display["frame_time_ms"] == 40
    assert len(prepared.offsets) == 6


@pytest.mark.parametrize("pixels", [[[0, 1], [2, 2**32 - 1]], [[-(2**31), 1], [2, 2**31 - 1]]])
def test_32_bit_pixels_arrive_whole(pixels):
    pixels = np.array(pixels).astype("<u4" if np.min(pixels) >= 0 else "<i4")
    prepared = prepared_of(pixels)
    assert prepared.header.bits == 32
    assert np.array_equal(frames(prepared)[0], pixels)
    assert prepared.header.display["range"] == [pixels.min(), pixels.max()]


def test_32_bits_are_sent_as_16_where_no_more_are_stored():
    prepared = prepared_of(np.array([[0, 1], [2, 4095]], "<u4"), bits=12)
    assert prepared.header.bits == 16
    assert np.array_equal(frames(prepared)[0], [[0, 1], [2, 4095]])


def parametric_map(values, **changes):
    ds = phantoms.dataset(sop_class=ParametricMapStorage, modality="MR")
    phantoms.with_pixels(ds, np.zeros(values.shape, "u1"))
    del ds.PixelData, ds.BitsStored, ds.HighBit, ds.PixelRepresentation
    ds.BitsAllocated = 8 * values.itemsize
    setattr(ds, "FloatPixelData" if values.itemsize == 4 else "DoubleFloatPixelData", values.tobytes())
    for keyword, value in changes.items():
        setattr(ds, keyword, value)
    return phantoms.file_bytes(ds)


@pytest.mark.parametrize("kind", ["<f4", "<f8"])
def test_floating_point_arrives_as_float32_and_what_is_no_number_stays_so(kind):
    values = np.array([[[-1.5e-7, 0.25], [np.nan, 3e30]], [[np.inf, 7], [-9, 1 / 3]]], kind)
    prepared = prepare(parametric_map(values), WORK)
    assert (prepared.header.bits, prepared.header.display["is_float"]) == (32, True)
    assert np.array_equal(frames(prepared), values.astype("<f4"), equal_nan=True)
    assert prepared.header.display["range"] == [-9, float(np.float32(3e30))]


def test_padding_of_floating_point_is_no_part_of_the_range():
    values = np.array([[-3e38, 1], [2, 3]], "<f4")
    prepared = prepare(parametric_map(values, FloatPixelPaddingValue=float(values[0, 0])), WORK)
    assert prepared.header.display["range"] == [1, 3]
    assert prepared.header.display["pixel_padding"] == [float(values[0, 0])] * 2


def test_padding_beyond_single_precision_has_an_end():
    lowest = -np.finfo(np.float64).max
    prepared = prepare(parametric_map(np.array([[lowest, 1], [2, 3]]), DoubleFloatPixelPaddingValue=lowest), WORK)
    assert prepared.header.display["range"] == [1, 3]
    assert prepared.header.display["pixel_padding"] == [float(np.finfo(np.float32).min)] * 2


def test_floating_point_that_could_be_a_picture_with_text_is_refused():
    with pytest.raises(errors.UndisplayablePixels):
        prepare(parametric_map(np.ones((2, 2), "<f4"), SOPClassUID=MRImageStorage), WORK)
    with pytest.raises(errors.TruncatedDicom):
        prepare(parametric_map(np.ones((2, 2), "<f4"), Rows=3), WORK)
    with pytest.raises(errors.BadDicom):
        prepare(parametric_map(np.ones((2, 2), "<f4"), BitsAllocated=64), WORK)


def test_comments_in_a_jpeg_are_blanked_and_the_picture_is_the_same():
    def comment(stream):
        app = b"\xff\xe1\x00\x10CANARY in APP1"
        com = b"\xff\xfe\x00\x11CANARY in a COM"
        return stream[:2] + app + com + stream[2:].rstrip(b"\0") + b"CANARY behind the end"

    buffer = BytesIO()
    Image.fromarray(phantoms.gradient(16, 24, top=255, dtype="u1")).save(buffer, "JPEG", quality=90)
    files = []
    for stream in (buffer.getvalue(), comment(buffer.getvalue())):
        ds = phantoms.with_pixels(phantoms.dataset(), np.zeros((16, 24), "u1"))
        ds.PixelData = encapsulate([stream])
        ds["PixelData"].is_undefined_length = True
        files.append(phantoms.file_bytes(ds, transfer_syntax=JPEGBaseline8Bit))
    clean, commented = (prepare(file, WORK) for file in files)
    assert b"CANARY" not in commented.dataset
    assert commented.pack == clean.pack


def test_comments_in_a_jpeg_2000_are_blanked():
    def comment(stream):
        main_header = 4 + int.from_bytes(stream[4:6], "big")
        return stream[:main_header] + b"\xff\x64\x00\x0e\x00\x01CANARY COM" + stream[main_header:]

    pixels = phantoms.gradient(32, 40)
    prepared = prepare(compressed(pixels, JPEG2000Lossless, bits=12, change=comment), WORK)
    assert b"CANARY" not in prepared.dataset
    assert np.array_equal(frames(prepared)[0], pixels)


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, JPEGLSLossless])
def test_a_stream_of_another_size_than_the_header_is_refused_before_decoding(syntax):
    whole = compressed(phantoms.gradient(32, 40), syntax, bits=12)
    ds = dcmread(BytesIO(whole))
    ds.Rows = 33
    with pytest.raises(errors.UndecodablePixels, match="size in the compressed stream"):
        prepare(phantoms.file_bytes(ds, transfer_syntax=syntax), WORK)


def test_a_frame_in_several_fragments_is_one_frame():
    pixels = np.stack([phantoms.gradient(32, 40), phantoms.gradient(32, 40)[::-1]])
    ds = dcmread(BytesIO(compressed(pixels, JPEGLSLossless, bits=12)))
    streams = list(generate_frames(ds.PixelData, number_of_frames=2))
    ds.PixelData = encapsulate(streams, fragments_per_frame=3)
    prepared = prepare(phantoms.file_bytes(ds, transfer_syntax=JPEGLSLossless), WORK)
    assert np.array_equal(frames(prepared), pixels)


def test_fewer_compressed_frames_than_claimed_are_refused():
    ds = dcmread(BytesIO(compressed(phantoms.gradient(32, 40), RLELossless, bits=12)))
    ds.NumberOfFrames = 3
    with pytest.raises(errors.UndecodablePixels):
        prepare(phantoms.file_bytes(ds, transfer_syntax=RLELossless), WORK)


def picture(prepared):
    return np.asarray(Image.open(BytesIO(prepared.thumbnail)).convert("L")).astype(int)


def test_the_thumbnail_is_small_keeps_the_shape_and_inverts_monochrome1():
    def flat(ds):
        ds.PixelSpacing = [1, 1]

    two, one = (
        prepare(phantoms.radiograph(rows=300, columns=600, photometric=kind, change=flat), WORK)
        for kind in ("MONOCHROME2", "MONOCHROME1")
    )
    assert picture(two).shape == (128, 256)
    assert picture(two)[0, 0] < 10 < 245 < picture(two)[-1, -1]
    assert picture(one)[0, 0] > 245 > 10 > picture(one)[-1, -1]


def test_the_thumbnail_shows_pixels_that_are_not_square_as_the_body_is():
    prepared = prepare(phantoms.radiograph(rows=300, columns=600), WORK)  # 0.2 mm high, 0.1 mm wide
    assert picture(prepared).shape == (256, 256)
