"""Boxes of several readers or models as one, weighted by their scores: weighted boxes fusion (Solovyev 2019)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from labeling.domain.agreement.consensus import ConsensusMark, MarkConsensus, quality_of
from labeling.domain.agreement.estimates import Floats
from labeling.domain.agreement.marks import Mark, findings_of
from labeling.domain.agreement.overlap import encloses, shared_area
from labeling.domain.geometry.shapes import Box


@dataclass
class _Cluster:
    """Boxes that are taken for one, and the box that they make so far."""

    marks: list[Mark] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    box: Box = field(default_factory=lambda: Box(0.0, 0.0, 0.0, 0.0))

    def add(self, mark: Mark, score: float) -> None:
        self.marks.append(mark)
        self.scores.append(score)
        weights = np.array(self.scores) if sum(self.scores) > 0 else np.ones(len(self.scores))
        left, top, right, bottom = np.average([_corners(one) for one in self.marks], axis=0, weights=weights).tolist()
        self.box = Box(left, top, right - left, bottom - top)


def weighted_boxes(
    marks: Sequence[Mark],
    readers: Sequence[str],
    *,
    iou: float = 0.55,
    least_score: float = 0.0,
    weights: Mapping[str, float] | None = None,
) -> MarkConsensus:
    """Boxes of one label and slice, from the highest score down, each joined to the fused box that it overlaps most.

    That takes an IoU above `iou`; sides are means weighted by score, which is a mark's score (1 without one) times the
    reader's weight. The score of what comes out is the mean of its boxes' scores times the share of readers, at most
    1, for which there is a box; below `least_score` it is left out. Marks of other shapes count as the boxes around
    them; those without an area take no part.
    """
    taken = sorted(
        (mark for mark in marks if encloses(mark.geometry)), key=lambda mark: (-_score(mark, weights), mark.order)
    )
    clusters: dict[tuple[str, str, int], list[_Cluster]] = {}
    for mark in taken:
        among = clusters.setdefault((mark.label, *mark.slice), [])
        overlaps = [shared_area(cluster.box, _box(mark)).iou for cluster in among]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best < 0 or overlaps[best] <= iou:
            among.append(_Cluster())
            best = len(among) - 1
        among[best].add(mark, _score(mark, weights))
    fused = [
        (float(np.mean(cluster.scores)) * min(1.0, len(cluster.marks) / max(len(readers), 1)), cluster)
        for _, among in sorted(clusters.items())
        for cluster in among
    ]
    kept = [(score, cluster) for score, cluster in fused if score >= least_score]
    made = tuple(_made(cluster, score, number) for number, (score, cluster) in enumerate(kept, start=1))
    owned = [(finding.reader, finding.identities) for finding in findings_of(taken)]
    return MarkConsensus(made, quality_of(owned, made, readers))


def _made(cluster: _Cluster, score: float, number: int) -> ConsensusMark:
    first = cluster.marks[0]
    return ConsensusMark(
        first.label, cluster.box, first.slice, number, score, tuple(one.identity for one in cluster.marks)
    )


def _score(mark: Mark, weights: Mapping[str, float] | None) -> float:
    weight = weights.get(mark.reader, 1.0) if weights else 1.0
    return weight * (1.0 if mark.score is None else mark.score)


def _box(mark: Mark) -> Box:
    return mark.geometry if isinstance(mark.geometry, Box) else Box(*mark.geometry.bounds)


def _corners(mark: Mark) -> Floats:
    x, y, width, height = mark.geometry.bounds
    return np.array([x, y, x + width, y + height])
