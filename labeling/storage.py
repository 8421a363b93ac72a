"""Bytes by key, in a local folder. Keys are made from hashes and row ids, never from a name that came with a file."""

import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from labeling.errors import MissingContent, StorageError

KEY = re.compile(r"(content|frames|intake|releases|review)(/[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}){1,4}")
TEMPORARY = "temporary"
ABANDONED_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Stored:
    key: str
    bytes: int
    modified_at: float  # seconds since 1970


def content_key(sha256: str) -> str:
    return f"content/{sha256[:2]}/{sha256}.dcm"


def pack_key(sha256: str) -> str:
    return f"frames/{sha256[:2]}/{sha256}.pack"


def storage() -> "Storage":
    """The storage that STORAGE_URL names."""
    return _open(settings.STORAGE_URL)


@lru_cache(maxsize=8)
def _open(url: str) -> "Storage":
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc:
        raise ImproperlyConfigured("STORAGE_URL must be a folder: file:///directory or file:directory")
    return Storage((settings.BASE_DIR / unquote(parts.path)).resolve())


class Storage:
    """A folder, with nothing asked of it that an object store could not do.

    A file appears whole or not at all: temporary file, fsync, rename, fsync of the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, content: bytes | memoryview | BinaryIO) -> None:
        """Keep the content under the key; when this returns it survives a power cut. May be done again."""
        with self.writing(key) as file:
            if isinstance(content, bytes | memoryview):
                file.write(content)
            else:
                shutil.copyfileobj(content, file, 1 << 20)

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        """Give a file to write; it takes its key when the block ends without an exception."""
        target = self._path(key)
        temporary = self._folder(self.root / TEMPORARY) / secrets.token_hex(16)
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(self._folder(target.parent) / target.name)
        except OSError as error:
            raise StorageError(f"the storage could not write: {error.strerror}") from error
        finally:
            temporary.unlink(missing_ok=True)
        _sync(target.parent)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give an empty folder of this machine to make files in; it is gone when the block ends."""
        with tempfile.TemporaryDirectory(dir=self._folder(self.root / TEMPORARY)) as folder:
            yield Path(folder)

    def open(self, key: str) -> BufferedReader:
        """Open for reading. Raises MissingContent."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as error:
            raise MissingContent(f"{key} is not there") from error

    def read(self, key: str) -> bytes:
        with self.open(key) as file:
            return file.read()

    def read_range(self, key: str, start: int, stop: int) -> bytes:
        """Read [start, stop). Raises MissingContent, and StorageError when the content ends before."""
        with self.open(key) as file:
            content = os.pread(file.fileno(), stop - start, start)
        if len(content) != stop - start:
            raise StorageError(f"{key} ends before byte {stop}")
        return content

    def size(self, key: str) -> int:
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError as error:
            raise MissingContent(f"{key} is not there") from error

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Remove it; absent is fine."""
        self._path(key).unlink(missing_ok=True)

    def iterate(self, area: str) -> Iterator[Stored]:
        """Everything below an area such as `content`, in no order."""
        for folder, _, names in os.walk(self.root / area):
            for name in names:
                path = Path(folder) / name
                try:
                    stat = path.stat()
                except FileNotFoundError:  # deleted since the folder was listed
                    continue
                yield Stored(path.relative_to(self.root).as_posix(), stat.st_size, stat.st_mtime)

    def clear_abandoned(self) -> None:
        """Remove what killed writers left half written."""
        for path in self._folder(self.root / TEMPORARY).iterdir():
            if path.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise StorageError("this is not a key of ours")
        return self.root / key

    def _folder(self, folder: Path) -> Path:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sync(folder.parent)
        return folder


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
