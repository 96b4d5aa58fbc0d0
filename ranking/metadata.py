"""Scores by metadata: an item's age, its popularity, and who made it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from core.digests import Reason
from core.items import Item
from core.metrics import Standings, count_of
from core.people import Profile, Verdict
from language.tokens import fold
from ranking.reasons import reason
from ranking.sparse import Floats
from ranking.weights import (
    ALREADY_JUDGED,
    FOLLOWED,
    FOLLOWED_CATEGORY,
    FRESHNESS,
    FRESHNESS_HALF_LIFE,
    POPULARITY,
)

_JUDGED = {Verdict.KNOWN: "you know it already", Verdict.LESS: "you wanted less of this"}
"""The verdicts on this very item that count against it, in words."""


def _aged(age: timedelta) -> float:
    """Return what an age adds: from ``FRESHNESS`` when new down to minus that."""
    left: float = 0.5 ** (max(age, timedelta(0)) / FRESHNESS_HALF_LIFE)
    return FRESHNESS * (2 * left - 1)


class MetadataFeatures:
    """The metadata of candidates, scored for anybody or for one person.

    Args:
        items: all candidates, with which popularity is compared.
        now: the time from which ages are counted (aware UTC).
    """

    def __init__(self, items: Sequence[Item], now: datetime) -> None:
        standings = Standings(items)
        self._items = items
        self._now = now
        self._row = {item.key: row for row, item in enumerate(items)}
        self._shares = [standings.share(item) for item in items]

    @cached_property
    def _added(self) -> tuple[Floats, Floats]:
        """What age and popularity add, shape (candidates,) each."""
        age = [_aged(self._now - item.appeared_at) for item in self._items]
        popular = [POPULARITY * (share or 0.0) for share in self._shares]
        return np.array(age, dtype=np.float32), np.array(popular, dtype=np.float32)

    @cached_property
    def _followable(self) -> dict[str, list[tuple[int, str, float]]]:
        """Row, text and weight of each candidate with a name that can be followed."""
        found: dict[str, list[tuple[int, str, float]]] = defaultdict(list)
        for row, item in enumerate(self._items):
            named = {fold(tag): (f"in {tag} (followed)", FOLLOWED_CATEGORY) for tag in item.tags}
            key = item.key.external_id
            named[fold(key)] = (f"from {key} (followed)", FOLLOWED)
            named |= {fold(a): (f"by {a} (followed)", FOLLOWED) for a in item.authors}
            for name, (text, weight) in named.items():
                found[name].append((row, text, weight))
        return dict(found)

    def weights(self, profile: Profile) -> tuple[Floats, Floats]:
        """Return what the person can turn down of it, and the rest, shape (candidates,) each."""
        age, popular = self._added
        own = np.zeros(len(self._items), dtype=np.float32)
        for row, one in self._own(profile):
            own[row] += one.weight
        return own, age + popular if profile.popularity else age

    def reasons(self, profile: Profile, rows: Sequence[int]) -> list[list[Reason]]:
        """Return the reasons by metadata of some candidates."""
        own: dict[int, list[Reason]] = defaultdict(list)
        for row, one in self._own(profile):
            own[row].append(one)
        return [[*self._others(row, profile), *own.get(row, ())] for row in rows]

    def _others(self, row: int, profile: Profile) -> Iterator[Reason]:
        """Yield what an item's age and popularity add."""
        age = self._now - self._items[row].appeared_at
        days = max(age, timedelta(0)).days
        text = "new today" if days == 0 else "1 day old" if days == 1 else f"{days} days old"
        yield reason(text, _aged(age))
        count, share = count_of(self._items[row]), self._shares[row]
        if count is not None and share is not None and profile.popularity:
            metric, value = count
            yield reason(metric.words(value), POPULARITY * share)

    def _own(self, profile: Profile) -> Iterator[tuple[int, Reason]]:
        """Yield row and reason of what the person follows and judged."""
        for feedback in profile.feedback:
            row = self._row.get(feedback.item.key)
            if row is not None and feedback.verdict in _JUDGED:
                text, control = _JUDGED[feedback.verdict], str(feedback.item.key)
                yield row, reason(text, -ALREADY_JUDGED, control)
        followed = {fold(" ".join(name.split())): name for name in profile.followed}
        for name, control in followed.items():
            for row, text, weight in self._followable.get(name, ()):
                yield row, reason(text, weight, control)
