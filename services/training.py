"""When the ranker of a long-running process is fitted on the archive again.

What it learns of words holds for weeks. Without this it would fit on the items of each digest: a
second of processor time for each of thousands of subscriptions, in which members wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.items import Item
from core.ports.clock import Clock
from core.ports.storage import Store
from core.search import Filter

REFIT_EVERY = timedelta(days=1)

MAX_ITEMS = 3_000
"""Latest items that are fitted on: about two seconds, and 80 MB at the end."""

_FOR_EVERYBODY = Filter(feeds=frozenset())
"""Members' feeds are left out: what they give is for those who have them."""


class TrainingSet:
    """The archive's items, when it is time to fit on them: at first, daily, and as it doubles.

    Args:
        store: the archive.
        clock: tells the time.
    """

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._fitted_at: datetime | None = None
        self._fitted_on = 0

    def due(self) -> Sequence[Item]:
        """Return the items to fit on if it is time, else nothing; not for several threads at once.

        Raises:
            StorageError: if the archive cannot be read.
        """
        now, there = self._clock(), min(self._store.count(_FOR_EVERYBODY), MAX_ITEMS)
        # A clock that is set back must not put it off.
        current = self._fitted_at is not None and abs(now - self._fitted_at) < REFIT_EVERY
        if not there or (current and there < 2 * self._fitted_on):
            return ()
        items = self._store.items(_FOR_EVERYBODY, limit=MAX_ITEMS)
        self._fitted_at, self._fitted_on = now, there
        return items
