"""Embeddings of items and interests: made by a model, stored, and looked up for the ranker.

They are made beside the fetching, a bounded number at a time and stored in small batches, so that
whatever ends the process loses seconds of work. What is missing is derived from the archive: items
without a vector of the model in use, or whose text has changed since.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from core.embeddings import NO_VECTORS, TextVectors, WrittenInterest
from core.errors import ConfigError, UnavailableError
from core.items import Item
from core.people import Profile
from core.ports.clock import Clock
from core.ports.ranking import Embedder
from core.ports.storage import VectorStore

log = logging.getLogger(__name__)

EMBED_LIMIT = 1_000
"""Items that are embedded in one go: about a minute of one core."""

BATCH_SIZE = 32
"""Vectors stored in one transaction: about two seconds of work."""

MAX_AGE = timedelta(days=35)
"""Items that appeared earlier are embedded only if somebody gave a verdict on them."""

MAX_INTERESTS = 60
"""Interests of one profile that are embedded while somebody waits, strongest first."""

T = TypeVar("T")


def no_progress(_done: int) -> None:
    """Ignore how far the work is."""


class Embeddings:
    """Vectors of one model for the archive and its readers.

    Every method raises ``StorageError`` if the archive cannot be read or written.

    Args:
        embedder: the model.
        vectors: where they are kept.
        clock: tells the time.
    """

    def __init__(self, *, embedder: Embedder, vectors: VectorStore, clock: Clock) -> None:
        self._embedder = embedder
        self._vectors = vectors
        self._clock = clock

    def catch_up(
        self, *, limit: int = EMBED_LIMIT, progress: Callable[[int], None] = no_progress
    ) -> int:
        """Embed what has no vector yet; return how many items were embedded.

        Args:
            limit: items at the most, the latest first.
            progress: is called with how many are done.

        Raises:
            UnavailableError: if the model cannot be run; what was embedded before is kept.
        """
        model = self._embedder.model
        interests = self._vectors.interests_without(model)
        for pairs in self._embedded(interests, [one.text for one in interests]):
            self._vectors.keep_interests(model, pairs)
        since = self._clock() - MAX_AGE
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
            UnavailableError: if the model cannot be run.
        """
        keys = [item.key for item in items]
        keys += [said.item.key for said in profile.opinions]
        found = self._vectors.of_items(self._embedder.model, keys)
        return TextVectors(items=found, phrases=self._phrases(profile)) if found else NO_VECTORS

    def count(self) -> int:
        """Return how many items have a vector."""
        return self._vectors.count(self._embedder.model)

    def _phrases(self, profile: Profile) -> dict[str, bytes]:
        known = dict(self._vectors.of_interests(self._embedder.model, profile.name))
        written = [interest.text for interest in profile.interests[:MAX_INTERESTS]]
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
            pairs = zip(things, vectors, strict=True)
            while batch := list(islice(pairs, BATCH_SIZE)):
                yield batch


class VectorLookup:
    """Looks up the vectors that a ranking needs; none where there is no model, or it fails.

    It raises ``StorageError`` if the archive cannot be read or written.

    Args:
        embeddings: gives those of the model, or None where there is no model just now.
    """

    def __init__(self, embeddings: Callable[[], Embeddings | None]) -> None:
        self._embeddings = embeddings
        self._warned_of = ""

    def __call__(self, profile: Profile, items: Sequence[Item]) -> TextVectors:
        """Return the vectors of candidates, of items with a verdict, and of interests."""
        try:
            embeddings = self._embeddings()
            return NO_VECTORS if embeddings is None else embeddings.of(profile, items)
        except (ConfigError, UnavailableError) as error:
            if self._warned_of != str(error):  # once is enough, not once for each person
                self._warned_of = str(error)
                log.warning("ranking by words alone: %s", error)
            return NO_VECTORS
