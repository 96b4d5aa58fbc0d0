"""Finding what in the archive is like an item: text search proposes, the ranker picks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.digests import RankedItem
from core.items import Item
from core.ports.ranking import Ranker
from core.ports.storage import SearchIndex
from core.search import Filter
from core.withdrawal import is_withdrawn

CANDIDATES = 300
"""Items that text search proposes, of which the ranker picks."""

QUERY_CHARACTERS = 600
"""How much of an item's text is the query; more makes the search slower, not better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarItems:
    """Finds similar items.

    Attributes:
        index: full text search over the archive.
        ranker: gives the ranker; a call, since the first one loads it.
        feeds: those that may be seen, as in ``core.search.Filter``.
    """

    index: SearchIndex
    ranker: Callable[[], Ranker]
    feeds: frozenset[str] | None

    def find(self, item: Item, *, limit: int) -> Sequence[RankedItem]:
        """Return at most ``limit`` items that are most like this one, best first, without itself.

        Raises:
            StorageError: if the archive cannot be read.
        """
        where = Filter(feeds=self.feeds)
        found = self.index.find(item.text[:QUERY_CHARACTERS], where=where, limit=CANDIDATES)
        standing = [one for one in found if not is_withdrawn(one)]
        return self.ranker().similar(item, standing, limit=limit)
