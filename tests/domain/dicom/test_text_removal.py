"""Dropped free text goes out of a file at every depth, and nothing else of the file changes."""

from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import JPEGLSLossless

from labeling.domain.dicom.deidentification.text_removal import without_texts
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.reading import read
from labeling.domain.dicom.writing import file_bytes
from labeling.errors import BadDicom, TruncatedDicom
from tests import phantoms


def ours(change=lambda ds: None, **header):
    """A file as we write it, with these texts in it."""
    source = read(phantoms.radiograph(change=change, **header), Limits())
    return file_bytes(source.elements, source.transfer_syntax_uid)


def said(dataset):
    return dcmread(BytesIO(dataset))


def test_an_element_of_this_value_is_emptied_and_others_stay():
    before = ours(lambda ds: ds.update({"StudyDescription": "THORAX JANE", "SeriesDescription": "THORAX JANE "}))
    removal = without_texts(before, {("StudyDescription", "THORAX JANE")})
    after = said(removal.dataset)
    assert removal.removed == {("StudyDescription", "THORAX JANE")}
    assert after.StudyDescription == ""
    assert after.SeriesDescription == "THORAX JANE"
    assert after.pixel_array.tobytes() == said(before).pixel_array.tobytes()
    after.StudyDescription = said(before).StudyDescription
    assert after == said(before)


def test_a_file_without_the_text_stays_the_same_bytes():
    before = ours()
    assert without_texts(before, {("StudyDescription", "another")}).dataset == before
    assert without_texts(before, {("StudyDescription", "another")}).removed == frozenset()


def test_taking_out_twice_is_taking_out_once():
    texts = {("ImageComments", "for Jane")}
    once = without_texts(ours(lambda ds: ds.update({"ImageComments": "for Jane"})), texts).dataset
    assert without_texts(once, texts).dataset == once


@pytest.mark.parametrize("depth", [1, 5, 12])
def test_text_is_found_at_every_depth(depth):
    def plant(ds):
        item = Dataset()
        item.CodeMeaning, item.CodeValue = "Jane's chest", "1"
        for _ in range(depth - 1):
            outer = Dataset()
            outer.ContentSequence = Sequence([item])
            item = outer
        ds.ContentSequence = Sequence([item])

    removal = without_texts(ours(plant), {("CodeMeaning", "Jane's chest")})
    assert removal.removed
    assert b"Jane" not in removal.dataset


def test_where_a_value_is_needed_a_dummy_takes_its_place():
    def plant(ds):
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99X", "Jane's chest"
        ds.ProcedureCodeSequence = Sequence([code])

    after = said(without_texts(ours(plant), {("CodeMeaning", "Jane's chest")}).dataset)
    assert after.ProcedureCodeSequence[0].CodeMeaning == "REMOVED"


def test_of_many_values_only_the_dropped_one_goes_and_the_others_keep_their_places():
    before = ours(lambda ds: ds.update({"OtherPatientNames": ["A^B", "JANE^DOE", "C^D"]}))
    after = without_texts(before, {("OtherPatientNames", "JANE^DOE")})
    assert [str(name) for name in said(after.dataset).OtherPatientNames] == ["A^B", "", "C^D"]


def test_many_values_go_as_a_whole_when_listed_as_a_whole():
    before = ours(lambda ds: ds.update({"ProtocolName": "x", "SoftwareVersions": ["one", "two"]}))
    removal = without_texts(before, {("SoftwareVersions", "one\\two")})
    assert removal.removed == {("SoftwareVersions", "one\\two")}
    assert not said(removal.dataset).SoftwareVersions


def test_a_backslash_in_a_long_text_divides_nothing():
    before = ours(lambda ds: ds.update({"ImageComments": "Jane\\Doe"}))
    assert without_texts(before, {("ImageComments", "Jane")}).removed == frozenset()
    assert without_texts(before, {("ImageComments", "Jane\\Doe")}).removed


@pytest.mark.parametrize(
    ("character_set", "value"),
    [("ISO_IR 192", "Größe für Jürgen"), ("ISO_IR 100", "Größe für Jürgen"), ("GB18030", "张\\王的胸片")],
)
def test_text_is_compared_in_the_character_set_of_the_file(character_set, value):
    def plant(ds):
        ds.SpecificCharacterSet = character_set
        ds.ImageComments = value

    removal = without_texts(ours(plant), {("ImageComments", value)})
    assert removal.removed == {("ImageComments", value)}
    assert said(removal.dataset).ImageComments == ""


def test_codes_dates_and_uids_are_no_text():
    before = ours()
    ds = said(before)
    texts = {("Modality", "CR"), ("StudyDate", ds.StudyDate), ("SOPInstanceUID", ds.SOPInstanceUID)}
    assert without_texts(before, texts).dataset == before


def compressed(fragments):
    def change(ds):
        del ds.PixelData
        ds.ImageComments = "for Jane"

    elements = read(phantoms.radiograph(change=change), Limits()).elements
    carrier = phantoms.with_pixels(phantoms.dataset(), np.zeros((2, 2), "u1"))
    carrier.PixelData = encapsulate(fragments, has_bot=True)
    carrier["PixelData"].VR = "OB"
    carrier["PixelData"].is_undefined_length = True
    pixels = read(phantoms.file_bytes(carrier, transfer_syntax=JPEGLSLossless), Limits()).elements[0x7FE00010]
    return elements, pixels


def test_compressed_frames_keep_every_byte():
    elements, pixels = compressed([b"abcd", b"ef", b"ghijkl"])
    pixels.fragments = pixels.fragments[1:]
    before = file_bytes({**elements, pixels.tag: pixels}, JPEGLSLossless)
    after = without_texts(before, {("ImageComments", "for Jane")}).dataset
    assert before[before.index(b"\xe0\x7f\x10\x00") :] == after[after.index(b"\xe0\x7f\x10\x00") :]
    assert b"Jane" not in after


def test_an_offset_table_that_is_none_of_ours_is_refused():
    elements, pixels = compressed([b"abcd", b"ef"])
    foreign = file_bytes({**elements, pixels.tag: pixels}, JPEGLSLossless)  # its table counts as a frame
    table = foreign.index(b"\xfe\xff\x00\xe0")
    broken = foreign[: table + 8] + b"\xff\xff\xff\x00" + foreign[table + 12 :]
    with pytest.raises(BadDicom):
        without_texts(broken, {("ImageComments", "for Jane")})


def test_half_a_file_is_refused():
    with pytest.raises(TruncatedDicom):
        without_texts(ours()[:-100], {("StudyDescription", "x")})
