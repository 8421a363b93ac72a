"""Judges pseudonyms and shifts: one for each patient everywhere, and none that can be computed without the key."""

import base64
import hashlib

HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256")


def check_people(run, ledger):
    pseudonyms = {}
    for pair in run.pairs:
        found = str(pair.output.get("PatientID", ""))
        known = pseudonyms.setdefault(pair.case.person.key, found)
        is_known = found == known
        ledger.check(is_known, "pseudonyms", pair.case, "PatientID", f"{known}, as in the patient's other files", found)
        is_computable = any(value in found.lower() or found.lower() in value for value in unkeyed(pair))
        is_keyed = not is_computable and found.strip() != pair.case.person.patient_id.strip(" \0")
        ledger.check(is_keyed, "pseudonyms", pair.case, "PatientID", "a keyed pseudonym", found)
        ledger.check("PatientName" in pair.output, "pseudonyms", pair.case, "PatientName", "present", "")
    keys = sorted(pseudonyms)
    different = len(set(pseudonyms.values())) == len(keys)
    ledger.check(different, "pseudonyms", "run", "PatientID", "as many pseudonyms as patients", pseudonyms)
    shifts = run.shifts
    is_apart = len(set(shifts.values())) > len(shifts) - 2 and len(shifts) == len(keys)
    ledger.check(is_apart, "dates", "run", "shifts", "a shift of its own for each patient", shifts)


def unkeyed(pair):
    """Give what anyone could compute from the patient's number: plain hashes in their usual spellings."""
    original = pair.case.person.patient_id.strip(" \0")
    for text in {original, pair.case.person.issuer + original, original + pair.case.person.issuer}:
        for name in HASHES:
            digest = hashlib.new(name, text.encode()).digest()
            yield digest.hex()[:8]
            yield base64.b32encode(digest).decode().lower()[:8]
            yield base64.b64encode(digest).decode().lower()[:8]


def check_again(first, again, ledger):
    """A second run with the same key gives the same UIDs, pseudonyms and shifts."""
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        same = _column(first, keyword, again) == _column(again, keyword, again)
        ledger.check(same, "uids", "second run, same key", keyword, "the same", "")
    for keyword, category in (("PatientID", "pseudonyms"), ("StudyDate", "dates")):
        same = _column(first, keyword, again) == _column(again, keyword, again)
        ledger.check(same, category, "second run, same key", keyword, "the same", "")


def check_other_key(first, other, ledger):
    """A run with another key shares nothing with the first."""
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        shared = set(_column(first, keyword, other).values()) & set(_column(other, keyword, other).values())
        ledger.check(not shared, "uids", "run with another key", keyword, "nothing shared", shared)
    shared = set(_column(first, "PatientID", other).values()) & set(_column(other, "PatientID", other).values())
    ledger.check(not shared, "pseudonyms", "run with another key", "PatientID", "nothing shared", shared)
    same = [key for key in other.shifts if other.shifts[key] == first.shifts.get(key)]
    ledger.check(bool(other.shifts) and len(same) < 2, "dates", "run with another key", "shifts", "other shifts", same)


def _column(run, keyword, of):
    wanted = {pair.case.number for pair in of.pairs}
    return {pair.case.number: str(pair.output.get(keyword)) for pair in run.pairs if pair.case.number in wanted}
