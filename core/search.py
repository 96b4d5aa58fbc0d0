"""Which items to consider, and what a search found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.feeds import PREFIX
from core.items import Item, ItemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which items to consider; an empty tuple or None means all.

    Attributes:
        sources: names of sources; a name that ends in ``:`` means all that begin with it.
        kinds: kinds of item.
        since: appeared then or later (aware UTC).
        until: appeared before then (aware UTC).
        stored_since: first stored then or later, whenever it appeared (aware UTC).
        feeds: names of the feeds (``feed:…``) that may be seen; None means all. Other sources are
            seen by everybody.
    """

    sources: tuple[str, ...] = ()
    kinds: tuple[ItemKind, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    stored_since: datetime | None = None
    feeds: frozenset[str] | None = None

    def admits(self, source: str) -> bool:
        """Return whether items of the source with this name may pass."""
        named = not self.sources or any(
            source == name or (name.endswith(":") and source.startswith(name))
            for name in self.sources
        )
        seen = self.feeds is None or not source.startswith(PREFIX) or source in self.feeds
        return named and seen


EVERYTHING = Filter()
"""Considers all items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """An item found by text.

    Attributes:
        item: what was found.
        score: BM25 relevance, higher is better, comparable within one answer only.
        snippet: the passage that matched best, plain text, without marks.
    """

    item: Item
    score: float
    snippet: str
