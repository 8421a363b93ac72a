"""A number with its confidence interval, or the reason why there is none; bootstrap by case and drift over cases.

Every statistic here is a function of sums over cases, so a resample needs only how often it drew each case: all
resamples are one product of matrices, and cases that are alike (most are, with a few answers) are drawn as one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

RESAMPLES = 1000
LEVEL = 0.95
# Numbers held at once while resampling: 16 MB.
MOST_DRAWS_AT_ONCE = 2_000_000
LEAST_DEFINED = 0.5


class Reason(StrEnum):
    """Why there is no number."""

    NO_CASES = "no_cases"
    ONE_READER = "one_reader"
    ONE_CATEGORY = "one_category"
    NO_VARIANCE = "no_variance"
    NOTHING_TO_COUNT = "nothing_to_count"


@dataclass(frozen=True)
class Estimate:
    """`low` and `high` are the confidence interval, if asked for and had; `cases` is how many the number rests on."""

    value: float | None
    cases: int
    reason: Reason | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Statistic:
    """A function of sums over cases.

    `sums` has shape (kinds of case, numbers that are added up), `cases` says how many cases are of each kind.
    `finish` takes such sums, shape (resamples, numbers), and gives one value each, NaN where it is undefined, which is
    then for `undefined`. `without_cases` is the reason when there is no case at all.
    """

    sums: Floats
    cases: Integers
    finish: Callable[[Floats], Floats]
    undefined: Reason
    without_cases: Reason = Reason.NO_CASES


@dataclass(frozen=True)
class Bootstrap:
    """How a confidence interval is made: by resampling cases, percentile method (Efron & Tibshirani 1993, ch. 13)."""

    resamples: int = RESAMPLES
    level: float = LEVEL
    seed: int = 0


def estimate(statistic: Statistic, bootstrap: Bootstrap | None = None) -> Estimate:
    """The statistic of all cases; with an interval if `bootstrap` is given. The same seed gives the same interval.

    Resamples in which the statistic is undefined are left out; if those are the half or more, there is no interval.
    """
    cases = int(statistic.cases.sum())
    if not cases:
        return Estimate(None, 0, statistic.without_cases)
    value = float(_values(statistic, statistic.cases[None, :])[0])
    if not np.isfinite(value):
        return Estimate(None, cases, statistic.undefined)
    if bootstrap is None or bootstrap.resamples < 1:
        return Estimate(value, cases)
    low, high = _interval(resampled(statistic, bootstrap), bootstrap.level)
    return Estimate(value, cases, None, low, high)


def resampled(statistic: Statistic, bootstrap: Bootstrap) -> Floats:
    """The statistic of each resample, shape (resamples,), NaN where it is undefined. Needs at least one case."""
    random = np.random.default_rng(bootstrap.seed)
    kinds = len(statistic.cases)
    at_once = max(1, MOST_DRAWS_AT_ONCE // max(kinds, statistic.sums.shape[1]))
    parts = []
    for start in range(0, bootstrap.resamples, at_once):
        draws = _draws(random, statistic.cases, min(at_once, bootstrap.resamples - start))
        parts.append(_values(statistic, draws))
    return np.concatenate(parts)


def _draws(random: np.random.Generator, cases: Integers, resamples: int) -> Integers:
    """How often each kind of case is drawn, shape (resamples, kinds)."""
    total = int(cases.sum())
    if len(cases) * 4 < total:
        return random.multinomial(total, cases / total, size=resamples)
    kind_of_case = np.repeat(np.arange(len(cases)), cases)
    rows = [np.bincount(kind_of_case[random.integers(0, total, total)], minlength=len(cases)) for _ in range(resamples)]
    return np.asarray(rows, dtype=np.int64)


def _values(statistic: Statistic, draws: Integers) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return statistic.finish(draws.astype(np.float64) @ statistic.sums)


def _interval(values: Floats, level: float) -> tuple[float | None, float | None]:
    defined = values[np.isfinite(values)]
    if len(defined) <= LEAST_DEFINED * len(values):
        return None, None
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def divided(over: Floats, under: Floats) -> Floats:
    """The quotient, NaN where the divisor is nothing but a rounding error."""
    return np.where(np.abs(under) > 1e-12, over / np.where(under == 0, 1.0, under), np.nan)


def kinds_of(rows: Floats) -> tuple[Floats, Integers]:
    """Rows that differ and how often each is there; as they are when there is little to gain."""
    if not len(rows):
        return rows, np.zeros(0, dtype=np.int64)
    different, counts = np.unique(rows, axis=0, return_counts=True)
    return different, counts.astype(np.int64)


@dataclass(frozen=True)
class Window:
    """Cases `first` to `last` (from 0, both included) in the order of time, and the statistic of those."""

    first: int
    last: int
    estimate: Estimate


def drift(
    statistic_of: Callable[[Integers], Statistic],
    times: Sequence[float],
    *,
    window: int = 100,
    step: int = 25,
    bootstrap: Bootstrap | None = None,
) -> list[Window]:
    """A statistic in rolling windows of `window` cases by time, each `step` cases after the one before.

    `statistic_of` gets indices of cases; `first` and `last` of a window are places in the order of `times` (ties stay
    in the order given). The last window ends with the last case. Fewer cases than a window are one window.
    """
    order = np.argsort(np.asarray(times, dtype=np.float64), kind="stable").astype(np.int64)
    if not len(order):
        return []
    width = min(max(window, 1), len(order))
    starts = list(range(0, len(order) - width + 1, max(step, 1)))
    if starts[-1] + width < len(order):
        starts.append(len(order) - width)
    return [
        Window(start, start + width - 1, estimate(statistic_of(order[start : start + width]), bootstrap))
        for start in starts
    ]


def mean_of(values_of_cases: Sequence[Sequence[float]]) -> Statistic:
    """The mean of all values; resampled by case, since values of one case resemble each other."""
    rows = np.array([[sum(values), len(values)] for values in values_of_cases if len(values)], dtype=np.float64)
    sums, cases = kinds_of(rows.reshape(-1, 2))
    return Statistic(sums, cases, lambda s: divided(s[:, 0], s[:, 1]), Reason.NOTHING_TO_COUNT)
