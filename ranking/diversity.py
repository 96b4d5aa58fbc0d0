"""Reading order: no topic, author or source floods the top, and what was moved says so."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.digests import RankedItem
from language.tokens import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ranking.sparse import SparseRows

WINDOW = 100
"""Items from the top that may change places; nobody reads further in one digest."""

ALIKE = 0.3
"""Cosine of TF-IDF vectors from which two items are much alike (two papers of one narrow topic
reach about 0.2, two reports of one thing 0.5)."""

STRENGTH = 0.7
"""How much of the score range of the first ``DEPTH`` items standing low may cost at most."""

DEPTH = 20
"""Items that a usual digest is picked from."""

LEAST = 0.02
"""Score range assumed where items tie, so that ties are broken by variety."""

PLACES = 40
"""Places from the top that are filled with a look at variety; the rest follows by score."""

SAME_AUTHOR = 2
"""Items by one author in the top that nobody minds."""


@dataclass(slots=True)
class _Top:
    """What stands at the top so far, for the price of the next one."""

    vectors: SparseRows
    likeness: NDArray[np.float64]
    alike: NDArray[np.int64]
    authors: Counter[str]
    sources: Counter[str]
    shares: dict[str, float]


def spread_out(ranked: Sequence[RankedItem], vectors: SparseRows) -> list[RankedItem]:
    """Return ranked items in reading order, saying of each moved one why.

    From the top, the next item is the one with the highest score after a price for its likeness
    to those above it (maximal marginal relevance, Carbonell and Goldstein 1998), for a third item
    by one author, and for a source beyond its share of the window. Scores stay as they are.

    Args:
        ranked: best first.
        vectors: their TF-IDF vectors, in the same order; at least the first ``WINDOW``.
    """
    import numpy as np

    window = list(ranked[:WINDOW])
    if len(window) < 3:  # nothing to flood
        return list(ranked)
    scores = window[0].score - window[min(DEPTH, len(window)) - 1].score
    unit = STRENGTH * max(LEAST, scores)
    counted = Counter(one.item.key.source for one in window)
    top = _Top(
        vectors=vectors.take(np.arange(len(window))),
        likeness=np.zeros(len(window)),
        alike=np.zeros(len(window), dtype=np.int64),
        authors=Counter(),
        sources=Counter(),
        shares={source: count / len(window) for source, count in counted.items()},
    )
    left, order = list(range(len(window))), list[int]()
    causes: dict[int, str] = {}
    while left and len(order) < PLACES:
        prices = {number: _price(window[number], number, top, len(order)) for number in left}
        best = min(left, key=lambda number: unit * prices[number][0] - window[number].score)
        for number in left[: left.index(best)]:
            causes.setdefault(number, prices[number][1])
        left.remove(best)
        order.append(best)
        _put(top, window[best], best)
    return [*_told(window, [*order, *left], causes), *ranked[WINDOW:]]


def _price(one: RankedItem, number: int, top: _Top, above: int) -> tuple[float, str]:
    """Return what standing here would cost, in parts of the range, and why."""
    alike = int(top.alike[number])
    likeness = max(0.0, float(top.likeness[number]) - ALIKE / 2) * max(1, alike)
    author = max((top.authors[fold(name)] for name in one.item.authors[:50]), default=0)
    crowd = max(0, author - SAME_AUTHOR + 1)
    source = one.item.key.source
    excess = max(0.0, top.sources[source] - top.shares[source] * (above + 1) - 1)
    costs = [
        (likeness, f"{alike} much like it above" if alike else "one like it above"),
        (0.25 * crowd, f"{author} by the same author above"),
        (0.15 * excess, f"{top.sources[source]} from {source} above"),
    ]
    return 1.0 - math.exp(-sum(cost for cost, _ in costs)), max(costs)[1]


def _put(top: _Top, one: RankedItem, number: int) -> None:
    import numpy as np

    cosine = top.vectors.dot(top.vectors.take(np.array([number])).total())
    top.likeness = np.maximum(top.likeness, cosine)
    top.alike += cosine >= ALIKE
    top.authors.update({fold(name) for name in one.item.authors[:50]})
    top.sources[one.item.key.source] += 1


def _told(
    window: Sequence[RankedItem], order: Sequence[int], causes: dict[int, str]
) -> list[RankedItem]:
    moved = []
    for place, number in enumerate(order):
        one = window[number]
        if place > number:
            one = replace(one, moved=f"moved down: {causes[number]}")
        elif place < number:
            one = replace(one, moved="moved up: unlike those above it")
        moved.append(one)
    return moved
