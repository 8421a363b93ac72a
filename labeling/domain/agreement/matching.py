"""Which marks of several readers of a case are of the same thing, and whether they agree on what and where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from labeling.domain.agreement.distances import distance
from labeling.domain.agreement.estimates import Floats
from labeling.domain.agreement.marks import Finding, Mark, SpacingMm, findings_of
from labeling.domain.agreement.overlap import encloses, shared_volume
from labeling.domain.geometry.shapes import Box


@dataclass(frozen=True)
class Rule:
    """When marks are of one thing, and when they agree.

    Likeness is the IoU of areas (over slices that either lies on, or with `joint_slices_only` that both do); where
    one encloses nothing it is 1 - distance / `reach`, in mm if there is a spacing, else px. Marks may be of one thing
    from `least_likeness` on and agree on the extent from `extent_agrees` on. `labels`: marks with different labels are
    never of one thing ("must"), are only if no better pairs are to be had ("prefer"), or labels play no part.
    """

    least_likeness: float = 0.1
    extent_agrees: float = 0.5
    labels: Literal["must", "prefer", "ignore"] = "prefer"
    reach: float = 20.0
    joint_slices_only: bool = False
    spacing: SpacingMm | None = None


class Verdict(StrEnum):
    AGREE = "agree"
    LABEL_DIFFERS = "label_differs"
    EXTENT_DIFFERS = "extent_differs"
    ONE_READER = "one_reader"


class Pair(NamedTuple):
    """Places in the two lists that were matched."""

    first: int
    second: int
    likeness: float


@dataclass(frozen=True)
class Group:
    """Findings of one thing, at most one of each reader, by reader. `without`: who read the case and drew none.

    `least_likeness` is that of the two findings that are least alike, None of a single one. Findings of some
    but not all readers can agree: `without` tells.
    """

    findings: tuple[Finding, ...]
    verdict: Verdict
    least_likeness: float | None
    without: tuple[str, ...]

    @property
    def readers(self) -> tuple[str, ...]:
        return tuple(finding.reader for finding in self.findings)

    @property
    def is_disagreement(self) -> bool:
        return bool(self.without) or self.verdict in (Verdict.LABEL_DIFFERS, Verdict.EXTENT_DIFFERS)


def likeness(first: Finding, second: Finding, rule: Rule) -> float:
    """0 to 1; 0 on different slices."""
    areas = [any(encloses(mark.geometry) for mark in finding.marks) for finding in (first, second)]
    if all(areas):
        return shared_volume(first, second, joint_slices_only=rule.joint_slices_only).iou
    apart = [
        distance(one.geometry, other.geometry, rule.spacing)
        for one in first.marks
        for other in second.marks
        if one.slice == other.slice and not (encloses(one.geometry) and encloses(other.geometry))
    ]
    return max(0.0, 1 - min(apart) / rule.reach) if apart else 0.0


def likenesses(first: Sequence[Finding], second: Sequence[Finding], rule: Rule) -> Floats:
    """Of all pairs, shape (first, second)."""
    if all(len(one.marks) == 1 and isinstance(one.marks[0].geometry, Box) for one in (*first, *second)):
        return _box_likenesses(first, second)
    return np.array([[likeness(one, other, rule) for other in second] for one in first]).reshape(len(first), -1)


def _box_likenesses(first: Sequence[Finding], second: Sequence[Finding]) -> Floats:
    """What `likeness` gives for single boxes, all pairs at once: the case that large projects are full of."""
    ours, theirs = _corners(first), _corners(second)
    low = np.maximum(ours[:, None, :2], theirs[None, :, :2])
    high = np.minimum(ours[:, None, 2:], theirs[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(axis=2)
    areas = [(corners[:, 2:] - corners[:, :2]).prod(axis=1) for corners in (ours, theirs)]
    union = areas[0][:, None] + areas[1][None, :] - both
    same = np.array([[one.marks[0].slice == other.marks[0].slice for other in second] for one in first], dtype=np.bool_)
    return np.where(same.reshape(both.shape) & (union > 0), both / np.where(union > 0, union, 1), 0.0)


def _corners(findings: Sequence[Finding]) -> Floats:
    bounds = [finding.marks[0].geometry.bounds for finding in findings]
    return np.array([(x, y, x + width, y + height) for x, y, width, height in bounds]).reshape(-1, 4)


def matched(first: Sequence[Finding], second: Sequence[Finding], rule: Rule) -> list[Pair]:
    """The pairs of findings that together are most alike: optimal assignment (Kuhn 1955), by likeness and label.

    With `labels` "prefer" a pair of one label counts 1 more, as much as the likeness can be at most.
    """
    if not first or not second:
        return []
    alike = likenesses(first, second, rule)
    return assigned(alike, _scores(alike, first, second, rule))


def assigned(alike: Floats, scores: Floats) -> list[Pair]:
    """The assignment of largest sum of `scores`, without pairs that score nothing."""
    if not scores.any():
        return []
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return [
        Pair(int(row), int(column), float(alike[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if scores[row, column] > 0
    ]


def _scores(alike: Floats, first: Sequence[Finding], second: Sequence[Finding], rule: Rule) -> Floats:
    possible = (alike > 0) & (alike >= rule.least_likeness)
    if rule.labels == "ignore":
        return np.where(possible, alike, 0.0)
    same = np.array([[one.label == other.label for other in second] for one in first], dtype=np.bool_)
    if rule.labels == "must":
        return np.where(possible & same, alike, 0.0)
    return np.where(possible, alike + same, 0.0)


class _Edge(NamedTuple):
    score: float
    first: int
    second: int


def groups_of(marks: Sequence[Mark], readers: Sequence[str], rule: Rule | None = None) -> list[Group]:
    """All marks of a case in groups; `readers` are all who read it, also those who drew nothing.

    Pairs of every two readers' optimal assignments are joined, best first, unless a group would get two findings of
    one reader; then, best first, whatever is still possible. The outcome depends on no order of marks or
    readers.
    """
    rule = rule or Rule()
    findings = findings_of(marks)
    alike = likenesses(findings, findings, rule)
    scores = _scores(alike, findings, findings, rule)
    by_reader: dict[str, list[int]] = {}
    for place, finding in enumerate(findings):
        by_reader.setdefault(finding.reader, []).append(place)
    assigned_edges, possible_edges = [], []
    for one, other in combinations(sorted(by_reader), 2):
        rows, columns = by_reader[one], by_reader[other]
        block = scores[np.ix_(rows, columns)]
        assigned_edges += [_Edge(block[i, j], rows[i], columns[j]) for i, j, _ in assigned(block, block)]
        possible_edges += [_Edge(block[i, j], rows[i], columns[j]) for i, j in zip(*np.nonzero(block), strict=True)]
    members = _joined(findings, [*_best_first(assigned_edges), *_best_first(possible_edges)])
    everyone = sorted({*readers, *by_reader})
    return [
        _group([findings[place] for place in group], alike[np.ix_(group, group)], everyone, rule) for group in members
    ]


def _best_first(edges: list[_Edge]) -> list[_Edge]:
    return sorted(edges, key=lambda edge: (-edge.score, edge.first, edge.second))


def _joined(findings: Sequence[Finding], edges: Sequence[_Edge]) -> list[list[int]]:
    """Places of the findings of each group, in order."""
    group_of = {place: [place] for place in range(len(findings))}
    for edge in edges:
        first, second = group_of[edge.first], group_of[edge.second]
        if {findings[place].reader for place in first}.isdisjoint(findings[place].reader for place in second):
            both = sorted([*first, *second])
            group_of |= dict.fromkeys(both, both)
    return [group for place, group in group_of.items() if group[0] == place]


def _group(findings: Sequence[Finding], alike: Floats, everyone: Sequence[str], rule: Rule) -> Group:
    without = tuple(reader for reader in everyone if reader not in {finding.reader for finding in findings})
    if len(findings) == 1:
        return Group(tuple(findings), Verdict.ONE_READER, None, without)
    least = float(alike[np.triu_indices(len(findings), 1)].min())
    verdict = Verdict.AGREE if least >= rule.extent_agrees else Verdict.EXTENT_DIFFERS
    if rule.labels != "ignore" and len({finding.label for finding in findings}) > 1:
        verdict = Verdict.LABEL_DIFFERS
    return Group(tuple(findings), verdict, least, without)
