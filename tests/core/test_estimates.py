from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.estimates import binomial_test, discoveries, mean, ndcg, share


def of(hits: int, n: int, probability: float) -> float:
    """Return the chance of so many hits (binomial distribution)."""
    return math.comb(n, hits) * probability**hits * (1 - probability) ** (n - hits)


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


@pytest.mark.parametrize(
    ("hits", "n", "probability", "expected"),
    [
        (0, 31, 0.15, 0.85**31 + sum(of(k, 31, 0.15) for k in range(11, 32))),
        (5, 10, 0.5, 1.0),
        (0, 4, 0.5, 2 / 16),
        (3, 3, 0.1, 0.001),
        (0, 0, 0.3, 1.0),
        (7, 7, 1.0, 1.0),
        (0, 7, 0.0, 1.0),
        (1, 7, 0.0, 0.0),
        (6, 7, 1.0, 0.0),
    ],
)
def test_a_binomial_test_adds_up_all_that_is_no_likelier(
    hits: int, n: int, probability: float, expected: float
) -> None:
    assert binomial_test(hits, n, probability) == pytest.approx(expected, abs=1e-12)


def test_a_binomial_test_stands_large_numbers_and_extreme_shares() -> None:
    assert binomial_test(30_000, 100_000, 0.3) == pytest.approx(1.0)
    assert binomial_test(31_000, 100_000, 0.3) < 1e-10
    assert 0 <= binomial_test(99_999, 100_000, 0.0001) < 1e-300


def test_a_binomial_test_is_wrong_no_more_often_than_it_says() -> None:
    for n, probability in ((12, 0.15), (31, 0.04), (40, 0.5)):
        wrong = sum(
            of(k, n, probability) for k in range(n + 1) if binomial_test(k, n, probability) <= 0.05
        )
        assert wrong <= 0.05


def test_of_many_shares_a_chance_of_one_in_twenty_is_no_discovery() -> None:
    chances = {n: 0.05 * (n + 1) for n in range(20)}  # as they would lie without any bias
    assert discoveries(chances, 0.1) == set()
    assert discoveries({"alone": 0.05}, 0.1) == {"alone"}
    # Benjamini and Hochberg: .03 passes beside two smaller ones, since .03 <= 3/5 of .1.
    assert discoveries({"a": 0.001, "b": 0.02, "c": 0.03, "d": 0.5, "e": 0.9}, 0.1) == {*"abc"}
    assert discoveries({}, 0.1) == set()
