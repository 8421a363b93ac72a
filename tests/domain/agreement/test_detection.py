"""Precision, recall, F1 and FROC; and on real readers, against a search of all assignments."""

import csv
import gzip
import itertools
from collections import defaultdict

import pytest

from labeling.domain.agreement.detection import (
    Compared,
    detection_counts,
    f1,
    froc,
    mean_sensitivity,
    precision,
    recall,
)
from labeling.domain.agreement.estimates import Bootstrap, Reason, estimate
from labeling.domain.agreement.marks import Finding, Mark
from labeling.domain.agreement.matching import Rule
from labeling.domain.geometry.shapes import Box
from tests.domain.agreement.marks import box, finding


def counts(found, reference, threshold=0.5, **rule):
    return detection_counts([Compared(found, reference)], [threshold], Rule(**rule))[0, 0].tolist()


def test_hits_misses_and_what_is_not_there():
    reference = [finding("R"), finding("R", box(50, 50))]
    assert counts([finding(geometry=box(1, 0)), finding(geometry=box(80, 0))], reference) == [1, 1, 1]
    assert counts([], reference) == [0, 0, 2]
    assert counts([finding()], []) == [0, 1, 0]
    assert counts([finding(), finding()], reference) == [1, 1, 1]


def test_labels_must_be_equal_unless_they_play_no_part():
    assert counts([finding(label="mass")], [finding()]) == [0, 1, 1]
    assert counts([finding(label="mass")], [finding()], labels="ignore") == [1, 0, 0]


def test_several_thresholds_at_once():
    found = detection_counts([Compared([finding(geometry=box(4, 0))], [finding()])], [0.3, 0.5])
    assert found[0].tolist() == [[1, 0, 0], [0, 1, 1]]


def test_ratios_with_intervals_and_without_anything_to_count():
    cases = [Compared([finding()], [finding()]), Compared([finding()], []), Compared([], [finding()] * 2)]
    found = detection_counts(cases, [0.5])[:, 0]
    assert estimate(precision(found)).value == 1 / 2
    assert estimate(recall(found)).value == 1 / 3
    f1_of_all = estimate(f1(found), Bootstrap(200))
    assert f1_of_all.value == 2 / 5
    assert f1_of_all.low <= 2 / 5 <= f1_of_all.high
    nothing = detection_counts([Compared([], [])], [0.5])[:, 0]
    assert estimate(f1(nothing)).reason == Reason.NOTHING_TO_COUNT
    assert estimate(f1(detection_counts([], [0.5])[:, 0])).reason == Reason.NO_CASES


def test_froc_goes_through_the_scores_from_the_highest():
    cases = [
        Compared([finding(score=0.9), finding(geometry=box(70, 0), score=0.8)], [finding()]),
        Compared([finding(score=0.4), finding(score=0.6)], [finding()]),
    ]
    curve = [(point.score, point.false_positives_per_case, point.sensitivity) for point in froc(cases)]
    assert curve == [(0.9, 0, 0.5), (0.8, 0.5, 0.5), (0.6, 0.5, 1), (0.4, 1, 1)]
    assert mean_sensitivity(froc(cases), [0.25, 0.5, 8]) == pytest.approx((0.5 + 1 + 1) / 3)
    assert froc([Compared([finding()], [])]) == [] == froc([])
    assert mean_sensitivity([]) is None


def test_on_lidc_it_is_what_a_search_of_all_assignments_gives(corpus):
    """Boxes of four readers per slice, each pair of readers; the search knows neither this code nor SciPy."""
    boxes = defaultdict(lambda: defaultdict(list))
    path = corpus.parent / "labels" / "lidc" / "lidc_reader_boxes_dev.csv.gz"
    if not path.exists():
        pytest.skip("the readers' boxes are not beside the checkout")
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            corners = [int(row[name]) for name in ("x_min", "y_min", "x_max", "y_max")]
            boxes[row["sop_uid"]][row["session"]].append(corners)
    for first, second in itertools.combinations("1234", 2):
        cases = [Compared(findings(sop, first, by), findings(sop, second, by)) for sop, by in boxes.items()]
        found = detection_counts(cases, [0.3, 0.5, 0.75])
        for column, threshold in enumerate([0.3, 0.5, 0.75]):
            hits = sum(searched_hits(by[first], by[second], threshold) for by in boxes.values())
            marks = sum(len(by[first]) + len(by[second]) for by in boxes.values())
            assert estimate(f1(found[:, column])).value == pytest.approx(2 * hits / marks, abs=5e-5)


def findings(sop_instance_uid, reader, boxes):
    """The pixels at both corners belong to the box, so it ends one further."""
    return [
        Finding((Mark(f"{reader}-{number}", reader, "nodule", Box(x, y, u + 1 - x, v + 1 - y), sop_instance_uid),))
        for number, (x, y, u, v) in enumerate(boxes[reader])
    ]


def searched_hits(ours, theirs, threshold):
    """Hits of the assignment with the largest sum of IoU, found by trying all."""
    few, many = sorted([ours, theirs], key=len)
    best = (0.0, 0)
    for chosen in itertools.permutations(many, len(few)):
        overlaps = [iou(one, other) for one, other in zip(few, chosen, strict=True)]
        kept = [overlap for overlap in overlaps if overlap >= threshold]
        best = max(best, (round(sum(kept), 9), len(kept)))
    return best[1]


def iou(one, other):
    pixels = lambda x, y, u, v: (u - x + 1) * (v - y + 1)  # noqa: E731
    width = min(one[2], other[2]) - max(one[0], other[0]) + 1
    height = min(one[3], other[3]) - max(one[1], other[1]) + 1
    both = width * height if width > 0 and height > 0 else 0
    return both / (pixels(*one) + pixels(*other) - both)
