"""Rows of mostly zeros: what the words of many items look like as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.signedinteger]
Matrix = NDArray[np.float32]


def add_up(places: Ints, amounts: Floats, size: int) -> Floats:
    """Return the sum of the amounts at each place, shape (size,)."""
    return np.bincount(places, weights=amounts, minlength=size).astype(np.float32)


@dataclass(frozen=True)
class SparseRows:
    """A matrix by rows (CSR), with the few operations that ranking needs.

    numpy alone does them fast enough: a row times a dense matrix is one gathered product of BLAS.
    Numbers of rows and columns that are kept take four bytes: texts hold a hundred entries each.

    Attributes:
        starts: shape (rows + 1,): where each row begins in ``columns`` and ``values``.
        columns: shape (entries,): column of each entry, ascending within a row.
        values: shape (entries,).
        width: number of columns.
    """

    starts: Ints
    columns: Ints
    values: Floats
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def rows(self) -> Ints:
        """Row of each entry, shape (entries,)."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))

    def per_entry(self, weights: Floats) -> Floats:
        """Return what each entry contributes to ``dot(weights)``, shape (entries,)."""
        return self.values * weights[self.columns]

    def dot(self, weights: Floats) -> Floats:
        """Return the product with one weight per column, shape (rows,)."""
        return add_up(self.rows, self.per_entry(weights), len(self))

    def times(self, dense: Matrix) -> Matrix:
        """Return the product with a dense matrix of shape (width, n), shape (rows, n)."""
        product = np.empty((len(self), dense.shape[1]), dtype=np.float32)
        longest = int(np.diff(self.starts).max(initial=0))
        wanted = np.empty((longest, dense.shape[1]), dtype=np.float32)  # for all rows: a new one
        bounds = self.starts.tolist()  # for each would take as long as the product itself
        for row, (begin, end) in enumerate(pairwise(bounds)):
            gathered = wanted[: end - begin]
            # No column is out of bounds; "clip" lets numpy write without a copy in between.
            dense.take(self.columns[begin:end], axis=0, out=gathered, mode="clip")
            np.dot(self.values[begin:end], gathered, out=product[row])
        return product

    def combine(self, amounts: Floats) -> Floats:
        """Return the sum of all rows, each times its amount, shape (width,)."""
        return add_up(self.columns, self.values * amounts[self.rows], self.width)

    def total(self) -> Floats:
        """Return the sum of all rows, shape (width,)."""
        return add_up(self.columns, self.values, self.width)

    def transposed(self) -> SparseRows:
        """Return the matrix with rows and columns exchanged."""
        order = np.argsort(self.columns, kind="stable")
        counts = np.bincount(self.columns, minlength=self.width)
        starts = np.concatenate(([0], np.cumsum(counts)))
        return SparseRows(starts, self.rows[order], self.values[order], len(self))

    def dense(self) -> Matrix:
        """Return the same matrix with its zeros, shape (rows, width)."""
        dense = np.zeros((len(self), self.width), dtype=np.float32)
        dense[self.rows, self.columns] = self.values
        return dense

    def compact(self) -> tuple[SparseRows, Ints]:
        """Return the matrix without empty columns, and which columns are left, ascending."""
        used, columns = np.unique(self.columns, return_inverse=True)
        return SparseRows(self.starts, columns, self.values, len(used)), used

    def only(self, columns: Ints) -> SparseRows:
        """Return the matrix with these columns alone, ascending, numbered in their order.

        Columns beyond its width are empty.
        """
        numbers = np.full(self.width, -1, dtype=np.int64)
        held = columns[columns < self.width]
        numbers[held] = np.arange(len(held))
        return self.keep_columns(numbers, len(columns))

    def take(self, wanted: Ints) -> SparseRows:
        """Return the rows with these numbers, in this order."""
        lengths = np.diff(self.starts)[wanted]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        within = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
        entries = np.repeat(self.starts[wanted], lengths) + within
        return SparseRows(starts, self.columns[entries], self.values[entries], self.width)

    def part(self, some: slice) -> SparseRows:
        """Return the rows from one number to before another, without copying them."""
        starts = self.starts[some.start : some.stop + 1]
        entries = slice(int(starts[0]), int(starts[-1]))
        return SparseRows(
            starts - starts[0], self.columns[entries], self.values[entries], self.width
        )

    def keep_columns(self, numbers: Ints, width: int) -> SparseRows:
        """Return the matrix with its columns renumbered, those with number -1 left out.

        Args:
            numbers: shape (width,): the new number of each column; ascending where kept.
            width: the new width.
        """
        renumbered = numbers[self.columns]
        kept = np.flatnonzero(renumbered >= 0)
        counts = np.bincount(self.rows[kept], minlength=len(self))
        starts = np.concatenate(([0], np.cumsum(counts)))
        return SparseRows(starts, renumbered[kept], self.values[kept], width)

    def scaled(self, factors: Floats) -> SparseRows:
        """Return the matrix with each entry times its own factor, shape (entries,)."""
        values = (self.values * factors).astype(self.values.dtype, copy=False)
        same = SparseRows(self.starts, self.columns, values, self.width)
        same.__dict__["rows"] = self.rows  # as large as columns: once for all that share these
        return same

    def scaled_rows(self, factors: Floats) -> SparseRows:
        """Return the matrix with each row times its factor, shape (rows,)."""
        return self.scaled(factors[self.rows])

    def unit(self) -> SparseRows:
        """Return the matrix with every row at Euclidean length 1; empty rows stay empty."""
        square = add_up(self.rows, self.values**2, len(self))
        length = np.sqrt(np.where(square > 0, square, np.float32(1)))
        return self.scaled_rows((1.0 / length).astype(np.float32))
