"""All figures of some readers and cases at once."""

import pytest

from labeling.domain.agreement.distances import hausdorff
from labeling.domain.agreement.estimates import Bootstrap, Reason
from labeling.domain.agreement.marks import SpacingMm
from labeling.domain.agreement.matching import Rule
from labeling.domain.agreement.ratings import ratings_of
from labeling.domain.agreement.summary import CaseFindings, answer_agreement, cases_that_differ, mark_agreement
from tests.domain.agreement.marks import box, finding, points


def test_answers_of_all_readers_and_of_each_pair_with_the_cases_behind():
    ratings = ratings_of([["p", "p", "a"], ["a", "a", None], ["p", "p", "p"], [None] * 3, ["p", "a", "p"]], "ABC", "pa")
    found = answer_agreement(ratings, Bootstrap(100))
    assert set(found.cohen) == {("A", "B"), ("A", "C"), ("B", "C")}
    assert found.percent.value == pytest.approx((1 / 3 + 1 + 1 + 1 / 3) / 4)
    assert found.percent.low <= found.percent.value <= found.percent.high
    assert cases_that_differ(ratings).tolist() == [0, 4]
    assert cases_that_differ(ratings_of([], "AB", "pa")).tolist() == []


def test_marks_of_two_readers():
    cases = [
        CaseFindings({"A": [finding()], "B": [finding("B", box(1, 0))]}),
        CaseFindings({"A": [finding()]}),
        CaseFindings({"A": [], "B": [finding("B"), finding("B", points("point", (90, 90)))]}),
    ]
    found = mark_agreement(cases, ("A", "B"), Bootstrap(50), rule=Rule(spacing=SpacingMm(2, 2)), has_outlines=True)
    assert found.cases.tolist() == [0, 2]
    assert found.f1[0.5].value == 2 / 4
    assert (found.iou.value, found.dice.value) == pytest.approx((9 / 11, 0.9))
    assert (found.hausdorff.value, found.hausdorff_95.value) == pytest.approx((2, 2), abs=0.2)
    assert mark_agreement(cases, ("A", "B")).hausdorff is None


def test_two_readers_without_a_case_in_common():
    found = mark_agreement([CaseFindings({"A": [finding()]})], ("A", "B"), has_outlines=True)
    assert found.f1[0.5].reason == Reason.NO_CASES
    assert (found.iou.reason, found.hausdorff.reason) == (Reason.NO_CASES, Reason.NO_CASES)


def test_a_box_and_the_same_as_a_polygon_are_equally_far():
    inner, outer = box(20, 30, 10, 40), box(10, 10, 90, 80)
    as_polygon = points("polygon", (20, 30), (30, 30), (30, 70), (20, 70))
    for percentile in (100, 95):
        by_formula = hausdorff(inner, outer, SpacingMm(2, 1), percentile)
        assert hausdorff(as_polygon, outer, SpacingMm(2, 1), percentile) == pytest.approx(by_formula, abs=0.3)
