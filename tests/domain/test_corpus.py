"""The corpus of real files: each ends in an instance or a reason, and no patient's name in what is stored."""

import csv
import json
import re
from dataclasses import asdict
from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread

from labeling import errors
from labeling.domain.dicom import terms
from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from tests.domain.dicom.test_pixels import frames

LEFT_OUT_BY_PYDICOM = [f"1.2.840.10008.1.2.4.{number}" for number in (51, 53, 55)]
WORK = Work(Pseudonyms(b"k" * 32))
# What is stored in words of ours may resemble a name: code strings (BREAST, PERFUSION) and, in the method codes of
# PS3.16 CID 7050, "Patient".
WORDS_OF_OURS = {word.lower() for word in terms.CODE_STRINGS} | {"patient"}


def take(path):
    return prepare(path.read_bytes(), WORK)


@pytest.fixture(scope="module")
def manifest(corpus):
    with (corpus / "MANIFEST.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def outcomes(corpus, manifest):
    """File to what `prepare` gave: a Prepared or the code of a BadDicom; anything else is a failure."""
    found = {}
    for row in manifest:
        try:
            found[row["file"]] = take(corpus / row["file"])
        except errors.BadDicom as error:
            found[row["file"]] = error.code
    return found


def test_every_file_is_accounted_for(outcomes):
    reasons = [outcome for outcome in outcomes.values() if isinstance(outcome, str)]
    assert len(outcomes) == 230
    assert len(reasons) <= 41, sorted(reasons)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("dicomdir_tree/DICOMDIR", "dicomdir"),
        ("sr/dcmqi_tid1500_measurements.dcm", "not_an_image"),
        ("seg/liver_1bit_3frames.dcm", "not_an_image"),
        ("other/encapsulated_pdf.dcm", "encapsulated_document"),
        ("broken/derived/zero_bytes.dcm", "empty_file"),
        ("broken/derived/png_named.dcm", "not_dicom"),
        ("broken/derived/preamble_only.dcm", "truncated"),
        ("broken/derived/chest_truncated_half.dcm", "truncated"),
        ("broken/mr_truncated_pixels.dcm", "truncated"),
        ("broken/j2k_embedded_delimiter.dcm", "undecodable_pixels"),
        ("charsets/chrKoreanMulti.dcm", "no_pixels"),
    ],
)
def test_broken_and_other_files_say_why(outcomes, file, code):
    assert outcomes[file] == code


def test_no_word_of_a_patients_name_is_stored(outcomes, manifest):
    for row in manifest:
        prepared = outcomes[row["file"]]
        if isinstance(prepared, str):
            continue
        stored = dcmread(BytesIO(prepared.dataset), stop_before_pixels=True)
        values = [str(element.value) for element in stored.iterall() if element.VR != "SQ"]
        text = "\n".join([*values, json.dumps(list(asdict(prepared.header).values())[:18])]).lower()
        for word in re.findall(r"[^\W\d_]{3,}", row["patient_name"].lower()):
            if word not in WORDS_OF_OURS:
                assert not re.search(rf"(?<![a-z]){word}(?![a-z])", text), row["file"]
        assert not row["sop_uid"] or row["sop_uid"] not in text, row["file"]


@pytest.mark.parametrize(
    "pattern",
    ["transfer_syntaxes/MR_small*.dcm", "enhanced/e*mr*_*.dcm", "transfer_syntaxes/CTImage_*Lossless*", "cxr/nih*"],
)
def test_one_image_in_many_transfer_syntaxes_gives_the_same_frames(corpus, outcomes, pattern):
    all_of_it = [outcomes[str(path.relative_to(corpus))] for path in sorted(corpus.glob(pattern))]
    assert len(all_of_it) > 1
    for prepared in all_of_it[1:]:
        assert np.array_equal(frames(prepared), frames(all_of_it[0]))


def test_frames_are_what_pydicom_decodes(corpus, outcomes):
    """Grey images only: colour is converted."""
    compared = 0
    for file, prepared in outcomes.items():
        if isinstance(prepared, str) or prepared.header.samples_per_pixel == 3:
            continue
        if prepared.header.rows > 2000 or not prepared.header.display:
            continue
        ds = dcmread(corpus / file, force=True)
        if ds.file_meta.get("TransferSyntaxUID", "") in ("", *LEFT_OUT_BY_PYDICOM):
            continue
        assert np.array_equal(frames(prepared), np.atleast_3d(ds.pixel_array).reshape(frames(prepared).shape)), file
        compared += 1
    assert compared > 120


def test_twelve_bits_of_lossy_jpeg_are_near_the_original(corpus, outcomes):
    """The corpus has one CT in three lossy syntaxes, with 2048 added to make it unsigned and clipped at the ends."""
    names = [f"transfer_syntaxes/CTImage_JPEGProcess{kind}" for kind in ("2_4", "6_8", "10_12")]
    files = [file for file in outcomes if file.startswith(tuple(f"{name}T" for name in names))]
    assert len(files) == 3
    for file in files[1:]:
        assert np.array_equal(frames(outcomes[file]), frames(outcomes[files[0]]))
    original = frames(outcomes["transfer_syntaxes/CTImage_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm"])
    lossy, exact = frames(outcomes[files[0]])[0].astype(float), original[0].astype(float)
    inside = exact > -500
    assert np.corrcoef(lossy[inside], exact[inside])[0, 1] > 0.99


def test_a_signed_header_over_an_unsigned_stream_gives_the_right_units(outcomes):
    low, high = outcomes["photometric/ct_pixelrep_mismatch_j2k.dcm"].header.display["range"]
    assert low < 0 < high < 4096


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("cxr/philips_cr_pa_j2k_zero_spacing.dcm", "spacing", None),
        ("us/acuson_stress_10frames_jpeg.dcm", "spacing", None),
        ("us/palette_rle_no_pixel_spacing.dcm", "spacing", None),
        ("cxr/fuji_cr_mono1_10bit.dcm", "spacing", None),
        ("pt/acrin_flt_breast_1.dcm", "rescale_slope", pytest.approx(9.123, abs=0.01)),
        ("photometric/ct_small_signed.dcm", "rescale_intercept", -1024.0),
    ],
)
def test_known_files_say_known_things(outcomes, file, key, value):
    assert outcomes[file].header.display[key] == value


def test_spacings_name_their_source(outcomes):
    sources = {
        file: (outcomes[file].header.display["spacing"] or {}).get("source")
        for file in (
            "cxr/nih_siim_pa_jpegbaseline.dcm",
            "dx/dental_panoramic_px_voilut.dcm",
            "enhanced/siemens_xa10_6frames_1.dcm",
        )
    }
    assert list(sources.values()) == ["PixelSpacing", "ImagerPixelSpacing", "PixelSpacing"]


def test_tables_of_real_files_are_read(outcomes):
    assert outcomes["photometric/modality_lut.dcm"].header.display["modality_lut"]["values"]
    assert outcomes["photometric/voi_lut.dcm"].header.display["voi_luts"][0]["values"]
    assert outcomes["cxr/nih_siim_pa_mono1.dcm"].header.photometric_interpretation == "MONOCHROME1"
