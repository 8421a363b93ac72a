"""Keyed pseudonyms: the same key gives the same ones, and without the key nobody can recompute them.

There is no table: PS3.15 E.1 warns of plain hashes, which a dictionary of record numbers undoes in seconds, so
everything is an HMAC. Changing the key breaks the link to what was taken in before, on purpose.
"""

import base64
import hashlib
import hmac

from pydicom._uid_dict import UID_dictionary

MAX_SHIFT_DAYS = 3650


class Pseudonyms:
    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise ValueError("the key of the pseudonyms must have at least 32 bytes")
        self._key = key

    def _digest(self, purpose: str, *parts: str) -> bytes:
        # Lengths in front keep ("ab", "c") and ("a", "bc") apart.
        message = "".join(f"{len(part)}:{part}" for part in (purpose, *parts)).encode("utf-8", "surrogateescape")
        return hmac.digest(self._key, message, hashlib.sha256)

    def uid(self, original: str) -> str:
        """A UID under 2.25; UIDs that the standard registers (SOP classes, transfer syntaxes) stay."""
        if original in UID_dictionary:
            return original
        return f"2.25.{int.from_bytes(self._digest('uid', original)[:16], 'big')}"

    def patient(self, patient_id: str, issuer: str, name: str, birth: str, study_uid: str = "") -> str:
        """By PatientID and its issuer; without one by name and birth date; without those a patient per study.

        Two hospitals that use the same PatientID without an issuer are taken for one patient.
        """
        patient_id, issuer, name, birth = (_trimmed(part) for part in (patient_id, issuer, name, birth))
        if patient_id:
            digest = self._digest("patient id", patient_id, issuer)
        elif name.strip("^= "):
            digest = self._digest("patient name", name.upper().rstrip("^"), birth)
        else:
            digest = self._digest("patient study", _trimmed(study_uid))
        return "P-" + _letters(digest, 10)

    def accession(self, number: str) -> str:
        """At most 16 characters, as SH allows; empty stays empty."""
        number = _trimmed(number)
        return "A-" + _letters(self._digest("accession", number), 10) if number else ""

    def shift_days(self, patient: str) -> int:
        """How many days the dates of this patient (a pseudonym) move into the past: 1 to 3650."""
        return 1 + int.from_bytes(self._digest("shift", patient)[:8], "big") % MAX_SHIFT_DAYS

    def text_digest(self, keyword: str, value: str) -> str:
        """Tells a text that was dropped when it comes again: it need not be kept for that."""
        return self._digest("text", keyword, value).hex()

    def source_digest(self, content: bytes | memoryview) -> str:
        """Tells whether two files were the same bytes; keyed, so nobody can test a file of their own against it."""
        return hmac.new(self._key, b"source:" + hashlib.sha256(content).digest(), hashlib.sha256).hexdigest()


def _trimmed(value: str) -> str:
    return value.strip("\0 \t\r\n")


def _letters(digest: bytes, count: int) -> str:
    """Crockford-like base32: no I, L, O or U, so that people can read it aloud and no word comes about."""
    alphabet = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    return base64.b32encode(digest).translate(alphabet)[:count].decode()
