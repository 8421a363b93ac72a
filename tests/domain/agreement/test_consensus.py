"""What readers say together: labels, marks, boxes, masks."""

import numpy as np
import pytest

from labeling.domain.agreement.consensus import majority_labels, majority_marks
from labeling.domain.agreement.dawid_skene import dawid_skene
from labeling.domain.agreement.matching import groups_of
from labeling.domain.agreement.ratings import Ratings, ratings_of
from labeling.domain.agreement.staple import staple
from labeling.domain.agreement.weighted_boxes import weighted_boxes
from labeling.domain.geometry.masks import encoded
from tests.domain.agreement.marks import box, mark, points

# Dawid & Skene 1979, table 1: 45 patients; the first anaesthetist three times, then four others.
ANAESTHETISTS = (
    "1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 "
    "1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 "
    "1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 "
    "2322222 1211111 2222222"
)


def test_the_majority_of_labels():
    rows = [["p", "p", "a"], ["a", "p", None], ["p", None, None], [None] * 3, ["a", "u", "p"]]
    found = majority_labels(ratings_of(rows, "ABC", "pau"))
    assert found.labels == ("p", None, "p", None, None)
    assert found.certainty.tolist() == pytest.approx([2 / 3, 1 / 2, 1, 0, 1 / 3])
    assert found.sources == (("A", "B"), (), ("A",), (), ())
    assert found.quality == {"A": 1, "B": 1, "C": 0}
    assert majority_labels(ratings_of([], "AB", "pa")).quality == {"A": None, "B": None}


def test_dawid_and_skene_1979_is_found_again():
    """Marginals and the first observer's error rates as printed in table 2 of the paper."""
    rows = [[int(digit) for digit in row] for row in ANAESTHETISTS.split()]
    found = dawid_skene(ratings_of(rows, ["1", "1", "1", "2", "3", "4", "5"], [1, 2, 3, 4]))
    assert found.has_converged
    assert found.prevalence == pytest.approx([0.40, 0.42, 0.11, 0.07], abs=5e-3)
    assert found.confusion["1"][0] == pytest.approx([0.89, 0.11, 0, 0], abs=5e-3)
    assert found.confusion["1"][1] == pytest.approx([0.07, 0.88, 0.05, 0], abs=5e-3)
    assert [found.consensus.labels[patient - 1] for patient in (2, 8, 11, 36)] == [4, 3, 4, 4]
    assert set(found.consensus.quality) == {"1", "2", "3", "4", "5"}


def test_dawid_and_skene_learn_who_is_to_be_trusted():
    """Two readers who toss a coin against one who is right: the majority follows the coins."""
    random = np.random.default_rng(7)
    truth = random.integers(0, 2, 2000)
    right = [0.97, 0.95, 0.55, 0.55, 0.55]
    values = np.stack([np.where(random.random(2000) < share, truth, 1 - truth) for share in right], axis=1)
    values[random.random(values.shape) < 0.2] = -1
    ratings = Ratings(values, ("absent", "present"), tuple("ABCDE"))
    found = dawid_skene(ratings)
    is_right = lambda labels: np.mean([label == ratings.categories[t] for label, t in zip(labels, truth, strict=True)])  # noqa: E731
    assert is_right(found.consensus.labels) > 0.93 > is_right(majority_labels(ratings).labels)
    assert found.confusion["A"][1, 1] == pytest.approx(0.97, abs=0.04)
    assert found.confusion["E"][1, 1] == pytest.approx(0.55, abs=0.06)


def test_dawid_and_skene_without_enough():
    assert dawid_skene(ratings_of([], "AB", "pa")) is None
    assert dawid_skene(ratings_of([[None, None]], "AB", "pa")) is None
    same = dawid_skene(ratings_of([["p", "p"], [None, None]], "AB", "pa"))
    assert same.consensus.labels == ("p", None)
    assert np.isnan(same.confusion["A"][1]).all()
    assert dawid_skene(ratings_of([["p", "a"]], "AB", "pa")).consensus.labels == (None,)


def test_marks_that_most_readers_have():
    marks = [
        mark("A", box(0, 0), identity="a"),
        mark("B", box(3, 0), identity="b"),
        mark("C", box(50, 50), identity="c"),
    ]
    found = majority_marks(groups_of(marks, "ABC"), "ABC")
    assert [(one.geometry, one.sources, one.support) for one in found.marks] == [(box(1.5, 0), ("a", "b"), 2 / 3)]
    assert (found.quality["A"].precision, found.quality["A"].recall) == (1, 1)
    assert (found.quality["C"].precision, found.quality["C"].recall) == (0, 0)
    nothing = majority_marks([], "ABC")
    assert (nothing.marks, nothing.quality["A"].precision, nothing.quality["A"].recall) == ((), None, None)


def test_labels_that_are_level_are_left_to_a_person():
    marks = [mark("A", label="mass"), mark("B"), mark("C", label="mass", geometry=box(1, 0))]
    found = majority_marks(groups_of(marks, "ABC"), "ABC")
    assert [one.label for one in found.marks] == ["mass"]
    level = majority_marks(groups_of(marks[:2], "AB"), "AB")
    assert (level.marks, len(level.undecided)) == ((), 1)


