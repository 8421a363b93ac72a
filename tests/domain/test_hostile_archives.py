"""Hostile zips: each is refused for what it is, or gives exactly what it holds, in no time."""

import io
import time
import tracemalloc

import pytest

from labeling.domain.archives import Archive, ArchiveLimits
from labeling.errors import ArchiveBomb, BadArchive, EncryptedArchive, UnsafeArchive
from tests import archives
from tests.archives import end_record, entry, local, many_entries, named, stored, with_mode, with_zip64_extra, zip64

MAX_SECONDS = 5
INNER = stored()
PLAIN = [b"first", b"second"]

# name, how it is made, what opening it ends in (None: it opens), what its members give (None: broken)
CASES = [
    ("plain", stored, None, PLAIN),
    ("zip64 that tells the truth", zip64, None, PLAIN),
    ("zip64 with a directory of 2 GB", lambda: zip64(directory_bytes=1 << 31), ArchiveBomb, ()),
    ("zip64 with a directory of 2^63", lambda: zip64(directory_bytes=1 << 63), ArchiveBomb, ()),
    ("zip64 of a million entries", lambda: zip64(entries=1_000_000), BadArchive, ()),
    ("zip64 of no entries", lambda: zip64(entries=0), BadArchive, ()),
    ("zip64 with its directory elsewhere", lambda: zip64(start=0), BadArchive, ()),
    ("zip64 with its directory at 2^64 - 1", lambda: zip64(start=(1 << 64) - 1), BadArchive, ()),
    ("zip64 whose record is elsewhere", lambda: zip64(at=0), BadArchive, ()),
    ("a member of 2^63", lambda: with_zip64_extra(1 << 63), ArchiveBomb, ()),
    ("a member of 20 in zip64", lambda: with_zip64_extra(20), None, [None, b"second"]),
    ("a member at 2^63", lambda: with_zip64_extra(5, 1 << 63), ArchiveBomb, ()),
    ("729,000 entries said to be one", lambda: many_entries(700_000), ArchiveBomb, ()),
    ("100 entries said to be one", lambda: many_entries(100), BadArchive, ()),
    ("one entry said to be 60,000", lambda: end_record(10, "<H", 60_000), BadArchive, ()),
    ("two entries said to be 60,000", lambda: end_record(8, "<L", 60_000 << 16 | 60_000), BadArchive, ()),
    ("a directory of 4 GiB", lambda: end_record(12, "<L", 0xFFFFFFFE), ArchiveBomb, ()),
    ("a directory of nothing", lambda: end_record(12, "<L", 0), BadArchive, ()),
    ("a directory that begins too early", lambda: end_record(16, "<L", 0), BadArchive, ()),
    ("a directory that begins behind the end", lambda: end_record(16, "<L", 0xFFFFFFF0), BadArchive, ()),
    ("the third of five parts", lambda: end_record(4, "<H", 3), BadArchive, ()),
    ("a comment that is missing", lambda: end_record(20, "<H", 100), BadArchive, ()),
    ("data in front", lambda: b"PK\x03\x04" + bytes(500) + stored(), BadArchive, ()),
    ("a program in front", lambda: b"MZ" + bytes(500) + stored(), BadArchive, ()),
    ("data behind", lambda: stored() + bytes(500), BadArchive, ()),
    ("an archive behind another", lambda: stored() + stored(("c", b"third")), BadArchive, ()),
    ("a directory cut short", lambda: stored()[:-30], BadArchive, ()),
    ("nothing but an end", lambda: archives.END + bytes(18), None, []),
    ("nothing but a magic", lambda: b"PK\x03\x04", BadArchive, ()),
    ("an overlap bomb", archives.overlapping, ArchiveBomb, ()),
    ("an overlap bomb of quoted headers", archives.quoting, ArchiveBomb, ()),
    ("two entries for one member", lambda: entry(42, "<L", 0, last=True), ArchiveBomb, ()),
    ("a member inside the directory", lambda: entry(42, "<L", len(stored()) - 60, last=True), ArchiveBomb, ()),
    ("a member that reaches into the next by its name", lambda: local(26, "<H", 40), None, [None, b"second"]),
    ("a member that reaches into the next by its extra field", lambda: local(28, "<H", 40), None, [None, b"second"]),
    ("a packed size beyond the file", lambda: entry(20, "<L", 1 << 20), ArchiveBomb, ()),
    ("a size larger than there is", lambda: entry(24, "<L", 50), None, [None, b"second"]),
    ("a size smaller than there is", lambda: entry(24, "<L", 2), None, [None, b"second"]),
    ("a size of 4 GiB", lambda: entry(24, "<L", 0xFFFFFFFE), ArchiveBomb, ()),
    ("another method in front of the member", lambda: local(8, "<H", 8), None, [None, b"second"]),
    ("another name in front of the member", lambda: local(30, "<B", ord("z")), None, [None, b"second"]),
    ("a password in front of the member", lambda: local(6, "<H", 1), None, [None, b"second"]),
    ("no header in front of the member", lambda: local(0, "<L", 0), None, [None, b"second"]),
    ("deflated that is not", lambda: entry(10, "<H", 8, content=local(8, "<H", 8)), None, [None, b"second"]),
    ("another checksum", lambda: entry(16, "<L", 7), None, [None, b"second"]),
    ("a method of nobody", lambda: entry(10, "<H", 77), BadArchive, ()),
    ("bzip2", lambda: entry(10, "<H", 12), BadArchive, ()),
    ("lzma", lambda: entry(10, "<H", 14), BadArchive, ()),
    ("AES", lambda: entry(8, "<H", 1, content=entry(10, "<H", 99)), EncryptedArchive, ()),
    ("a password", archives.encrypted, EncryptedArchive, ()),
    ("strong encryption", lambda: entry(8, "<H", 0x40), EncryptedArchive, ()),
    ("an encrypted directory", lambda: entry(8, "<H", 0x2000), EncryptedArchive, ()),
    ("a name longer than the directory", lambda: entry(28, "<H", 60_000, last=True), BadArchive, ()),
    ("an extra field that is cut", lambda: entry(30, "<H", 3), BadArchive, ()),
    ("a symbolic link", lambda: with_mode(0o120777), UnsafeArchive, ()),
    ("a symbolic link of another system", lambda: with_mode(0o120777, system=0), UnsafeArchive, ()),
    ("a device", lambda: with_mode(0o020666), UnsafeArchive, ()),
    ("a block device", lambda: with_mode(0o060666), UnsafeArchive, ()),
    ("a pipe", lambda: with_mode(0o010666), UnsafeArchive, ()),
    ("a socket", lambda: with_mode(0o140666), UnsafeArchive, ()),
    ("set-uid", lambda: with_mode(0o104755), None, [b"/etc/passwd"]),
    ("a folder with content", lambda: stored(("evil/", b"content")), None, [b"content"]),
    *(
        (f"the name {name!r}", lambda n=name: named(n), UnsafeArchive, ())
        for name in (
            b"../../tmp/evil",
            b"a/../../evil",
            b"..\\..\\evil",
            b"/etc/passwd",
            b"\\\\host\\x",
            b"C:/evil",
            b"c:evil",
            b"a\0/../b",
            b"..",
        )
    ),
    *(
        (f"the name {name[:20]!r} of {len(name)}", lambda n=name: named(n), None, [b"content"])
        for name in (
            b"n" * 300,
            b"n" * 60_000,
            b"\xff\xfe\x80",
            b"con",
            b"%2e%2e%2fevil",
            b"a\r\nb",
            b"...",
            b"-rf",
            b"$(reboot)",
            b"=cmd()",
        )
    ),
    ("one name twice", lambda: stored(("a", b"1"), ("a", b"2")), None, [b"1", b"2"]),
    ("names that differ in case", lambda: stored(("a", b"1"), ("A", b"2")), None, [b"1", b"2"]),
    ("a file and a folder of one name", lambda: stored(("a", b"1"), ("a/b", b"2")), None, [b"1", b"2"]),
    ("an archive in the archive", lambda: stored(("b.zip", INNER)), None, [INNER]),
]


def contents(archive):
    """What each member gives; None where it is broken."""
    found = []
    for member in archive.members:
        try:
            found.append(b"".join(archive.pieces(member, 1000)))
        except BadArchive:
            found.append(None)
    return found


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("make", "error", "members"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_hostile_archive_ends_as_expected(make, error, members):
    content = make()
    begun = time.monotonic()
    if error is None:
        assert contents(Archive(io.BytesIO(content))) == members
    else:
        with pytest.raises(error) as caught:
            Archive(io.BytesIO(content))
        assert caught.type is error
    assert time.monotonic() - begun < MAX_SECONDS


def test_there_are_many():
    assert len({case[0] for case in CASES}) == len(CASES) >= 40


def test_a_directory_that_is_too_large_is_never_read():
    content = many_entries(700_000)
    tracemalloc.start()
    with pytest.raises(ArchiveBomb):
        Archive(io.BytesIO(content), ArchiveLimits(max_directory_bytes=1 << 20))
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()
