"""Train, validation and test: whole patients, by seed, never moved once given."""

import hashlib
from collections.abc import Iterable, Mapping

SPLITS = ("train", "val", "test")
TOLERANCE = 1e-9


def fractions_fault(fractions: Mapping[str, float]) -> str:
    """Say what is wrong with the fractions; empty when nothing is."""
    if set(fractions) != set(SPLITS):
        return "fractions are given for train, val and test"
    if not all(0.0 <= fractions[split] <= 1.0 for split in SPLITS):
        return "a fraction lies between 0 and 1"
    if abs(sum(fractions.values()) - 1.0) > TOLERANCE:
        return "the fractions of train, val and test must sum to 1"
    return ""


def assign_splits(
    patients: Iterable[str], known: Mapping[str, int], fractions: Mapping[str, float], seed: int
) -> dict[str, str]:
    """Give each new patient a split, so that all patients together come as near to the fractions as they can.

    `known` counts the patients that already have one. The same input gives the same answer in whatever order it comes:
    patients are lined up by a digest of seed and pseudonym, and the line is cut.
    """
    line = sorted(set(patients), key=lambda patient: hashlib.sha256(f"{seed}:{patient}".encode()).digest())
    total = len(line) + sum(known.values())
    wanted = {split: max(0.0, fractions[split] * total - known.get(split, 0)) for split in SPLITS}
    given: dict[str, str] = {}
    start = 0
    for split, count in _shares(wanted, len(line)).items():
        given |= dict.fromkeys(line[start : start + count], split)
        start += count
    return given


def _shares(wanted: Mapping[str, float], count: int) -> dict[str, int]:
    """Divide `count` in proportion to what is wanted, by largest remainder."""
    scale = count / (sum(wanted.values()) or 1.0)
    exact = {split: wanted[split] * scale for split in SPLITS}
    shares = {split: int(exact[split]) for split in SPLITS}
    by_remainder = sorted(SPLITS, key=lambda split: (shares[split] - exact[split], SPLITS.index(split)))
    for split in by_remainder[: count - sum(shares.values())]:
        shares[split] += 1
    return shares
