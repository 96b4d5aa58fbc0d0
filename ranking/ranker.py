"""The ranker: reads items into word counts, scores them for a person, and says why."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.digests import RankedItem, Reason
from core.items import Item
from core.people import Profile, Verdict
from ranking.context import Context
from ranking.diversity import WINDOW, spread_out
from ranking.features import WordSpace
from ranking.interests import match, queries
from ranking.lexicon import Reader
from ranking.reasons import (
    Names,
    example_reasons,
    interest_reasons,
    label,
    word_reasons,
)
from ranking.taste import REMEMBERED, Taste, amounts_of

if TYPE_CHECKING:
    from ranking.sparse import Ints, SparseRows

ENOUGH = 500
"""Archive texts from which the archive alone tells how rare words are."""

FEW = 3
"""Below this number of verdicts each is named in the reasons; from it on, the words are."""

TASTE = 2.0
"""Weight of full likeness to the liked items; a paper of the same narrow topic reaches a fifth."""

_SAID = {
    Verdict.SAVE: "like {}, which you saved",
    Verdict.MORE: "like {}, of which you wanted more",
    Verdict.KNOWN: "like {}, which you know",
    Verdict.LESS: "like {}, of which you wanted less",
}


@dataclass(frozen=True)
class _Read:
    """Everything that one ranking needs, as numbers.

    Attributes:
        space: the columns, and how rare they are.
        names: how people write the words behind them.
        counts: word counts of the candidates.
        vectors: their TF-IDF vectors.
        archive: word counts of the archive, in which interests find their neighbours.
        examples: TF-IDF vectors of the items with a verdict, latest last.
        queries: one row per written interest.
    """

    space: WordSpace
    names: Names
    counts: SparseRows
    vectors: SparseRows
    archive: SparseRows
    examples: SparseRows
    queries: SparseRows


class WordRanker:
    """Ranks by the words of items: written interests, verdicts, age and popularity.

    Keep one instance: it remembers how texts read, which is most of the work. It may be used from
    any thread; calls wait for each other.

    Args:
        archive_limit: archive items that are read at most, chosen by a hash of their key, so that
            the choice is even over time and the same in every run. 3,000 settle how rare words
            are within a few per cent and take half a second.
    """

    def __init__(self, *, archive_limit: int = 3_000) -> None:
        self._reader = Reader()
        self._archive_limit = archive_limit
        self._lock = threading.Lock()

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,
        *,
        archive: Sequence[Item] = (),
    ) -> Sequence[RankedItem]:
        """Return every candidate with its score and reasons, in reading order (``ports.Ranker``).

        The order in which items are given changes nothing; equal scores stand by key.
        """
        items = sorted(candidates, key=lambda item: item.key)
        if not items:
            return []
        with self._lock:
            read = self._read(items, self._sample(archive), profile)
            said = _by_words(profile, read)
        context = Context(profile, items, now)
        ranked = [
            RankedItem.of(item, [*words, *context.reasons(item)])
            for item, words in zip(items, said, strict=True)
        ]
        order = sorted(range(len(items)), key=lambda number: -ranked[number].score)
        top = read.vectors.take(_positions(order[:WINDOW]))
        return spread_out([ranked[number] for number in order], top)

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        """Return the candidates most like ``item`` by their words, best first, without it."""
        others = sorted((one for one in candidates if one.key != item.key), key=lambda one: one.key)
        with self._lock:
            read = self._read([item, *others], (), Profile(name=""))
            words = read.vectors.take(_positions([0])).total()
            said = word_reasons(read.vectors, words, read.names, "both: {}", "other words of both")
        ranked = [RankedItem.of(one, why) for one, why in zip(others, said[1:], strict=True)]
        ranked.sort(key=lambda one: -one.score)
        return [one for one in ranked if one.score > 0][:limit]

    def _sample(self, archive: Sequence[Item]) -> list[Item]:
        chosen = sorted(archive, key=lambda item: (zlib.crc32(str(item.key).encode()), item.key))
        return sorted(chosen[: self._archive_limit], key=lambda item: item.key)

    def _read(self, items: Sequence[Item], archive: Sequence[Item], profile: Profile) -> _Read:
        judged = [feedback.item for feedback in profile.feedback[-REMEMBERED:]]
        background = archive if len(archive) >= ENOUGH else [*archive, *items]
        reader = self._reader
        reader.make_room(len(items) + len(background) + len(judged))
        texts, known = reader.items(items), reader.items(background)
        examples = reader.items(judged)
        written = reader.phrases(interest.text for interest in profile.interests)
        space, stems = WordSpace.learn(known), reader.lexicon.stems
        counts = space.counts(texts, stems)
        return _Read(
            space=space,
            names=Names(reader.lexicon, space, texts, known, examples, written),
            counts=counts,
            vectors=space.vectors(counts),
            archive=space.counts(known, stems),
            examples=space.vectors(space.counts(examples, stems)),
            queries=queries(space, written, stems),
        )


def _by_words(profile: Profile, read: _Read) -> list[list[Reason]]:
    """Return for each candidate what its words add: by interests, then by verdicts."""
    said: list[list[Reason]] = [[] for _ in range(len(read.counts))]
    if profile.interests:
        matches = match(
            profile.interests,
            read.queries,
            space=read.space,
            counts=read.counts,
            vectors=read.vectors,
            archive=read.archive,
        )
        said = interest_reasons(matches, profile.interests, read.names, len(read.counts))
    taste = Taste(read.examples, TASTE * amounts_of(profile))
    if len(taste.amounts) < FEW:
        feedback = profile.feedback[-REMEMBERED:]
        texts = [_SAID[one.verdict].format(label(one.item.title)) for one in feedback]
        levers = [str(one.item.key) for one in feedback]
        liked = example_reasons(taste.by_example(read.vectors), texts, levers)
    else:
        liked = word_reasons(
            read.vectors, taste.words(), read.names, "{}, as in your verdicts", "other words"
        )
    return [[*topics, *tastes] for topics, tastes in zip(said, liked, strict=True)]


def _positions(numbers: Sequence[int]) -> Ints:
    import numpy as np

    return np.array(numbers, dtype=np.int64)
