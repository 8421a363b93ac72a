"""One mask from several: simultaneous truth and performance level estimation (STAPLE, Warfield 2004), by EM."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.domain.agreement.estimates import Floats
from labeling.domain.geometry.masks import Mask, encoded

MOST_ITERATIONS = 200
CONVERGED = 1e-7
MOST_READERS = 16
_START, _LEAST = 0.99999, 1e-300


@dataclass(frozen=True)
class Performance:
    """Share of the pixels that are in the estimated truth, and of those that are not, that the reader has right."""

    sensitivity: float | None
    specificity: float | None


@dataclass(frozen=True)
class Staple:
    """Masks of the slices in the order given, probabilities of shape (slices, rows, columns); readers used."""

    masks: tuple[Mask, ...]
    probabilities: npt.NDArray[np.float32]
    performance: dict[str, Performance]
    iterations: int
    has_converged: bool


def staple(masks: Mapping[str, Sequence[Mask]], threshold: float = 0.5) -> Staple | None:
    """From each reader's masks of the same slices in the same order; a slice that is not marked is an empty mask.

    A pixel is in it from the probability `threshold` on. The prior is the mean share of marked pixels, of the whole
    slices. None without readers or slices. Raises ValueError for masks of different sizes or more than 16 readers.
    """
    readers = sorted(masks)
    if not readers or not masks[readers[0]]:
        return None
    sizes = {(mask.rows, mask.columns) for own in masks.values() for mask in own}
    if len(sizes) > 1 or len({len(own) for own in masks.values()}) > 1 or len(readers) > MOST_READERS:
        raise ValueError("STAPLE takes masks of one size and number of slices, of 16 readers at most")
    # Pixels with the same answers are one kind: there are at most 2 ** readers, however large the masks.
    codes = np.zeros((len(masks[readers[0]]), *sizes.pop()), dtype=np.uint16)
    for bit, reader in enumerate(readers):
        for place, mask in enumerate(masks[reader]):
            codes[place] |= mask.pixels.astype(np.uint16) << bit
    pixels = np.bincount(codes.reshape(-1), minlength=2 ** len(readers)).astype(np.float64)
    answers = (np.arange(2 ** len(readers))[:, None] >> np.arange(len(readers))) & 1
    probability, performance, iterations, has_converged = _estimated(answers.astype(np.float64), pixels)
    of_pixels = probability.astype(np.float32)[codes]
    is_in = ((probability >= threshold) & (probability > 0))[codes]
    return Staple(
        tuple(encoded(one) for one in is_in),
        of_pixels,
        dict(zip(readers, performance, strict=True)),
        iterations,
        has_converged,
    )


def _estimated(answers: Floats, pixels: Floats) -> tuple[Floats, list[Performance], int, bool]:
    """For answers[kind, reader] and pixels[kind]: probability of each kind, performance, iterations, convergence."""
    prior = float((answers.mean(axis=1) * pixels).sum() / pixels.sum())
    sensitivity = specificity = np.full(answers.shape[1], _START)
    probability, has_converged, iteration = np.full(len(pixels), prior), prior in (0.0, 1.0), 0
    while not has_converged and iteration < MOST_ITERATIONS:
        iteration += 1
        probability = _truth(answers, sensitivity, specificity, prior)
        inside, outside = probability * pixels, (1 - probability) * pixels
        before = np.concatenate([sensitivity, specificity])
        sensitivity = (inside @ answers) / max(inside.sum(), _LEAST)
        specificity = (outside @ (1 - answers)) / max(outside.sum(), _LEAST)
        has_converged = bool(np.abs(np.concatenate([sensitivity, specificity]) - before).max() < CONVERGED)
    is_inside, is_outside = (probability * pixels).sum() > 1e-9, ((1 - probability) * pixels).sum() > 1e-9
    if not iteration:
        sensitivity = specificity = np.ones(answers.shape[1])
    performance = [
        Performance(float(one) if is_inside else None, float(other) if is_outside else None)
        for one, other in zip(sensitivity, specificity, strict=True)
    ]
    return probability, performance, iteration, has_converged


def _truth(answers: Floats, sensitivity: Floats, specificity: Floats, prior: float) -> Floats:
    """The E step, equation 14 of the paper, in logarithms."""
    logs = [np.log(np.maximum(share, _LEAST)) for share in (sensitivity, 1 - sensitivity, specificity, 1 - specificity)]
    inside = np.log(prior) + answers @ logs[0] + (1 - answers) @ logs[1]
    outside = np.log(1 - prior) + answers @ logs[3] + (1 - answers) @ logs[2]
    return np.asarray(1 / (1 + np.exp(np.clip(outside - inside, -700, 700))), dtype=np.float64)
