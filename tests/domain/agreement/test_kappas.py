"""Agreement of categories against values that were published."""

import numpy as np
import pytest

from labeling.domain.agreement.estimates import Bootstrap, Reason, estimate
from labeling.domain.agreement.kappas import (
    cohen_kappa,
    fleiss_kappa,
    gwet_ac,
    interval_alpha,
    krippendorff_alpha,
    percent_agreement,
)
from labeling.domain.agreement.ratings import Ratings, ratings_of

_ = None
# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", part C: four observers, twelve units.
KRIPPENDORFF = list(
    zip(
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
        strict=True,
    )
)
# Fleiss 1971, table 1: 30 patients, 6 psychiatrists, 5 diagnoses.
FLEISS = (
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 "
    "144444 124444 222333 144444 224445 333335 111455 111112 224444 133555 "
    "555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"
)
STATISTICS = [percent_agreement, cohen_kappa, fleiss_kappa, gwet_ac, krippendorff_alpha]


def four_observers():
    return ratings_of(KRIPPENDORFF, "ABCD", [1, 2, 3, 4, 5])


def of_table(table):
    """Ratings of two readers with this table of counts."""
    rows = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return ratings_of(rows, "AB", range(len(table)))


def value(statistic):
    return estimate(statistic).value


def test_cohen_is_what_cohen_1960_printed():
    assert value(cohen_kappa(of_table([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))) == pytest.approx(0.492, abs=5e-4)


def test_weighted_kappas_are_what_follows_from_their_definition_by_hand():
    # Three ordered categories; every disagreement is by one place, which costs 1/2 (linear) or 1/4 (quadratic).
    table = of_table([[4, 1, 0], [1, 3, 0], [0, 0, 1]])
    first = second = np.array([0.5, 0.4, 0.1])
    for weights, power in (("linear", 1), ("quadratic", 2)):
        cost = np.abs(np.subtract.outer(np.arange(3), np.arange(3)) / 2) ** power
        expected = 1 - (0.2 * 0.5**power) / (first @ cost @ second)
        assert value(cohen_kappa(table, weights)) == pytest.approx(expected, abs=1e-12)


def test_fleiss_is_what_fleiss_1971_printed():
    ratings = ratings_of([[int(digit) for digit in row] for row in FLEISS.split()], "ABCDEF", [1, 2, 3, 4, 5])
    assert value(fleiss_kappa(ratings)) == pytest.approx(0.430, abs=5e-4)
    assert value(percent_agreement(ratings)) == pytest.approx(0.556, abs=5e-4)


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_what_krippendorff_2011_printed(level, alpha):
    assert value(krippendorff_alpha(four_observers(), level)) == pytest.approx(alpha, abs=5e-4)


def test_interval_alpha_of_measurements_is_that_of_the_same_numbers_as_categories():
    values = np.array([[np.nan if x is None else x for x in row] for row in KRIPPENDORFF], dtype=float)
    assert value(interval_alpha(values)) == pytest.approx(0.849, abs=5e-4)
    assert value(interval_alpha(values + 1e6)) == pytest.approx(value(interval_alpha(values)), abs=1e-9)


@pytest.mark.parametrize(("weights", "coefficient"), [("nominal", 0.775), ("linear", 0.859), ("quadratic", 0.914)])
def test_ac1_and_ac2_are_what_gwet_2014_gives_for_four_raters_with_missing_answers(weights, coefficient):
    """The same data; figures also in the tests of irrCAC, which Gwet wrote."""
    assert value(gwet_ac(four_observers(), weights)) == pytest.approx(coefficient, abs=5e-4)
    assert value(percent_agreement(four_observers())) == pytest.approx(0.818, abs=5e-4)
    assert value(fleiss_kappa(four_observers())) == pytest.approx(0.761, abs=5e-4)


def test_ac1_stands_where_kappa_falls():
    """Gwet 2008, table 2: 125 cases, nearly all positive: kappa -0.0234, AC1 0.9408."""
    ratings = of_table([[118, 5], [2, 0]])
    assert value(cohen_kappa(ratings)) == pytest.approx(-0.0234, abs=5e-5)
    assert value(gwet_ac(ratings)) == pytest.approx(0.9408, abs=5e-5)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_no_cases_one_reader_and_one_category_have_a_reason_and_no_number(statistic):
    interval = Bootstrap(50)
    empty = estimate(statistic(ratings_of([], "AB", "pa")), interval)
    alone = estimate(statistic(ratings_of([["p"], ["a"]], "A", "pa")), interval)
    unread = estimate(statistic(ratings_of([["p", None], [None, "a"]], "AB", "pa")), interval)
    assert (empty.value, empty.reason) == (alone.value, unread.reason) == (None, Reason.NO_CASES)
    assert alone.reason == Reason.ONE_READER
    same = estimate(statistic(ratings_of([["p", "p"]] * 3, "AB", "pa")), interval)
    if statistic in (percent_agreement, gwet_ac):
        assert (same.value, same.low, same.high) == (1, 1, 1)
    else:
        assert (same.value, same.reason, same.low) == (None, Reason.ONE_CATEGORY, None)
    one = estimate(statistic(ratings_of([["p", "p"]] * 3, "AB", "p")), interval)
    assert one.value == 1 or one.reason == Reason.ONE_CATEGORY


@pytest.mark.parametrize("statistic", STATISTICS)
def test_perfect_agreement_is_one(statistic):
    assert value(statistic(ratings_of([["p"] * 2, ["a"] * 2, ["u"] * 2], "AB", "pau"))) == pytest.approx(1)


def test_two_readers_of_three_are_picked_by_name():
    ratings = ratings_of([["p", "a", "p"], ["a", "p", "a"]], "ABC", "pa")
    assert value(cohen_kappa(ratings.between("A", "C"))) == 1
    assert value(cohen_kappa(ratings)) == -1


def test_an_answer_that_is_no_category_is_refused():
    with pytest.raises(KeyError):
        ratings_of([["p", "x"]], "AB", "pa")


def test_ratings_of_chosen_cases():
    ratings = Ratings(np.array([[0, 0], [0, 1], [1, 1]]), ("a", "p"), ("A", "B"))
    assert value(percent_agreement(ratings.of(np.array([1])))) == 0
