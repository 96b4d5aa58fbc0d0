"""How popular an item is among those of its own source: ranks, never raw numbers."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable

from core.items import Item, ItemKind

COUNTS: tuple[tuple[str, str], ...] = (
    ("stars_today", "stars today"),
    ("stars_week", "stars this week"),
    ("stars_month", "stars this month"),
    ("upvotes", "upvotes"),
    ("votes", "votes"),
    ("points", "points"),
    ("score", "points"),
    ("likes", "likes"),
    ("stars", "stars"),
    ("teams", "teams"),
    ("downloads", "downloads"),
    ("comments", "comments"),
)
"""Metrics that tell popularity, the most telling of an item first, with their words."""

BANDS = 4
"""Quarters of a source's items by popularity; band 0 is for items of which nothing is counted."""


def count_of(item: Item) -> tuple[str, float]:
    """Return the metric that tells an item's popularity with its value, or ``("", 0.0)``."""
    for name, _ in COUNTS:
        value = item.metrics.get(name, 0.0)
        if value > 0:
            return name, value
    return "", 0.0


class Standings:
    """Compares an item's stars, votes or teams with those of the same source and kind.

    Only the share of items that have less counts, so that a source with large numbers gains
    nothing over one with small numbers.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        groups: dict[tuple[str, ItemKind, str], list[float]] = defaultdict(list)
        for item in items:
            name, value = count_of(item)
            if value > 0:
                groups[item.key.source, item.kind, name].append(value)
        self._groups = {group: sorted(values) for group, values in groups.items()}

    def share(self, item: Item) -> float | None:
        """Return the share of its like that has less, ties half, or None if nothing is counted."""
        name, value = count_of(item)
        if value <= 0:
            return None
        values = self._groups.get((item.key.source, item.kind, name), [value])
        low, high = bisect.bisect_left(values, value), bisect.bisect_right(values, value)
        return (low + high) / 2 / len(values)

    def band(self, item: Item) -> int:
        """Return the quarter that an item stands in, 1 for the least popular, 0 for uncounted."""
        share = self.share(item)
        return 0 if share is None else min(BANDS, 1 + int(share * BANDS))
