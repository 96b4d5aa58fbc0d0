"""The product of sparse rows with sparse rows, at the memory of what is not zero.

512 abstracts hold some 24,000 different words and pairs: with their zeros 49 MB, of which 99 in 100
are zero. Only the words that many of them hold are kept with their zeros; of the others the rows
that hold them are listed (an inverted index, as in search).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranking.sparse import Floats, Ints, Matrix, SparseRows

COMMON_ROWS = 16
"""Rows that hold a column from which on it is kept with its zeros: of 512 about a thousand columns,
2 MB; with less of them, lists grow long where they are looked up most."""

DENSE_ROWS = 64
"""Rows up to which a product with all zeros takes less than half the time of listing what is not
zero; at about 150 abstracts both take as long."""

_BATCH_SIZE = 256
"""Rows that are multiplied at a time, so that memory does not grow with their number."""


@dataclass(frozen=True)
class InvertedIndex:
    """Sparse rows by column, to be multiplied with other rows.

    Attributes:
        count: number of rows.
        place: shape (columns,): where a common column stands in ``common``, or -1.
        common: shape (common columns, rows): their values.
        starts: shape (columns + 1,): where a column's list begins; common ones have empty lists.
        rows: shape (entries,): rows that hold the column, ascending.
        values: shape (entries,): their values.
    """

    count: int
    place: Ints
    common: Matrix
    starts: Ints
    rows: Ints
    values: Floats

    @classmethod
    def of(cls, texts: SparseRows) -> InvertedIndex:
        """Index rows."""
        held = np.bincount(texts.columns, minlength=texts.width)
        often = held >= COMMON_ROWS
        place = np.where(often, np.cumsum(often) - 1, -1)
        common = texts.keep_columns(place, int(often.sum())).dense()
        rare = np.flatnonzero(~often[texts.columns])
        rare = rare[np.argsort(texts.columns[rare], kind="stable")]
        starts = np.concatenate(([0], np.cumsum(np.where(often, 0, held))))
        return cls(
            count=len(texts),
            place=place,
            common=np.ascontiguousarray(common.T),
            starts=starts,
            rows=texts.rows[rare],
            values=texts.values[rare],
        )

    def products(self, others: SparseRows) -> Matrix:
        """Return the products of other rows with these, shape (others, count).

        The others may have further columns; those meet nothing.
        """
        further = np.full(others.width - len(self.place), -1, dtype=np.int64)
        place = np.concatenate((self.place, further))
        found = others.keep_columns(place, len(self.common)).times(self.common)
        known = others.columns < len(self.place)
        for begin in range(0, len(others), _BATCH_SIZE):
            end = min(begin + _BATCH_SIZE, len(others))
            entries = slice(int(others.starts[begin]), int(others.starts[end]))
            met = np.flatnonzero(known[entries]) + entries.start
            found[begin:end] += self._rare(others, met, begin, end)
        return found

    def _rare(self, others: SparseRows, entries: Ints, begin: int, end: int) -> Matrix:
        """Return what the rare columns of these entries add to rows from ``begin`` to ``end``."""
        first = self.starts[others.columns[entries]]
        lengths = self.starts[others.columns[entries] + 1] - first
        ends = np.cumsum(lengths)
        listed = np.arange(ends[-1] if len(ends) else 0) + np.repeat(
            first - ends + lengths, lengths
        )
        of_entry = np.repeat(entries, lengths)
        cells = (others.rows[of_entry] - begin) * self.count + self.rows[listed]
        amounts = others.values[of_entry] * self.values[listed]
        total = np.bincount(cells, weights=amounts, minlength=(end - begin) * self.count)
        return total.reshape(end - begin, self.count).astype(np.float32)


def gram(texts: SparseRows) -> Matrix:
    """Return the products of all rows with each other, shape (rows, rows)."""
    if len(texts) > DENSE_ROWS:
        return InvertedIndex.of(texts).products(texts)
    dense = texts.compact()[0].dense()
    products: Matrix = dense @ dense.T
    return products
