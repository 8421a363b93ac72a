"""De-identify the files of a folder into another, with no database: what `manage.py deidentify` does.

Nobody is there to look at pixels, so every text that is found is masked. Names of files are never written: they hold
patients' names. A file is known by its number, in the order of the paths.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import labeling
from labeling import intake
from labeling.domain.certificates import key_fingerprint
from labeling.domain.dicom.deidentification.profiles import Profile
from labeling.domain.dicom.deidentified_file import DeidentifiedFile
from labeling.errors import BadDicom, DicomTooLarge
from labeling.models import Outcome
from labeling.sandbox import deidentify_in_sandbox, find_text_in_sandbox

MAX_BYTES = 1 << 30
_OWNER = "deidentify"


@dataclass(frozen=True)
class FileOutcome:
    """`path` is for the terminal of whoever has the files, and for nothing that is written."""

    number: int
    path: Path
    outcome: str
    reason: str = ""
    output: str = ""
    masks: tuple[tuple[int, int, int, int], ...] = ()

    def to_json(self) -> dict[str, Any]:
        said = {"number": self.number, "outcome": self.outcome, "reason": self.reason, "output": self.output}
        return said | {"masks": [list(mask) for mask in self.masks]}


@dataclass
class FolderReport:
    profile: Profile
    files: list[FileOutcome] = field(default_factory=list)
    actions: dict[str, Counter[str]] = field(default_factory=dict)
    dropped_words: int = 0
    texts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, outcome: FileOutcome, clean: DeidentifiedFile | None = None) -> None:
        self.files.append(outcome)
        if clean is None:
            return
        for keyword, counts in clean.report.actions.items():
            self.actions.setdefault(keyword, Counter()).update(counts)
        self.dropped_words += clean.report.dropped_words
        self.texts.update(clean.report.texts)

    def to_json(self) -> dict[str, Any]:
        outcomes = Counter(file.outcome for file in self.files)
        return {
            "profile": self.profile.to_json(),
            "software": labeling.__version__,
            "key_fingerprint": key_fingerprint(intake.deid_key()),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "counts": {"files": len(self.files), **{outcome: outcomes[outcome] for outcome in Outcome.values}},
            "reasons": dict(Counter(file.reason for file in self.files if file.reason)),
            "actions": {keyword: dict(counts) for keyword, counts in sorted(self.actions.items())},
            "dropped_words": self.dropped_words,
            "remaining_texts": [[keyword, text, count] for (keyword, text), count in sorted(self.texts.items())],
            "files": [file.to_json() for file in self.files],
        }


class FolderWork:
    """One run. The outputs of one run are never written over each other."""

    def __init__(self, *, folder: Path, profile: Profile) -> None:
        self._folder, self._key = folder, intake.deid_key()
        self.report = FolderReport(profile)
        self._written: dict[str, str] = {}

    def run(self, paths: Iterable[Path]) -> Iterator[FileOutcome]:
        self._folder.mkdir(parents=True, exist_ok=True)
        for number, path in enumerate(paths, 1):
            yield self._one(number, path)

    def _one(self, number: int, path: Path) -> FileOutcome:
        clean: DeidentifiedFile | None = None
        try:
            clean, masks = self._clean(path)
            found = self._store(number, path, clean, masks)
        except OSError:
            found = FileOutcome(number, path, Outcome.REJECTED, "unreadable")
        except BadDicom as error:
            found = FileOutcome(number, path, error.outcome, error.code)
        self.report.add(found, clean if found.outcome == Outcome.ACCEPTED else None)
        return found

    def _clean(self, path: Path) -> tuple[DeidentifiedFile, tuple[tuple[int, int, int, int], ...]]:
        if path.stat().st_size > MAX_BYTES:
            raise DicomTooLarge
        content = path.read_bytes()
        profile = self.report.profile
        clean = deidentify_in_sandbox(content, self._key, profile=profile, owner=_OWNER)
        if not clean.needs_text_check:
            return clean, ()
        boxes = find_text_in_sandbox(clean.dataset, owner=_OWNER).boxes
        if not boxes and clean.says_burned_in:
            return clean, ()  # and the file goes on saying so: what nobody found nobody can claim to be gone
        masks = tuple((box.left, box.top, box.right, box.bottom) for box in boxes)
        return deidentify_in_sandbox(content, self._key, profile=profile, owner=_OWNER, masks=masks), masks

    def _store(
        self, number: int, path: Path, clean: DeidentifiedFile, masks: tuple[tuple[int, int, int, int], ...]
    ) -> FileOutcome:
        name, digest = f"{clean.sop_instance_uid}.dcm", hashlib.sha256(clean.dataset).hexdigest()
        known = self._written.setdefault(name, digest)
        if (self._folder / name).exists() or known != digest:
            same = hashlib.sha256((self._folder / name).read_bytes()).hexdigest() == digest
            outcome = Outcome.DUPLICATE if same else Outcome.CONFLICT
            reason = "same_content" if same else "other_content_under_this_uid"
            return FileOutcome(number, path, outcome, reason, name if same else "")
        (self._folder / name).write_bytes(clean.dataset)
        return FileOutcome(number, path, Outcome.ACCEPTED, "", name, masks)
