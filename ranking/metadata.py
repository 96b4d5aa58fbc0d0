"""What speaks for an item besides its words: its age, its popularity, who made it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from core.digests import Reason
from core.items import Item
from core.metrics import Metric, Standings, count_of
from core.people import Profile, Verdict
from language.tokens import fold
from ranking.reasons import reason

if TYPE_CHECKING:
    from ranking.sparse import Floats

HALF_LIFE = timedelta(days=3.5)
"""After this time an item's age counts neither for nor against it: half of a weekly digest."""

FRESHNESS = 0.2
"""Weight of an item that appeared this moment; minus this is the weight of a very old one."""

POPULARITY = 0.3
"""Weight of the most popular item of its source and kind."""

FOLLOWED = 1.0
"""Weight of a followed author or repository: about that of a full match with an interest."""

_CATEGORY = 0.4
"""Weight of a followed category, which holds many items."""

SEEN = 2.0
"""Taken from an item that the person knows or wanted less of: more than one match can give."""


def _aged(age: timedelta) -> float:
    """Return what an age adds: from ``FRESHNESS`` when new down to minus that."""
    left: float = 0.5 ** (max(age, timedelta(0)) / HALF_LIFE)
    return FRESHNESS * (2 * left - 1)


def freshness(item: Item, now: datetime) -> Reason:
    """Return what an item's age adds."""
    age = now - item.appeared_at
    days = max(age, timedelta(0)).days
    text = "new today" if days == 0 else "1 day old" if days == 1 else f"{days} days old"
    return reason(text, _aged(age))


def popularity(metric: Metric, value: float, share: float) -> Reason:
    """Return what an item's popularity adds.

    Args:
        metric: what tells it.
        value: of the metric.
        share: the share of items of the same source and kind that have less.
    """
    return reason(metric.words(value), POPULARITY * share)


def spoken(item: Item, verdict: Verdict | None) -> Reason | None:
    """Return what a person's own verdict on this very item takes from it, if anything."""
    if verdict is Verdict.KNOWN:
        return reason("you know it already", -SEEN, str(item.key))
    if verdict is Verdict.LESS:
        return reason("you wanted less of this", -SEEN, str(item.key))
    return None


class Context:
    """All of the above for candidates, whoever they are ranked for, and what each follows.

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
        import numpy as np

        age = [_aged(self._now - item.appeared_at) for item in self._items]
        popular = [POPULARITY * (share or 0.0) for share in self._shares]
        return np.array(age, dtype=np.float32), np.array(popular, dtype=np.float32)

    @cached_property
    def _bearers(self) -> dict[str, list[tuple[int, str, float]]]:
        """Row, text and weight of each candidate that bears a name that can be followed."""
        bearers: dict[str, list[tuple[int, str, float]]] = defaultdict(list)
        for row, item in enumerate(self._items):
            named = {fold(tag): (f"in {tag}, which you follow", _CATEGORY) for tag in item.tags}
            key = item.key.external_id
            named[fold(key)] = (f"from {key}, which you follow", FOLLOWED)
            named |= {fold(a): (f"by {a}, whom you follow", FOLLOWED) for a in item.authors}
            for name, (text, weight) in named.items():
                bearers[name].append((row, text, weight))
        return dict(bearers)

    def weights(self, profile: Profile) -> tuple[Floats, Floats]:
        """Return what the person can turn down of it, and the rest, shape (candidates,) each."""
        import numpy as np

        age, popular = self._added
        own = np.zeros(len(self._items), dtype=np.float32)
        for row, one in self._own(profile):
            own[row] += one.weight
        return own, age + popular if profile.popularity else age

    def reasons(self, profile: Profile, rows: Sequence[int]) -> list[list[Reason]]:
        """Return what speaks for and against some candidates besides their words."""
        own: dict[int, list[Reason]] = defaultdict(list)
        for row, one in self._own(profile):
            own[row].append(one)
        return [[*self._others(row, profile), *own.get(row, ())] for row in rows]

    def _others(self, row: int, profile: Profile) -> Iterator[Reason]:
        """Yield what an item's age and popularity add."""
        yield freshness(self._items[row], self._now)
        count, share = count_of(self._items[row]), self._shares[row]
        if count is not None and share is not None and profile.popularity:
            yield popularity(*count, share)

    def _own(self, profile: Profile) -> Iterator[tuple[int, Reason]]:
        """Yield row and reason of what the person follows and spoke on."""
        for feedback in profile.feedback:
            row = self._row.get(feedback.item.key)
            said = None if row is None else spoken(self._items[row], feedback.verdict)
            if row is not None and said is not None:
                yield row, said
        followed = {fold(" ".join(name.split())): name for name in profile.followed}
        for name, control in followed.items():
            for row, text, weight in self._bearers.get(name, ()):
                yield row, reason(text, weight, control)
