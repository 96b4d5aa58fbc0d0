from __future__ import annotations

import math

import pytest

from benchmarks import _ranking_metrics as metrics

ORDER = ["a", "b", "c", "d", "e"]


def test_metrics_of_sets_are_those_worked_out_by_hand() -> None:
    relevant = {"b", "e", "x"}
    assert metrics.recall(ORDER, relevant, 2) == pytest.approx(1 / 3)
    assert metrics.precision(ORDER, relevant, 2) == 0.5
    gain, best = 1 / math.log2(3) + 1 / math.log2(6), 1 + 1 / math.log2(3) + 0.5
    assert metrics.ndcg(ORDER, relevant, 5) == pytest.approx(gain / best)
    assert metrics.average_precision(ORDER, relevant, 5) == pytest.approx((1 / 2 + 2 / 5) / 3)
    assert metrics.r_precision(ORDER, relevant) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank(ORDER, relevant) == 1 / 2


def test_graded_gain_is_discounted_from_the_third_place_on() -> None:
    grades = {"a": 0.0, "b": 3.0, "c": 2.0, "d": 1.0, "e": 0.0}
    gain, best = 0 + 3 + 2 / math.log2(3), 3 + 2 + 1 / math.log2(3)
    assert metrics.graded_ndcg(ORDER, grades, 0.6) == pytest.approx(gain / best)


def test_nothing_relevant_is_no_error() -> None:
    assert metrics.recall(ORDER, set(), 2) == metrics.ndcg(ORDER, set(), 2) == 0
    assert metrics.average_precision(ORDER, set(), 2) == metrics.r_precision(ORDER, set()) == 0
    assert metrics.graded_ndcg(ORDER, dict.fromkeys(ORDER, 0.0), 0.6) == 0
    assert metrics.precision([], set(), 0) == metrics.reciprocal_rank(ORDER, set()) == 0


def test_pairs_lose_their_weight_when_wrong_and_half_of_it_when_tied() -> None:
    grades = {"a": 5.0, "b": 2.0, "c": 4.0}
    assert metrics.pair_loss({"a": 3, "b": 1, "c": 2}, grades) == (0.0, 6.0)
    assert metrics.pair_loss({"a": 1, "b": 3, "c": 2}, grades) == (6.0, 6.0)
    assert metrics.pair_loss({"a": 2, "b": 2, "c": 2}, grades) == (3.0, 6.0)
    assert metrics.pairs_right({"a": 3, "b": 1, "c": 3}, grades, low=2, high=4) == (2, 2)
    assert metrics.pairs_right({"a": 3, "b": 1, "c": 3}, grades, low=4, high=4) == (0, 1)
