"""The ranker: keeps what it read and learnt, and ranks for one person or for many."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.digests import RankedItem
from core.embeddings import NO_VECTORS, TextVectors
from core.items import Item
from core.people import Profile
from ranking.explain import alike, told, told_of
from ranking.features import Field, content
from ranking.lexicon import Reader
from ranking.metadata import Context
from ranking.model import Model
from ranking.sparse import Ints
from ranking.users import TOGETHER, Memory, best

TAUGHT_BY = 1_500
"""Items that are learnt from at the most, chosen evenly, where no archive was learnt before."""


KEPT = 6_000
"""Candidates whose numbers are kept for the next person, about 3 kB each; more only if one person
has more."""


@dataclass(frozen=True)
class Choice:
    """The best candidates for one person.

    Attributes:
        profile: the person.
        field: all candidates, as numbers.
        context: what speaks for them besides their words.
        rows: shape (limit,) at the most: the best candidates' numbers, best first.
    """

    profile: Profile
    field: Field
    context: Context
    rows: Ints


class WordRanker:
    """Ranks by words and what they mean: written interests, verdicts, age and popularity.

    Keep one instance: it remembers how texts read, what it learnt of them and of people, which is
    most of the work. It may be used from any thread; calls wait for each other.
    """

    def __init__(self) -> None:
        self._reader = Reader()
        self._taught: Model | None = None
        self._learnt: tuple[list[tuple[object, ...]], Model] | None = None
        self._seen: Field | None = None
        self._memory = Memory()
        self._lock = threading.Lock()

    def learn(self, archive: Sequence[Item]) -> None:
        """Learn from an archive once, for all rankings that follow.

        20,000 abstracts take about 3 s. Without it, every ranking learns from the items that it is
        given, which is good enough from 2,000 items on. What was read so far is forgotten, so that
        a process that stays does not remember every item that ever came.
        """
        taught = _model(_evenly(archive, len(archive)), Reader())
        with self._lock:
            self._taught, self._reader, self._seen = taught, Reader(), None
            self._memory.forget()

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,
        *,
        archive: Sequence[Item] = (),
        meanings: TextVectors = NO_VECTORS,
    ) -> Sequence[RankedItem]:
        """Return every candidate with its score and reasons, in reading order (``ports.Ranker``).

        The order in which items are given changes nothing; equal scores stand by key. Items
        without a vector are ranked by their words alone.
        """
        if not candidates:
            return []
        with self._lock:
            field = self._field(candidates, archive)
            person = self._memory.person(profile, field)
        return told(person, field, Context(field.items, now), meanings)

    def rank_many(
        self,
        profiles: Sequence[Profile],
        candidates: Sequence[Item],
        now: datetime,
        *,
        limit: int,
    ) -> Iterator[Sequence[RankedItem]]:
        """Yield for each profile its best candidates, as ``rank`` would begin.

        Reasons are worked out for these alone.
        """
        for choice in self.choose(profiles, candidates, now, limit=limit):
            with self._lock:
                person = self._memory.person(choice.profile, choice.field)
            yield told_of(person, choice.field, choice.context, choice.rows)

    def choose(
        self,
        profiles: Sequence[Profile],
        candidates: Sequence[Item],
        now: datetime,
        *,
        limit: int,
    ) -> Iterator[Choice]:
        """Yield for each profile its best candidates, without reasons.

        People are scored in blocks, so that the memory it takes does not grow with their number.
        """
        with self._lock:
            field = self._field(candidates, ())
        context = Context(field.items, now)
        for begin in range(0, len(profiles), TOGETHER):
            together = profiles[begin : begin + TOGETHER]
            with self._lock:
                scores = self._memory.scores(together, field)
            for profile, mine in zip(together, scores, strict=True):
                own, others = context.weights(profile)
                yield Choice(profile, field, context, best(mine + own + others, limit))

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        """Return the candidates most like ``item``, best first, without it."""
        others = sorted((one for one in candidates if one.key != item.key), key=lambda one: one.key)
        if not others:
            return []
        with self._lock:
            self._make_room(len(others) + 1)
            items = [item, *others]
            field = Field.of(items, self._taught or self._model_of(items), self._reader)
        said = alike(field)
        ranked = [RankedItem.of(one, why) for one, why in zip(others, said[1:], strict=True)]
        ranked.sort(key=lambda one: -one.score)
        return [one for one in ranked if one.score > 0][:limit]

    def _field(self, candidates: Sequence[Item], archive: Sequence[Item]) -> Field:
        """Read candidates, unless they are among those that are kept.

        The candidates of two people differ by what either asked for; those of a few people are
        nearly all that a period holds.
        """
        items = sorted(candidates, key=lambda item: item.key)
        self._make_room(len(items) + len(archive))
        model = self._taught or self._model_of([*items, *archive])
        seen = self._seen if self._seen is not None and self._seen.model is model else None
        field = seen.take(items) if seen is not None else None
        if field is not None:
            return field
        together = {content(item): item for item in (*(seen.items if seen else ()), *items)}
        kept = list(together.values()) if len(together) <= KEPT else items
        self._seen = Field.of(sorted(kept, key=lambda item: item.key), model, self._reader)
        if len(kept) == len(items):
            return self._seen
        return self._seen.take(items) or self._seen

    def _make_room(self, items: int) -> None:
        """Begin anew with reading if so many more items would be too many to remember."""
        if not self._reader.has_room(items):
            self._reader = Reader()
            self._seen = None

    def _model_of(self, items: Sequence[Item]) -> Model:
        """Learn from the items at hand, unless they are those that were learnt from last."""
        chosen = _evenly(items, TAUGHT_BY)
        contents = [content(item) for item in chosen]
        if self._learnt is None or self._learnt[0] != contents:
            self._learnt = (contents, _model(chosen, self._reader))
            self._memory.forget()
        return self._learnt[1]


def _model(items: Sequence[Item], reader: Reader) -> Model:
    keys = [item.key for item in items]
    return Model.learn(keys, reader.items(items), reader.lexicon.stems)


def _evenly(items: Sequence[Item], count: int) -> list[Item]:
    """Choose items by a hash of their key: evenly, and the same ones in every run."""
    by_key = {item.key: item for item in items}
    order = sorted(by_key, key=lambda key: (zlib.crc32(str(key).encode()), key))
    return [by_key[key] for key in order[:count]]
