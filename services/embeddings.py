"""Keeping vectors of what items and interests mean, and handing them to the ranker.

Vectors are made beside the fetching, a bounded number at a time and stored in small batches, so
that whatever ends the process loses seconds of work. What is missing is derived from the archive:
items without a vector of the model in use, or whose text has changed since.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol, TypeVar

from core.digests import RankedItem
from core.embeddings import NO_VECTORS, TextVectors, WrittenInterest
from core.errors import ConfigError, UnavailableError
from core.items import Item
from core.people import Profile
from core.ports.clock import Clock
from core.ports.ranking import Embedder
from core.ports.storage import VectorStore

log = logging.getLogger(__name__)

AT_ONCE = 1_000
"""Items that are embedded in one go: about a minute of one core."""

BATCH = 32
"""Vectors stored in one transaction: about two seconds of work."""

HORIZON = timedelta(days=35)
"""Items that appeared earlier are embedded only if somebody gave a verdict on them."""

INTERESTS = 60
"""Interests of one profile that are embedded while somebody waits, strongest first."""

T = TypeVar("T")


def nobody(_done: int) -> None:
    """Tell nobody how far the work is."""


class Meaning:
    """Vectors of one model for the archive and its readers.

    Args:
        embedder: the model.
        vectors: where they are kept.
        clock: tells the time.
    """

    def __init__(self, *, embedder: Embedder, vectors: VectorStore, clock: Clock) -> None:
        self._embedder = embedder
        self._vectors = vectors
        self._clock = clock

    def catch_up(self, *, limit: int = AT_ONCE, progress: Callable[[int], None] = nobody) -> int:
        """Embed what has no vector yet; return how many items were embedded.

        Args:
            limit: items at the most, the latest first.
            progress: is told how many are done.

        Raises:
            StorageError: if the archive cannot be read or written.
            UnavailableError: if the model cannot be run; what was embedded before is kept.
        """
        model = self._embedder.model
        interests = self._vectors.interests_without(model)
        for pairs in self._embedded(interests, [one.text for one in interests]):
            self._vectors.keep_interests(model, pairs)
        since = self._clock() - HORIZON
        items = self._vectors.items_without(model, since=since, limit=limit)
        done = 0
        for batch in self._embedded(items, [item.text for item in items]):
            self._vectors.keep_items(model, batch)
            done += len(batch)
            progress(done)
        return done

    def of(self, profile: Profile, items: Sequence[Item]) -> TextVectors:
        """Return the vectors that there are for one ranking; new interests are embedded now.

        Raises:
            StorageError: if the archive cannot be read or written.
            UnavailableError: if the model cannot be run.
        """
        keys = [item.key for item in items]
        keys += [feedback.item.key for feedback in profile.feedback]
        found = self._vectors.of_items(self._embedder.model, keys)
        return TextVectors(items=found, phrases=self._phrases(profile)) if found else NO_VECTORS

    def count(self) -> int:
        """Return how many items have a vector."""
        return self._vectors.count(self._embedder.model)

    def _phrases(self, profile: Profile) -> dict[str, bytes]:
        known = dict(self._vectors.of_interests(self._embedder.model, profile.name))
        written = [interest.text for interest in profile.interests[:INTERESTS]]
        new = [WrittenInterest(profile=profile.name, text=t) for t in written if t not in known]
        for pairs in self._embedded(new, [one.text for one in new]):
            # Those of a profile that is not stored, or was written for this once, are not kept.
            self._vectors.keep_interests(self._embedder.model, pairs)
            known.update((one.text, vector) for one, vector in pairs)
        return known

    def _embedded(
        self, things: Sequence[T], texts: Sequence[str]
    ) -> Iterator[list[tuple[T, bytes]]]:
        """Yield each thing with the vector of its text, in batches; nothing runs for nothing."""
        if not things:
            return
        with closing(self._embedder.embed(iter(texts))) as vectors:
            yield from _batches(zip(things, vectors, strict=True))


def _batches(pairs: Iterable[tuple[T, bytes]]) -> Iterator[list[tuple[T, bytes]]]:
    iterator = iter(pairs)
    while batch := list(islice(iterator, BATCH)):
        yield batch


class RanksByMeaning(Protocol):
    """A ranker that takes vectors as well; without any it is a plain ``Ranker``."""

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,
        *,
        archive: Sequence[Item] = (),
        meanings: TextVectors = NO_VECTORS,
    ) -> Sequence[RankedItem]:
        """Return every candidate with its score and reasons, in reading order."""
        ...

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        """Return the candidates most like ``item``, best first, without it."""
        ...


class EmbeddingRanker:
    """A ``Ranker`` that looks up what things mean before it ranks.

    Args:
        inner: does the ranking.
        meaning: gives the vectors, or None where there is no model just now.
    """

    def __init__(self, inner: RanksByMeaning, meaning: Callable[[], Meaning | None]) -> None:
        self._inner = inner
        self._meaning = meaning
        self._told = ""

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,
        *,
        archive: Sequence[Item] = (),
    ) -> Sequence[RankedItem]:
        """Return every candidate with its score and reasons, in reading order."""
        meanings = self._meanings(profile, candidates)
        return self._inner.rank(profile, candidates, now, archive=archive, meanings=meanings)

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        """Return the candidates most like ``item``, best first, without it."""
        return self._inner.similar(item, candidates, limit=limit)

    def _meanings(self, profile: Profile, candidates: Sequence[Item]) -> TextVectors:
        try:
            meaning = self._meaning()
            return NO_VECTORS if meaning is None else meaning.of(profile, candidates)
        except (ConfigError, UnavailableError) as error:
            if self._told != str(error):  # once is enough, not once for each person
                self._told = str(error)
                log.warning("ranking by words alone: %s", error)
            return NO_VECTORS
