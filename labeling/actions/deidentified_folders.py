"""De-identify the files of a folder into another, with no database: what `manage.py deidentify` does.

Nobody is there to look at pixels, so every text that is found is masked. Names of files are never written: they hold
patients' names. A file is known by its number, in the order of the paths.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import labeling
from labeling import intake
from labeling.domain.archives import Archive, is_archive
from labeling.domain.certificates import key_fingerprint
from labeling.domain.dicom.deidentification.profiles import Profile
from labeling.domain.dicom.deidentified_file import DeidentifiedFile
from labeling.errors import BadArchive, BadDicom, DicomTooLarge, NestedArchive
from labeling.models import Outcome
from labeling.sandbox import deidentify_in_sandbox, find_text_in_sandbox

MAX_BYTES, PIECE_BYTES = 1 << 30, 8 << 20
_OWNER = "deidentify"


Masks = tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True)
class Named:
    """A file by its number, `member` by its number in an archive. `path` is for the terminal of whoever has the files,
    and for nothing that is written."""

    number: int
    path: Path
    member: int = 0

    def refused(self, error: BadDicom) -> "FileOutcome":
        return FileOutcome(self, Outcome(error.outcome), error.code)


@dataclass(frozen=True)
class FileOutcome:
    file: Named
    outcome: Outcome
    reason: str = ""
    output: str = ""
    masks: Masks = ()

    def to_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"number": self.file.number}
        if self.file.member:
            said["member"] = self.file.member
        said |= {"outcome": self.outcome.value, "reason": self.reason, "output": self.output}
        return said | {"masks": [list(mask) for mask in self.masks]}


Found = tuple[FileOutcome, DeidentifiedFile | None]


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
            "counts": {"files": len(self.files), **{outcome: outcomes[Outcome(outcome)] for outcome in Outcome.values}},
            "reasons": dict(Counter(file.reason for file in self.files if file.reason)),
            "actions": {keyword: dict(counts) for keyword, counts in sorted(self.actions.items())},
            "dropped_words": self.dropped_words,
            "remaining_texts": [[keyword, text, count] for (keyword, text), count in sorted(self.texts.items())],
            "files": [file.to_json() for file in self.files],
        }


class FolderWork:
    """One run. What is in the folder already is never written over."""

    def __init__(self, *, folder: Path, profile: Profile) -> None:
        self._folder, self._key = folder, intake.deid_key()
        self.report = FolderReport(profile)

    def run(self, paths: Iterable[Path]) -> Iterator[FileOutcome]:
        self._folder.mkdir(parents=True, exist_ok=True)
        for number, path in enumerate(paths, 1):
            for found, clean in self._of_path(Named(number, path)):
                self.report.add(found, clean if found.outcome == Outcome.ACCEPTED else None)
                yield found

    def _of_path(self, named: Named) -> Iterator[Found]:
        """One file, or what an archive holds."""
        try:
            with named.path.open("rb") as file:
                if is_archive(file.read(132)):
                    yield from self._members(named, Archive(file))
                elif file.seek(0, os.SEEK_END) > MAX_BYTES:
                    yield named.refused(DicomTooLarge()), None
                else:
                    file.seek(0)
                    yield self._one(named, file.read())
        except OSError:
            yield FileOutcome(named, Outcome.REJECTED, "unreadable"), None
        except BadArchive as error:
            yield FileOutcome(named, Outcome.REJECTED, error.code), None

    def _members(self, named: Named, archive: Archive) -> Iterator[Found]:
        for number, member in enumerate(archive.members, 1):
            inner = replace(named, member=number)
            try:
                content = b"".join(archive.pieces(member, PIECE_BYTES))
            except BadArchive as error:
                yield FileOutcome(inner, Outcome.REJECTED, error.code), None
                continue
            yield (inner.refused(NestedArchive()), None) if is_archive(content[:132]) else self._one(inner, content)

    def _one(self, named: Named, content: bytes) -> Found:
        try:
            clean, masks = self._clean(content)
        except BadDicom as error:
            return named.refused(error), None
        return self._store(named, clean, masks), clean

    def _clean(self, content: bytes) -> tuple[DeidentifiedFile, Masks]:
        profile = self.report.profile
        clean = deidentify_in_sandbox(content, self._key, profile=profile, owner=_OWNER)
        if not clean.needs_text_check:
            return clean, ()
        boxes = find_text_in_sandbox(clean.dataset, owner=_OWNER).boxes
        if not boxes and clean.says_burned_in:
            return clean, ()  # and the file goes on saying so: what nobody found nobody can claim to be gone
        masks = tuple((box.left, box.top, box.right, box.bottom) for box in boxes)
        return deidentify_in_sandbox(content, self._key, profile=profile, owner=_OWNER, masks=masks), masks

    def _store(self, named: Named, clean: DeidentifiedFile, masks: Masks) -> FileOutcome:
        """The file appears whole or not at all."""
        target = self._folder / f"{clean.sop_instance_uid}.dcm"
        if target.exists():
            if target.read_bytes() == clean.dataset:
                return FileOutcome(named, Outcome.DUPLICATE, "same_content", target.name)
            return FileOutcome(named, Outcome.CONFLICT, "other_content_under_this_uid")
        temporary = target.with_suffix(".part")
        temporary.write_bytes(clean.dataset)
        temporary.replace(target)
        return FileOutcome(named, Outcome.ACCEPTED, "", target.name, masks)
