"""Finding what is there: precision, recall and F1 of marks against a reference at thresholds of IoU, and FROC."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from labeling.domain.agreement.estimates import Floats, Integers, Reason, Statistic, divided, kinds_of
from labeling.domain.agreement.marks import Finding
from labeling.domain.agreement.matching import Rule, assigned, likenesses

THRESHOLDS = (0.3, 0.5, 0.75)
FALSE_POSITIVE_RATES = (1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8)


@dataclass(frozen=True)
class Compared:
    """What a reader or model found in a case, and what the reference says is there. Either may be nothing."""

    found: Sequence[Finding]
    reference: Sequence[Finding]


def detection_counts(
    cases: Sequence[Compared], thresholds: Sequence[float] = THRESHOLDS, rule: Rule | None = None
) -> Integers:
    """True positives, false positives and false negatives, shape (cases, thresholds, 3).

    Hits are the optimal assignment by likeness among pairs from the threshold on; `rule.labels` "prefer" and "must"
    both ask for equal labels.
    """
    rule = rule or Rule()
    counts = np.zeros((len(cases), len(thresholds), 3), dtype=np.int64)
    for place, case in enumerate(cases):
        found, real = len(case.found), len(case.reference)
        alike = _alike(case, rule) if found and real else None
        for column, threshold in enumerate(thresholds):
            hits = _hits(alike, threshold) if alike is not None else 0
            counts[place, column] = hits, found - hits, real - hits
    return counts


def _alike(case: Compared, rule: Rule) -> Floats:
    """Likeness of all pairs, 0 where labels keep them apart."""
    alike = likenesses(case.found, case.reference, rule)
    if rule.labels == "ignore":
        return alike
    same = [[one.label == other.label for other in case.reference] for one in case.found]
    return np.where(same, alike, 0.0)


def _hits(alike: Floats, threshold: float) -> int:
    possible = np.where((alike >= threshold) & (alike > 0), alike, 0.0)
    if alike.size == 1:
        return int(possible[0, 0] > 0)
    return len(assigned(alike, possible))


def precision(counts: Integers) -> Statistic:
    """Hits by what was found, over `counts[case, (true positive, false positive, false negative)]`."""
    return _ratio(counts, lambda sums: divided(sums[:, 0], sums[:, 0] + sums[:, 1]))


def recall(counts: Integers) -> Statistic:
    """Hits by what is there (sensitivity per finding)."""
    return _ratio(counts, lambda sums: divided(sums[:, 0], sums[:, 0] + sums[:, 2]))


def f1(counts: Integers) -> Statistic:
    """Harmonic mean of precision and recall: twice the hits over both readers' marks (van Rijsbergen 1979).

    Symmetric, so between two readers it needs no reference; it is then also the positive specific agreement.
    """
    return _ratio(counts, lambda sums: divided(2 * sums[:, 0], 2 * sums[:, 0] + sums[:, 1] + sums[:, 2]))


def _ratio(counts: Integers, finish: Callable[[Floats], Floats]) -> Statistic:
    sums, cases = kinds_of(counts.astype(np.float64))
    return Statistic(sums, cases, finish, Reason.NOTHING_TO_COUNT)


@dataclass(frozen=True)
class FrocPoint:
    """What is reached with marks from this score on."""

    score: float
    false_positives_per_case: float
    sensitivity: float


def froc(cases: Sequence[Compared], threshold: float = 0.5, rule: Rule | None = None) -> list[FrocPoint]:
    """The free-response curve, highest score first; empty without cases or without anything to find.

    From the highest score down, each mark hits the reference finding that is most like it among those not hit yet,
    from the threshold on; else it is a false positive, also when it marks a thing a second time. Marks without a
    score count as 1. Chakraborty 2013.
    """
    rule = rule or Rule()
    real = sum(len(case.reference) for case in cases)
    judged = [one for case in cases for one in _judged(case, threshold, rule)]
    if not real or not judged:
        return []
    scores = np.array([score for score, _ in judged])
    is_hit = np.array([hit for _, hit in judged])
    order = np.argsort(-scores, kind="stable")
    scores, hits, misses = scores[order], np.cumsum(is_hit[order]), np.cumsum(~is_hit[order])
    last_of_score = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))
    return [FrocPoint(float(scores[i]), float(misses[i] / len(cases)), float(hits[i] / real)) for i in last_of_score]


def _judged(case: Compared, threshold: float, rule: Rule) -> list[tuple[float, bool]]:
    """Score and whether it hit, of each mark."""
    scores = [1.0 if finding.score is None else finding.score for finding in case.found]
    if not case.reference or not scores:
        return [(score, False) for score in scores]
    alike = _alike(case, rule)
    judged = []
    for place in sorted(range(len(scores)), key=lambda place: (-scores[place], place)):
        best = int(alike[place].argmax())
        is_hit = bool(alike[place, best] >= threshold and alike[place, best] > 0)
        if is_hit:
            alike[:, best] = 0.0
        judged.append((scores[place], is_hit))
    return judged


def mean_sensitivity(points: Sequence[FrocPoint], rates: Sequence[float] = FALSE_POSITIVE_RATES) -> float | None:
    """Mean of the sensitivities at these false positives per case, as LUNA16 does (Setio 2017); None without points.

    Between points the lower one counts; rates beyond the curve have its last sensitivity.
    """
    if not points:
        return None
    reached = [
        max((point.sensitivity for point in points if point.false_positives_per_case <= rate), default=0.0)
        for rate in rates
    ]
    return float(np.mean(reached))
