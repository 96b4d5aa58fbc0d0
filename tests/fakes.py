"""Fakes with verbs: small real implementations of the ports, told what to do."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import FetchError, UnavailableError
from core.items import Item, ItemKey, ItemKind
from core.sources import Batch, Validators

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def an_item(key: str = "arxiv/2401.00001", **changes: Any) -> Item:
    """Build a plausible item; ``key`` decides its source, ``changes`` the rest."""
    item_key = ItemKey.parse(key)
    values: dict[str, Any] = {
        "key": item_key,
        "kind": ItemKind.PAPER,
        "title": f"A study of {item_key.external_id}",
        "url": f"https://example.org/{item_key.external_id}",
        "appeared_at": NOON - timedelta(days=1),
    }
    return Item(**values | changes)


@dataclass
class FakeClock:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, duration: timedelta) -> None:
        self.now += duration


@dataclass
class FakeFetcher:
    """A source that gives what it is told to give, then fails if told so."""

    source: str = "arxiv"
    note: str | None = None
    windowed: bool = False
    items: list[Item] = field(default_factory=list)
    failure: Exception | None = None
    asked: list[datetime] = field(default_factory=list)
    validators: dict[str, Validators] = field(default_factory=dict)

    def gives(self, *items: Item) -> FakeFetcher:
        self.items = list(items)
        return self

    def fails(self, message: str, **details: Any) -> FakeFetcher:
        self.failure = FetchError(self.source, message, **details)
        return self

    def breaks(self, bug: Exception) -> FakeFetcher:
        self.failure = bug
        return self

    def fetch(self, since: datetime) -> Batch:
        self.asked.append(since)
        batch = Batch()
        batch.items = self._items(batch)
        return batch

    def _items(self, batch: Batch) -> Iterator[Item]:
        yield from self.items
        batch.note = self.note
        if isinstance(self.failure, FetchError):
            batch.failure = self.failure
        elif self.failure is not None:
            raise self.failure
        else:
            batch.validators = self.validators


@dataclass
class FakeEmbedder:
    """A model that knows a few words; each points in a direction of its own."""

    words: tuple[str, ...] = ("graphs", "drugs", "speech")
    model: str = "fake/1"
    works_for: int | None = None
    read: list[str] = field(default_factory=list)

    def breaks_after(self, texts: int) -> FakeEmbedder:
        self.works_for = texts
        return self

    def is_mended(self) -> FakeEmbedder:
        self.works_for = None
        return self

    def embed(self, texts: Iterable[str]) -> Generator[bytes, None, None]:
        for text in texts:
            if self.works_for is not None and len(self.read) >= self.works_for:
                raise UnavailableError("the model does not work: no reason given")
            self.read.append(text)
            yield self.vector(text)

    def vector(self, text: str) -> bytes:
        """One number for each known word, and a last one that keeps it from being nothing."""
        return bytes([*(100 * (word in text) for word in self.words), 10])