def test_extents_of_masks_other_shapes_and_slices():
    pixels = [np.zeros((10, 10), bool) for _ in range(3)]
    for number, each in enumerate(pixels):
        each[2:8, number : number + 6] = True
    masks = [mark(reader, encoded(each)) for reader, each in zip("ABC", pixels, strict=True)]
    found = majority_marks(groups_of(masks, "ABC"), "ABC").marks[0].geometry
    assert np.array_equal(found.pixels, sum(each.astype(int) for each in pixels) >= 2)
    lines = [mark(reader, points("line", (0, y), (9, y))) for reader, y in (("A", 0), ("B", 1), ("C", 4))]
    assert majority_marks(groups_of(lines, "ABC"), "ABC").marks[0].geometry == lines[1].geometry
    lesion = [mark(reader, frame=frame, lesion="L") for reader, frame in (("A", 1), ("A", 2), ("B", 2), ("B", 3))]
    assert [one.slice.frame for one in majority_marks(groups_of(lesion, "AB"), "AB").marks] == [2]


def test_weighted_boxes_by_hand():
    """Scores 0.9 and 0.6 of two of three: sides weighted by them, score their mean times 2/3."""
    marks = [
        mark("A", box(0, 0), score=0.9, identity="a"),
        mark("B", box(2, 0), score=0.6, identity="b"),
        mark("C", box(60, 0), score=0.3, identity="c"),
        mark("C", box(0, 0), label="mass", score=0.9),
        mark("C", points("point", (5, 5)), score=0.9),
    ]
    found = weighted_boxes(marks, "ABC")
    nodules = [one for one in found.marks if one.label == "nodule"]
    assert [(one.sources, round(one.support, 6)) for one in nodules] == [(("a", "b"), 0.5), (("c",), 0.1)]
    assert nodules[0].geometry.bounds == pytest.approx((0.8, 0, 10, 10))
    kept = weighted_boxes(marks, "ABC", least_score=0.2)
    assert (kept.quality["A"].recall, kept.quality["C"].precision) == (0.5, 0.5)
    assert weighted_boxes(marks, "ABC", weights={"B": 0.0}).marks[0].support != nodules[0].support
    assert weighted_boxes([], "ABC").marks == ()


def test_weighted_boxes_do_not_depend_on_the_order():
    marks = [mark(reader, box(x, 0), identity=f"{reader}{x}") for reader in "ABC" for x in (0, 2, 30)]
    assert weighted_boxes(marks[::-1], "CBA").marks == weighted_boxes(marks, "ABC").marks


def test_staple_finds_truth_and_readers_of_known_performance():
    random = np.random.default_rng(3)
    truth = np.zeros((120, 100), bool)
    truth[30:80, 20:70] = True
    known = {"A": (0.95, 0.99), "B": (0.90, 0.95), "C": (0.70, 0.90)}
    drawn = {
        reader: [encoded(np.where(truth, random.random(truth.shape) < yes, random.random(truth.shape) > no))]
        for reader, (yes, no) in known.items()
    }
    found = staple(drawn)
    assert found.has_converged
    for reader, (yes, no) in known.items():
        assert found.performance[reader].sensitivity == pytest.approx(yes, abs=0.02)
        assert found.performance[reader].specificity == pytest.approx(no, abs=0.01)
    assert (found.masks[0].pixels == truth).mean() > 0.97


def test_staple_is_what_the_equations_of_the_paper_give_pixel_by_pixel():
    random = np.random.default_rng(11)
    votes = random.random((3, 8, 9)) < np.array([0.3, 0.4, 0.35])[:, None, None]
    found = staple({reader: [encoded(own)] for reader, own in zip("ABC", votes, strict=True)})
    p, q, prior = [0.99999] * 3, [0.99999] * 3, votes.mean()
    for _ in range(found.iterations):
        inside = prior * np.prod([np.where(d, p[j], 1 - p[j]) for j, d in enumerate(votes)], axis=0)
        outside = (1 - prior) * np.prod([np.where(d, 1 - q[j], q[j]) for j, d in enumerate(votes)], axis=0)
        weight = inside / (inside + outside)
        p = [(weight * d).sum() / weight.sum() for d in votes]
        q = [((1 - weight) * ~d).sum() / (1 - weight).sum() for d in votes]
    assert found.probabilities[0] == pytest.approx(weight, abs=1e-5)
    assert [found.performance[reader].sensitivity for reader in "ABC"] == pytest.approx(p, abs=1e-6)


def test_staple_of_little():
    empty, full = encoded(np.zeros((4, 4), bool)), encoded(np.ones((4, 4), bool))
    assert staple({}) is None
    nothing = staple({"A": [empty], "B": [empty]})
    assert (nothing.masks, nothing.performance["A"].sensitivity) == ((empty,), None)
    assert staple({"A": [full]}).masks == (full,)
    with pytest.raises(ValueError, match="one size"):
        staple({"A": [empty], "B": [encoded(np.zeros((4, 5), bool))]})
