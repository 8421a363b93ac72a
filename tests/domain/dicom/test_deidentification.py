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

from labeling.domain.dicom import keep_list
from labeling.domain.dicom.cleaning import shifted_date
from labeling.domain.dicom.deidentify import deidentify
from labeling.domain.dicom.elements import tag_of
from labeling.domain.dicom.identifiers import identifiers_of, refuse_identifiers
from labeling.domain.dicom.keep_list import Action
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.prepare import prepare, subject_of
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.reading import read
from labeling.errors import IdentifierLeft
from tests import phantoms

PSEUDONYMS = Pseudonyms(b"k" * 32)


def stored(content):
    return dcmread(BytesIO(prepare(content, PSEUDONYMS).dataset))


def changed(**values):
    def change(ds):
        for keyword, value in values.items():
            setattr(ds, keyword, value)

    return stored(phantoms.radiograph(change=change))


def test_planted_identifiers_are_in_no_byte_of_what_is_stored():
    source = phantoms.planted()
    assert source.count(b"CANARY") > 60
    prepared = prepare(source, PSEUDONYMS)
    everything = prepared.dataset + prepared.pack + repr(prepared.header).encode()
    for word in [*phantoms.IDENTIFIERS, "1.2.826.0.1.3680043", "19310305", "20240317"]:
        assert word.encode().lower() not in everything.lower(), word


def test_identifiers_around_the_dataset_are_gone():
    ds = phantoms.with_pixels(phantoms.dataset(), phantoms.gradient(4, 4))
    prepared = prepare(phantoms.file_bytes(ds, preamble=b"CANARY Zwetschkenbaum".ljust(128)), PSEUDONYMS)
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
    assert "SpecificCharacterSet" not in ds


def test_the_markers_of_the_standard_are_set():
    ds = stored(phantoms.planted())
    assert ds.PatientIdentityRemoved == "YES"
    assert ds.DeidentificationMethod == "overread-keep-list/1"
    assert ds.LongitudinalTemporalInformationModified == "MODIFIED"
    assert [item.CodeValue for item in ds.DeidentificationMethodCodeSequence] == ["113100", "113107", "113108"]


def test_type_2_attributes_are_there_even_when_the_source_lacks_them():
    ds = stored(phantoms.radiograph(change=lambda ds: ds.__delitem__("StudyTime")))
    for keyword in ("StudyTime", "ReferringPhysicianName", "PatientBirthDate", "StudyID", "Manufacturer"):
        assert keyword in ds, keyword
    assert not ds.PatientBirthDate


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
        ds.SourceImageSequence = Sequence([item])

    ds = stored(phantoms.radiograph(change=refer))
    assert ds.SourceImageSequence[0].ReferencedSOPInstanceUID == ds.SOPInstanceUID
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
    assert "ContentTime" not in ds


@pytest.mark.parametrize(("age", "kept"), [("045Y", "045Y"), ("089Y", "089Y"), ("090Y", "090Y"), ("104Y", "090Y")])
def test_ages_over_89_are_one_class(age, kept):
    assert changed(PatientAge=age).PatientAge == kept


@pytest.mark.filterwarnings("ignore")
def test_code_strings_stay_only_when_the_standard_knows_them():
    ds = changed(BodyPartExamined="LEOPOLDINE", ViewPosition="PA", ImageType=["ORIGINAL", "PRIMARY", "LEOPOLDINE"])
    assert "BodyPartExamined" not in ds
    assert ds.ViewPosition == "PA"
    assert list(ds.ImageType) == ["ORIGINAL", "PRIMARY"]


@pytest.mark.parametrize(
    ("maker", "name", "kept"),
    [
        ("G.E. Medical Systems", "Doe", "GE"),
        ("Dr. Zwetschkenbaum & Sons", "Doe", ""),
        ("Philips Medical Systems", "Philips^Anna", ""),
    ],
)
def test_only_well_known_makers_stay_and_none_that_is_called_like_the_patient(maker, name, kept):
    assert changed(Manufacturer=maker, PatientName=name).Manufacturer == kept


def test_coded_concepts_stay_in_the_words_of_the_dictionary():
    item = stored(phantoms.planted()).AnatomicRegionSequence[0]
    assert item.CodeValue == "51185008"
    assert item.CodeMeaning.startswith("Thoracic structure")


def test_what_the_image_needs_is_kept():
    ds = stored(phantoms.ct_series()[3])
    assert ds.ImagePositionPatient == [-20, -16, 7.5]
    assert ds.PixelSpacing == [0.8, 0.8]
    assert ds.RescaleIntercept == -1024
    assert list(ds.WindowWidth) == [400, 1500]
    assert (ds.Modality, ds.InstanceNumber, ds.Manufacturer) == ("CT", 4, "Siemens")


@pytest.mark.filterwarnings("ignore")
def test_numbers_that_are_none_are_dropped():
    ds = changed(SliceThickness="1.5")
    assert ds.SliceThickness == 1.5
    spoiled = phantoms.radiograph(change=lambda ds: ds.add_new("SliceThickness", "LO", "Zwetschke"))
    assert "SliceThickness" not in stored(spoiled)


def test_the_same_file_and_key_give_the_same_bytes():
    source = phantoms.planted()
    assert prepare(source, PSEUDONYMS) == prepare(source, Pseudonyms(b"k" * 32))
    assert prepare(source, PSEUDONYMS).dataset != prepare(source, Pseudonyms(b"o" * 32)).dataset


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("Manufacturer", "Leopoldine Inc"), ("StudyID", "X 7788990"), ("StudyID", "X MRN"), ("StudyID", "Ümlaut")],
)
def test_the_self_check_finds_what_a_wrong_rule_lets_through(keyword, value):
    """A wrong rule: the value of the source is put into the output as it was."""

    def change(ds):
        setattr(ds, keyword, value)
        ds.AccessionNumber = "7788990"

    source = read(phantoms.radiograph(change=change), Limits())
    known = identifiers_of(source.elements)
    clean = deidentify(source.elements, subject_of(source.elements, PSEUDONYMS), known)
    refuse_identifiers(clean, known)
    clean[tag_of(keyword)] = source.elements[tag_of(keyword)]
    with pytest.raises(IdentifierLeft) as refused:
        refuse_identifiers(clean, known)
    assert not re.search("Leopoldine|7788990|MRN", str(refused.value))


def test_a_record_number_in_a_numeric_attribute_is_found():
    def change(ds):
        ds.AccessionNumber = ds.SeriesNumber = "7788990"

    with pytest.raises(IdentifierLeft):
        prepare(phantoms.radiograph(change=change), PSEUDONYMS)


def test_the_self_check_finds_original_uids_private_attributes_and_overlays():
    source = read(phantoms.planted(), Limits())
    known = identifiers_of(source.elements)
    for tag in (tag_of("SOPInstanceUID"), 0x00290010, 0x60000022, tag_of("RequestAttributesSequence")):
        with pytest.raises(IdentifierLeft):
            refuse_identifiers({tag: source.elements[tag]}, known)


def test_rules_are_a_table_that_callers_may_change():
    source = read(phantoms.radiograph(), Limits())
    known, subject = identifiers_of(source.elements), subject_of(source.elements, PSEUDONYMS)
    rules = {**keep_list.RULES, tag_of("PatientSex"): Action.EMPTY}
    assert deidentify(source.elements, subject, known, rules)[tag_of("PatientSex")].value == b""
