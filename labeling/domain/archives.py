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
LOCAL_HEADER_BYTES = 30
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
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
        _check_directory_size(file, self._bytes, self._limits)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise BadArchive("the directory of the archive cannot be read") from error
        self._check()
        self.members = [member for member in self._zip.infolist() if not member.is_dir()]

    def pieces(self, member: zipfile.ZipInfo, piece_bytes: int) -> Iterator[bytes]:
        """Inflate one member in pieces. Raises BadArchive when it is broken."""
        size = 0
        try:
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
        if len(members) > self._limits.max_members:
            raise ArchiveBomb(f"more than {self._limits.max_members} files")
        for member in members:
            _check_member(member)
        total = sum(member.file_size for member in members)
        allowed = min(self._limits.max_total_bytes, self._limits.free_bytes + self._limits.max_ratio * self._bytes)
        if total > allowed or any(member.file_size > self._limits.max_member_bytes for member in members):
            raise ArchiveBomb("it would inflate to more than the limit")
        self._check_overlap(members)

    def _check_overlap(self, members: list[zipfile.ZipInfo]) -> None:
        """Members that share bytes inflate quadratically; zipfile before 3.11.8 does not look."""
        starts = sorted((member.header_offset, member.compress_size) for member in members)
        ends = [start for start, _ in starts[1:]] + [self._zip.start_dir]
        for (start, size), end in zip(starts, ends, strict=False):
            if start < 0 or start + LOCAL_HEADER_BYTES + size > end:
                raise ArchiveBomb("files in the archive overlap")


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & ENCRYPTED_FLAGS:
        raise EncryptedArchive
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UnsafeArchive("the archive holds a link")
    name = member.orig_filename.replace("\\", "/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or "\0" in name or ".." in name.split("/"):
        raise UnsafeArchive("a name in the archive leads out of its folder")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise BadArchive("the archive is compressed in a way that is not read")


def _check_directory_size(file: BinaryIO, size: int, limits: ArchiveLimits) -> None:
    """zipfile reads the whole directory into objects: a million entries take it 20 seconds."""
    tail_bytes = min(size, 65_536 + 22)
    file.seek(size - tail_bytes)
    tail = file.read(tail_bytes)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) < found + 22:
        raise BadArchive("the archive ends before its directory")
    directory_bytes = struct.unpack_from("<I", tail, found + 12)[0]
    if directory_bytes == 0xFFFFFFFF:
        directory_bytes = _zip64_directory_bytes(file, size - tail_bytes + found)
    if directory_bytes > limits.max_directory_bytes:
        raise ArchiveBomb("the directory of the archive is larger than the limit")


def _zip64_directory_bytes(file: BinaryIO, end_record: int) -> int:
    file.seek(max(0, end_record - 20))
    locator = file.read(20)
    if locator[:4] != b"PK\x06\x07":
        raise BadArchive("the directory of the archive cannot be read")
    file.seek(struct.unpack_from("<Q", locator, 8)[0])
    record = file.read(56)
    if record[:4] != b"PK\x06\x06" or len(record) < 56:
        raise BadArchive("the directory of the archive cannot be read")
    return int(struct.unpack_from("<Q", record, 40)[0])
