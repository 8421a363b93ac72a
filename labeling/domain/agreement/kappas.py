"""Agreement of categories: percent, Cohen, Fleiss, Gwet AC1 and AC2, Krippendorff. Missing answers are allowed in all.

With weights, answers that are near each other agree in part: w = 1 - (d / most d) ** power over the places of the
categories (linear: power 1, quadratic: 2; Cicchetti & Allison 1971, Fleiss & Cohen 1973).
"""

from collections.abc import Callable
from typing import Literal

import numpy as np

from labeling.domain.agreement.estimates import Floats, Reason, Statistic, divided
from labeling.domain.agreement.ratings import Ratings, counts_of

Weights = Literal["nominal", "linear", "quadratic"]
Level = Literal["nominal", "ordinal", "interval"]


def weights_of(categories: int, weights: Weights) -> Floats:
    """Shape (categories, categories), 1 on the diagonal."""
    if weights == "nominal" or categories < 2:
        return np.eye(categories)
    places = np.arange(categories)
    apart = np.abs(places[:, None] - places[None, :]) / (categories - 1)
    return np.asarray(1 - (apart if weights == "linear" else apart**2), dtype=np.float64)


def percent_agreement(ratings: Ratings, weights: Weights = "nominal") -> Statistic:
    """Mean over cases of the share of pairs of readers that agree; cases with two answers or more."""
    rows, cases = ratings.kinds()
    counts = counts_of(rows, len(ratings.categories))
    agreeing, paired = _pair_agreement(counts, weights_of(len(ratings.categories), weights))
    kept = paired > 0
    sums = np.column_stack([agreeing, paired])[kept]
    return Statistic(sums, cases[kept], lambda s: divided(s[:, 0], s[:, 1]), Reason.NO_CASES, _without(ratings))


def cohen_kappa(ratings: Ratings, weights: Weights = "nominal") -> Statistic:
    """Of two readers (the first two columns), cases that both answered. Cohen 1960; weighted Cohen 1968."""
    many = len(ratings.categories)
    rows, cases = ratings.kinds()
    kept = (rows[:, :2] >= 0).all(axis=1) if rows.shape[1] >= 2 else np.zeros(len(rows), dtype=bool)
    rows, cases = rows[kept], cases[kept]
    sums = np.zeros((len(rows), many * many))
    if len(rows):
        sums[np.arange(len(rows)), rows[:, 0] * many + rows[:, 1]] = 1
    table_weights = weights_of(many, weights)

    def finish(sums: Floats) -> Floats:
        table = sums.reshape(-1, many, many)
        shares = table / table.sum(axis=(1, 2), keepdims=True)
        first, second = shares.sum(axis=2), shares.sum(axis=1)
        observed = (shares * table_weights).sum(axis=(1, 2))
        expected = np.einsum("ri,ij,rj->r", first, table_weights, second)
        return divided(observed - expected, 1 - expected)

    return Statistic(sums, cases, finish, Reason.ONE_CATEGORY, _without(ratings))


def fleiss_kappa(ratings: Ratings, weights: Weights = "nominal") -> Statistic:
    """Of any number of readers, who need not be the same for each case. Fleiss 1971.

    With unequal numbers of answers: agreement over cases with two or more, shares of categories as means over all
    cases (Gwet 2014, section 2.5), which is Fleiss 1971 when the numbers are equal.
    """
    table = weights_of(len(ratings.categories), weights)

    def chance(shares: Floats) -> Floats:
        return np.asarray(np.einsum("ri,ij,rj->r", shares, table, shares))

    return _corrected(ratings, table, chance)


def gwet_ac(ratings: Ratings, weights: Weights = "nominal") -> Statistic:
    """AC1, with weights AC2, of any number of readers: stable where nearly all cases are of one category.

    Gwet 2008; with missing answers Gwet 2014, section 2.5. `categories` are all that could have been answered.
    """
    many = len(ratings.categories)
    table = weights_of(many, weights)

    def chance(shares: Floats) -> Floats:
        spread = (shares * (1 - shares)).sum(axis=1)
        return np.asarray(table.sum() * spread / (many * (many - 1)) if many > 1 else np.ones(len(shares)))

    return _corrected(ratings, table, chance)


