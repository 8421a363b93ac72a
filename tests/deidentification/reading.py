"""Reads inputs and outputs for the judge, who knows the whole table even where pydicom's dictionary does not."""

import io
import json
import re
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import pydicom
from pydicom import config, datadict
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.uid import DeflatedExplicitVRLittleEndian

from tests.deidentification.corpus import Case
from tests.deidentification.expectations import NEWER_THAN_PYDICOM

CATEGORIES = (
    "leaks", "actions", "uids", "dates", "pseudonyms", "text", "utility", "pixels", "markers", "files", "validity",
)  # fmt: skip


@contextmanager
def judging():
    """Teach pydicom the newer tags while the judge reads: the engine must never see them."""
    newer = mock.patch.dict(datadict.DicomDictionary, NEWER_THAN_PYDICOM)
    names = {entry[4]: tag for tag, entry in NEWER_THAN_PYDICOM.items()}
    with newer, mock.patch.dict(datadict.keyword_dict, names), config.disable_value_validation():
        yield


@dataclass(frozen=True)
class Failure:
    category: str
    case: str
    where: str
    expected: str
    got: str

    def __str__(self):
        return f"{self.case}: {self.where}: expected {self.expected}; got {self.got}"


@dataclass
class Ledger:
    """Counts the checks of each category and keeps those that failed."""

    counts: Counter = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def check(self, is_right, category, case, where, expected, got=""):
        assert category in CATEGORIES
        self.counts[category] += 1
        if not is_right:
            self.failures.append(Failure(category, str(case), str(where), str(expected), _short(got)))
        return is_right

    def failed(self):
        return Counter(failure.category for failure in self.failures)

    def summary(self):
        failed = self.failed()
        lines = [f"{name}: {self.counts[name] - failed[name]} of {self.counts[name]}" for name in CATEGORIES]
        return "\n".join([f"{sum(self.counts.values())} checks, {len(self.failures)} failed", *lines])


def _short(value):
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:157]}..."


@dataclass
class Pair:
    """A case with what became of it."""

    case: Case
    source: Dataset
    output: Dataset
    content: bytes
    name: str


@dataclass
class Run:
    """One run of the command: the pairs, and what is known of the whole."""

    pairs: list[Pair]
    missing: list[Case]
    unreadable: list[str]
    names: list[str]
    report: str
    input_count: int
    uids: dict[str, str] = field(default_factory=dict)
    shifts: dict[str, int] = field(default_factory=dict)

    def report_data(self):
        return json.loads(self.report)

    def masks_of(self, pair):
        """Give the boxes [left, top, right, bottom] that the report says were burned into this output."""
        lists = [part for part in self.report_data().values() if isinstance(part, list)]
        entries = [entry for part in lists for entry in part if isinstance(entry, dict)]
        return [box for entry in entries if entry.get("output") == pair.name for box in entry.get("masks", [])]


def read_run(cases, output, report, input_count):
    """Pair each case with the file whose InstanceNumber is its number."""
    found, unreadable, names = {}, [], []
    for path in sorted(output.rglob("*")):
        names.append(path.relative_to(output).as_posix())
        if path.is_file():
            content = path.read_bytes()
            try:
                ds = pydicom.dcmread(io.BytesIO(content))
                if int(ds.InstanceNumber) in found:
                    unreadable.append(f"a second file with InstanceNumber {ds.InstanceNumber}")
                found[int(ds.InstanceNumber)] = (ds, content, names[-1])
            except Exception as error:
                unreadable.append(f"{type(error).__name__}")
    pairs, missing = [], []
    for case in cases:
        if case.number in found:
            pairs.append(Pair(case, pydicom.dcmread(io.BytesIO(case.content)), *found[case.number]))
        else:
            missing.append(case)
    return Run(pairs, missing, unreadable, names, Path(report).read_text(), input_count)


def searchable(pair):
    """Give the output's bytes, inflated as well if it is deflated, and all its text as characters, in lower case."""
    content = pair.content
    if pair.output.file_meta.TransferSyntaxUID == DeflatedExplicitVRLittleEndian:
        start = 144 + pair.output.file_meta.FileMetaInformationGroupLength
        content += zlib.decompress(content[start:], -15)
    return content.lower(), " ".join(all_text(pair.output)).casefold()


def all_text(ds):
    for elem in elements(ds):
        for value in values_of(elem):
            if not isinstance(value, bytes):
                yield str(value)


def elements(ds):
    """Give every element at every depth but sequences."""
    for elem in ds:
        if elem.VR == "SQ":
            for inner in elem.value or []:
                yield from elements(inner)
        else:
            yield elem


def values_of(elem):
    value = elem.value
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, MultiValue | list) else [value]


def is_empty(elem):
    return elem.value is None or (elem.VR == "SQ" and len(elem.value) == 0) or values_of(elem) in ([], [""], [b""])


def plain_words(text):
    return re.findall(r"[^\W_]+", str(text).casefold())
