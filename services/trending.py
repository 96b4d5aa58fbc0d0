"""What is popular where it was published, made comparable between sources."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from core.digests import RankedItem, Reason
from core.items import Item, ItemKind

MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "stars_today": "stars today",
        "stars_this_week": "stars this week",
        "points": "points",
        "upvotes": "upvotes",
        "votes": "votes",
        "teams": "teams",
        "likes": "likes",
        "downloads": "downloads",
        "stars": "stars",
        "score": "score",
    }
)
"""Metrics of popularity, the fastest to change first: the first that an item has counts."""


def trending(items: Iterable[Item], *, limit: int) -> list[RankedItem]:
    """Order items by how far they stand above others of their source and kind.

    Stars and votes cannot be compared, so an item's score is its share of items with the same
    measure, source and kind that it reaches or beats, between 0 and 1; ties go to the larger
    number, then to the key. What has no measure is not trending.
    """
    measured = [(item, *found) for item in items if (found := _measure(item))]
    groups: dict[tuple[str, ItemKind, str], list[float]] = defaultdict(list)
    for item, name, value in measured:
        groups[item.key.source, item.kind, name].append(value)
    for values in groups.values():
        values.sort()
    scored = []
    for item, name, value in measured:
        values = groups[item.key.source, item.kind, name]
        share = bisect_right(values, value) / len(values)
        reason = Reason(text=f"{value:,.0f} {MEASURES[name]}", weight=share)
        scored.append((-share, -value, str(item.key), RankedItem.of(item, [reason])))
    return [entry for *_, entry in sorted(scored, key=lambda one: one[:3])[:limit]]


def _measure(item: Item) -> tuple[str, float] | None:
    found = ((name, item.metrics[name]) for name in MEASURES if item.metrics.get(name, 0) > 0)
    return next(found, None)
