"""Rows of mostly zeros: what the words of many items look like as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def add_up(places: Ints, amounts: Floats, size: int) -> Floats:
    """Return the sum of the amounts at each place, shape (size,)."""
    import numpy as np

    sums: Floats = np.bincount(places, weights=amounts, minlength=size).astype(float, copy=False)
    return sums


@dataclass(frozen=True)
class SparseRows:
    """A matrix by rows (CSR), with the few operations that ranking for one person needs.

    numpy alone does them fast enough, and scipy would take longer to import than they take.

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
        import numpy as np

        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def per_entry(self, weights: Floats) -> Floats:
        """Return what each entry contributes to ``dot(weights)``, shape (entries,)."""
        return self.values * weights[self.columns]

    def dot(self, weights: Floats) -> Floats:
        """Return the product with one weight per column, shape (rows,)."""
        return add_up(self.rows, self.per_entry(weights), len(self))

    def combine(self, amounts: Floats) -> Floats:
        """Return the sum of all rows, each times its amount, shape (width,)."""
        return add_up(self.columns, self.values * amounts[self.rows], self.width)

    def total(self) -> Floats:
        """Return the sum of all rows, shape (width,)."""
        return add_up(self.columns, self.values, self.width)

    def take(self, wanted: Ints) -> SparseRows:
        """Return the rows with these numbers, in this order."""
        import numpy as np

        lengths = np.diff(self.starts)[wanted]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        within = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
        entries = np.repeat(self.starts[wanted], lengths) + within
        return SparseRows(starts, self.columns[entries], self.values[entries], self.width)

    def scaled(self, factors: Floats) -> SparseRows:
        """Return the matrix with each entry times its own factor, shape (entries,)."""
        return SparseRows(self.starts, self.columns, self.values * factors, self.width)

    def unit(self) -> SparseRows:
        """Return the matrix with every row at Euclidean length 1; empty rows stay empty."""
        import numpy as np

        square = add_up(self.rows, self.values**2, len(self))
        length = np.sqrt(np.where(square > 0, square, 1.0))
        return self.scaled(1.0 / length[self.rows])
