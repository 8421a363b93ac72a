"""What most readers say: labels and marks by majority, with who said it and how near each reader is to it."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from labeling.domain.agreement.distances import distance
from labeling.domain.agreement.estimates import Floats, Integers
from labeling.domain.agreement.marks import Geometry, Mark, Slice
from labeling.domain.agreement.matching import Group
from labeling.domain.agreement.overlap import encloses, rasterised, region_of, shared_area
from labeling.domain.agreement.ratings import Ratings, counts_of
from labeling.domain.geometry.masks import Mask, encoded
from labeling.domain.geometry.shapes import Box


@dataclass(frozen=True)
class LabelConsensus:
    """One answer for each case, None where it is open, and who gave it.

    `certainty[case]` is the share of answers, or the probability, that it has. `quality` is the share of a reader's
    answers that are as the consensus, None without any.
    """

    labels: tuple[Hashable | None, ...]
    certainty: Floats
    sources: tuple[tuple[str, ...], ...]
    quality: dict[str, float | None]


def majority_labels(ratings: Ratings) -> LabelConsensus:
    """The answer of more than half of those who answered; open where there is none."""
    counts = counts_of(ratings.values, len(ratings.categories))
    answers = counts.sum(axis=1)
    shares = counts / np.maximum(answers, 1)[:, None]
    best = shares.argmax(axis=1) if len(ratings.categories) else np.zeros(len(shares), dtype=np.int64)
    certainty = shares.max(axis=1, initial=0.0)
    return label_consensus(ratings, np.where(certainty > 0.5, best, -1), certainty)


def label_consensus(ratings: Ratings, chosen: Integers, certainty: Floats) -> LabelConsensus:
    """From the index of the category chosen for each case, -1 where it is open."""
    is_decided = (chosen >= 0)[:, None] & (ratings.values >= 0)
    is_same = is_decided & (ratings.values == chosen[:, None])
    quality: dict[str, float | None] = {}
    for reader in ratings.names:
        columns = ratings.columns_of(reader)
        number = int(is_decided[:, columns].sum())
        quality[reader] = int(is_same[:, columns].sum()) / number if number else None
    sources = tuple(
        tuple(dict.fromkeys(reader for reader, same in zip(ratings.readers, row, strict=True) if same))
        for row in is_same
    )
    labels = tuple(ratings.categories[index] if index >= 0 else None for index in chosen)
    return LabelConsensus(labels, certainty, sources, quality)


@dataclass(frozen=True)
class ReaderQuality:
    """Share of a reader's marks that are in the consensus, share of the consensus that the reader has; None of none."""

    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class ConsensusMark:
    """A mark that stands for those of which `sources` are the identities. The marks of one group share `lesion`.

    `support` is the share of readers that have it, or the score of the fusion.
    """

    label: str
    geometry: Geometry
    slice: Slice
    lesion: int
    support: float
    sources: tuple[str, ...]


@dataclass(frozen=True)
class MarkConsensus:
    """`undecided` are groups that enough readers have, but with labels of which none prevails."""

    marks: tuple[ConsensusMark, ...]
    quality: dict[str, ReaderQuality]
    undecided: tuple[Group, ...] = ()


def majority_marks(groups: Sequence[Group], readers: Sequence[str], more_than: float = 0.5) -> MarkConsensus:
    """The groups that more than this share of the readers have, with the label that most of those gave.

    The extent is, on each slice that more than half of the group marked: of boxes the mean of their sides; of masks,
    and masks with others, the pixels that more than half have; else the one mark that is most like all others.
    """
    kept = [group for group in groups if len(group.findings) > more_than * len(readers)]
    undecided = tuple(group for group in kept if _prevailing(group) is None)
    marks: list[ConsensusMark] = []
    for number, group in enumerate(kept, start=1):
        if label := _prevailing(group):
            marks += _fused(group, label, number, len(group.findings) / len(readers))
    owned = [(finding.reader, finding.identities) for group in groups for finding in group.findings]
    return MarkConsensus(tuple(marks), quality_of(owned, marks, readers), undecided)


def quality_of(
    owned: Iterable[tuple[str, tuple[str, ...]]], marks: Sequence[ConsensusMark], readers: Sequence[str]
) -> dict[str, ReaderQuality]:
    """`owned` are readers with the identities of the marks of each finding of theirs."""
    lesion_of = {identity: mark.lesion for mark in marks for identity in mark.sources}
    lesions = set(lesion_of.values())
    number: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    had: dict[str, set[int]] = {}
    for reader, identities in owned:
        found = {lesion_of[identity] for identity in identities if identity in lesion_of}
        number[reader] += 1
        hits[reader] += bool(found)
        had.setdefault(reader, set()).update(found)
    return {
        reader: ReaderQuality(
            hits[reader] / number[reader] if number[reader] else None,
            len(had.get(reader, set())) / len(lesions) if lesions else None,
        )
        for reader in readers
    }


def _prevailing(group: Group) -> str | None:
    """The label that more of the group gave than any other; None when two are level."""
    (first, most), *others = Counter(finding.label for finding in group.findings).most_common(2)
    return None if others and others[0][1] == most else first


def _fused(group: Group, label: str, lesion: int, support: float) -> list[ConsensusMark]:
    by_slice: dict[Slice, dict[str, list[Mark]]] = {}
    for finding in group.findings:
        for mark in finding.marks:
            by_slice.setdefault(mark.slice, {}).setdefault(mark.reader, []).append(mark)
    fused = []
    for place, by_reader in sorted(by_slice.items()):
        if len(by_reader) * 2 > len(group.findings):
            marks = [mark for own in by_reader.values() for mark in own]
            sources = tuple(mark.identity for mark in marks)
            geometry = _extent(list(by_reader.values()))
            fused.append(ConsensusMark(label, geometry, place, lesion, support, sources))
    return fused


def _extent(marks_of_readers: Sequence[Sequence[Mark]]) -> Geometry:
    geometries = [mark.geometry for own in marks_of_readers for mark in own]
    if len(geometries) == len(marks_of_readers) and all(isinstance(one, Box) for one in geometries):
        x, y, width, height = np.mean([one.bounds for one in geometries], axis=0).tolist()
        return Box(x, y, width, height)
    masks = [one for one in geometries if isinstance(one, Mask)]
    if masks and all(map(encloses, geometries)):
        rows, columns = masks[0].rows, masks[0].columns
        regions = [region_of([mark.geometry for mark in own]) for own in marks_of_readers]
        votes = np.sum([rasterised(region, rows, columns).pixels for region in regions], axis=0)
        majority = votes * 2 > len(regions)
        return encoded(majority) if majority.any() else masks[0]
    return max(geometries, key=lambda one: sum(_resemblance(one, other) for other in geometries))


def _resemblance(one: Geometry, other: Geometry) -> float:
    """Higher is more alike; only to be compared among marks of one group."""
    if encloses(one) and encloses(other):
        return shared_area(one, other).iou
    return -distance(one, other)
