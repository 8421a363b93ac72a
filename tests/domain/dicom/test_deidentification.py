"""Nothing that identifies survives, what the images need does, and the rest of the standard's demands are met."""

import re
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from labeling.domain.dicom.deidentification import table
from labeling.domain.dicom.deidentification.engine import resolved
from labeling.domain.dicom.deidentification.identifiers import identifiers_of, refuse_identifiers
from labeling.domain.dicom.deidentification.profiles import BASIC, STRICT, Option, Profile
from labeling.domain.dicom.deidentification.rules import removed_texts
from labeling.domain.dicom.deidentification.values import CLASS_UIDS, shifted_date
from labeling.domain.dicom.deidentified_file import Work, clean_instance, deidentified_file
from labeling.domain.dicom.elements import tag_of
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.pixel_masks import Mask
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.reading import read
from labeling.errors import IdentifierLeft
from tests import phantoms

WORK = Work(Pseudonyms(b"k" * 32))


def stored(content, profile=BASIC):
    return dcmread(BytesIO(prepare(content, Work(WORK.pseudonyms, profile)).dataset))


def known_of(elements):
    return identifiers_of(elements, removed_texts(BASIC), CLASS_UIDS)


def changed(profile=BASIC, **values):
    def change(ds):
        for keyword, value in values.items():
            setattr(ds, keyword, value)

    return stored(phantoms.radiograph(change=change), profile)


def test_planted_identifiers_are_in_no_byte_of_what_is_stored():
    source = phantoms.planted()
    assert source.count(b"CANARY") > 60
    prepared = prepare(source, WORK)
    everything = prepared.dataset + prepared.pack + repr(prepared.header).encode()
    for word in [*phantoms.IDENTIFIERS, "1.2.826.0.1.3680043", "19310305", "20240317"]:
        assert word.encode().lower() not in everything.lower(), word


def test_identifiers_around_the_dataset_are_gone():
    ds = phantoms.with_pixels(phantoms.dataset(), phantoms.gradient(4, 4))
    prepared = prepare(phantoms.file_bytes(ds, preamble=b"CANARY Zwetschkenbaum".ljust(128)), WORK)
    assert prepared.dataset[:128] == bytes(128)
    assert b"PYDICOM" not in prepared.dataset  # the writer of the source, in its file meta


def test_no_private_overlay_or_curve_attribute_is_stored():
    groups = {element.tag.group for element in stored(phantoms.planted()).iterall()}
    assert not {group for group in groups if group % 2 or group >> 8 in (0x50, 0x60)}


@pytest.mark.parametrize(
    ("character_set", "name"),
    [("ISO_IR 192", "Æther^Łukasz"), ("ISO_IR 100", "Buc^Jérôme"), ("\\ISO 2022 IR 87", "Yamada^Tarou=山田^太郎")],
)
def test_names_in_other_alphabets_are_gone_too(character_set, name):
    ds = changed(SpecificCharacterSet=character_set, PatientName=name, PatientComments=name)
    assert str(ds.PatientName).startswith("P-")


