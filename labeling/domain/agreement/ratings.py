"""Answers of several readers to one question about each case, as an array."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from labeling.domain.agreement.estimates import Floats, Integers, kinds_of

MISSING = -1


@dataclass(frozen=True)
class Ratings:
    """`values[case, reader]` is the index of the category that was answered, -1 where there is no answer.

    `categories` are in their order, for what knows one. A reader who read twice has two columns of one name.
    """

    values: Integers
    categories: tuple[Hashable, ...]
    readers: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The readers, each once."""
        return tuple(dict.fromkeys(self.readers))

    def columns_of(self, reader: str) -> list[int]:
        return [place for place, name in enumerate(self.readers) if name == reader]

    def of(self, cases: Integers) -> "Ratings":
        """Of these cases only."""
        return Ratings(self.values[cases], self.categories, self.readers)

    def between(self, *readers: str) -> "Ratings":
        """Of these readers only, the first column of each."""
        columns = [self.readers.index(reader) for reader in readers]
        return Ratings(self.values[:, columns], self.categories, readers)

    def kinds(self) -> tuple[Integers, Integers]:
        """Rows of answers that differ, and how many cases have each."""
        rows, cases = kinds_of(self.values.astype(np.float64))
        return rows.astype(np.int64), cases


def ratings_of(
    rows: Sequence[Sequence[Hashable | None]], readers: Sequence[str], categories: Sequence[Hashable]
) -> Ratings:
    """From answers, one row for each case, None where there is none. An answer that is no category raises KeyError."""
    index: dict[Hashable | None, int] = {category: place for place, category in enumerate(categories)}
    index[None] = MISSING
    values = np.array([[index[answer] for answer in row] for row in rows], dtype=np.int64)
    return Ratings(values.reshape(len(rows), len(readers)), tuple(categories), tuple(readers))


def counts_of(values: Integers, categories: int) -> Floats:
    """How many readers gave each category, shape (cases, categories)."""
    return np.asarray((values[:, :, None] == np.arange(categories)).sum(axis=1), dtype=np.float64)
