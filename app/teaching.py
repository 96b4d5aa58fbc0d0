"""When the ranker of a long-running process learns from the archive.

What it learns of words holds for weeks. Without this it would learn from the items of each digest
anew: a second of processor time for each of thousands of subscriptions, in which members wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from core.digests import RankedItem
from core.items import Item
from core.people import Profile
from core.ports.clock import Clock
from core.ports.ranking import Ranker
from core.ports.storage import Store
from core.search import Filter

EVERY = timedelta(days=1)

MOST = 3_000
"""Latest items that are learnt from: about two seconds, and 80 MB at the end."""

_FOR_EVERYBODY = Filter(feeds=frozenset())
"""Members' feeds are left out: what they give is for those who have them."""


class Teaching:
    """Lets the ranker learn before its first ranking, then daily, and as a small archive grows."""

    def __init__(
        self, *, store: Store, learn: Callable[[Sequence[Item]], None], clock: Clock
    ) -> None:
        """Take the archive, and who learns from it."""
        self._store = store
        self._learn = learn
        self._clock = clock
        self._lock = threading.Lock()
        self._at: datetime | None = None
        self._known = 0

    def keep_up(self) -> None:
        """Learn if it is time; may be called from any thread, and takes up to some seconds then.

        Raises:
            StorageError: if the archive cannot be read.
        """
        with self._lock:
            now, there = self._clock(), min(self._store.count(_FOR_EVERYBODY), MOST)
            # A clock that is set back must not put it off.
            current = self._at is not None and abs(now - self._at) < EVERY
            if not there or (current and there < 2 * self._known):
                return
            self._learn(self._store.items(_FOR_EVERYBODY, limit=MOST))
            self._at, self._known = now, there


class TaughtRanker:
    """A ranker that keeps up with the archive before it ranks, and ranks for one at a time.

    Several rankings side by side take each other's processor, and the memory of each.
    """

    def __init__(self, inner: Ranker, teaching: Teaching) -> None:
        self._inner = inner
        self._teaching = teaching
        self._turn = threading.Lock()

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,
        *,
        archive: Sequence[Item] = (),
    ) -> Sequence[RankedItem]:
        """Return every candidate with its score and reasons, in reading order."""
        if not candidates:
            return []
        with self._turn:
            self._teaching.keep_up()
            return self._inner.rank(profile, candidates, now, archive=archive)

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        """Return the candidates most like ``item``, best first, without it."""
        with self._turn:
            self._teaching.keep_up()
            return self._inner.similar(item, candidates, limit=limit)
