"""A reader's yes and no against the truth: sensitivity, specificity, predictive values, with Wilson's intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from labeling.domain.agreement.estimates import LEVEL, Estimate, Reason


def proportion(hits: int, number: int, level: float = LEVEL) -> Estimate:
    """A share with the score interval of Wilson 1927 (without continuity correction; method 3 of Newcombe 1998)."""
    if number < 1:
        return Estimate(None, 0, Reason.NOTHING_TO_COUNT)
    share, z = hits / number, NormalDist().inv_cdf((1 + level) / 2)
    middle = share + z * z / (2 * number)
    half = z * sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    under = 1 + z * z / number
    low, high = (middle - half) / under, (middle + half) / under
    # At the ends the bound is the end itself, not a rounding error beside it.
    return Estimate(share, number, None, 0.0 if hits == 0 else low, 1.0 if hits == number else high)


@dataclass(frozen=True)
class Accuracy:
    """The two by two table and what follows from it."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int
    level: float = LEVEL

    @property
    def sensitivity(self) -> Estimate:
        return proportion(self.true_positives, self.true_positives + self.false_negatives, self.level)

    @property
    def specificity(self) -> Estimate:
        return proportion(self.true_negatives, self.true_negatives + self.false_positives, self.level)

    @property
    def positive_predictive_value(self) -> Estimate:
        return proportion(self.true_positives, self.true_positives + self.false_positives, self.level)

    @property
    def negative_predictive_value(self) -> Estimate:
        return proportion(self.true_negatives, self.true_negatives + self.false_negatives, self.level)

    @property
    def accuracy(self) -> Estimate:
        right = self.true_positives + self.true_negatives
        return proportion(right, right + self.false_positives + self.false_negatives, self.level)


def accuracy_of(answers: Sequence[bool | None], truth: Sequence[bool | None], level: float = LEVEL) -> Accuracy:
    """Of cases in the same order; those where either is None (not answered, not assessable) are left out.

    What *uncertain* counts as is for the caller to say. Predictive values hold for the share of positives that these
    cases have. Raises ValueError when the numbers of cases differ.
    """
    pairs = list(zip(answers, truth, strict=True))
    return Accuracy(
        true_positives=pairs.count((True, True)),
        false_positives=pairs.count((True, False)),
        false_negatives=pairs.count((False, True)),
        true_negatives=pairs.count((False, False)),
        level=level,
    )
