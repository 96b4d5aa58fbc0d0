"""Finding the item that a person means."""

from __future__ import annotations

from core.errors import UsageError
from core.items import Item, ItemKey
from core.links import typed_identifiers
from core.ports.storage import Store
from core.search import Filter


class Lookup:
    """Finds items by what people write: a key, an arXiv id, ``owner/repo`` or a URL."""

    def __init__(self, *, store: Store, feeds: frozenset[str] | None = None) -> None:
        """Look in ``store``; items of feeds other than ``feeds`` (see ``Filter``) are not found."""
        self._store = store
        self._where = Filter(feeds=feeds)

    def item(self, text: str) -> Item:
        """Return the stored item that ``text`` names.

        Raises:
            UsageError: if it names nothing, or nothing that is stored.
        """
        found = self._by_key(text.strip()) or self._store.named(
            typed_identifiers(text), where=self._where
        )
        if found is not None:
            return found
        raise UsageError(
            f"no item {text!r} in the archive; name it by key (arxiv/2401.00001), arXiv id, "
            "owner/repo or URL, or search for it first"
        )

    def _by_key(self, text: str) -> Item | None:
        try:
            found = self._store.item(ItemKey.parse(text))
        except UsageError:
            return None
        return found if found and self._where.admits(found.key.source) else None
