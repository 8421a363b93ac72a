"""A mask hides what is under it in every frame, and changes nothing else; pydicom is the independent reader."""

import warnings
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.pixels import pixel_array
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless, RLELossless

from labeling.domain.dicom.elements import PIXEL_DATA, Element, tag_of, text_element
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.pixel_format import pixel_format_of
from labeling.domain.dicom.pixel_masks import Mask, is_lossy, masked
from labeling.domain.dicom.pixels import storable_pixels
from labeling.domain.dicom.reading import EXPLICIT_LE, read
from labeling.domain.dicom.writing import file_bytes
from tests import phantoms

MASKS = (Mask(3, 2, 10, 8), Mask(15, 9, 22, 40), Mask(-5, 12, 1, 14))


def real(name):
    return Path(get_testdata_file(name)).read_bytes()


def burned(content, masks=MASKS):
    """The file with its masks, written as a caller has to; and the transfer syntax it had."""
    source = read(content, Limits())
    elements = source.elements
    form = pixel_format_of(elements, Limits())
    pixels, form = storable_pixels(elements[PIXEL_DATA], form, source.transfer_syntax_uid)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ds = dcmread(BytesIO(content), stop_before_pixels=True, force=True)
        elements[PIXEL_DATA], form, uid = masked(pixels, form, masks, ds, source.transfer_syntax_uid)
    for keyword, value in stated(form).items():
        elements[tag_of(keyword)] = value
    return file_bytes(elements, uid), uid


def stated(form):
    values = asdict(form)
    names = {name: "".join(part.title() for part in name.split("_")) for name in values}
    numbers = ("rows", "columns", "samples_per_pixel", "bits_allocated", "bits_stored", "high_bit")
    found = {names[n]: Element(tag_of(names[n]), "US", values[n].to_bytes(2, "little")) for n in numbers}
    kind = tag_of("PhotometricInterpretation")
    found["PhotometricInterpretation"] = text_element(kind, "CS", form.photometric_interpretation)
    if form.samples_per_pixel == 3:
        tag = tag_of("PlanarConfiguration")
        found["PlanarConfiguration"] = Element(tag, "US", form.planar_configuration.to_bytes(2, "little"))
    return found


