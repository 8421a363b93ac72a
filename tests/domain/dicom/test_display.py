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


@pytest.mark.parametrize(
    ("calibration", "spacing", "source"),
    [
        ("GEOMETRY", [0.15, 0.08], "PixelSpacing, calibrated by GEOMETRY"),
        ("FIDUCIAL", [0.2, 0.1], "PixelSpacing, calibrated by FIDUCIAL"),
        ("BY DR HOUSE", [0.15, 0.08], "PixelSpacing"),
        (None, [0.15, 0.08], "PixelSpacing"),
        (None, [0.2, 0.1], "ImagerPixelSpacing"),
    ],
)
def test_a_spacing_says_how_it_was_calibrated_and_one_that_repeats_the_imagers_is_the_imagers(
    calibration, spacing, source
):
    kinds = {} if calibration is None else {"PixelSpacingCalibrationType": calibration}
    shown = changed(PixelSpacing=spacing, PixelSpacingCalibrationDescription="wire of Quacksalber", **kinds)
    row_mm, column_mm = spacing
    assert shown["spacing"] == {"row_mm": row_mm, "column_mm": column_mm, "source": source}


def test_the_imagers_spacing_is_corrected_for_magnification_also_where_it_is_written_twice():
    shown = changed(PixelSpacing=[0.2, 0.1], EstimatedRadiographicMagnificationFactor="1.25")["spacing"]
    assert (shown["row_mm"], shown["source"]) == (pytest.approx(0.16), "ImagerPixelSpacing/ERMF")


def test_only_so_many_windows_and_tables_are_told():
    table = Dataset()
    table.LUTDescriptor, table.LUTData = [2, 0, 8], [0, 255]
    table["LUTDescriptor"].VR = table["LUTData"].VR = "US"
    shown = changed(
        WindowCenter=[str(center) for center in range(1000)],
        WindowWidth=["100"] * 1000,
        VOILUTSequence=Sequence([table] * 100),
    )
    assert [window["name"] for window in shown["windows"]] == [f"WINDOW{index}" for index in range(1, 33)]
    assert len(shown["voi_luts"]) == 8


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
        "source": "SequenceOfUltrasoundRegions",
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


def enhanced(positions, slopes, windows=None):
    """A multi-frame image of which each frame has a place and a slope of its own."""

    def frame(position, slope, window):
        plane, values, content, voi, group = (Dataset() for _ in range(5))
        plane.ImagePositionPatient = [0, 0, position]
        values.RescaleSlope, values.RescaleIntercept, values.RescaleType = slope, "0", "US"
        content.StackID = "1"
        voi.WindowCenter, voi.WindowWidth = window
        group.PlanePositionSequence, group.FrameContentSequence = Sequence([plane]), Sequence([content])
        group.PixelValueTransformationSequence = Sequence([values])
        group.FrameVOILUTSequence = Sequence([voi])
        return group

    def change(ds):
        measures, plane, shared = Dataset(), Dataset(), Dataset()
        measures.PixelSpacing = [0.5, 0.5]
        plane.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = Sequence([measures]), Sequence([plane])
        ds.SharedFunctionalGroupsSequence = Sequence([shared])
        each = zip(positions, slopes, windows or [("5", "9")] * len(positions), strict=True)
        ds.PerFrameFunctionalGroupsSequence = Sequence([frame(*parts) for parts in each])
        ds.NumberOfFrames = len(positions)
        ds.PixelData = ds.PixelData * len(positions)
        ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4.1"

    return phantoms.radiograph(change=change)


def test_each_frame_says_only_what_is_its_own_and_has_its_place():
    shown = display(enhanced([4, 2, 0], ["1", "2", "3"]))
    assert shown["frames"] == [
        {"position": [0, 0, place], "rescale_slope": slope} for place, slope in ((4, 1), (2, 2), (0, 3))
    ]
    assert shown["frame_order"] == [3, 2, 1]
    assert (shown["spacing"]["row_mm"], shown["windows"][0]["center"]) == (0.5, 5)


def test_frames_that_are_all_alike_add_nothing():
    shown = display(enhanced([1, 1], ["2", "2"]))
    assert shown["rescale_slope"] == 2
    assert not {"frames", "frame_order"} & set(shown)


def test_a_dose_grid_has_its_unit_and_the_places_of_its_planes():
    def dose(ds):
        ds.SOPClassUID, ds.Modality = "1.2.840.10008.5.1.4.1.1.481.2", "RTDOSE"
        ds.NumberOfFrames, ds.PixelData = 2, ds.PixelData * 2
        ds.DoseGridScaling, ds.DoseUnits, ds.DoseType = "0.001", "GY", "PHYSICAL"
        ds.ImagePositionPatient, ds.ImageOrientationPatient = [1, 2, 3], [1, 0, 0, 0, 1, 0]
        ds.GridFrameOffsetVector = ["0", "-2.5"]

    shown = display(phantoms.radiograph(change=dose))
    assert (shown["rescale_slope"], shown["rescale_type"]) == (0.001, "GY")
    assert shown["frames"] == [{"position": [1, 2, 3]}, {"position": [1, 2, 0.5]}]
    assert shown["frame_order"] == [2, 1]


def test_regions_of_ultrasound_keep_scales_of_their_own():
    def regions(ds):
        del ds.ImagerPixelSpacing
        both = []
        for left, delta in ((0, 0.02), (50, 0.01), (80, -1)):
            region = Dataset()
            region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
            region.PhysicalDeltaX = region.PhysicalDeltaY = delta
            region.RegionLocationMinX0, region.RegionLocationMaxX1 = left, left + 9
            region.RegionLocationMinY0, region.RegionLocationMaxY1 = 5, 59
            both.append(region)
        ds.SequenceOfUltrasoundRegions = Sequence(both)

    shown = display(phantoms.radiograph(change=regions))
    assert shown["spacing"] is None
    assert shown["regions"] == [
        {"x0": 0, "y0": 5, "x1": 10, "y1": 60, "row_mm": 0.2, "column_mm": 0.2},
        {"x0": 50, "y0": 5, "x1": 60, "y1": 60, "row_mm": 0.1, "column_mm": 0.1},
    ]


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
