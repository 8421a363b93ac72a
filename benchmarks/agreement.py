"""Agreement of three readers on 15,000 images with eight labels: all statistics, 1,000 resamples each. No server."""

import resource
import sys
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from labeling.domain.agreement.consensus import majority_marks
from labeling.domain.agreement.dawid_skene import dawid_skene
from labeling.domain.agreement.estimates import Bootstrap, drift, estimate
from labeling.domain.agreement.kappas import fleiss_kappa
from labeling.domain.agreement.marks import Mark, findings_of
from labeling.domain.agreement.matching import groups_of
from labeling.domain.agreement.measurements import intraclass_correlation
from labeling.domain.agreement.ratings import Ratings
from labeling.domain.agreement.summary import CaseFindings, answer_agreement, mark_agreement
from labeling.domain.agreement.weighted_boxes import weighted_boxes
from labeling.domain.geometry.shapes import Box

IMAGES, READERS, LABELS, RESAMPLES = 15_000, ("A", "B", "C"), 8, 1000
ANSWERS = ("absent", "present", "uncertain", "not assessable")
T = TypeVar("T")
RANDOM = np.random.default_rng(1)


def made_ratings() -> list[Ratings]:
    """One for each label: mostly absent, readers right nine times of ten, one answer of fifty missing."""
    made = []
    for _ in range(LABELS):
        truth = RANDOM.choice(4, size=IMAGES, p=[0.9, 0.07, 0.02, 0.01])
        shape = (IMAGES, len(READERS))
        values = np.where(RANDOM.random(shape) < 0.9, truth[:, None], RANDOM.integers(0, 4, shape))
        made.append(Ratings(np.where(RANDOM.random(shape) < 0.02, -1, values), ANSWERS, READERS))
    return made


def made_marks() -> list[list[Mark]]:
    """Of each image up to eight things in 3000 x 2500 pixels, each seen by a reader four times of five."""
    images = []
    for image in range(IMAGES):
        marks = []
        for thing in range(RANDOM.integers(0, LABELS + 1)):
            x, y, width, height = RANDOM.uniform([0, 0, 50, 50], [2400, 1900, 400, 400])
            for reader in READERS:
                if RANDOM.random() < 0.8:
                    shift = RANDOM.normal(0, 15, 4)
                    box = Box(x + shift[0], y + shift[1], width + shift[2] / 2, height + shift[3] / 2)
                    marks.append(Mark(f"{image}-{thing}-{reader}", reader, f"label-{thing % LABELS}", box, str(image)))
        images.append(marks)
    return images


def timed(name: str, work: Callable[[], T]) -> T:
    begun, worked = time.perf_counter(), time.process_time()
    result = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    taken, used = time.perf_counter() - begun, time.process_time() - worked
    print(f"| {name} | {taken:.1f} | {used:.1f} | {peak:.0f} |", flush=True)
    return result


def main() -> None:
    ratings, images, bootstrap = made_ratings(), made_marks(), Bootstrap(RESAMPLES)
    number = sum(len(marks) for marks in images)
    print(f"{IMAGES} images, {len(READERS)} readers, {LABELS} labels, {number} marks, {RESAMPLES} resamples\n")
    print("| what | s | s of processor | peak memory MB |\n|---|---|---|---|")
    timed(
        "answers: %, Cohen x 3, Fleiss, alpha, AC1 of each label",
        lambda: [answer_agreement(r, bootstrap) for r in ratings],
    )
    measured = RANDOM.normal(50, 10, (IMAGES, 1)) + RANDOM.normal(0, 2, (IMAGES, len(READERS)))
    timed("ICC of one measurement", lambda: estimate(intraclass_correlation(measured), bootstrap))
    first = ratings[0]
    timed(
        "drift of Fleiss, 300 windows",
        lambda: drift(lambda c: fleiss_kappa(first.of(c)), range(IMAGES), window=500, step=50, bootstrap=bootstrap),
    )
    cases = timed("findings of marks", lambda: [cases_of(marks) for marks in images])
    pairs = list(combinations(READERS, 2))
    timed("F1 at 3 IoU, IoU, Dice of each pair", lambda: [mark_agreement(cases, pair, bootstrap) for pair in pairs])
    few = cases[:1000]
    timed(
        "the same with Hausdorff, 1,000 images, one pair",
        lambda: mark_agreement(few, pairs[0], bootstrap, has_outlines=True),
    )
    groups = timed("groups of three readers", lambda: [groups_of(marks, READERS) for marks in images])
    timed("majority of marks", lambda: [majority_marks(each, READERS) for each in groups])
    timed("weighted boxes", lambda: [weighted_boxes(marks, READERS) for marks in images])
    timed("Dawid-Skene of each label", lambda: [dawid_skene(r) for r in ratings])


def cases_of(marks: list[Mark]) -> CaseFindings:
    found = findings_of(marks)
    return CaseFindings({reader: [one for one in found if one.reader == reader] for reader in READERS})


if __name__ == "__main__":
    main()
