"""A zip is opened only when all that it says of itself is within the limits."""

import io
import zipfile

import pytest

from labeling.domain.archives import Archive, ArchiveLimits, is_archive
from labeling.errors import ArchiveBomb, BadArchive, EncryptedArchive, UnsafeArchive
from tests import archives


def opened(content, **limits):
    return Archive(io.BytesIO(content), ArchiveLimits(**limits))


def contents(archive):
    return [b"".join(archive.pieces(member, 7)) for member in archive.members]


def test_members_come_in_order_and_folders_are_none():
    archive = opened(archives.of([("folder/", b""), ("folder/b", b"first, then"), ("a", b"second")]))
    assert contents(archive) == [b"first, then", b"second"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_both_there():
    assert contents(opened(archives.of([("a", b"1"), ("a", b"2")]))) == [b"1", b"2"]


def test_an_empty_archive_holds_nothing():
    assert contents(opened(archives.of([]))) == []


def test_dicom_with_a_zip_in_its_preamble_is_no_archive():
    preamble = (b"PK\x03\x04" + bytes(124)) + b"DICM"
    assert not is_archive(preamble)
    assert is_archive(archives.of([("a", b"b")])[:132])


def test_a_password_is_seen_before_anything_is_read():
    with pytest.raises(EncryptedArchive):
        opened(archives.encrypted())


@pytest.mark.parametrize(
    "name", ["../a.dcm", "a/../../b", "/etc/passwd", "C:\\a.dcm", "..\\a.dcm", "\\\\host\\share\\a"]
)
def test_names_that_lead_out_are_refused(name):
    with pytest.raises(UnsafeArchive):
        opened(archives.of([("good.dcm", b"x"), (name, b"x")]))


def test_a_name_with_dots_that_stays_inside_is_fine():
    assert contents(opened(archives.of([("..a/b..c/...", b"x")]))) == [b"x"]


def test_links_are_refused():
    with pytest.raises(UnsafeArchive):
        opened(archives.link())


def test_overlapping_members_are_a_bomb():
    with pytest.raises(ArchiveBomb):
        opened(archives.overlapping())


@pytest.mark.parametrize(
    "limits",
    [
        {"max_members": 1},
        {"max_directory_bytes": 50},
        {"max_member_bytes": 1000},
        {"max_total_bytes": 3000},
        {"max_ratio": 1, "free_bytes": 0},
    ],
)
def test_each_cap_holds(limits):
    content = archives.of([("a", bytes(2000)), ("b", bytes(2000))])
    opened(content)
    with pytest.raises(ArchiveBomb):
        opened(content, **limits)


def test_a_size_that_is_a_lie_is_a_bomb_or_is_broken():
    with pytest.raises(ArchiveBomb):
        opened(archives.lying_about_size())
    archive = opened(archives.lying_about_size(size=1 << 20))
    with pytest.raises(BadArchive):
        contents(archive)


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_an_archive_that_was_cut_short_is_broken(cut):
    content = archives.of([("a", bytes(range(256)))], zipfile.ZIP_STORED)
    with pytest.raises(BadArchive):
        opened(content[:-cut])


def test_a_damaged_member_is_broken_alone():
    archive = opened(archives.damaged())
    first, second = archive.members
    with pytest.raises(BadArchive):
        list(archive.pieces(first, 100))
    assert list(archive.pieces(second, 100)) == [b"whole"]


def test_noise_behind_the_magic_is_broken():
    with pytest.raises(BadArchive):
        opened(b"PK\x03\x04" + bytes(range(256)) * 10)
