"""Compare rows with files: what a row promises is there, byte for byte, and nothing is there that no row knows."""

import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Q

from labeling import intake
from labeling.errors import MissingContent
from labeling.models import BatchItem, Instance, ItemState, Outcome, PixelReview, ReleaseInstance, RemainingTextUse
from labeling.storage import content_key, pack_key, storage

HASH_IN_KEY = re.compile(r"/([0-9a-f]{64})\.(dcm|pack)$")


@dataclass
class Findings:
    files: int = 0
    rows_without_files: list[str] = field(default_factory=list)
    files_without_rows: list[str] = field(default_factory=list)
    wrong_hashes: list[str] = field(default_factory=list)

    def problems(self) -> dict[str, list[str]]:
        return {name: value for name, value in asdict(self).items() if isinstance(value, list)}

    def to_json(self) -> dict[str, Any]:
        return {"is_consistent": not any(self.problems().values()), **asdict(self)}


def check(*, grace_seconds: float) -> Findings:
    """Read everything once. Files younger than `grace_seconds` may still get their row."""
    found = Findings()
    before = time.time() - grace_seconds
    known = _check_rows(found)
    for area in ("content", "frames"):
        for stored in storage().iterate(area):
            if stored.key not in known and stored.modified_at <= before:
                found.files_without_rows.append(stored.key)
    _check_intake(found, before)
    _check_previews(found, before)
    return found


def _check_rows(found: Findings) -> set[str]:
    known: set[str] = set()
    for key in _promised_keys():
        if key not in known:
            known.add(key)
            _check_file(found, key)
    # Content that was replaced is still there until it is destroyed.
    replaced = RemainingTextUse.objects.exclude(replaced_sha256="").values_list("replaced_sha256", flat=True)
    return known | {content_key(sha256) for sha256 in replaced}


def _promised_keys() -> Iterator[str]:
    for content, pack in Instance.objects.values_list("content_sha256", "pack_sha256").iterator():
        yield content_key(content)
        yield pack_key(pack)
    for content in ReleaseInstance.objects.values_list("content_sha256", flat=True).distinct().iterator():
        yield content_key(content)


def _check_file(found: Findings, key: str) -> None:
    match = HASH_IN_KEY.search(key)
    try:
        with storage().open(key) as file:
            found.files += 1
            if match is None or hashlib.file_digest(file, "sha256").hexdigest() != match[1]:
                found.wrong_hashes.append(key)
    except MissingContent:
        found.rows_without_files.append(key)


def _check_intake(found: Findings, before: float) -> None:
    """What waits must be of an item that still has its bytes, and such an item must have them all."""
    # A settled item loses its bytes a moment before its row says so.
    keeps = ~Q(state=ItemState.DONE) | Q(outcome=Outcome.QUARANTINED)
    rows = BatchItem.objects.filter(keeps).exclude(intake_key="")
    waiting = dict(rows.values_list("pk", "pieces"))
    there: dict[int, int] = {}
    for stored in storage().iterate(intake.AREA):
        item_id = intake.item_id_of(stored)
        there[item_id] = there.get(item_id, 0) + 1
        is_known = item_id in waiting or BatchItem.objects.filter(pk=item_id).exclude(intake_key="").exists()
        if not is_known and stored.modified_at <= before:
            found.files_without_rows.append(stored.key)
    still = rows.values_list("pk", flat=True)
    found.rows_without_files += [intake.prefix(pk) for pk in still if there.get(pk, 0) < waiting.get(pk, 0)]


def _check_previews(found: Findings, before: float) -> None:
    """A waiting review has all its previews; others belong to an item whose bytes are about to go, or to none."""
    waiting = PixelReview.objects.waiting()
    there = set()
    for stored in storage().iterate(intake.REVIEW_AREA):
        there.add(stored.key)
        has_bytes = BatchItem.objects.filter(pk=intake.item_id_of(stored)).exclude(intake_key="").exists()
        if not has_bytes and stored.modified_at <= before:
            found.files_without_rows.append(stored.key)
    for item_id, previews in waiting.values_list("item_id", "previews").iterator():
        keys = [intake.preview_key(item_id, number) for number in range(1, len(previews) + 1)]
        found.rows_without_files += [key for key in keys if key not in there]