def test_the_markers_of_the_standard_are_set():
    ds = stored(phantoms.planted())
    assert ds.PatientIdentityRemoved == "YES"
    assert ds.DeidentificationMethod == "Overread basic/1, PS3.15 2026c"
    assert ds.LongitudinalTemporalInformationModified == "MODIFIED"
    codes = [item.CodeValue for item in ds.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113104", "113105", "113107", "113108"]


def test_type_2_attributes_stay_without_a_value_and_type_3_go():
    ds = stored(phantoms.radiograph())
    for keyword in ("ReferringPhysicianName", "PatientBirthDate", "StudyID"):
        assert ds[keyword].is_empty, keyword
    assert "InstitutionName" not in ds


def test_one_patient_keeps_one_pseudonym_and_one_shift_in_all_files():
    first, second = (stored(phantoms.radiograph(instance=n)) for n in (1, 2))
    assert first.PatientID == second.PatientID
    assert first.StudyInstanceUID == second.StudyInstanceUID
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.StudyDate == second.StudyDate != "20240317"


def test_references_point_at_the_new_uids():
    def refer(ds):
        item = Dataset()
        item.ReferencedSOPClassUID = ds.SOPClassUID
        item.ReferencedSOPInstanceUID = ds.SOPInstanceUID
        ds.ReferencedInstanceSequence = Sequence([item])

    ds = stored(phantoms.radiograph(change=refer))
    assert ds.ReferencedInstanceSequence[0].ReferencedSOPInstanceUID == ds.SOPInstanceUID
    assert ds.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID


@given(st.dates(min_value=date(1900, 1, 1)), st.dates(min_value=date(1900, 1, 1)), st.integers(1, 3650))
def test_intervals_between_dates_hold(first, second, days):
    moved = [date.fromisoformat(shifted_date(f"{one:%Y%m%d}", days)) for one in (first, second)]
    assert moved[0] - moved[1] == first - second
    assert (first - moved[0]).days == days


@pytest.mark.parametrize("value", ["2024", "202403", "20240230", "00010101", "Zwetsch", "", "2024-03-17", "20240317\\"])
def test_a_date_that_cannot_be_moved_is_emptied(value):
    assert shifted_date(value, 400) == ""


@pytest.mark.filterwarnings("ignore")
def test_date_times_move_and_times_stay():
    ds = changed(AcquisitionDateTime="20240317101112.5+0100", AcquisitionTime="101112.5", ContentTime="Zwetschken")
    shift = date(2024, 3, 17) - date.fromisoformat(ds.StudyDate)
    assert ds.AcquisitionDateTime[8:] == "101112.5+0100"
    assert date(2024, 3, 17) - date.fromisoformat(ds.AcquisitionDateTime[:8]) == shift
    assert ds.AcquisitionTime == "101112.5"
    assert ds["ContentTime"].is_empty


@pytest.mark.parametrize(("age", "kept"), [("045Y", "045Y"), ("089Y", "089Y"), ("090Y", "090Y"), ("104Y", "090Y")])
def test_ages_over_89_are_one_class(age, kept):
    assert changed(PatientAge=age).PatientAge == kept


@pytest.mark.filterwarnings("ignore")
def test_code_strings_stay_unless_they_hold_an_identifier():
    ds = changed(BodyPartExamined="LEOPOLDINE", ViewPosition="PA", ImageType=["DERIVED", "PRIMARY", "LEOPOLDINE"])
    assert ds["BodyPartExamined"].is_empty  # type 2 of this IOD
    assert ds.ViewPosition == "PA"
    assert list(ds.ImageType) == ["DERIVED", "PRIMARY"]
    assert changed(ImageType=["DERIVED", "PRIMARY", "LEOPOLDINES"]).ImageType[2] == "LEOPOLDINES"
    assert changed(PatientName="Chest^Ann", BodyPartExamined="CHEST").BodyPartExamined == "CHEST"


@pytest.mark.parametrize(
    ("maker", "name", "kept"),
    [
        ("G.E. Medical Systems", "Doe", "G.E. Medical Systems"),
        ("Zwetschkenbaum & Sons Systems", "Zwetschkenbaum", "Systems"),
        ("Philips Medical Systems", "Philips^Anna", "Medical Systems"),
    ],
)
def test_what_equipment_writes_stays_without_the_patients_name(maker, name, kept):
    assert changed(Manufacturer=maker, PatientName=name).Manufacturer == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("CT CHEST W CONTRAST", "CT CHEST W CONTRAST"),
        ("CT for JOHN DOE", "CT"),
        ("CT for DOE, JOHN", "CT"),
        ("T2 AXIAL 5mm, 512x512", "T2 AXIAL 5mm, 512x512"),
        ("Abdomen/Pelvis 1.25 mm", "Abdomen/Pelvis 1.25 mm"),
        ("chest 12/03/56", "chest"),
        ("chest 12.03.1956", "chest"),
        ("chest call 555-1234", "chest"),
        ("MRN 4711", ""),
        ("Schädel nativ", "nativ"),
    ],
)
def test_of_free_text_only_the_words_of_the_vocabulary_stay(text, kept):
    assert changed(StudyDescription=text, SpecificCharacterSet="ISO_IR 100").get("StudyDescription", "") == kept


def test_words_of_the_vocabulary_that_are_the_patients_name_go_too():
    ds = changed(PatientName="Head^Foster", SeriesDescription="head foster chest", SequenceName="*headfoster2d")
    assert ds.SeriesDescription == "chest"
    assert "SequenceName" not in ds


def test_the_words_of_an_institution_do_not_take_anatomy_with_them():
    ds = changed(InstitutionName="Hinterbrunn Brain Clinic", StudyDescription="MR brain Hinterbrunn")
    assert ds.StudyDescription == "MR brain"


def test_coded_concepts_stay_in_their_words_or_in_those_of_the_dictionary():
    item = stored(phantoms.planted()).AnatomicRegionSequence[0]
    assert item.CodeValue == "51185008"
    assert item.CodeMeaning.startswith("Thoracic structure")


def test_pixels_that_stay_are_not_counted_as_removed():
    assert "PixelData" not in prepare(phantoms.radiograph(), WORK).report.actions


