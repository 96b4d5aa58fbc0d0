"""How good digests are by a judge's grades; the definitions of the data's own ``score.py``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

PLACES = 10
"""Places from the top that are looked at."""

GOOD = 2
"""Grade from which an item is relevant."""

METRICS = ("ndcg@10", "ndcg@10_judged", "precision@10", "interests", "sources", "below .3")
"""Names of the figures: gain over that of the best ten; the same, items passed over that nobody
judged; share of relevant items; share of the interests that can be served and are; sources among
the relevant items; people with an ndcg@10 below .3."""

Grades = Mapping[str, tuple[int, int | None]]
"""Grade from 0 to 3 and number of the interest that it serves best, by item."""


def figures(runs: Mapping[str, Sequence[str]], grades: Mapping[str, Grades]) -> dict[str, float]:
    """Return the means over all people that were judged; one without a run has no item."""
    rows = [_of_one(runs.get(user, ()), known) for user, known in grades.items()]
    found = {name: math.fsum(row[name] for row in rows) / len(rows) for name in METRICS[:-1]}
    return found | {METRICS[-1]: sum(row["ndcg@10"] < 0.3 for row in rows)}


def _of_one(run: Sequence[str], known: Grades) -> dict[str, float]:
    shown = run[:PLACES]
    judged = [item for item in run if item in known][:PLACES]
    good = [item for item in shown if item in known and known[item][0] >= GOOD]
    best = _gain(sorted((grade for grade, _ in known.values()), reverse=True)[:PLACES]) or 1.0
    servable = {interest for grade, interest in known.values() if grade >= GOOD}
    return {
        "ndcg@10": _gain([known.get(item, (0, None))[0] for item in shown]) / best,
        "ndcg@10_judged": _gain([known[item][0] for item in judged]) / best,
        "precision@10": len(good) / PLACES,
        "interests": len({known[item][1] for item in good}) / max(1, len(servable)),
        "sources": len({item.partition("/")[0] for item in good}),
    }


def _gain(grades: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
