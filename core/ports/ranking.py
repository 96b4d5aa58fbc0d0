"""What orders items, and what turns texts into vectors."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from core.digests import RankedItem
from core.items import Item
from core.people import Profile


class Ranker(Protocol):
    """Orders candidates for a person."""

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,
        *,
        archive: Sequence[Item] = (),
    ) -> Sequence[RankedItem]:
        """Return every candidate with its score and reasons, in reading order.

        Far from the top, reasons may be summed up until asked for (``RankedItem.explained``).

        Args:
            profile: interests and feedback.
            candidates: what may be picked.
            now: for ages (aware UTC).
            archive: further items to learn the weight of words and expansions from, never ranked.
        """
        ...

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        """Return the candidates most like ``item``, best first, without ``item`` itself."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors: texts that mean the same point in the same direction."""

    @property
    def model(self) -> str:
        """Which model, and how it is used; vectors of two names must not be compared."""
        ...

    def embed(self, texts: Iterable[str]) -> Generator[bytes, None, None]:
        """Yield one vector a text, in their order, while ``texts`` is read.

        The same text always gives the same vector: one signed byte a number, of any length. What
        it costs to hold the model ends with the iterator; ``close`` it to end it early.

        Raises:
            UnavailableError: if the model cannot be run.
        """
        ...
