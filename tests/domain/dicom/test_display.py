"""What the viewer is told: rescale, windows, tables, spacing and where it comes from."""

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.header import InstanceHeader
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from tests import phantoms

WORK = Work(Pseudonyms(b"k" * 32))


def display(content):
    return prepare(content, WORK).header.display


def changed(**values):
    def change(ds):
        for keyword, value in values.items():
            setattr(ds, keyword, value)

    return display(phantoms.radiograph(change=change))


def test_a_ct_slice_tells_its_units_windows_and_place():
    shown = display(phantoms.ct_series()[1])
    assert (shown["rescale_slope"], shown["rescale_intercept"], shown["rescale_type"]) == (1, -1024, "HU")
    assert [(window["center"], window["width"]) for window in shown["windows"]] == [(40, 400), (-600, 1500)]
    assert shown["position"] == [-20, -16, 2.5]
    assert shown["orientation"] == [1, 0, 0, 0, 1, 0]
    assert shown["spacing"] == {"row_mm": 0.8, "column_mm": 0.8, "source": "PixelSpacing"}
    assert shown["slice_thickness"] == 2.5
    assert shown["frame_of_reference_uid"].startswith("2.25.")


def test_the_spacing_at_the_imager_says_so_and_is_corrected_for_magnification():
    assert changed()["spacing"] == {"row_mm": 0.2, "column_mm": 0.1, "source": "ImagerPixelSpacing"}
    magnified = changed(EstimatedRadiographicMagnificationFactor="1.25")["spacing"]
    assert magnified == {
        "row_mm": pytest.approx(0.16),
        "column_mm": pytest.approx(0.08),
        "source": "ImagerPixelSpacing/ERMF",
    }


def test_a_projection_says_where_its_rows_and_columns_lead_to():
    assert changed(PatientOrientation=["L", "F"])["patient_orientation"] == ["L", "F"]
    assert changed(PatientOrientation=["A", "FR"])["patient_orientation"] == ["A", "FR"]
    for written in (None, "", "L", ["L", "F", "A"], ["left", "foot"]):
        assert changed(PatientOrientation=written)["patient_orientation"] is None


def test_a_spacing_of_zero_is_none():
    assert changed(PixelSpacing=[0, 0], ImagerPixelSpacing=[0, 0])["spacing"] is None


def test_ultrasound_has_a_scale_only_when_all_regions_agree():
    assert display(phantoms.ultrasound())["spacing"] == {
        "row_mm": pytest.approx(0.2),
        "column_mm": pytest.approx(0.2),
        "source": "UltrasoundRegions",
    }


@pytest.mark.parametrize(
    ("attribute", "value"), [("PhysicalUnitsXDirection", 4), ("PhysicalDeltaX", -0.02), ("PhysicalDeltaY", 0.5)]
)
def test_a_second_region_of_another_scale_leaves_pixels(attribute, value):
    def regions(ds):
        del ds.ImagerPixelSpacing
        both = []
        for _ in range(2):
            region = Dataset()
            region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
            region.PhysicalDeltaX = region.PhysicalDeltaY = 0.02
            both.append(region)
        setattr(both[1], attribute, value)
        ds.SequenceOfUltrasoundRegions = Sequence(both)

    assert display(phantoms.radiograph(change=regions))["spacing"] is None


def test_lookup_tables_are_sent_as_numbers():
    def tables(ds):
        voi, modality = Dataset(), Dataset()
        voi.add_new("LUTDescriptor", "US", [4, 0, 12])
        voi.add_new("LUTData", "US", [0, 1000, 3000, 4095])
        voi.LUTExplanation = "CANARY"
        modality.add_new("LUTDescriptor", "US", [2, 10, 16])
        modality.add_new("LUTData", "OW", b"\x01\x00\xff\xff")
        modality.ModalityLUTType = "US"
        ds.VOILUTSequence, ds.ModalityLUTSequence = Sequence([voi]), Sequence([modality])

    shown = display(phantoms.radiograph(change=tables))
    assert shown["voi_luts"] == [{"name": "LUT1", "first": 0, "bits": 12, "values": [0, 1000, 3000, 4095]}]
    assert shown["modality_lut"] == {"first": 10, "values": [1, 65535]}


@pytest.mark.parametrize(("relation", "is_shown"), [("LIN", True), ("LOG", False), ("DISP", False)])
@pytest.mark.parametrize("sop_class", ["1.2.840.10008.5.1.4.1.1.12.1", "1.2.840.10008.5.1.4.1.1.12.2"])
def test_a_table_that_leads_back_to_beam_intensity_is_not_for_showing(sop_class, relation, is_shown):
    def angiogram(ds):
        modality = Dataset()
        modality.add_new("LUTDescriptor", "US", [2, 0, 16])
        modality.add_new("LUTData", "OW", b"\x01\x00\xff\xff")
        modality.ModalityLUTType = "US"
        ds.ModalityLUTSequence = Sequence([modality])
        ds.SOPClassUID = sop_class
        ds.PixelIntensityRelationship = relation

    assert bool(display(phantoms.radiograph(change=angiogram))["modality_lut"]) is is_shown


def test_functional_groups_speak_for_multi_frame_images():
    def groups(ds):
        measures, plane, pixel_values, group = Dataset(), Dataset(), Dataset(), Dataset()
        measures.PixelSpacing, measures.SliceThickness = [0.5, 0.25], "3"
        plane.ImagePositionPatient = [1, 2, 3]
        pixel_values.RescaleSlope, pixel_values.RescaleIntercept, pixel_values.RescaleType = "2", "-7", "US"
        group.PixelMeasuresSequence = Sequence([measures])
        group.PlanePositionSequence = Sequence([plane])
        group.PixelValueTransformationSequence = Sequence([pixel_values])
        ds.SharedFunctionalGroupsSequence = Sequence([group])

    shown = display(phantoms.radiograph(change=groups))
    assert shown["spacing"] == {"row_mm": 0.5, "column_mm": 0.25, "source": "PixelSpacing"}
    assert (shown["rescale_slope"], shown["rescale_intercept"]) == (2, -7)
    assert (shown["position"], shown["slice_thickness"]) == ([1, 2, 3], 3)


@pytest.mark.filterwarnings("ignore")
def test_numbers_without_an_end_never_reach_the_page():
    shown = changed(WindowCenter="1e999", RescaleSlope="1e999", RescaleIntercept="-1e999")
    assert shown["windows"] == []
    assert (shown["rescale_slope"], shown["rescale_intercept"]) == (1, 0)


def test_a_window_without_width_is_left_out():
    assert changed(WindowCenter=["10", "20"], WindowWidth=["0", "5"])["windows"] == [
        {"center": 20.0, "width": 5.0, "name": "WINDOW2"}
    ]


def test_a_header_survives_json():
    header = prepare(phantoms.radiograph(), WORK).header
    assert InstanceHeader.from_json(header.to_json()) == header
    assert (header.rows, header.columns, header.body_part, header.view_position) == (60, 100, "CHEST", "PA")
    assert (header.series_number, header.instance_number) == (1, 1)