def krippendorff_alpha(ratings: Ratings, level: Level = "nominal") -> Statistic:
    """Of any number of readers with missing answers. Krippendorff 2011; interval: categories that are numbers."""
    many = len(ratings.categories)
    rows, cases = ratings.kinds()
    counts = counts_of(rows, many)
    answers = counts.sum(axis=1)
    kept = answers >= 2
    counts, answers = counts[kept], answers[kept]
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(many)
    sums = (pairs / (answers - 1)[:, None, None]).reshape(len(counts), many * many)

    def finish(sums: Floats) -> Floats:
        coincidences = sums.reshape(-1, many, many)
        frequencies = coincidences.sum(axis=2)
        total = frequencies.sum(axis=1)
        apart = _differences(frequencies, ratings, level)
        observed = (coincidences * apart).sum(axis=(1, 2))
        expected = np.einsum("ri,rij,rj->r", frequencies, apart, frequencies)
        return 1 - divided((total - 1) * observed, expected)

    return Statistic(sums, cases[kept], finish, Reason.ONE_CATEGORY, _without(ratings))


def _differences(frequencies: Floats, ratings: Ratings, level: Level) -> Floats:
    """Squared differences of categories, shape (resamples or 1, categories, categories)."""
    many = len(ratings.categories)
    if level == "nominal":
        return (1 - np.eye(many))[None]
    if level == "interval":
        numbers = np.array([float(str(category)) for category in ratings.categories])
        return np.asarray((numbers[:, None] - numbers[None, :]) ** 2)[None]
    # Ordinal: ranks are middles of the runs that the frequencies make.
    middles = np.cumsum(frequencies, axis=1) - frequencies / 2
    return np.asarray((middles[:, :, None] - middles[:, None, :]) ** 2)


def interval_alpha(values: Floats) -> Statistic:
    """Krippendorff's alpha of measurements, shape (cases, readers), NaN where there is none. Any unit."""
    centred = values - (np.nanmean(values) if np.isfinite(values).any() else 0.0)
    answers = np.isfinite(centred).sum(axis=1).astype(np.float64)
    rows, answers = np.nan_to_num(centred[answers >= 2]), answers[answers >= 2]
    total, squares = rows.sum(axis=1), (rows**2).sum(axis=1)
    apart = 2 * (answers * squares - total**2) / np.where(answers > 1, answers - 1, 1)
    sums = np.column_stack([answers, total, squares, apart])

    def finish(sums: Floats) -> Floats:
        number, total, squares, observed = sums.T
        return 1 - divided((number - 1) * observed, 2 * (number * squares - total**2))

    without = Reason.ONE_READER if values.shape[1] < 2 else Reason.NO_CASES
    return Statistic(sums, np.ones(len(rows), dtype=np.int64), finish, Reason.NO_VARIANCE, without)


def _corrected(ratings: Ratings, table: Floats, chance: Callable[[Floats], Floats]) -> Statistic:
    rows, cases = ratings.kinds()
    counts = counts_of(rows, len(ratings.categories))
    agreeing, paired = _pair_agreement(counts, table)
    answers = counts.sum(axis=1)
    kept = answers > 0
    shares = counts[kept] / answers[kept][:, None]
    sums = np.column_stack([agreeing[kept], paired[kept], shares])

    def finish(sums: Floats) -> Floats:
        observed = divided(sums[:, 0], sums[:, 1])
        expected = chance(sums[:, 2:] / sums[:, 2:].sum(axis=1, keepdims=True))
        return divided(observed - expected, 1 - expected)

    if not paired.any():
        sums, cases, kept = sums[:0], cases[:0], kept[:0]
    return Statistic(sums, cases[kept], finish, Reason.ONE_CATEGORY, _without(ratings))


def _pair_agreement(counts: Floats, table: Floats) -> tuple[Floats, Floats]:
    """The share of agreeing pairs of each case, and 1 where it has a pair, else 0."""
    answers = counts.sum(axis=1)
    pairs = answers * (answers - 1)
    agreeing = (counts * (counts @ table - 1)).sum(axis=1)
    has_pair = pairs > 0
    return np.where(has_pair, agreeing / np.where(has_pair, pairs, 1), 0.0), has_pair.astype(np.float64)


def _without(ratings: Ratings) -> Reason:
    return Reason.ONE_READER if ratings.values.shape[1] < 2 else Reason.NO_CASES
