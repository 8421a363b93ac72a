"""Text burned into pixels is found on whatever frame it stands; images without text stay as they are."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    ComputedRadiographyImageStorage,
    CTImageStorage,
    DigitalMammographyXRayImageStorageForPresentation,
    EnhancedMRImageStorage,
    MRImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
    NuclearMedicineImageStorage,
    PositronEmissionTomographyImageStorage,
    SecondaryCaptureImageStorage,
    UltrasoundImageStorage,
    UltrasoundMultiFrameImageStorage,
    XRayAngiographicImageStorage,
)

from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.pixel_text import TextFindings, find_text
from labeling.domain.dicom.pixel_text_kinds import can_carry_text
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.reading import read
from tests import phantoms

WORK = Work(Pseudonyms(b"k" * 32))
ROWS, COLUMNS = 240, 320
ORIGINAL = ["ORIGINAL", "PRIMARY", "AXIAL"]


def sector(rows=ROWS, columns=COLUMNS):
    """A fan of speckle on black, as ultrasound looks."""
    row, column = np.mgrid[0:rows, 0:columns]
    distance, angle = np.hypot(row, column - columns / 2), np.arctan2(column - columns / 2, row + 1)
    speckle = np.random.default_rng(7).gamma(4, 12, (rows, columns))
    is_inside = (distance < 0.8 * rows) & (distance > 0.2 * rows) & (abs(angle) < 0.7)
    return np.where(is_inside, speckle, 0).clip(0, 255).astype(np.uint8)


def drawn(pixels, words, left, top, *, level, size=16):
    """The pixels with text, and where the ink is."""
    canvas = Image.new("L", pixels.shape[::-1])
    ImageDraw.Draw(canvas).text((left, top), words, fill=255, font=ImageFont.load_default(size))
    weight = np.asarray(canvas, float) / 255
    return np.rint(pixels * (1 - weight) + level * weight).astype(pixels.dtype), weight >= 0.5


def loop(*frames, sop_class=UltrasoundMultiFrameImageStorage, modality="US", change=lambda ds: None, **form):
    ds = phantoms.dataset(sop_class=sop_class, modality=modality)
    phantoms.with_pixels(ds, np.stack(frames) if len(frames) > 1 else frames[0], **form)
    ds.ImageType = ["ORIGINAL", "PRIMARY"]
    change(ds)
    return find_text(prepare(phantoms.file_bytes(ds), WORK).dataset)


def hidden(findings: TextFindings):
    found = np.zeros((findings.rows, findings.columns), bool)
    for box in findings.boxes:
        found[box.top : box.bottom, box.left : box.right] = True
    return found


def test_strings_in_the_corner_and_over_anatomy_are_found():
    pixels, corner = drawn(sector(), "DOE^JOHN", 6, 4, level=255)
    pixels, anatomy = drawn(pixels, "MRN 4711-0815", 100, 120, level=255, size=18)
    pixels, date = drawn(pixels, "12.03.1956", 235, 218, level=120, size=12)
    findings = loop(pixels)
    for ink in (corner, anatomy, date):
        assert hidden(findings)[ink].mean() >= 0.95
    assert hidden(findings).mean() < 0.25
    assert all(0 < box.score <= 1 for box in findings.boxes)


def test_one_line_seen_at_many_sizes_is_one_box_that_covers_it_whole():
    pixels, ink = drawn(np.zeros((240, 320), np.uint8), "DOE, JANE 02-Mar-1957", 30, 100, level=235, size=18)
    findings = loop(pixels, pixels, pixels)
    assert len(findings.boxes) == 1
    assert hidden(findings)[ink].all()


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("level", [40, 4000])
def test_text_on_a_radiograph_is_found_in_either_polarity(photometric, level):
    pixels, ink = drawn(
        phantoms.gradient(400, 500, top=3000) + np.uint16(500), "ERIKA MUSTERMANN", 150, 180, level=level
    )
    kind = {"sop_class": ComputedRadiographyImageStorage, "modality": "CR"}
    assert hidden(loop(pixels, bits=12, photometric=photometric, **kind))[ink].mean() >= 0.95


def test_text_that_the_window_does_not_show_is_found():
    def narrow(ds):
        ds.WindowCenter, ds.WindowWidth = "200", "100"

    pixels, ink = drawn(np.full((160, 240), 2000, "<u2"), "GARCIA^MARIA", 60, 100, level=4000)
    pixels[:50] = 200
    findings = loop(pixels, bits=12, sop_class=ComputedRadiographyImageStorage, modality="CR", change=narrow)
    assert hidden(findings)[ink].mean() >= 0.95


def test_text_on_colour_is_found():
    grey, ink = drawn(sector(), "KLINIKUM NORD", 20, 200, level=230)
    findings = loop(np.stack([grey, grey, grey // 2], axis=-1), sop_class=UltrasoundImageStorage, photometric="RGB")
    assert hidden(findings)[ink].mean() >= 0.95


@pytest.mark.parametrize(("count", "at"), [(2, 1), (7, 6), (7, 1)])
def test_text_on_any_one_frame_is_found(count, at):
    frames = [sector(100, 160) for _ in range(count)]
    frames[at], ink = drawn(frames[at], "DOE^JOHN", 6, 4, level=255)
    findings = loop(*frames)
    assert hidden(findings)[ink].mean() >= 0.95


def test_the_frames_looked_at_are_shown():
    findings = loop(*[sector(40, 64) for _ in range(5)])
    assert findings.preview_names == ("frame 1", "frame 3", "frame 5", "maximum over time")
    sizes = {Image.open(BytesIO(preview)).size for preview in findings.previews}
    assert (sizes, findings.rows, findings.columns) == ({(64, 40)}, 40, 64)
    assert loop(sector(40, 64)).preview_names == ("frame 1",)
    assert loop(sector(40, 64), sector(40, 64)).preview_names == ("frame 1", "frame 2")


@pytest.mark.parametrize("shape", [(1, 40), (40, 1), (2, 2), (1, 1)])
def test_the_smallest_images_are_looked_at(shape):
    assert loop(np.arange(np.prod(shape), dtype=np.uint8).reshape(shape) * 5).boxes == ()


def test_a_slice_without_text_gives_nothing_and_needs_nobody():
    findings = find_text(prepare(phantoms.ct_series(slices=3, rows=256, columns=256)[1], WORK).dataset)
    assert (findings.boxes, findings.is_sure) == ((), True)


def test_a_real_image_without_text_gives_nothing_and_needs_nobody():
    content = Path(get_testdata_file("693_UNCR.dcm")).read_bytes()  # CT of a head, its window hides much
    findings = find_text(prepare(content, WORK).dataset)
    assert (findings.boxes, findings.is_sure) == ((), True)


def test_no_text_on_a_kind_that_mostly_has_some_is_for_a_person():
    findings = loop(sector())
    assert (findings.boxes, findings.is_sure) == ((), False)


def region(ds):
    item = Dataset()
    item.RegionLocationMinX0, item.RegionLocationMinY0 = 60, 40
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = 260, 200
    ds.SequenceOfUltrasoundRegions = Sequence([item])


def test_faint_text_is_masked_by_itself_only_outside_of_the_ultrasound_regions():
    outside, _ = drawn(sector(), "DOE JOHN", 6, 4, level=34, size=12)
    inside, _ = drawn(sector(), "DOE JOHN", 130, 100, level=150, size=12)
    assert loop(outside, change=region).is_sure
    findings = loop(inside, change=region)
    assert not findings.is_sure or min(box.score for box in findings.boxes) >= 0.7


@pytest.mark.parametrize(
    ("sop_class", "modality", "header", "expected"),
    [
        (CTImageStorage, "CT", {"ImageType": ORIGINAL}, False),
        (MRImageStorage, "MR", {"ImageType": ORIGINAL}, False),
        (EnhancedMRImageStorage, "MR", {"ImageType": ORIGINAL}, False),
        (PositronEmissionTomographyImageStorage, "PT", {"ImageType": ORIGINAL}, False),
        (CTImageStorage, "CT", {}, True),
        (CTImageStorage, "CT", {"ImageType": ["DERIVED", "SECONDARY", "MPR"]}, True),
        (CTImageStorage, "CT", {"ImageType": ["DERIVED", "PRIMARY"]}, True),
        (CTImageStorage, "CT", {"ImageType": [*ORIGINAL, "SCREEN SAVE"]}, True),
        (CTImageStorage, "CT", {"ImageType": ORIGINAL, "BurnedInAnnotation": "YES"}, True),
        (CTImageStorage, "CT", {"ImageType": ORIGINAL, "ConversionType": "WSD"}, True),
        (CTImageStorage, "CT", {"ImageType": ORIGINAL, "PhotometricInterpretation": "RGB"}, True),
        (UltrasoundImageStorage, "US", {"ImageType": ORIGINAL, "BurnedInAnnotation": "NO"}, True),
        (SecondaryCaptureImageStorage, "CT", {"ImageType": ORIGINAL}, True),
        (MultiFrameTrueColorSecondaryCaptureImageStorage, "OT", {}, True),
        (ComputedRadiographyImageStorage, "CR", {}, True),
        (DigitalMammographyXRayImageStorageForPresentation, "MG", {"ImageType": ORIGINAL}, True),
        (XRayAngiographicImageStorage, "XA", {"ImageType": ORIGINAL}, True),
        (NuclearMedicineImageStorage, "NM", {"ImageType": ORIGINAL}, True),
        ("1.2.840.10008.5.1.4.1.1.99999", "NEW", {"ImageType": ORIGINAL}, True),
    ],
)
def test_all_but_original_slices_can_carry_text(sop_class, modality, header, expected):
    ds = phantoms.with_pixels(phantoms.dataset(sop_class=sop_class, modality=modality), phantoms.gradient(4, 4))
    ds.ImageType = None
    for keyword, value in header.items():
        setattr(ds, keyword, value)
    assert can_carry_text(read(phantoms.file_bytes(ds), Limits()).elements) is expected


def test_taking_files_in_does_not_load_the_detector():
    code = (
        "import sys; import labeling.domain.dicom.prepare, labeling.domain.dicom.pixel_text_kinds, "
        "labeling.domain.dicom.text_findings; print('rapidocr' in sys.modules, 'cv2' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["False", "False"]


@pytest.mark.parametrize("name", ["us/burned_in_name_ybr_full_rle.dcm", "us/rgb_j2k_lossless_burned_in_hospital.dcm"])
def test_names_burned_into_real_ultrasound_are_found(corpus, name):
    content = (corpus / name).read_bytes()
    findings = find_text(prepare(content, WORK).dataset)
    top = np.asarray(Image.open(BytesIO(findings.previews[0])).convert("L")).astype(int)[:40, :300]
    letters = top > 150
    assert letters.sum() > 300
    assert hidden(findings)[:40, :300][letters].mean() > 0.9
    assert dcmread(BytesIO(content), stop_before_pixels=True).get("BurnedInAnnotation") is None
