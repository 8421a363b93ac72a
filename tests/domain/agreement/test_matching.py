"""Readers' marks of a case in groups."""

import itertools
import random

import pytest

from labeling.domain.agreement.marks import SpacingMm, findings_of
from labeling.domain.agreement.matching import Rule, Verdict, groups_of, matched
from tests.domain.agreement.marks import box, finding, mark, points


def verdicts(marks, readers="AB", rule=None):
    return [(group.verdict, group.readers) for group in groups_of(marks, readers, rule)]


@pytest.mark.parametrize(
    ("geometry", "label", "verdict"),
    [
        (box(1, 0), "nodule", Verdict.AGREE),
        (box(1, 0), "mass", Verdict.LABEL_DIFFERS),
        (box(6, 0), "nodule", Verdict.EXTENT_DIFFERS),
    ],
)
def test_two_marks_of_one_thing(geometry, label, verdict):
    groups = groups_of([mark("A"), mark("B", geometry, label)], "AB")
    assert [group.verdict for group in groups] == [verdict]
    assert groups[0].is_disagreement == (verdict is not Verdict.AGREE)


def test_marks_that_are_apart_are_of_one_reader_each():
    assert verdicts([mark("A"), mark("B", box(50, 50))]) == [(Verdict.ONE_READER, ("A",)), (Verdict.ONE_READER, ("B",))]
    assert verdicts([mark("A", frame=1), mark("B", frame=2)])[0][0] is Verdict.ONE_READER


def test_a_reader_who_drew_nothing_is_named():
    agreed = groups_of([mark("A"), mark("B")], "ABC")[0]
    assert (agreed.verdict, agreed.without, agreed.is_disagreement) == (Verdict.AGREE, ("C",), True)
    assert not groups_of([mark("A")], "A")[0].is_disagreement
    assert groups_of([], "AB") == []


def test_the_label_decides_between_marks_of_one_place():
    """As in chest X-rays, where one box may be two findings."""
    marks = [mark("A", label="mass"), mark("A", box(1, 0), "nodule"), mark("B", box(1, 0), "mass"), mark("B")]
    assert [group.verdict for group in groups_of(marks, "AB")] == [Verdict.AGREE, Verdict.AGREE]


def test_labels_may_be_a_must_or_play_no_part():
    marks = [mark("A"), mark("B", label="mass")]
    assert verdicts(marks, rule=Rule(labels="must"))[0][0] is Verdict.ONE_READER
    assert verdicts(marks, rule=Rule(labels="ignore"))[0][0] is Verdict.AGREE


def test_the_assignment_is_the_best_of_all_not_the_best_of_each():
    """The most alike pair first would leave the other two alone."""
    first = [finding("A", box(0, 0)), finding("A", box(8, 0))]
    second = [finding("B", box(5, 0)), finding("B", box(-4, 0))]
    pairs = matched(first, second, Rule(least_likeness=0.05))
    assert {(pair.first, pair.second) for pair in pairs} == {(0, 1), (1, 0)}


def test_a_chain_of_three_readers_is_one_group_whose_ends_differ():
    group = groups_of([mark("A", box(0, 0)), mark("B", box(4, 0)), mark("C", box(8, 0))], "ABC")
    assert [(one.readers, one.verdict) for one in group] == [(("A", "B", "C"), Verdict.EXTENT_DIFFERS)]
    assert group[0].least_likeness == pytest.approx(2 / 18)


def test_no_group_has_two_marks_of_one_reader():
    marks = [mark("A"), mark("A", box(1, 0)), mark("B", box(0, 1)), mark("C", box(2, 0)), mark("C", box(1, 1))]
    groups = groups_of(marks, "ABC")
    assert all(len(set(group.readers)) == len(group.readers) for group in groups)
    assert sorted(identity for group in groups for one in group.findings for identity in one.identities) == sorted(
        one.identity for one in marks
    )


def test_the_order_of_marks_and_readers_changes_nothing():
    shuffled = random.Random(4)
    for _ in range(20):
        marks = [
            mark(reader, box(shuffled.randint(0, 12), shuffled.randint(0, 12)), shuffled.choice(["mass", "nodule"]))
            for reader in "ABC"
            for _ in range(3)
        ]
        expected = groups_of(marks, "ABC")
        for readers in itertools.permutations("ABC"):
            shuffled.shuffle(marks)
            assert groups_of(marks, readers) == expected


def test_points_match_by_distance_in_millimetres():
    marks = [mark("A", points("point", (0, 0))), mark("B", points("point", (12, 0)))]
    assert verdicts(marks)[0][0] is Verdict.EXTENT_DIFFERS
    assert verdicts(marks, rule=Rule(spacing=SpacingMm(0.5, 0.5)))[0][0] is Verdict.AGREE
    assert verdicts(marks, rule=Rule(reach=10))[0][0] is Verdict.ONE_READER


def test_a_point_in_a_box_agrees_with_it():
    assert verdicts([mark("A", points("point", (5, 5))), mark("B")])[0][0] is Verdict.AGREE


def test_marks_of_a_lesion_are_one_finding():
    marks = [
        mark(reader, box(start, 0), frame=frame, lesion="L")
        for reader, start in (("A", 0), ("B", 1))
        for frame in (1, 2)
    ]
    assert len(findings_of(marks)) == 2
    group = groups_of(marks, "AB")
    assert [(one.verdict, len(one.findings[0].marks)) for one in group] == [(Verdict.AGREE, 2)]
    assert group[0].least_likeness == pytest.approx(9 / 11)
