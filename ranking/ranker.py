"""The ranker: reads items into numbers, scores them for a person, and says why."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.digests import RankedItem, Reason
from core.items import Item
from core.meaning import NO_MEANINGS, Meanings
from core.people import Profile, Verdict
from ranking.close_reasons import close_reasons, lessened
from ranking.closeness import closeness
from ranking.context import Context
from ranking.diversity import WINDOW, spread_out
from ranking.interests import queries
from ranking.lexicon import Reader
from ranking.model import Described, Model
from ranking.names import Names
from ranking.reasons import (
    example_reasons,
    folded,
    label,
    match_reasons,
    near_reasons,
    reason,
    word_reasons,
)
from ranking.scoring import Scored, liked_share, score
from ranking.sparse import SparseRows
from ranking.taste import REMEMBERED, learn
from ranking.vocabulary import Columns

if TYPE_CHECKING:
    from ranking.interests import Queries
    from ranking.sparse import Ints

TAUGHT_BY = 1_500
"""Items that are learnt from at the most, chosen evenly, where no archive was learnt before."""

_SAID = {
    Verdict.SAVE: "like {}, which you saved",
    Verdict.MORE: "like {}, of which you wanted more",
    Verdict.KNOWN: "like {}, which you know",
    Verdict.LESS: "like {}, of which you wanted less",
}


@dataclass(frozen=True)
class _Scene:
    """Everything that one ranking needs, as numbers.

    Attributes:
        model: what is learnt from the archive.
        names: how people write the words.
        relevance: BM25's part for each word of the candidates.
        items: the candidates.
        examples: the items with a verdict, latest last.
        asked: the written interests.
    """

    model: Model
    names: Names
    relevance: SparseRows
    items: Described
    examples: Described
    asked: Queries


class WordRanker:
    """Ranks by words and what they mean: written interests, verdicts, age and popularity.

    Keep one instance: it remembers how texts read and what it learnt, which is most of the work.
    It may be used from any thread; calls wait for each other.
    """

    def __init__(self) -> None:
        self._reader = Reader()
        self._learnt: tuple[tuple[tuple[str, str], ...], Model] | None = None
        self._taught: Model | None = None
        self._lock = threading.Lock()

    def learn(self, archive: Sequence[Item]) -> None:
        """Learn from an archive once, for all rankings that follow.

        20,000 items take about 4 s; what was learnt holds for weeks. Without it, every ranking
        learns from the items that it is given, which is good enough from 2,000 items on.
        """
        with self._lock:
            self._taught = self._model(_evenly(archive, len(archive)))

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,
        *,
        archive: Sequence[Item] = (),
        meanings: Meanings = NO_MEANINGS,
    ) -> Sequence[RankedItem]:
        """Return every candidate with its score and reasons, in reading order (``ports.Ranker``).

        The order in which items are given changes nothing; equal scores stand by key. Items
        without a vector are ranked by their words alone.
        """
        items = sorted(candidates, key=lambda item: item.key)
        if not items:
            return []
        with self._lock:
            scene = self._scene(items, archive, profile)
            said = _by_text(profile, scene, meanings, items)
        context = Context(profile, items, now)
        ranked = [
            RankedItem.of(item, [*context.reasons(item), *words])
            for item, words in zip(items, said, strict=True)
        ]
        order = sorted(range(len(items)), key=lambda number: -ranked[number].score)
        top = scene.items.words.unit().take(_positions(order[:WINDOW]))
        return spread_out([ranked[number] for number in order], top, profile)

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        """Return the candidates most like ``item``, best first, without it."""
        others = sorted((one for one in candidates if one.key != item.key), key=lambda one: one.key)
        if not others:
            return []
        with self._lock:
            scene = self._scene([item, *others], (), Profile(name=""))
            said = _alike(scene)
        ranked = [RankedItem.of(one, why) for one, why in zip(others, said[1:], strict=True)]
        ranked.sort(key=lambda one: -one.score)
        return [one for one in ranked if one.score > 0][:limit]

    def _scene(self, items: Sequence[Item], archive: Sequence[Item], profile: Profile) -> _Scene:
        judged = [feedback.item for feedback in profile.feedback[-REMEMBERED:]]
        reader = self._reader
        reader.make_room(len(items) + len(archive) + len(judged))
        model = self._taught or self._model_of([*items, *archive])
        texts, examples = reader.items(items), reader.items(judged)
        written = reader.phrases(interest.text for interest in profile.interests)
        columns = Columns(model.vocabulary, reader.lexicon.stems, texts, examples, written)
        counts = columns.counts(texts)
        return _Scene(
            model=model,
            names=Names(reader.lexicon, columns, texts, examples, written),
            relevance=columns.relevance(counts),
            items=model.describe(columns, counts),
            examples=model.describe(columns, columns.counts(examples)),
            asked=queries(profile.interests, written, columns, model),
        )

    def _model_of(self, items: Sequence[Item]) -> Model:
        """Learn from the items at hand, unless they are those that were learnt from last."""
        chosen = _evenly(items, TAUGHT_BY)
        content = tuple((item.title, item.summary) for item in chosen)
        if self._learnt is None or self._learnt[0] != content:
            self._learnt = (content, self._model(chosen))
        return self._learnt[1]

    def _model(self, items: Sequence[Item]) -> Model:
        keys = [item.key for item in items]
        return Model.learn(keys, self._reader.items(items), self._reader.lexicon.stems)


def _evenly(items: Sequence[Item], count: int) -> list[Item]:
    """Choose items by a hash of their key: evenly, and the same ones in every run."""
    by_key = {item.key: item for item in items}
    order = sorted(by_key, key=lambda key: (zlib.crc32(str(key).encode()), key))
    return [by_key[key] for key in order[:count]]


def _by_text(
    profile: Profile, scene: _Scene, meanings: Meanings, items: Sequence[Item]
) -> list[list[Reason]]:
    """Return for each candidate what its text adds: by interests, by verdicts, by closeness."""
    feedback = profile.feedback[-REMEMBERED:]
    verdicts = {one.item.key: one.verdict for one in feedback}
    taste = learn(verdicts, scene.examples, scene.model)
    scored = score(scene.asked, taste, scene.relevance, scene.items, scene.model)
    written = _interest_parts(profile, scene, scored)
    liked = _verdict_parts(profile, scene, scored)
    if not meanings.items:
        return _side_by_side([*written, *liked], len(items))
    keys = [item.key for item in items]
    share = liked_share(taste)
    close = closeness(meanings, keys, profile.interests, verdicts, liked_share=share)
    parts = [
        *(lessened(part, close.topics.words_share) for part in written),
        *(lessened(part, close.likes.words_share) for part in liked),
        close_reasons(close, profile.interests, feedback),
    ]
    return _side_by_side(parts, len(items))


def _side_by_side(parts: Sequence[list[list[Reason]]], items: int) -> list[list[Reason]]:
    """Return for each item its reasons of all kinds."""
    return [[one for part in parts for one in part[row]] for row in range(items)]


def _interest_parts(profile: Profile, scene: _Scene, scored: Scored) -> list[list[list[Reason]]]:
    if not profile.interests:
        return []
    return [
        match_reasons(scored.matches, scene.asked, profile.interests, scene.names),
        near_reasons(
            scored.matches,
            scene.asked,
            profile.interests,
            items=scene.items,
            meanings=scene.model.vectors.vectors,
            names=scene.names,
        ),
    ]


def _verdict_parts(profile: Profile, scene: _Scene, scored: Scored) -> list[list[list[Reason]]]:
    feedback = profile.feedback[-REMEMBERED:]
    if not feedback:
        return []
    taste, items = scored.taste, scene.items
    texts = [_SAID[one.verdict].format(label(one.item.title)) for one in feedback]
    levers = [str(one.item.key) for one in feedback]
    parts = taste.by_example(items, scene.examples, scene.model.meaning)
    return [example_reasons(parts, texts, levers, taste.scores(items))]


def _alike(scene: _Scene) -> list[list[Reason]]:
    """Say what each text shares with the first."""
    first = scene.items.words.take(_positions([0])).total()
    words = word_reasons(scene.items.words, first, scene.names, "both: {}", "other words of both")
    meaning = scene.items.places @ scene.items.places[0] * scene.model.meaning
    return [
        folded([*said, reason("about the same subject", near)], "other words of both")
        for said, near in zip(words, meaning.tolist(), strict=True)
    ]


def _positions(numbers: Sequence[int]) -> Ints:
    import numpy as np

    return np.array(numbers, dtype=np.int64)
