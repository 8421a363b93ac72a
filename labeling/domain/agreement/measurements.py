"""Agreement of measurements: intraclass correlation, and how far two readers are apart."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from labeling.domain.agreement.estimates import Floats, Reason, Statistic, divided

Form = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]


def intraclass_correlation(values: Floats, form: Form = "2,1") -> Statistic:
    """ICC of `values[case, reader]` in any unit, cases that all readers measured. Shrout & Fleiss 1979.

    1: each case has readers of its own. 2: these readers stand for others, absolute agreement. 3: just these readers,
    consistency. `1`: of a single reading; `k`: of the mean of all readers.
    """
    readers = values.shape[1]
    rows = values[np.isfinite(values).all(axis=1)] if readers >= 2 else values[:0]
    # Centred, so that squares of large and near numbers do not lose their digits.
    rows = rows - (rows.mean() if len(rows) else 0.0)
    means = rows.mean(axis=1) if readers else np.zeros(0)
    sums = np.column_stack([np.ones(len(rows)), means**2, (rows**2).sum(axis=1), rows])
    ratio = _RATIOS[form]

    def finish(sums: Floats) -> Floats:
        return ratio(_mean_squares(sums, readers), readers)

    without = Reason.ONE_READER if readers < 2 else Reason.NO_CASES
    return Statistic(sums, np.ones(len(rows), dtype=np.int64), finish, Reason.NO_VARIANCE, without)


def mean_difference(values: Floats) -> Statistic:
    """Second reader minus first, in the unit of `values[case, 2]`: the bias of Bland & Altman 1986."""
    return _differences(values, lambda sums: divided(sums[:, 1], sums[:, 0]))


def difference_deviation(values: Floats) -> Statistic:
    """Standard deviation of the differences; the limits of agreement are the bias -+ 1.96 times this one."""

    def finish(sums: Floats) -> Floats:
        number, total, squares = sums.T
        return np.sqrt(np.maximum(divided(number * squares - total**2, number * (number - 1)), 0.0))

    return _differences(values, finish)


def _differences(values: Floats, finish: Callable[[Floats], Floats]) -> Statistic:
    both = np.isfinite(values[:, :2]).all(axis=1) if values.shape[1] >= 2 else np.zeros(len(values), dtype=bool)
    apart = values[both, 1] - values[both, 0] if both.any() else np.zeros(0)
    sums = np.column_stack([np.ones(len(apart)), apart, apart**2])
    without = Reason.ONE_READER if values.shape[1] < 2 else Reason.NO_CASES
    return Statistic(sums, np.ones(len(apart), dtype=np.int64), finish, Reason.NO_VARIANCE, without)


_MeanSquares = tuple[Floats, Floats, Floats, Floats, Floats]


def _mean_squares(sums: Floats, readers: int) -> _MeanSquares:
    """Between cases, within cases, between readers, residual, and the number of cases."""
    number, means_squared, squares, columns = sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3:]
    grand = columns.sum(axis=1) / (number * readers)
    between = readers * (means_squared - number * grand**2)
    within = squares - readers * means_squared
    of_readers = number * ((columns / number[:, None] - grand[:, None]) ** 2).sum(axis=1)
    # What should be nothing is not below it by rounding.
    between, residual = np.maximum(between, 0), np.maximum(within - of_readers, 0)
    return (
        divided(between, number - 1),
        within / (number * (readers - 1)),
        of_readers / (readers - 1),
        divided(residual, (number - 1) * (readers - 1)),
        number,
    )


def _one_way(squares: _MeanSquares, readers: int) -> Floats:
    cases, within, _, _, _ = squares
    return divided(cases - within, cases + (readers - 1) * within)


def _two_way_random(squares: _MeanSquares, readers: int) -> Floats:
    cases, _, of_readers, residual, number = squares
    return divided(cases - residual, cases + (readers - 1) * residual + readers * (of_readers - residual) / number)


def _two_way_mixed(squares: _MeanSquares, readers: int) -> Floats:
    cases, _, _, residual, _ = squares
    return divided(cases - residual, cases + (readers - 1) * residual)


def _one_way_mean(squares: _MeanSquares, readers: int) -> Floats:
    cases, within, _, _, _ = squares
    return divided(cases - within, cases)


def _two_way_random_mean(squares: _MeanSquares, readers: int) -> Floats:
    cases, _, of_readers, residual, number = squares
    return divided(cases - residual, cases + (of_readers - residual) / number)


def _two_way_mixed_mean(squares: _MeanSquares, readers: int) -> Floats:
    cases, _, _, residual, _ = squares
    return divided(cases - residual, cases)


_RATIOS: dict[Form, Callable[[_MeanSquares, int], Floats]] = {
    "1,1": _one_way,
    "2,1": _two_way_random,
    "3,1": _two_way_mixed,
    "1,k": _one_way_mean,
    "2,k": _two_way_random_mean,
    "3,k": _two_way_mixed_mean,
}
