"""What single kinds of object hold beside the usual: ages that are measured, voices, labels of slides, videos."""

from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from labeling.domain.dicom.deidentified_file import Work, deidentified_file
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.errors import UnsupportedSopClass
from tests import phantoms

PSEUDONYMS = Pseudonyms(b"k" * 32)
COMPREHENSIVE_SR, VOICE = "1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.5.1.4.1.1.9.4.1"
SLIDE, VIDEO, SEGMENTATION = (
    "1.2.840.10008.5.1.4.1.1.77.1.6",
    "1.2.840.10008.5.1.4.1.1.77.1.1.1",
    "1.2.840.10008.5.1.4.1.1.66.4",
)
pytestmark = pytest.mark.filterwarnings("ignore")


def code(value, scheme, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def age(value, unit, concept=("121033", "DCM")):
    measured, item = Dataset(), Dataset()
    measured.NumericValue, measured.FloatingPointValue = value, float(value)
    measured.MeasurementUnitsCodeSequence = Sequence([code(unit, "UCUM", unit)])
    item.RelationshipType, item.ValueType = "CONTAINS", "NUM"
    item.ConceptNameCodeSequence = Sequence([code(*concept, "Age")])
    item.MeasuredValueSequence = Sequence([measured])
    return item


@pytest.mark.parametrize(
    ("item", "kept"),
    [
        (age("93", "a"), "90"),
        (age("89", "a"), "89"),
        (age("1200", "mo"), "1080"),
        (age("93", "a", ("397669002", "SCT")), "90"),
        (age("93", "mm", ("112039", "DCM")), "93"),
    ],
)
def test_a_measured_age_over_89_is_90(item, kept):
    ds = phantoms.dataset(sop_class=COMPREHENSIVE_SR, modality="SR")
    ds.ValueType, ds.ContinuityOfContent, ds.ContentSequence = "CONTAINER", "SEPARATE", Sequence([item])
    clean = dcmread(BytesIO(deidentified_file(phantoms.file_bytes(ds), Work(PSEUDONYMS)).dataset))
    value = clean.ContentSequence[0].MeasuredValueSequence[0]
    assert value.NumericValue == float(kept)
    assert value.get("FloatingPointValue", float(kept)) == float(kept)


def image(sop_class, **values):
    ds = phantoms.dataset(sop_class=sop_class, modality="OT")
    phantoms.with_pixels(ds, np.full((8, 8, 3), 9, "u1"), photometric="RGB")
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return phantoms.file_bytes(ds)


def test_a_voice_is_not_taken():
    with pytest.raises(UnsupportedSopClass):
        deidentified_file(phantoms.file_bytes(phantoms.dataset(sop_class=VOICE, modality="AU")), Work(PSEUDONYMS))


def test_the_label_of_a_slide_is_covered_once_pixels_are_looked_at():
    content = image(SLIDE, ImageType=["ORIGINAL", "PRIMARY", "LABEL", "NONE"])
    assert deidentified_file(content, Work(PSEUDONYMS)).needs_text_check
    clean = dcmread(BytesIO(deidentified_file(content, Work(PSEUDONYMS, masks=())).dataset))
    assert not clean.pixel_array.any()
    slide = image(SLIDE, ImageType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"])
    assert dcmread(BytesIO(deidentified_file(slide, Work(PSEUDONYMS, masks=())).dataset)).pixel_array.all()


def test_videos_are_looked_at_for_text_and_segmentations_are_not():
    assert deidentified_file(image(VIDEO), Work(PSEUDONYMS)).needs_text_check
    assert not deidentified_file(image(SEGMENTATION), Work(PSEUDONYMS)).needs_text_check


def test_the_type_of_a_document_has_no_parameters():
    ds = phantoms.dataset(sop_class="1.2.840.10008.5.1.4.1.1.104.1", modality="DOC")
    ds.EncapsulatedDocument, ds.MIMETypeOfEncapsulatedDocument = b"Jane Secret\0", 'text/plain; name="Jane Secret"'
    content = phantoms.file_bytes(ds)
    assert b"Jane" not in deidentified_file(content, Work(PSEUDONYMS)).dataset
