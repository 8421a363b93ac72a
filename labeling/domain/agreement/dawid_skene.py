"""Labels from readers who err in ways of their own: the maximum likelihood of Dawid & Skene 1979, by EM."""

from dataclasses import dataclass

import numpy as np

from labeling.domain.agreement.consensus import LabelConsensus, label_consensus
from labeling.domain.agreement.estimates import Floats, Integers
from labeling.domain.agreement.ratings import Ratings, counts_of

MOST_ITERATIONS = 1000
CONVERGED = 1e-8
_LEAST = 1e-300


@dataclass(frozen=True)
class DawidSkene:
    """`probabilities[case, category]`; `prevalence[category]`; `confusion[reader][true category, answer]`.

    A row of a confusion matrix is NaN where no case that the reader answered is of that category.
    """

    consensus: LabelConsensus
    probabilities: Floats
    prevalence: Floats
    confusion: dict[str, Floats]
    iterations: int
    has_converged: bool


def dawid_skene(ratings: Ratings) -> DawidSkene | None:
    """From answers, missing ones allowed; None without any answer. Readers' errors are taken as independent.

    Starts from the shares of answers. Cases without an answer, and those where two categories are level, stay open.
    A reader of two columns has one confusion matrix.
    """
    if not (ratings.values >= 0).any():
        return None
    kinds, cases = ratings.kinds()
    columns = map(ratings.columns_of, ratings.names)
    # answers[kind of case, reader, category]
    answers = np.stack([counts_of(kinds[:, own], len(ratings.categories)) for own in columns], axis=1)
    posterior = _normalised(answers.sum(axis=1))
    is_answered = (answers.sum(axis=(1, 2)) > 0)[:, None]
    weights = cases[:, None] * is_answered
    change, iterations = np.inf, 0
    while change >= CONVERGED and iterations < MOST_ITERATIONS:
        prevalence, confusion = _maximised(posterior, weights, answers)
        before, posterior = posterior, _expected(prevalence, confusion, answers)
        change, iterations = float(np.abs(posterior - before).max()), iterations + 1
    probabilities = posterior[_kind_of_each(ratings, kinds)]
    consensus = label_consensus(ratings, _chosen(ratings, probabilities), probabilities.max(axis=1))
    matrices = {reader: _known(confusion[place]) for place, reader in enumerate(ratings.names)}
    return DawidSkene(consensus, probabilities, prevalence, matrices, iterations, change < CONVERGED)


def _normalised(rows: Floats) -> Floats:
    total = rows.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(total > 0, rows / np.where(total > 0, total, 1), 1 / rows.shape[-1]))


def _maximised(posterior: Floats, weights: Floats, answers: Floats) -> tuple[Floats, Floats]:
    """Prevalence, and confusion[reader, true category, answer] with rows of nothing but 0 where there is no answer."""
    weighted = posterior * weights
    given = np.einsum("kt,kra->rta", weighted, answers)
    total = given.sum(axis=2, keepdims=True)
    return weighted.sum(axis=0) / weights.sum(), given / np.where(total > 0, total, 1)


def _expected(prevalence: Floats, confusion: Floats, answers: Floats) -> Floats:
    logs = np.log(np.maximum(confusion, _LEAST))
    likelihood = np.log(np.maximum(prevalence, _LEAST)) + np.einsum("kra,rta->kt", answers, logs)
    return _normalised(np.exp(likelihood - likelihood.max(axis=1, keepdims=True)))


def _known(matrix: Floats) -> Floats:
    return np.where(matrix.sum(axis=1, keepdims=True) > 0, matrix, np.nan)


def _kind_of_each(ratings: Ratings, kinds: Integers) -> Integers:
    place = {tuple(row): index for index, row in enumerate(kinds.tolist())}
    return np.array([place[tuple(row)] for row in ratings.values.tolist()], dtype=np.int64)


def _chosen(ratings: Ratings, probabilities: Floats) -> Integers:
    ordered = np.sort(probabilities, axis=1)
    is_level = (ordered[:, -1] - ordered[:, -2] < 1e-9) if probabilities.shape[1] > 1 else False
    is_open = (ratings.values < 0).all(axis=1) | is_level
    return np.where(is_open, -1, probabilities.argmax(axis=1))
