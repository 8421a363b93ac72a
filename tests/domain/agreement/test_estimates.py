"""Intervals by resampling cases, and drift."""

import numpy as np
import pytest

from labeling.domain.agreement.estimates import Bootstrap, Reason, Statistic, drift, estimate, resampled
from labeling.domain.agreement.kappas import cohen_kappa, percent_agreement
from labeling.domain.agreement.measurements import intraclass_correlation, mean_difference
from labeling.domain.agreement.ratings import Ratings


def made(cases, agreeing=0.8, seed=1):
    random = np.random.default_rng(seed)
    truth = random.integers(0, 2, cases)
    values = np.where(random.random((cases, 2)) < agreeing, truth[:, None], 1 - truth[:, None])
    return Ratings(values.astype(np.int64), ("absent", "present"), ("A", "B"))


def test_the_same_seed_gives_the_same_interval_and_another_another():
    statistic = cohen_kappa(made(200))
    first, again, other = (estimate(statistic, Bootstrap(seed=seed)) for seed in (3, 3, 4))
    assert first == again
    assert (first.low, first.high) != (other.low, other.high)
    assert first.low < first.value < first.high


def test_the_interval_of_a_share_is_that_of_the_binomial():
    ratings = made(900)
    found = estimate(percent_agreement(ratings), Bootstrap(4000))
    half = 1.96 * np.sqrt(found.value * (1 - found.value) / 900)
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half), abs=0.004)


def test_drawing_kinds_of_cases_and_drawing_cases_one_by_one_are_alike():
    """Resamples of a mean: standard error by the formula, for continuous values that are all different."""
    values = np.random.default_rng(2).normal(size=(400, 2))
    spread = resampled(mean_difference(values), Bootstrap(2000)).std()
    assert spread == pytest.approx((values[:, 1] - values[:, 0]).std() / 20, rel=0.06)


def test_resamples_are_made_in_parts_that_change_nothing(monkeypatch):
    statistic = intraclass_correlation(np.random.default_rng(2).normal(size=(60, 3)))
    at_once = estimate(statistic, Bootstrap(300))
    monkeypatch.setattr("labeling.domain.agreement.estimates.MOST_DRAWS_AT_ONCE", 1000)
    assert estimate(statistic, Bootstrap(300)) == at_once


def test_there_is_no_interval_when_most_resamples_say_nothing():
    all_three = lambda sums: np.where((sums == 1).all(axis=1), 1.0, np.nan)  # noqa: E731
    found = estimate(Statistic(np.eye(3), np.ones(3, dtype=np.int64), all_three, Reason.NO_VARIANCE), Bootstrap(500))
    assert (found.value, found.low, found.high) == (1, None, None)
    single = estimate(cohen_kappa(Ratings(np.array([[0, 1]]), ("a", "p"), ("A", "B"))), Bootstrap(10))
    assert (single.value, single.low, single.high) == (0, 0, 0)


def test_drift_shows_where_agreement_fell():
    early, late = made(300, 0.98).values, made(300, 0.6).values
    ratings = Ratings(np.concatenate([late, early]), ("a", "p"), ("A", "B"))
    times = [*range(300, 600), *range(300)]
    windows = drift(lambda cases: percent_agreement(ratings.of(cases)), times, window=100, step=70)
    assert [(w.first, w.last) for w in windows][-2:] == [(490, 589), (500, 599)]
    assert windows[0].estimate.value > 0.9 > 0.7 > windows[-1].estimate.value
    assert all(w.estimate.cases == 100 for w in windows)


def test_drift_of_few_cases_is_one_window_and_of_none_none():
    ratings = made(5)
    statistic_of = lambda cases: percent_agreement(ratings.of(cases))  # noqa: E731
    assert [(w.first, w.last) for w in drift(statistic_of, range(5))] == [(0, 4)]
    assert drift(statistic_of, []) == []


def test_a_reason_is_a_word_that_pages_can_rely_on():
    assert str(Reason.NO_CASES) == "no_cases"
