"""The deadline radar: what moved, what contradicts itself, and who is to be reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.items import Item, ItemKey
from core.moves import Move
from core.ports.storage import MoveStore, Store

_SAME_NEWS = timedelta(days=60)
"""Within this time the same move in another list is the same news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A move worth telling, with the item as it is now."""

    item: Item
    move: Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Radar:
    """Says what moved.

    Attributes:
        store: the archive.
        moves: what was seen to move.
    """

    store: Store
    moves: MoveStore

    def moved(
        self, *, since: datetime, until: datetime, feeds: frozenset[str] | None = None
    ) -> Sequence[Moved]:
        """Return what moved in ``since <= seen < until``, oldest first, each move once.

        A conference stands in several lists: the first that has a new date tells it.

        Args:
            since: aware UTC.
            until: aware UTC.
            feeds: what the reader may see (``core.search.Filter``); None for all.
        """
        found = self.moves.moves(since=since - _SAME_NEWS, until=until)
        items = {item.key: item for item in self.store.items_of({move.key for move in found})}
        first: dict[tuple[str, str, str], ItemKey] = {}
        news = []
        for move in found:
            item = items.get(move.key)
            if item is None or not _visible(item.key, feeds):
                continue
            if edition := str(item.facets.get("edition", "")):
                teller = first.setdefault((edition, move.subject, move.new), move.key)
                if teller != move.key:
                    continue
            if move.seen_at >= since:
                news.append(Moved(item=item, move=move))
        return news


def _visible(key: ItemKey, feeds: frozenset[str] | None) -> bool:
    return feeds is None or not key.source.startswith("feed:") or key.source in feeds
