"""Agreement of measurements and accuracy against values that were published."""

import numpy as np
import pytest

from labeling.domain.agreement.accuracy import accuracy_of, proportion
from labeling.domain.agreement.estimates import Bootstrap, Reason, estimate
from labeling.domain.agreement.measurements import difference_deviation, intraclass_correlation, mean_difference

# Shrout & Fleiss 1979, tables 2 and 4: six targets, four judges.
SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)


@pytest.mark.parametrize(
    ("form", "printed"),
    [("1,1", 0.17), ("2,1", 0.29), ("3,1", 0.71), ("1,k", 0.44), ("2,k", 0.62), ("3,k", 0.91)],
)
def test_icc_is_what_shrout_and_fleiss_1979_printed(form, printed):
    assert estimate(intraclass_correlation(SHROUT, form)).value == pytest.approx(printed, abs=5e-3)
    shifted = estimate(intraclass_correlation(SHROUT + 1e7, form)).value
    assert shifted == pytest.approx(estimate(intraclass_correlation(SHROUT, form)).value, abs=1e-9)


def test_icc_without_a_number_says_why():
    cases = {
        Reason.NO_VARIANCE: np.full((5, 3), 7.0),
        Reason.NO_CASES: np.array([[1.0, np.nan], [np.nan, 2.0]]),
        Reason.ONE_READER: np.array([[1.0], [2.0]]),
    }
    for reason, values in cases.items():
        found = estimate(intraclass_correlation(values), Bootstrap(20))
        assert (found.value, found.reason) == (None, reason)
    assert estimate(intraclass_correlation(np.array([[1.0, 2.0]]))).reason == Reason.NO_VARIANCE
    assert estimate(intraclass_correlation(np.zeros((0, 0)))).reason == Reason.ONE_READER


def test_an_interval_of_icc_holds_the_value():
    found = estimate(intraclass_correlation(SHROUT, "3,1"), Bootstrap(500))
    assert found.low < found.value < found.high <= 1


def test_how_far_two_readers_are_apart():
    values = np.array([[10.0, 11.0], [20.0, 23.0], [5.0, 7.0], [9.0, np.nan]])
    assert estimate(mean_difference(values)).value == 2
    assert estimate(difference_deviation(values)).value == pytest.approx(1)
    assert estimate(difference_deviation(values[:1])).reason == Reason.NO_VARIANCE
    assert estimate(mean_difference(values[:, :1])).reason == Reason.ONE_READER


@pytest.mark.parametrize(
    ("hits", "number", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_what_newcombe_1998_printed(hits, number, low, high):
    found = proportion(hits, number)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_accuracy_against_the_truth():
    answers = [True, True, False, False, True, None, True]
    truth = [True, False, True, False, True, True, None]
    found = accuracy_of(answers, truth)
    assert (found.true_positives, found.false_positives, found.false_negatives, found.true_negatives) == (2, 1, 1, 1)
    assert found.sensitivity.value == found.positive_predictive_value.value == pytest.approx(2 / 3)
    assert found.specificity.value == found.negative_predictive_value.value == 0.5
    assert found.accuracy.value == 0.6


def test_accuracy_without_positives_says_so():
    found = accuracy_of([False], [False])
    assert (found.sensitivity.value, found.sensitivity.reason) == (None, Reason.NOTHING_TO_COUNT)
    assert found.specificity.high == 1
