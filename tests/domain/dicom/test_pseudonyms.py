"""Pseudonyms: the same for the same key, different for another, valid DICOM values."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.dicom.pseudonyms import MAX_SHIFT_DAYS, Pseudonyms

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
ours = Pseudonyms(KEY)


@given(st.text(min_size=1, max_size=80))
def test_a_new_uid_is_a_valid_one_and_depends_on_the_key(original):
    uid = ours.uid(original)
    assert re.fullmatch(r"2\.25\.(0|[1-9][0-9]*)", uid)
    assert len(uid) <= 64
    assert uid == Pseudonyms(KEY).uid(original)
    assert uid != Pseudonyms(OTHER_KEY).uid(original)


def test_uids_of_the_standard_stay_but_not_what_only_looks_like_them():
    assert ours.uid("1.2.840.10008.5.1.4.1.1.2") == "1.2.840.10008.5.1.4.1.1.2"
    assert ours.uid("1.2.840.10008.5.1.4.1.1.2.4711").startswith("2.25.")


@given(st.text(max_size=30), st.text(max_size=10))
def test_a_patient_is_the_same_with_padding_around_the_id(patient_id, issuer):
    padded = f"  {patient_id}\0 "
    assert ours.patient(patient_id, issuer, "", "", "1.2") == ours.patient(padded, issuer, "", "", "1.2")


def test_patients_of_two_issuers_are_two():
    assert ours.patient("1", "A", "", "") != ours.patient("1", "B", "", "")
    assert ours.patient("1A", "", "", "") != ours.patient("1", "A", "", "")


def test_without_an_id_the_name_and_birth_date_tell_patients_apart():
    assert ours.patient("", "", "Doe^Jane", "19700101") == ours.patient("", "", "DOE^JANE", "19700101")
    assert ours.patient("", "", "Doe^Jane", "19700101") != ours.patient("", "", "Doe^Jane", "19710101")


def test_without_anything_each_study_is_a_patient():
    assert ours.patient("", "", "^^", "", "1.2") == ours.patient("", "", "", "", "1.2")
    assert ours.patient("", "", "", "", "1.2") != ours.patient("", "", "", "", "1.3")


@given(st.text(max_size=40))
def test_an_accession_number_fits_its_attribute(number):
    assert len(ours.accession(number)) <= 16
    assert bool(ours.accession(number)) == bool(number.strip("\0 \t\r\n"))


@given(st.text(max_size=40))
def test_dates_move_by_one_to_3650_days(patient):
    assert 1 <= ours.shift_days(patient) <= MAX_SHIFT_DAYS


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Pseudonyms(b"short")
