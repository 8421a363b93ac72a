"""The intake: received bytes wait here, encrypted, until the item has an outcome; so do the previews of held images.

They still identify people, so they never touch a disk in the clear. AES-256-GCM per piece, under a key derived from
DEID_KEY; area, item and piece number are authenticated, so that no piece can stand in for another.
"""

import bisect
import os
from io import RawIOBase
from itertools import accumulate
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from labeling.errors import StorageError
from labeling.storage import Stored, storage

NONCE_BYTES = 12
TAG_BYTES = 16
AREA = "intake"
REVIEW_AREA = "review"


def deid_key() -> bytes:
    return settings.DEID_KEY.encode()


def prefix(item_id: int) -> str:
    """Where the pieces of an item wait: piece n is `<prefix>.<n>`."""
    return f"{AREA}/{item_id % 256:02x}/{item_id}"


def item_id_of(stored: Stored) -> int:
    return int(stored.key.rpartition("/")[2].split(".")[0])


def put_piece(item_id: int, piece: int, content: bytes | memoryview) -> None:
    storage().put(f"{prefix(item_id)}.{piece}", _sealed(content, _label(item_id, piece)))


def get_piece(item_id: int, piece: int) -> bytes:
    try:
        return _opened(storage().read(f"{prefix(item_id)}.{piece}"), _label(item_id, piece))
    except InvalidTag as error:
        raise StorageError(f"piece {piece} of item {item_id} is damaged") from error


def content(item_id: int, pieces: int) -> bytes:
    return b"".join(get_piece(item_id, piece) for piece in range(pieces))


def release(item_id: int, pieces: int) -> None:
    """Destroy the bytes of an item, also pieces that were written but never recorded."""
    piece = 0
    while piece < pieces or storage().exists(f"{prefix(item_id)}.{piece}"):
        storage().delete(f"{prefix(item_id)}.{piece}")
        piece += 1


def preview_key(item_id: int, number: int) -> str:
    """Where preview `number` of a held item waits; they count from 1."""
    return f"{REVIEW_AREA}/{item_id % 256:02x}/{item_id}.{number}"


def put_preview(item_id: int, number: int, content: bytes) -> None:
    key = preview_key(item_id, number)
    storage().put(key, _sealed(content, key.encode()))


def get_preview(item_id: int, number: int) -> bytes:
    key = preview_key(item_id, number)
    try:
        return _opened(storage().read(key), key.encode())
    except InvalidTag as error:
        raise StorageError(f"preview {number} of item {item_id} is damaged") from error


def release_previews(item_id: int) -> None:
    """Destroy the previews of an item. The last goes first: cut short, the rest is still found from 1 on."""
    last = 0
    while storage().exists(preview_key(item_id, last + 1)):
        last += 1
    for number in range(last, 0, -1):
        storage().delete(preview_key(item_id, number))


def reader(item_id: int, pieces: int) -> BinaryIO:
    """Open for reading and seeking, in bounded memory."""
    return cast(BinaryIO, _Reader(item_id, pieces))


class _Reader(RawIOBase):
    def __init__(self, item_id: int, pieces: int) -> None:
        super().__init__()
        overhead = NONCE_BYTES + TAG_BYTES
        sizes = [storage().size(f"{prefix(item_id)}.{piece}") - overhead for piece in range(pieces)]
        self._item_id = item_id
        self._ends = list(accumulate(sizes))
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._ends[-1] if self._ends else 0}
        if base[whence] + offset < 0:
            raise OSError("before the beginning")
        self._position = base[whence] + offset
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        end = self._ends[-1] if self._ends else 0
        stop = end if size is None or size < 0 else min(end, self._position + size)
        parts = []
        while self._position < stop:
            parts.append(self._some(stop))
        return b"".join(parts)

    def _some(self, stop: int) -> bytes:
        """Read up to `stop` or the end of the piece."""
        piece = bisect.bisect_right(self._ends, self._position)
        if self._held[0] != piece:
            self._held = (piece, get_piece(self._item_id, piece))
        start = self._ends[piece - 1] if piece else 0
        part = self._held[1][self._position - start : stop - start]
        self._position += len(part)
        return part


def _cipher() -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"overread intake 1").derive(deid_key())
    return AESGCM(derived)


def _sealed(content: bytes | memoryview, label: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, content, label)


def _opened(sealed: bytes, label: bytes) -> bytes:
    return _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], label)


def _label(item_id: int, piece: int) -> bytes:
    return f"{item_id}/{piece}".encode()
