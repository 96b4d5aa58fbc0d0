"""What texts mean, as vectors: where they are kept, and how they reach the ranker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.items import Item, ItemKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """The vectors that one ranking needs, all of one model, as far as there are any.

    Attributes:
        items: of candidates and of items with a verdict; each as long as the model says, one
            signed byte a number, of any length but 0.
        phrases: of written interests.
    """

    items: Mapping[ItemKey, bytes] = field(default_factory=dict)
    phrases: Mapping[str, bytes] = field(default_factory=dict)


NO_MEANINGS = Meanings()
"""What a ranking by words alone is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenInterest:
    """A phrase of a stored profile."""

    profile: str
    text: str


class VectorStore(Protocol):
    """Vectors of the archive's items and of people's interests.

    A vector belongs to the model that made it: another model finds none. Each goes when what it
    was made of goes. Methods may be called from any thread and raise ``StorageError`` alone.
    """

    def items_without(self, model: str, *, since: datetime, limit: int) -> Sequence[Item]:
        """Return items that have no vector, or were changed since: first those with a verdict.

        Args:
            model: whose vectors are meant.
            since: leave out what appeared earlier, unless it has a verdict (aware UTC).
            limit: how many at the most, latest first.
        """
        ...

    def keep_items(self, model: str, vectors: Sequence[tuple[Item, bytes]]) -> None:
        """Keep the vectors of items as they were read; items that are gone are passed over."""
        ...

    def of_items(self, model: str, keys: Sequence[ItemKey]) -> Mapping[ItemKey, bytes]:
        """Return the vectors that there are, in one look."""
        ...

    def interests_without(self, model: str) -> Sequence[WrittenInterest]:
        """Return the interests of stored profiles that have no vector."""
        ...

    def keep_interests(self, model: str, vectors: Sequence[tuple[WrittenInterest, bytes]]) -> None:
        """Keep the vectors of interests; those that their person has no more are passed over."""
        ...

    def of_interests(self, model: str, profile: str) -> Mapping[str, bytes]:
        """Return the vectors of a profile's interests by their text."""
        ...

    def count(self, model: str) -> int:
        """Return how many items have a vector of this model."""
        ...
