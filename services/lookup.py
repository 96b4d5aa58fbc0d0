"""Finding items other than by search: by name, by key, by popularity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.digests import RankedItem, Reason
from core.errors import UsageError
from core.items import Item, ItemKey
from core.links import typed_doi, typed_identifiers
from core.metrics import Standings, count_of
from core.ports.storage import Store
from core.search import Filter
from core.withdrawal import is_withdrawn

TRENDING_POOL = 2000
"""Latest items among which popularity is compared."""


class Lookup:
    """Finds items by what people write: a key, an arXiv id, ``owner/repo`` or a URL."""

    def __init__(self, *, store: Store, feeds: frozenset[str] | None = None) -> None:
        """Look in ``store``; items of feeds other than ``feeds`` (see ``Filter``) are not found."""
        self._store = store
        self._where = Filter(feeds=feeds)

    def visible(self, feeds: frozenset[str] | None) -> Lookup:
        """Return the same for somebody who sees these feeds."""
        return Lookup(store=self._store, feeds=feeds)

    def stored(self, key: ItemKey) -> Item | None:
        """Return an item that was shown before, whatever its source."""
        return self._store.item(key)

    def stored_as(self, source: str, named: Callable[[ItemKey], bool]) -> Item | None:
        """Return the first item, of a source or of any if that is "", whose key passes.

        It reads all items of the source, which takes a second or so for a hundred thousand.
        """
        where = Filter(sources=(source,) if source else ())
        return next((item for item in self._store.items(where) if named(item.key)), None)

    def trending(self, where: Filter, *, limit: int) -> Sequence[RankedItem]:
        """Return what stands out among the latest items that pass."""
        visible = replace(where, feeds=self._where.feeds)
        pool = self._store.items(visible, limit=TRENDING_POOL)
        return trending([item for item in pool if not is_withdrawn(item)], limit=limit)

    def item(self, text: str) -> Item:
        """Return the stored item that ``text`` names.

        Raises:
            UsageError: if it names nothing, or nothing that is stored.
        """
        found = (
            self._by_key(text.strip())
            or self._store.named(typed_identifiers(text), where=self._where)
            or self._by_doi(typed_doi(text))
        )
        if found is not None:
            return found
        raise UsageError(
            f"no item {text!r} in the archive; name it by key (arxiv/2401.00001), arXiv id, "
            "DOI, owner/repo or URL, or search for it first"
        )

    def _by_doi(self, doi: str) -> Item | None:
        """Return the paper to which a publisher gave this DOI; it reads all papers of arXiv."""
        papers = self._store.items(Filter(sources=("arxiv",))) if doi else ()
        return next((one for one in papers if one.facts.get("doi", "").lower() == doi), None)

    def _by_key(self, text: str) -> Item | None:
        try:
            found = self._store.item(ItemKey.parse(text))
        except UsageError:
            return None
        return found if found and self._where.admits(found.key.source) else None


def trending(items: Sequence[Item], *, limit: int) -> list[RankedItem]:
    """Order items by how far they stand above others of their source and kind.

    Stars and votes cannot be compared, so an item's score is its share as given by ``Standings``;
    ties go to the larger number, then to the key. What nothing is counted of is not trending.
    """
    standings = Standings(items)
    scored = []
    for item in items:
        count, share = count_of(item), standings.share(item)
        if count is not None and share is not None:
            reason = Reason(text=count[0].words(count[1]), weight=share)
            scored.append((-share, -count[1], str(item.key), RankedItem.of(item, [reason])))
    return [entry for *_, entry in sorted(scored, key=lambda one: one[:3])[:limit]]