def test_what_the_image_needs_is_kept():
    ds = stored(phantoms.ct_series()[3])
    assert ds.ImagePositionPatient == [-20, -16, 7.5]
    assert ds.PixelSpacing == [0.8, 0.8]
    assert ds.RescaleIntercept == -1024
    assert list(ds.WindowWidth) == [400, 1500]
    assert (ds.Modality, ds.InstanceNumber, ds.Manufacturer) == ("CT", 4, "SIEMENS")


@pytest.mark.filterwarnings("ignore")
def test_numbers_that_are_none_are_dropped():
    ds = changed(SliceThickness="1.5")
    assert ds.SliceThickness == 1.5
    spoiled = phantoms.radiograph(change=lambda ds: ds.add_new("SliceThickness", "LO", "Zwetschke"))
    assert "SliceThickness" not in stored(spoiled)


def test_the_same_file_and_key_give_the_same_bytes():
    source = phantoms.planted()
    assert prepare(source, WORK) == prepare(source, Work(Pseudonyms(b"k" * 32)))
    assert prepare(source, WORK).dataset != prepare(source, Work(Pseudonyms(b"o" * 32))).dataset


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("Manufacturer", "Leopoldine Inc"), ("StudyID", "X 7788990"), ("StudyID", "Ümlaut")],
)
def test_the_self_check_finds_what_a_wrong_rule_lets_through(keyword, value):
    """A wrong rule: the value of the source is put into the output as it was."""

    def change(ds):
        setattr(ds, keyword, value)
        ds.AccessionNumber = "7788990"

    source = read(phantoms.radiograph(change=change), Limits())
    clean = clean_instance(source, WORK, Limits())
    refuse_identifiers(clean.elements, clean.known)
    clean.elements[tag_of(keyword)] = source.elements[tag_of(keyword)]
    with pytest.raises(IdentifierLeft) as refused:
        refuse_identifiers(clean.elements, clean.known)
    assert not re.search("Leopoldine|7788990|MRN", str(refused.value))


def test_a_record_number_in_a_numeric_attribute_goes():
    ds = changed(AccessionNumber="7788990", SeriesNumber="7788990", InstanceNumber="12")
    assert ds["SeriesNumber"].is_empty
    assert ds.InstanceNumber == 12


def test_a_name_in_bytes_that_are_no_text_is_found():
    with pytest.raises(IdentifierLeft):
        stored(phantoms.radiograph(change=lambda ds: ds.add_new("LUTData", "OW", b"..zwetschkenbaum")))


def test_the_self_check_finds_original_uids_private_attributes_and_overlays():
    source = read(phantoms.planted(), Limits())
    known = known_of(source.elements)
    for tag in (tag_of("SOPInstanceUID"), 0x00290010, 0x60000022, tag_of("RequestAttributesSequence")):
        with pytest.raises(IdentifierLeft):
            refuse_identifiers({tag: source.elements[tag]}, known)


def test_what_this_program_writes_is_not_taken_for_a_name():
    ds = changed(PatientName="Overread^Basic^Removed", StationName="DCM", PatientID="99OVERREAD")
    assert ds.DeidentificationMethodCodeSequence[0].CodingSchemeDesignator == "DCM"


def test_the_table_has_every_row_of_the_edition():
    assert table.EDITION == BASIC.edition == "2026c"
    assert table.row_count() == 656
    assert len(table.attributes()) == 652  # the others rule groups: curves, overlay data and comments, private
    assert len(table.content_items()) == 214
    assert len(table.safe_private()) == 479


@pytest.mark.parametrize(
    ("entry", "iod_type", "action"),
    [
        ("X/Z/D", "", "X"), ("X/Z/D", "3", "X"), ("X/Z/D", "2", "Z"), ("X/Z/D", "1", "D"), ("X/Z/D", "1C", "D"),
        ("X/D", "2", "D"), ("X/Z", "1", "Z"), ("Z/D", "", "Z"), ("Z/D", "1", "D"), ("X/Z/U*", "1", "U"),
        ("X/Z/U*", "", "U"), ("X", "2", "Z"), ("X", "1", "D"), ("X", "1C", "X"), ("D", "", "D"), ("U", "2", "U"),
    ],
)  # fmt: skip
def test_a_choice_of_actions_is_made_by_the_iod(entry, iod_type, action):
    assert resolved(entry, iod_type) == action


def with_option(option, *, without=()):
    return Profile("own", 3, options=BASIC.options - set(without) | {option})


