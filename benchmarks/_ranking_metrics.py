"""How good an order is, given what was wanted; the definitions of the ranking benchmarks."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import core.estimates

Loss = tuple[float, float]
"""Lost weight and whole weight, to be added up over people before dividing."""


def recall(order: Sequence[str], relevant: Collection[str], count: int) -> float:
    """Return the share of the relevant items that stand among the first ``count``; 0 of none."""
    return sum(one in relevant for one in order[:count]) / max(1, len(relevant))


def precision(order: Sequence[str], relevant: Collection[str], count: int) -> float:
    """Return the share of the first ``count`` places that hold a relevant item."""
    return sum(one in relevant for one in order[:count]) / max(1, count)


def ndcg(order: Sequence[str], relevant: Collection[str], count: int) -> float:
    """Return discounted gain over that of the best order, at the first ``count`` places."""
    places = [one in relevant for one in order[:count]]
    return core.estimates.ndcg([*places, *[False] * (count - len(places))], len(relevant)) or 0.0


def reciprocal_rank(order: Sequence[str], relevant: Collection[str]) -> float:
    """Return 1 / the place of the first relevant item; 0 if none stands in the order."""
    places = (place for place, one in enumerate(order, 1) if one in relevant)
    return 1 / next(places, math.inf)


def average_precision(order: Sequence[str], relevant: Collection[str], count: int) -> float:
    """Return the mean precision at the places of relevant items, of the first ``count``."""
    hits, total = 0, 0.0
    for place, one in enumerate(order[:count], 1):
        if one in relevant:
            hits += 1
            total += hits / place
    return total / min(len(relevant), count) if relevant and count else 0.0


def graded_ndcg(order: Sequence[str], grades: Mapping[str, float], share: float) -> float:
    """Return the graded gain of the first ``share`` of all items over that of the best order.

    The first two places weigh 1, place p from then on 1 / log2(p): the discount of CSFCube's own
    script (Mysore et al. 2021).
    """
    count = int(share * len(grades))
    best = _graded_gain(sorted(grades.values(), reverse=True)[:count])
    return _graded_gain([grades.get(one, 0.0) for one in order[:count]]) / best if best else 0.0


def _graded_gain(grades: Sequence[float]) -> float:
    return math.fsum(
        grade / (1.0 if place == 1 else math.log2(place)) for place, grade in enumerate(grades, 1)
    )


def r_precision(order: Sequence[str], relevant: Collection[str]) -> float:
    """Return the precision at the place that is the number of relevant items."""
    return precision(order, relevant, len(relevant)) if relevant else 0.0


def pair_loss(scores: Mapping[str, float], grades: Mapping[str, float]) -> Loss:
    """Return what wrongly ordered pairs lose, and what all pairs weigh.

    A pair weighs the difference of its grades; put the wrong way round it loses all of it, tied
    half (the weighted Kendall loss of Stelmakh et al., arXiv 2303.16750).
    """
    lost = weight = 0.0
    for one, other in _differing(grades):
        difference = grades[one] - grades[other]
        weight += abs(difference)
        agreement = (scores[one] - scores[other]) * difference
        lost += abs(difference) * (0.5 if agreement == 0 else float(agreement < 0))
    return lost, weight


def pairs_right(
    scores: Mapping[str, float], grades: Mapping[str, float], *, low: float, high: float
) -> tuple[int, int]:
    """Return how many pairs stand rightly, and how many there are, ties counting as wrong.

    Args:
        scores: what the ranker says.
        grades: what the person says.
        low: the lower grade of a pair is at most this if below ``high``, else at least this.
        high: the higher grade of a pair is at least this.
    """
    right = count = 0
    for one, other in _differing(grades):
        lower, upper = sorted((grades[one], grades[other]))
        if upper >= high and (lower <= low if low < high else lower >= low):
            count += 1
            right += (scores[one] - scores[other]) * (grades[one] - grades[other]) > 0
    return right, count


def _differing(grades: Mapping[str, float]) -> list[tuple[str, str]]:
    names = list(grades)
    return [
        (one, other)
        for number, one in enumerate(names)
        for other in names[number + 1 :]
        if grades[one] != grades[other]
    ]
