"""Each hostile file ends as expected, through the sandbox, within seconds and with few words."""

import resource
import time
from pathlib import Path

import pydicom.data
import pytest

from labeling import errors
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.reading import read
from labeling.sandbox import prepare_in_sandbox
from tests.hostile import codestreams, encapsulation, names, pixels, structure
from tests.hostile.build import CANARY

KEY = b"k" * 32
CASES = [*structure.CASES, *pixels.CASES, *codestreams.CASES, *encapsulation.CASES, *names.CASES]
WORDS = (*CANARY.upper().split(), b"MRN-4711", b"<SCRIPT", b"PK\5\6", b"%PDF")
MAX_SECONDS, MAX_WORDS = 5.0, 200


def outcome(content):
    """The code of the refusal, or what is stored."""
    try:
        return "accepted", prepare_in_sandbox(content, KEY, owner="hostile")
    except errors.BadDicom as error:
        assert len(str(error)) < MAX_WORDS
        assert error.__cause__ is None or len(str(error.__cause__)) < MAX_WORDS
        return error.code, None


@pytest.fixture(scope="module", autouse=True)
def a_zygote():
    outcome(b"")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_hostile_file_ends_as_expected(case):
    content = case.make()
    begun = time.monotonic()
    code, prepared = outcome(content)
    assert time.monotonic() - begun < MAX_SECONDS
    assert code in case.expected
    if prepared is not None:
        assert_clean(prepared)


def assert_clean(prepared):
    assert prepared.dataset[:132] == bytes(128) + b"DICM"
    assert prepared.header.sop_instance_uid.startswith("2.25.")
    words = prepared.dataset.upper()
    assert not [
        word for word in (*CANARY.upper().split(), b"MRN-4711", b"<SCRIPT", b"PK\5\6", b"%PDF") if word in words
    ]
    stored = read(prepared.dataset, Limits())
    assert not {tag for tag in stored.elements if tag >> 16 & 1 or tag in (0x7FE00001, 0x7FE00002)}


def test_there_are_many_and_no_two_of_one_name():
    assert len({case.name for case in CASES}) == len(CASES) >= 150


def test_no_child_grew_beyond_two_gigabytes():
    """After all of the above: the largest process that was waited for."""
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 2_000_000


@pytest.mark.parametrize("name", ["JPEG-lossy.dcm", "JPGExtended.dcm"])
def test_jpeg_extended_of_twelve_bits_is_decoded(name):
    code, prepared = outcome(Path(pydicom.data.get_testdata_file(name, download=False)).read_bytes())
    assert code == "accepted"
    assert prepared.header.bits == 16
