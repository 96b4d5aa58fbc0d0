"""What orders items, composes digests of them and answers from them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.answers import Answer
from core.digests import Budget, Composition, Delivered, Digest, RankedItem
from core.items import Item, ItemKey
from core.people import Profile
from core.works import Work


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


class Answerer(Protocol):
    """Answers questions in the archive's own sentences."""

    def answer(
        self,
        question: str,
        *,
        now: datetime,
        since: datetime | None = None,
        feeds: frozenset[str] | None = None,
    ) -> Answer:
        """Quote what answers a question, or say that nothing does.

        Any string is a question, the same archive gives the same answer, and the time it takes
        does not grow with the length of the question or of the items.

        Args:
            question: what a person typed.
            now: what appeared later is left out (aware UTC).
            since: leave out what appeared earlier (aware UTC).
            feeds: as in ``Filter``.

        Raises:
            StorageError: if the archive cannot be read.
        """
        ...


class Composer(Protocol):
    """Turns ranked items into a digest."""

    def compose(
        self,
        draft: Digest,
        ranked: Sequence[RankedItem],
        *,
        budget: Budget,
        works: Mapping[ItemKey, Work],
        delivered: Mapping[ItemKey, Delivered],
        deadlines: Sequence[RankedItem],
        company: Sequence[Item],
        surprise: bool = False,
    ) -> Composition:
        """Fill ``draft`` with sections.

        Args:
            draft: everything of the digest but its sections.
            ranked: candidates in reading order.
            budget: how much fits.
            works: the work of each candidate that has company; each is shown as one card.
            delivered: what this subscription got before; it comes again only as an update.
            deadlines: items with a deadline ahead, ranked for the reader, candidates or not; the
                bar at the top holds the best of them, soonest first, day after day.
            company: members of works that are neither ranked nor in ``deadlines``, to be linked to.
            surprise: whether one item may be drawn at random from what is not a match.
        """
        ...
