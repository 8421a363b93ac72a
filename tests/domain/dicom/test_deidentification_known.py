"""What is known of the patient is found in every spelling, and in what is no text."""

import pytest

from labeling.domain.dicom.deidentification.identifiers import identifiers_of, refuse_identifiers
from labeling.domain.dicom.deidentification.profiles import BASIC
from labeling.domain.dicom.deidentification.rules import removed_texts
from labeling.domain.dicom.deidentification.values import CLASS_UIDS
from labeling.domain.dicom.elements import Element, tag_of, text_element
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.reading import read
from labeling.errors import IdentifierLeft
from tests import phantoms
from tests.domain.dicom.test_deidentification_telltales import changed

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MA^HU", "MA HU"),
        ("MA^HU", "HU_MA"),
        ("LI^WU", "WU-LI"),
        ("LI^WU", "LIWU"),
        ("DOE^JO", "DOEJO"),
        ("DOE^JOHN", "JDOE"),
        ("DOE^JOHN", "DOE123"),
        ("DOE^JOHN", "JOHN1DOE"),
    ],
)
def test_short_and_joined_names_are_found(name, text):
    ds = changed(PatientName=name, SequenceName=text, StudyDescription=f"CHEST {text}", ImageType=["DERIVED", "", text])
    assert "SequenceName" not in ds
    assert ds.StudyDescription == "CHEST"
    assert text not in ds.ImageType


@pytest.mark.parametrize("number", ["12", "123", "1234", "MR1"])
def test_short_record_numbers_are_found_in_prose(number):
    ds = changed(PatientID=number, StudyDescription=f"CT CHEST {number}", SoftwareVersions=f"V2 {number}")
    assert ds.StudyDescription == "CT CHEST"
    assert len(number) < 3 or ds.SoftwareVersions == "V2"


def test_a_record_number_is_found_without_its_zeros_and_behind_letters():
    ds = changed(PatientID="0004711123", SequenceName="MRN4711123", CodingSchemeUID="1.2.4711123.5", KVP="4711123")
    assert "SequenceName" not in ds
    assert "4711123" not in ds.CodingSchemeUID
    assert not ds.get("KVP")


@pytest.mark.parametrize("text", ["19560312", "12.03.1956", "03/12/1956"])
def test_the_date_of_birth_is_found_as_text(text):
    assert "SoftwareVersions" not in changed(PatientBirthDate="19560312", SoftwareVersions=text)


def test_a_telephone_number_is_found_as_a_number():
    assert not changed(PatientTelephoneNumbers="555-123-4567", KVP="5551234567").get("KVP")


def test_a_name_in_an_undeclared_character_set_is_found():
    ds = changed(PatientName="X^Y", SequenceName="MULLERIN")
    assert ds.SequenceName == "MULLERIN"
    source = read(phantoms.radiograph(), Limits()).elements
    source.pop(tag_of("SpecificCharacterSet"))
    source[tag_of("PatientName")] = Element(tag_of("PatientName"), "PN", "Müllerin^Ä".encode())
    known = identifiers_of(source, removed_texts(BASIC), CLASS_UIDS)
    assert known.touch("Mullerin")


def test_a_name_of_short_words_is_found_in_tables_of_numbers():
    known = identifiers_of(
        {tag_of("PatientName"): text_element(tag_of("PatientName"), "PN", "DOE^JOHN")}, removed_texts(BASIC), CLASS_UIDS
    )
    table = Element(tag_of("LUTData"), "OW", b"\0\1\2John Doe\0\0\0")
    with pytest.raises(IdentifierLeft):
        refuse_identifiers({table.tag: table}, known)
