"""The metrics that sources count, and how popular they make an item among its like."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from core.items import Item, ItemKind


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that a source counts of its items.

    Attributes:
        key: its name in ``Item.metrics``.
        one: what 1 of it is called.
        many: what any other number of it is called.
        popularity: whether it measures how popular an item is.
        on_cards: whether a card may show it.
    """

    key: str
    one: str
    many: str
    popularity: bool = True
    on_cards: bool = True

    def words(self, value: float) -> str:
        """Write a value of it: "1,234 stars today", "1 star"."""
        number = f"{value:,.0f}" if value >= 10 else f"{value:g}"
        return f"{number} {self.one if value == 1 else self.many}"


METRICS: tuple[Metric, ...] = (
    Metric("stars_today", "star today", "stars today"),
    Metric("stars_this_week", "star this week", "stars this week"),
    Metric("stars_this_month", "star this month", "stars this month"),
    Metric("trending", "trending point", "trending points", on_cards=False),
    Metric("votes", "vote", "votes"),
    Metric("upvotes", "upvote", "upvotes"),
    Metric("points", "point", "points"),
    Metric("score", "point", "points"),
    Metric("likes", "like", "likes"),
    Metric("stars", "star", "stars"),
    Metric("teams", "team", "teams"),
    Metric("downloads", "download", "downloads"),
    Metric("answers", "answer", "answers", popularity=False),
    Metric("comments", "comment", "comments"),
    Metric("citations", "citation", "citations", popularity=False),
    Metric("forks", "fork", "forks", popularity=False, on_cards=False),
    Metric("views", "view", "views", popularity=False, on_cards=False),
    Metric("notebooks", "notebook", "notebooks", popularity=False, on_cards=False),
    Metric("usability", "usability", "usability", popularity=False, on_cards=False),
    Metric("bytes", "byte", "bytes", popularity=False, on_cards=False),
)
"""Every metric that a source may write, the most telling first.

The first that an item has is its popularity, and the first two stand on its card. What changes
fast comes before totals, which favour old items.
"""

BANDS = 4
"""Quarters of a source's items by popularity; band 0 is for items of which nothing is counted."""

_POPULARITY = tuple(metric for metric in METRICS if metric.popularity)


def count_of(item: Item) -> tuple[Metric, float] | None:
    """Return the metric of an item's popularity with its value, or None without any."""
    for metric in _POPULARITY:
        value = item.metrics.get(metric.key, 0.0)
        if value > 0:
            return metric, value
    return None


class Standings:
    """Compares an item's stars, votes or teams with those of the same source and kind.

    Only the share of items that have less counts, so that a source with large numbers gains
    nothing over one with small numbers.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        groups: dict[tuple[str, ItemKind, str], list[float]] = defaultdict(list)
        for item in items:
            if (count := count_of(item)) is not None:
                groups[_group(item, count[0])].append(count[1])
        self._groups = {group: sorted(values) for group, values in groups.items()}

    def share(self, item: Item) -> float | None:
        """Return the share of its like that has less, ties half, or None if nothing is counted."""
        count = count_of(item)
        if count is None:
            return None
        metric, value = count
        values = self._groups.get(_group(item, metric), [value])
        low, high = bisect.bisect_left(values, value), bisect.bisect_right(values, value)
        return (low + high) / 2 / len(values)

    def band(self, item: Item) -> int:
        """Return the quarter that an item stands in, 1 for the least popular, 0 for uncounted."""
        share = self.share(item)
        return 0 if share is None else min(BANDS, 1 + int(share * BANDS))


def _group(item: Item, metric: Metric) -> tuple[str, ItemKind, str]:
    """Return with what an item is compared: the same source, kind and metric."""
    return item.key.source, item.kind, metric.key
