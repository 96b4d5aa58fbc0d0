"""Who sees what members' feeds give: those who added them, and the communities they are for.

A feed may be spam, or hold what its finder would not show to strangers. What it gives therefore
stands in no digest, search or answer of anybody else. That is decided by name, so that it holds
for what stays in the archive after its feed is gone, too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from core.feeds import PREFIX, Viewer
from core.items import Item
from core.ports.storage import FeedStore, SearchIndex
from core.search import EVERYTHING, Filter, SearchHit

VisibleFeeds = Callable[[Viewer], frozenset[str] | None]
"""Returns the feeds that somebody sees, by source name; None means all."""


def every_feed(_: Viewer) -> None:
    """Let everybody see every feed, where members cannot add any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """Knows the feeds that each viewer sees.

    Attributes:
        store: members' feeds.
        sources: returns the names of the settings' sources; feeds among them are everybody's.
    """

    store: FeedStore
    sources: Callable[[], Collection[str]]

    def feeds(self, viewer: Viewer) -> frozenset[str]:
        """Return the source names of the feeds that somebody sees.

        Raises:
            StorageError: if the archive cannot be read.
        """
        added = [
            *(self.store.added(owner=viewer.person) if viewer.person else ()),
            *(self.store.added(guild=viewer.guild) if viewer.guild else ()),
        ]
        own = {name for name in self.sources() if name.startswith(PREFIX)}
        return frozenset(own | {one.feed.source for one in added})


class VisibleIndex:
    """``core.ports.storage.SearchIndex`` that finds only what somebody may see."""

    def __init__(self, index: SearchIndex, feeds: frozenset[str] | None) -> None:
        self._index = index
        self._feeds = feeds

    def search(
        self, query: str, *, where: Filter = EVERYTHING, limit: int = 20, offset: int = 0
    ) -> Sequence[SearchHit]:
        """Return the best hits among what may be seen."""
        seen = replace(where, feeds=self._feeds)
        return self._index.search(query, where=seen, limit=limit, offset=offset)

    def find(self, query: str, *, where: Filter = EVERYTHING, limit: int = 20) -> Sequence[Item]:
        """Return the items of the best hits among what may be seen."""
        return self._index.find(query, where=replace(where, feeds=self._feeds), limit=limit)
