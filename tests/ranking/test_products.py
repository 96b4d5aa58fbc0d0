"""Sparse rows times sparse rows are what numpy makes of them with their zeros."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ranking.products import COMMON_ROWS, InvertedIndex, gram
from ranking.sparse import SparseRows

Rows = list[dict[int, float]]


def sparse(rows: Rows, width: int) -> SparseRows:
    ordered = [sorted(row.items()) for row in rows]
    return SparseRows(
        np.cumsum([0, *map(len, ordered)]),
        np.array([column for row in ordered for column, _ in row], dtype=np.int64),
        np.array([value for row in ordered for _, value in row], dtype=np.float32),
        width,
    )


def full(rows: Rows, width: int) -> NDArray[np.float64]:
    dense = np.zeros((len(rows), width))
    for number, row in enumerate(rows):
        for column, value in row.items():
            dense[number, column] = value
    return dense


def rows(width: int, most: int) -> st.SearchStrategy[Rows]:
    # Column 0 is in most rows, so that some columns are common and others are not.
    value = st.floats(0.125, 1.0, width=32)
    some = st.dictionaries(st.integers(1, width - 1), value, max_size=6)
    common = st.one_of(st.none(), value)
    row = st.builds(lambda one, first: one if first is None else {**one, 0: first}, some, common)
    return st.lists(row, max_size=most)


@given(rows(12, 3 * COMMON_ROWS), rows(15, 40))
def test_products_are_those_of_the_full_matrices(ours: Rows, others: Rows) -> None:
    """The others have columns that ours do not have."""
    found = InvertedIndex.of(sparse(ours, 12)).products(sparse(others, 15))

    expected = full(others, 15)[:, :12] @ full(ours, 12).T
    assert found.shape == (len(others), len(ours))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@given(rows(12, 3 * COMMON_ROWS))
def test_a_gram_is_the_product_with_oneself(ours: Rows) -> None:
    expected = full(ours, 12) @ full(ours, 12).T
    np.testing.assert_allclose(gram(sparse(ours, 12)), expected, rtol=1e-5, atol=1e-6)


def test_many_rows_are_multiplied_as_few_are() -> None:
    ours = [{number % 40: 1.0, 0: 0.5} for number in range(60)]
    others = [{number % 41: 1.0} for number in range(1000)]
    index = InvertedIndex.of(sparse(ours, 41))

    together = index.products(sparse(others, 41))

    single = [index.products(sparse([one], 41))[0] for one in others]
    np.testing.assert_array_equal(together, np.array(single))