def as_frames(content):
    """(frames, rows, columns[, 3]) as pydicom decodes them: colour is RGB, palettes are indices."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ds = dcmread(BytesIO(content), force=True)
        pixels = pixel_array(ds)
    plain = 2 if ds.SamplesPerPixel == 1 else 3
    return pixels if pixels.ndim > plain else pixels[None]


def inside(shape, masks=MASKS):
    found = np.zeros(shape[1:3], bool)
    for mask in masks:
        found[max(0, mask.top) : mask.bottom, max(0, mask.left) : mask.right] = True
    return found


def check(content, *, black, masks=MASKS):
    """Bit-equal outside, `black` inside, in all frames. Gives the file."""
    result, uid = burned(content, masks)
    before, after = as_frames(content), as_frames(result)
    assert after.shape == before.shape
    assert after.dtype.itemsize == before.dtype.itemsize
    hidden = inside(before.shape, masks)
    assert np.array_equal(after[:, ~hidden], before[:, ~hidden])
    assert (after[:, hidden] == black).all()
    return dcmread(BytesIO(result), force=True), uid


def grey(dtype, *, photometric="MONOCHROME2", bits=None, frames=1, change=lambda ds: None, low=0, top=None):
    top = top or (1 << (bits or 8 * np.dtype(dtype).itemsize)) - 1
    pixels = np.stack([phantoms.gradient(34, 35, top=top - n, dtype=dtype) + dtype(low) for n in range(frames)])
    ds = phantoms.with_pixels(phantoms.dataset(), pixels if frames > 1 else pixels[0], photometric=photometric)
    if bits:
        ds.BitsStored, ds.HighBit = bits, bits - 1
    change(ds)
    return ds


@pytest.mark.parametrize("frames", [1, 3])
@pytest.mark.parametrize(
    ("photometric", "dtype", "bits", "black"),
    [
        ("MONOCHROME2", np.uint8, 8, 0),
        ("MONOCHROME1", np.uint8, 8, 255),
        ("MONOCHROME2", np.uint16, 12, 0),
        ("MONOCHROME1", np.uint16, 12, 4095),
        ("MONOCHROME1", np.uint16, 16, 65535),
    ],
)
def test_grey_values_become_the_dark_end(photometric, dtype, bits, black, frames):
    ds = grey(dtype, photometric=photometric, bits=bits, frames=frames)
    after, uid = check(phantoms.file_bytes(ds), black=black)
    assert uid == EXPLICIT_LE
    assert (after.PhotometricInterpretation, after.BitsStored) == (photometric, bits)


def test_signed_values_take_the_darkest_of_the_image_not_of_sixteen_bits():
    check(phantoms.file_bytes(grey(np.int16, top=3000, low=-1000)), black=-1000)


def test_a_window_that_shows_the_darkest_value_grey_asks_for_a_darker_one():
    def window(ds):
        ds.RescaleSlope, ds.RescaleIntercept = "2", "-100"
        ds.WindowCenter, ds.WindowWidth = ["40", "0"], ["400", "3000"]

    ds = grey(np.int16, top=3000, low=-500, change=window)
    check(phantoms.file_bytes(ds), black=(-1501 + 100) // 2)


def test_a_falling_rescale_and_an_inverse_presentation_turn_the_dark_end():
    def falling(ds):
        ds.RescaleSlope, ds.RescaleIntercept = "-1", "3000"

    def inverse(ds):
        ds.PresentationLUTShape = "INVERSE"

    for change in (falling, inverse):
        check(phantoms.file_bytes(grey(np.uint16, top=3000, change=change)), black=3000)


def test_padding_is_what_a_mask_is_made_of():
    def padding(ds):
        ds.add_new("PixelPaddingValue", "US", 65536 - 2000)  # an unsigned VR for a value of signed pixels

    check(phantoms.file_bytes(grey(np.int16, top=3000, change=padding)), black=-2000)


@pytest.mark.parametrize("frames", [1, 3])
def test_one_bit_a_pixel(frames):
    ds = phantoms.with_pixels(phantoms.dataset(), np.zeros((30, 25), "u1"))
    ds.BitsAllocated = ds.BitsStored = 1
    ds.HighBit, ds.NumberOfFrames = 0, frames
    ds.PixelData = bytes([0xFF]) * (2 * -(-30 * 25 * frames // 16))
    check(phantoms.file_bytes(ds), black=0)


def colour(photometric, *, rows=34, columns=35, planar=0, frames=2):
    random = np.random.default_rng(4711)
    pixels = random.integers(0, 256, (frames, rows, columns, 3), dtype=np.uint8)
    ds = phantoms.with_pixels(phantoms.dataset(), pixels, photometric=photometric)
    if planar:
        ds.PlanarConfiguration, ds.PixelData = 1, np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)).tobytes()
    return ds


@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL"])
def test_colour_becomes_black(photometric, planar):
    after, _ = check(phantoms.file_bytes(colour(photometric, planar=planar)), black=0)
    assert (after.PhotometricInterpretation, after.PlanarConfiguration) == (photometric, planar)


@pytest.mark.parametrize("columns", [34, 35])
def test_pixels_that_share_their_colour_are_given_their_own(columns):
    ds = colour("YBR_FULL", columns=columns)
    ds.PhotometricInterpretation = "YBR_FULL_422"
    ds.PixelData = np.random.default_rng(1).integers(0, 256, 2 * 34 * columns * 2, dtype=np.uint8).tobytes()
    after, _ = check(phantoms.file_bytes(ds), black=0)
    assert after.PhotometricInterpretation == "YBR_FULL"


@pytest.mark.parametrize("name", ["SC_ybr_full_422_uncompressed.dcm", "SC_rgb_16bit_2frame.dcm", "SC_rgb_32bit.dcm"])
def test_real_native_colour(name):
    check(real(name), black=0)


@pytest.mark.parametrize("name", ["OBXXXX1A_2frame.dcm", "OBXXXX1A_rle_2frame.dcm", "gdcm-US-ALOKA-16.dcm"])
def test_a_palette_gives_its_darkest_entry(name):
    content = real(name)
    result, _ = burned(content)
    before, after, ds = as_frames(content), as_frames(result), dcmread(BytesIO(result))
    hidden = inside(before.shape)
    assert ds.PhotometricInterpretation == "PALETTE COLOR"
    assert np.array_equal(after[:, ~hidden], before[:, ~hidden])
    assert not apply_color_lut(after[:, hidden], ds).any()


def compressed(ds, syntax):
    ds.file_meta = dcmread(BytesIO(phantoms.file_bytes(ds))).file_meta
    ds.compress(syntax, generate_instance_uid=False)
    return phantoms.file_bytes(ds, transfer_syntax=syntax)


@pytest.mark.parametrize("frames", [1, 3])
@pytest.mark.parametrize(
    ("syntax", "kind"),
    [
        *((syntax, kind) for syntax in (RLELossless, JPEG2000Lossless, JPEGLSLossless) for kind in ("u1", "u2", "one")),
        (RLELossless, "i2"),
        (JPEG2000Lossless, "i2"),
    ],
)
def test_compressed_grey_is_stored_without_loss(syntax, kind, frames):
    ds, black = {
        "u1": (grey(np.uint8, frames=frames), 0),
        "u2": (grey(np.uint16, bits=12, frames=frames), 0),
        "one": (grey(np.uint16, photometric="MONOCHROME1", bits=12, frames=frames), 4095),
        "i2": (grey(np.int16, top=3000, low=-1000, frames=frames), -1000),
    }[kind]
    _, uid = check(compressed(ds, syntax), black=black)
    assert uid == RLELossless


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless])
def test_compressed_colour_is_stored_as_red_green_blue(syntax):
    after, _ = check(compressed(colour("RGB"), syntax), black=0)
    assert (after.PhotometricInterpretation, after.PlanarConfiguration) == ("RGB", 0)


def test_a_lossy_frame_keeps_what_was_decoded():
    streams = []
    for number in range(2):
        buffer = BytesIO()
        pixels = phantoms.gradient(34, 35, top=255 - 40 * number, dtype="u1")
        Image.fromarray(np.stack([pixels, pixels // 2, pixels], axis=-1)).save(buffer, "JPEG", quality=70)
        streams.append(buffer.getvalue())
    ds = colour("YBR_FULL")
    ds.PhotometricInterpretation = "YBR_FULL_422"
    ds.PixelData = encapsulate(streams)
    ds["PixelData"].is_undefined_length = True
    after, _ = check(phantoms.file_bytes(ds, transfer_syntax=JPEGBaseline8Bit), black=0)
    assert after.PhotometricInterpretation == "RGB"
    assert is_lossy(JPEGBaseline8Bit)
    assert not is_lossy(RLELossless)


@pytest.mark.parametrize(
    "name", ["US1_J2KI.dcm", "US1_J2KR.dcm", "color3d_jpeg_baseline.dcm", "JPEG-LL.dcm", "SC_rgb_jpeg_gdcm.dcm"]
)
def test_real_compressed_files(name):
    content = real(name)
    before = as_frames(content)
    check(content, black=before.min() if before.ndim == 3 else 0)


@pytest.mark.parametrize(
    "name",
    [
        "us/burned_in_name_ybr_full_rle.dcm",
        "us/acuson_stress_10frames_jpeg.dcm",
        "cxr/nih_siim_pa_mono1.dcm",
        "photometric/SC_rgb_rle_16bit_2frame.dcm",
        "photometric/SC_rgb_jls_lossy_line.dcm",
        "photometric/SC_rgb_dcmtk_+eb+cr.dcm",
    ],
)
def test_real_files_of_the_corpus(corpus, name):
    check((corpus / name).read_bytes(), black=255 if "mono1" in name else 0)


def test_no_masks_change_nothing():
    element = Element(PIXEL_DATA, "OB", b"12")
    form = object()
    assert masked(element, form, (), None, "1.2.3") == (element, form, "1.2.3")


@pytest.mark.parametrize("values", [(5, 5, 5, 9), (9, 5, 5, 9), (35, 0, 40, 9), (0, -9, 4, 0)])
def test_a_mask_without_a_pixel_is_refused(values):
    with pytest.raises(ValueError, match=rf"mask \({values[0]}, {values[1]}, .* of 35 x 34 pixels"):
        burned(phantoms.file_bytes(grey(np.uint8)), (Mask(0, 0, 2, 2), Mask(*values)))


def test_a_mask_goes_through_json():
    assert Mask.from_json(Mask(1, 2, 3, 4).to_json()) == Mask(1, 2, 3, 4)
    for values in ([1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, "4"], [1, 2, 3, 4.0], [1, 2, 3, True]):
        with pytest.raises(ValueError):
            Mask.from_json(values)