@pytest.mark.parametrize(
    ("option", "keyword", "value"),
    [
        (Option.RETAIN_DEVICE_IDENTITY, "DeviceSerialNumber", "SN-123456"),
        (Option.RETAIN_DEVICE_IDENTITY, "StationName", "CTROOM3"),
        (Option.RETAIN_INSTITUTION_IDENTITY, "InstitutionName", "Hinterbrunn Klinik"),
        (Option.RETAIN_UIDS, "StudyInstanceUID", "1.2.826.0.1.3680043.10.1234.1"),
        (Option.RETAIN_FULL_DATES, "StudyDate", "20240317"),
    ],
)
def test_an_option_keeps_what_the_basic_profile_takes(option, keyword, value):
    ds = changed(with_option(option, without={Option.RETAIN_MODIFIED_DATES}), **{keyword: value})
    assert ds[keyword].value == value
    assert changed(**{keyword: value}).get(keyword) != value
    codes = {item.CodeValue for item in ds.DeidentificationMethodCodeSequence}
    assert codes == {"113100", "113104", "113105", "113108"} | {
        {"retain_device_identity": "113109", "retain_institution_identity": "113112", "retain_uids": "113110"}.get(
            option, "113106"
        )
    }


def test_without_its_options_patient_characteristics_dates_and_descriptions_go():
    ds = changed(Profile("bare", 1, options=frozenset()), PatientWeight="70", StudyDescription="CT chest")
    for keyword in ("PatientAge", "PatientWeight", "StudyDescription"):
        assert keyword not in ds
    assert ds.StudyDate == ""
    assert "SeriesDate" not in ds
    assert ds.LongitudinalTemporalInformationModified == "REMOVED"


def test_the_strict_profile_keeps_no_text_but_well_known_makers():
    texts = ("StudyDescription", "SeriesDescription", "ManufacturerModelName", "ImageComments")
    ds = changed(STRICT, **dict.fromkeys(texts, "chest"))
    assert not {element.keyword for element in ds} & set(texts)
    assert (ds.Manufacturer, ds.ViewPosition) == ("Siemens", "PA")
    assert ds.ImagerPixelSpacing == [0.2, 0.1]
    assert "PatientAge" not in ds


def test_safe_private_attributes_stay_by_option_and_by_creator():
    def change(ds):
        block = ds.private_block(0x7053, "Philips PET Private Group", create=True)
        block.add_new(0x00, "DS", "1.25")
        block.add_new(0x0A, "LO", "CANARY")
        other = ds.private_block(0x7053, "SOMEBODY ELSE", create=True)
        other.add_new(0x00, "DS", "7.5")

    source = phantoms.radiograph(change=change)
    kept = stored(source, with_option(Option.RETAIN_SAFE_PRIVATE))
    assert kept.private_block(0x7053, "Philips PET Private Group")[0x00].value == 1.25
    assert len([element for element in kept if element.tag.is_private]) == 2
    assert not [element for element in stored(source) if element.tag.is_private]


def test_the_report_counts_actions_and_names_no_removed_value():
    report = deidentified_file(phantoms.planted(), WORK).report
    assert report.actions["PatientName"]["D"] >= 1
    assert report.actions["InstitutionName"] == {"X": 1}
    assert report.actions["StudyDate"] == {"C": 1}
    assert report.actions["private"]["X"] >= 1
    assert report.dropped_words > 0
    assert ("StudyDescription", "Thorax") in prepare(phantoms.radiograph(), WORK).report.texts
    assert not re.search("canary|zwetschken|leopold|4711", repr(report), re.IGNORECASE)


def test_free_text_that_a_person_has_dropped_does_not_come_back():
    work = Work(WORK.pseudonyms, drop_texts=frozenset({("StudyDescription", "Thorax")}))
    ds = dcmread(BytesIO(prepare(phantoms.radiograph(), work).dataset))
    assert "StudyDescription" not in ds


def test_pixels_that_were_looked_at_are_said_to_be_clean_and_no_others():
    work = Work(WORK.pseudonyms, masks=(Mask(10, 5, 30, 15),))
    looked_at = dcmread(BytesIO(prepare(phantoms.radiograph(), work).dataset))
    assert looked_at.BurnedInAnnotation == "NO"
    assert "113101" in {item.CodeValue for item in looked_at.DeidentificationMethodCodeSequence}
    assert not looked_at.pixel_array[5:15, 10:30].any()
    assert looked_at.pixel_array[20, 40] == stored(phantoms.radiograph()).pixel_array[20, 40]
    prepared = prepare(phantoms.radiograph(), WORK)
    assert prepared.needs_text_check
    assert not prepare(phantoms.ct_series()[0], WORK).needs_text_check
    assert "113101" not in {item.CodeValue for item in stored(phantoms.radiograph()).DeidentificationMethodCodeSequence}
