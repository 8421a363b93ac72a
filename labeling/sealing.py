"""Seal what must be read back one day but by nobody who only has the database: original patient IDs.

AES-256-GCM under REIDENTIFICATION_KEY, a key of its own: who holds the other keys and a dump of the database opens
nothing. What a value belongs to is authenticated, so that no row can stand in for another. Lengths are hidden in steps.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from labeling.errors import CannotUnseal, NoReidentificationKey

NONCE_BYTES = 12
STEP = 64


def has_key() -> bool:
    return bool(settings.REIDENTIFICATION_KEY)


def key_id() -> str:
    """Tells keys apart and tells nothing of them. Raises NoReidentificationKey."""
    return _derived(b"overread identity links 1: key id", 8).hex()


def seal(text: str, belongs_to: str) -> bytes:
    """Raises NoReidentificationKey."""
    content, nonce = text.encode("utf-8", "replace"), os.urandom(NONCE_BYTES)
    padded = content + bytes(-len(content) % STEP)
    return nonce + _cipher().encrypt(nonce, padded, belongs_to.encode())


def unseal(sealed: bytes, belongs_to: str) -> str:
    """Raises CannotUnseal when the key is another one or the row was changed, and NoReidentificationKey."""
    try:
        padded = _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], belongs_to.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal("the link is damaged, or was sealed under another key") from error
    return padded.rstrip(b"\0").decode()


def _cipher() -> AESGCM:
    return AESGCM(_derived(b"overread identity links 1", 32))


def _derived(purpose: bytes, length: int) -> bytes:
    if not has_key():
        raise NoReidentificationKey("REIDENTIFICATION_KEY is not set on this server")
    key = settings.REIDENTIFICATION_KEY.encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(key)
