"""How much a release holds, for its manifest."""

from collections import Counter, defaultdict
from typing import Any

from labeling.domain.formats.dataset import Dataset
from labeling.domain.splits import SPLITS

COUNTED = ("patients", "cases", "images", "reads", "reads_without_finding", "marks")


def counts(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """Count per split and in all. An image is one frame."""
    split_counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    patients: defaultdict[str, set[str]] = defaultdict(set)
    for case in dataset.cases():
        patients[case.split].add(case.patient)
        split_counts[case.split].update(
            cases=1,
            images=sum(image.number_of_frames for image in case.images),
            reads=len(case.reads),
            reads_without_finding=sum(read.no_finding for read in case.reads),
            marks=sum(len(read.marks) for read in case.reads),
        )
    for split in SPLITS:
        split_counts[split]["patients"] = len(patients[split])
    total = sum((split_counts[split] for split in SPLITS), Counter[str]())
    return {name: {key: row[key] for key in COUNTED} for name, row in [*split_counts.items(), ("all", total)]}
