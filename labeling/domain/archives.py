"""What an uploaded zip holds, read with suspicion: every cap is checked before anything is inflated.

Names of members are looked at only to refuse an archive that tries to leave its folder; nothing is stored under them.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from labeling.errors import ArchiveBomb, BadArchive, EncryptedArchive, UnsafeArchive

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
MIB = 1 << 20
ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
LOCAL_HEADER_BYTES, ENTRY_BYTES, END_BYTES, LOCATOR_BYTES, END64_BYTES = 30, 46, 22, 20, 56
UNIX_SYSTEMS = (3, 19)
_ENTRY_LENGTHS = struct.Struct("<4s24x3H12x").unpack_from  # of name, extra field and comment
_LOCAL_HEADER = struct.Struct("<4s2x2H16x2H")  # flags, method; lengths of name and extra field
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    ValueError,
    NotImplementedError,
    struct.error,
    RuntimeError,
)


@dataclass(frozen=True)
class ArchiveLimits:
    max_members: int = 100_000
    max_directory_bytes: int = 32 * MIB  # read by zipfile before anything else is known
    max_member_bytes: int = 1024 * MIB
    max_ratio: int = 100  # of the whole; images of one grey deflate a thousandfold, one by one
    free_bytes: int = 256 * MIB  # below this no ratio is looked at
    max_total_bytes: int = 1 << 38


def is_archive(beginning: bytes) -> bool:
    """A zip by its first bytes, and not DICOM with a zip in its preamble."""
    return beginning[:4] in MAGIC and beginning[128:132] != b"DICM"


class Archive:
    """An open zip whose directory has passed every check. Raises BadArchive."""

    def __init__(self, file: BinaryIO, limits: ArchiveLimits | None = None) -> None:
        self._limits = limits or ArchiveLimits()
        self._bytes = file.seek(0, 2)
        self._file, self._directory = file, _directory(file, self._bytes, self._limits)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise BadArchive("the directory of the archive cannot be read") from error
        self._check()
        # A name that ends like a folder's does not hide content.
        self.members = [member for member in self._zip.infolist() if not member.is_dir() or member.file_size]

    def pieces(self, member: zipfile.ZipInfo, piece_bytes: int) -> Iterator[bytes]:
        """Inflate one member in pieces. Raises BadArchive when it is broken."""
        size = 0
        try:
            self._check_local_header(member)
            with self._zip.open(member) as source:
                while piece := source.read(piece_bytes):
                    size += len(piece)
                    yield piece
        except _BROKEN as error:
            raise BadArchive("a file in the archive cannot be read") from error
        if size != member.file_size:
            raise BadArchive("a file in the archive is not as long as it says")

    def _check(self) -> None:
        members = self._zip.infolist()
        if len(members) != self._directory.members:
            raise BadArchive("the directory of the archive contradicts itself")
        for member in members:
            _check_member(member)
        total = sum(member.file_size for member in members)
        allowed = min(self._limits.max_total_bytes, self._limits.free_bytes + self._limits.max_ratio * self._bytes)
        if total > allowed or any(member.file_size > self._limits.max_member_bytes for member in members):
            raise ArchiveBomb("it would inflate to more than the limit")
        self._check_overlap(members)

    def _check_overlap(self, members: list[zipfile.ZipInfo]) -> None:
        """Members that share bytes inflate quadratically; zipfile before 3.11.8 does not look."""
        in_order = sorted(members, key=lambda member: member.header_offset)
        starts = [member.header_offset for member in in_order]
        ends = [*starts[1:], self._directory.start]
        self._ends = dict(zip(starts, ends, strict=False))
        for member, end in zip(in_order, ends, strict=False):
            if member.header_offset < 0 or member.header_offset + LOCAL_HEADER_BYTES + member.compress_size > end:
                raise ArchiveBomb("files in the archive overlap")

    def _check_local_header(self, member: zipfile.ZipInfo) -> None:
        """The header in front of the content: it may not lead elsewhere than the directory says."""
        self._file.seek(member.header_offset)
        signature, flags, method, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(self._file.read(LOCAL_HEADER_BYTES))
        if signature != MAGIC[0] or method != member.compress_type or flags & ENCRYPTED_FLAGS:
            raise BadArchive("a file in the archive is not what the directory says")
        start = member.header_offset + LOCAL_HEADER_BYTES + name_bytes + extra_bytes
        if start + member.compress_size > self._ends[member.header_offset]:
            raise ArchiveBomb("files in the archive overlap")


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & ENCRYPTED_FLAGS:
        raise EncryptedArchive
    kind = stat.S_IFMT(member.external_attr >> 16)
    is_unix = member.create_system in UNIX_SYSTEMS
    if kind == stat.S_IFLNK or (is_unix and kind not in (0, stat.S_IFREG, stat.S_IFDIR)):
        raise UnsafeArchive("the archive holds a link or a device")
    name = member.orig_filename.replace("\\", "/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or "\0" in name or ".." in name.split("/"):
        raise UnsafeArchive("a name in the archive leads out of its folder")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise BadArchive("the archive is compressed in a way that is not read")


@dataclass(frozen=True)
class _Directory:
    start: int
    bytes: int
    members: int


def _directory(file: BinaryIO, size: int, limits: ArchiveLimits) -> _Directory:
    """Checked before zipfile opens the file: it reads the whole directory into objects, whatever the archive says of
    their number; a million entries take it 20 seconds. Nothing may stand before the archive or behind it."""
    found, end = _end_record(file, size)
    if found.bytes > limits.max_directory_bytes:
        raise ArchiveBomb("the directory of the archive is larger than the limit")
    if found.start + found.bytes != end:
        raise BadArchive("the directory of the archive is not where it should be")
    file.seek(found.start)
    if _count(file.read(found.bytes), limits.max_members) != found.members:
        raise BadArchive("the directory of the archive contradicts itself")
    return found


def _end_record(file: BinaryIO, size: int) -> tuple[_Directory, int]:
    """What the end of the archive says of its directory, and where that end begins."""
    tail_bytes = min(size, 65_536 + END_BYTES)
    file.seek(size - tail_bytes)
    tail = file.read(tail_bytes)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) < found + END_BYTES:
        raise BadArchive("the archive ends before its directory")
    disk, first_disk, here, members, directory_bytes, start, comment = struct.unpack_from("<4H2LH", tail, found + 4)
    if found + END_BYTES + comment != len(tail):
        raise BadArchive("something follows the archive")
    end = size - tail_bytes + found
    file.seek(max(0, end - LOCATOR_BYTES))
    if file.read(4) == b"PK\x06\x07":  # zipfile takes it for zip64 then, whatever the other numbers are
        return _end_record_64(file, end)
    if disk or first_disk or here != members:
        raise BadArchive("the archive is one of several parts")
    return _Directory(start, directory_bytes, members), end


def _end_record_64(file: BinaryIO, end: int) -> tuple[_Directory, int]:
    begin = end - LOCATOR_BYTES - END64_BYTES
    file.seek(max(0, begin))
    content = file.read(END64_BYTES + LOCATOR_BYTES)
    if begin < 0 or content[:4] != b"PK\x06\x06" or struct.unpack_from("<Q", content, END64_BYTES + 8)[0] != begin:
        raise BadArchive("the directory of the archive cannot be read")
    disk, first_disk, here, members, directory_bytes, start = struct.unpack_from("<2L4Q", content, 16)
    if disk or first_disk or here != members:
        raise BadArchive("the archive is one of several parts")
    return _Directory(start, directory_bytes, members), begin


def _count(directory: bytes, most: int) -> int:
    """How many entries the directory really has."""
    position = count = 0
    while position < len(directory):
        if position + ENTRY_BYTES > len(directory) or directory[position : position + 4] != b"PK\x01\x02":
            raise BadArchive("the directory of the archive cannot be read")
        _, *lengths = _ENTRY_LENGTHS(directory, position)
        position += ENTRY_BYTES + sum(lengths)
        count += 1
        if count > most:
            raise ArchiveBomb(f"more than {most} files")
    if position != len(directory):
        raise BadArchive("the directory of the archive cannot be read")
    return count
