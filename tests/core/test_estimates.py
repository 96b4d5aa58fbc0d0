from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.estimates import mean, ndcg, share


def test_a_share_has_wilsons_interval() -> None:
    found = share(8, 10)
    assert found is not None
    assert (found.value, found.n) == (0.8, 10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.4902, 0.9433)


@pytest.mark.parametrize(("hits", "n", "low", "high"), [(0, 5, 0.0, 0.4345), (5, 5, 0.5655, 1.0)])
def test_an_interval_never_leaves_zero_to_one(hits: int, n: int, low: float, high: float) -> None:
    found = share(hits, n)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_nothing_seen_gives_no_estimate() -> None:
    assert share(0, 0) is None
    assert mean([]) is None


def test_wilsons_interval_holds_the_truth_as_often_as_it_promises() -> None:
    """Exactly, by adding up the binomial distribution: on average over the truth 95 in 100."""
    n, held = 20, []
    for truth in [step / 50 for step in range(1, 50)]:
        chances = [math.comb(n, k) * truth**k * (1 - truth) ** (n - k) for k in range(n + 1)]
        intervals = [share(k, n) for k in range(n + 1)]
        held.append(
            sum(
                c for c, i in zip(chances, intervals, strict=True) if i and i.low <= truth <= i.high
            )
        )
    assert 0.94 < sum(held) / len(held) < 0.965


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_a_bootstrap_interval_is_the_same_every_time_and_around_the_mean(
    values: list[float],
) -> None:
    found = mean(values)
    assert found is not None
    assert found == mean(list(values))
    assert min(values) - 1e-9 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= max(values) + 1e-9


def test_a_bootstrap_interval_is_as_long_as_theory_says() -> None:
    values = [float(n % 2) for n in range(100)]
    found = mean(values)
    assert found is not None
    expected = 2 * 1.96 * math.sqrt(0.25 / 100)
    assert abs((found.high - found.low) - expected) < 0.03


def test_ndcg_is_one_for_the_best_order_and_unknown_where_nothing_was_liked() -> None:
    assert ndcg([True, True, False]) == 1.0
    assert ndcg([False, False]) is None
    assert ndcg([]) is None
    found = ndcg([False, True, True])
    assert found is not None
    gained = 1 / math.log2(3) + 1 / math.log2(4)
    assert math.isclose(found, gained / (1 + 1 / math.log2(3)))
