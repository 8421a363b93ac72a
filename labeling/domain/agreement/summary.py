"""All figures about some readers and cases at once, as the pages show them, with the cases behind each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from labeling.domain.agreement.detection import THRESHOLDS, Compared, detection_counts, f1
from labeling.domain.agreement.distances import hausdorffs
from labeling.domain.agreement.estimates import Bootstrap, Estimate, Integers, estimate, mean_of
from labeling.domain.agreement.kappas import (
    Level,
    Weights,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
)
from labeling.domain.agreement.marks import Finding
from labeling.domain.agreement.matching import Rule, matched
from labeling.domain.agreement.overlap import Shared, encloses, shared_volume
from labeling.domain.agreement.ratings import Ratings

ReaderPair = tuple[str, str]


@dataclass(frozen=True)
class AnswerAgreement:
    """Of the answers to one label."""

    percent: Estimate
    fleiss: Estimate
    krippendorff: Estimate
    gwet: Estimate
    cohen: dict[ReaderPair, Estimate]


def answer_agreement(
    ratings: Ratings,
    bootstrap: Bootstrap | None = None,
    *,
    weights: Weights = "nominal",
    level: Level = "nominal",
) -> AnswerAgreement:
    """Of all readers, and of each pair. `weights` of the kappas and AC2, `level` of alpha: for categories in order."""
    return AnswerAgreement(
        percent=estimate(percent_agreement(ratings, weights), bootstrap),
        fleiss=estimate(fleiss_kappa(ratings, weights), bootstrap),
        krippendorff=estimate(krippendorff_alpha(ratings, level), bootstrap),
        gwet=estimate(gwet_ac(ratings, weights), bootstrap),
        cohen={
            pair: estimate(cohen_kappa(ratings.between(*pair), weights), bootstrap)
            for pair in combinations(ratings.names, 2)
        },
    )


def cases_that_differ(ratings: Ratings) -> Integers:
    """Indices of the cases in which two answers are not the same."""
    answered = ratings.values >= 0
    most = np.where(answered, ratings.values, -1).max(axis=1, initial=-1)
    least = np.where(answered, ratings.values, len(ratings.categories)).min(axis=1, initial=len(ratings.categories))
    return np.flatnonzero(answered.any(axis=1) & (most > least)).astype(np.int64)


@dataclass(frozen=True)
class CaseFindings:
    """A case: what each reader who read it found; nothing found is an empty list, not read is no entry."""

    by_reader: dict[str, list[Finding]]


@dataclass(frozen=True)
class MarkAgreement:
    """Of two readers' marks, over `cases` (indices) that both read; `f1` by threshold of IoU.

    Means are of the matched areas: IoU and Dice over slices; Hausdorff distances, the largest of the slices that both
    lie on, in mm if the rule has a spacing, else px, None if not asked for.
    """

    cases: Integers
    f1: dict[float, Estimate]
    iou: Estimate
    dice: Estimate
    hausdorff: Estimate | None
    hausdorff_95: Estimate | None


def mark_agreement(
    cases: Sequence[CaseFindings],
    readers: ReaderPair,
    bootstrap: Bootstrap | None = None,
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    rule: Rule | None = None,
    has_outlines: bool = False,
) -> MarkAgreement:
    """Of two readers, or of a reader and the truth; for the figures of one label give the findings of that label only.

    `has_outlines` asks for Hausdorff distances, which cost 0.3 ms for a pair of boxes of 100 pixels, more for masks.
    """
    rule = rule or Rule()
    first, second = readers
    both = [place for place, case in enumerate(cases) if first in case.by_reader and second in case.by_reader]
    pairs = [(cases[place].by_reader[first], cases[place].by_reader[second]) for place in both]
    counts = detection_counts([Compared(*pair) for pair in pairs], thresholds, rule)
    alike = [_matched_areas(*pair, rule) for pair in pairs]
    shared = [[_shared(*each, rule) for each in case] for case in alike]
    outlines = [[_hausdorffs(*each, rule) for each in case] for case in alike] if has_outlines else None
    return MarkAgreement(
        np.array(both, dtype=np.int64),
        {threshold: estimate(f1(counts[:, column]), bootstrap) for column, threshold in enumerate(thresholds)},
        estimate(mean_of([[one.iou for one in case] for case in shared]), bootstrap),
        estimate(mean_of([[one.dice for one in case] for case in shared]), bootstrap),
        _mean_outline(outlines, 0, bootstrap),
        _mean_outline(outlines, 1, bootstrap),
    )


def _matched_areas(first: Sequence[Finding], second: Sequence[Finding], rule: Rule) -> list[tuple[Finding, Finding]]:
    pairs = [(first[pair.first], second[pair.second]) for pair in matched(first, second, rule)]
    return [pair for pair in pairs if all(any(encloses(mark.geometry) for mark in one.marks) for one in pair)]


def _shared(first: Finding, second: Finding, rule: Rule) -> Shared:
    return shared_volume(first, second, joint_slices_only=rule.joint_slices_only)


def _hausdorffs(first: Finding, second: Finding, rule: Rule) -> list[float]:
    """The distance and its 95th percentile; empty where no slice has both."""
    found = [
        hausdorffs(one.geometry, other.geometry, (100.0, 95.0), rule.spacing)
        for one in first.marks
        for other in second.marks
        if one.slice == other.slice
    ]
    known = [each for each in found if each is not None]
    return np.max(known, axis=0).tolist() if known else []


def _mean_outline(
    outlines: list[list[list[float]]] | None, column: int, bootstrap: Bootstrap | None
) -> Estimate | None:
    if outlines is None:
        return None
    return estimate(mean_of([[each[column] for each in case if each] for case in outlines]), bootstrap)
