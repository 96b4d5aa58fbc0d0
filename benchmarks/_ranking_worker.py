"""The product's ranker on the texts of a benchmark: learns once, then scores case by case."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np

from benchmarks._embeddings import Embeddings
from benchmarks._ranking_tasks import Case
from core.items import Item, ItemKey, ItemKind
from core.people import Interest, Verdict
from language.embedder import ModelFiles
from ranking.embeddings import embedding_scores
from ranking.field_texts import FieldTexts
from ranking.interests import Queries, encode_interests, match
from ranking.lexicon import Tokenizer
from ranking.model import Model, TextFeatures
from ranking.preferences import MAX_VERDICTS
from ranking.user_model import fit_user_model
from ranking.vocabulary import Columns

_WHEN = datetime(2020, 1, 1, tzinfo=UTC)


class Worker:
    """Scores the cases of tasks that share items and what may be learned from.

    Ids that are no items are passed over: as likes they teach nothing, as candidates they score
    nothing.

    Args:
        texts: all items, by id.
        phrases: all written interests of the tasks.
        new: ids that nothing may be learned from.
        model: the files of the sentence model, or None for words alone.
        prose: title and abstract of the items that have any, by id, for that model.
    """

    def __init__(
        self,
        texts: Mapping[str, str],
        phrases: Sequence[str],
        new: frozenset[str],
        *,
        model: ModelFiles | None = None,
        prose: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        begin = time.process_time()
        self._at = {one: number for number, one in enumerate(texts)}
        self._items = [_item(number, text) for number, text in enumerate(texts.values())]
        self._phrase = {phrase: number for number, phrase in enumerate(dict.fromkeys(phrases))}
        tokenizer = Tokenizer(capacity=len(texts) + 1)
        read, written = tokenizer.items(self._items), tokenizer.phrases(self._phrase)
        old = [self._items[self._at[one]] for one in _mixed(texts) if one not in new]
        stems = tokenizer.lexicon.stems
        self._model = Model.fit([item.key for item in old], tokenizer.items(old), stems)
        self.learning = time.process_time() - begin
        columns = Columns.of(self._model.vocabulary, stems, read, written)
        counts = columns.counts(read)
        self._texts = self._model.transform(columns, counts)
        self._fields = tokenizer.fields(self._items, self._model.length)
        interests = [Interest(text=phrase) for phrase in self._phrase]
        self._queries = encode_interests(
            interests, written, columns, self._model, tokenizer.lexicon
        )
        self._pool: tuple[tuple[str, ...], TextFeatures, FieldTexts] = (
            (),
            self._texts.take(_numbers([])),
            self._fields.take(_numbers([])),
        )
        keyed = {_key(self._at[one]): text for one, text in prose.items()}
        self._embeddings = Embeddings(model, keyed, phrases) if model and keyed else None

    def scores(self, case: Case) -> dict[str, float]:
        """Return the score of each candidate, without a look at what was relevant."""
        known = tuple(one for one in case.candidates if one in self._at)
        pool, fields = self._candidates(known)
        allowed = dict.fromkeys(one for one in case.liked if one not in case.withheld)
        liked = [self._at[one] for one in allowed if one in self._at][-MAX_VERDICTS:]
        verdicts = {self._items[number].key: Verdict.MORE for number in liked}
        examples = self._texts.take(_numbers(liked))
        queries = self._queries_of(case)
        user = fit_user_model(
            verdicts,
            examples,
            self._model,
            has_interests=bool(case.interests),
            unused={self._items[self._at[one]].key for one in case.withheld if one in self._at},
        )
        by_interests = match(queries, fields, pool, self._model).scores()
        place = {number: n for n, number in enumerate(liked)}
        itself = _numbers([place.get(self._at[one], -1) for one in known])
        by_verdicts = user.scores(pool, examples, itself, self._model.lsa_weight)
        values = by_interests + by_verdicts
        if self._embeddings is not None:
            keys = [_key(self._at[one]) for one in known]
            embeddings = embedding_scores(
                self._embeddings.of([*keys, *verdicts], case.interests),
                keys,
                [Interest(text=phrase) for phrase in case.interests],
                verdicts,
                confidence=user.confidence,
            )
            values = embeddings.combine(by_interests, by_verdicts)
        found = dict(zip(known, values.tolist(), strict=True))
        lowest = min(found.values(), default=0.0)
        return {one: found.get(one, lowest) for one in case.candidates}

    def _queries_of(self, case: Case) -> Queries:
        rows, found = _numbers([self._phrase[phrase] for phrase in case.interests]), self._queries
        return replace(
            found,
            words=found.words.take(rows),
            phrases=tuple(found.phrases[row] for row in rows.tolist()),
            directions=found.directions[rows],
            weights=found.weights[rows],
        ).in_context()

    def _candidates(self, ids: tuple[str, ...]) -> tuple[TextFeatures, FieldTexts]:
        """Return the candidates as numbers; most cases of a task share them."""
        if self._pool[0] != ids:
            rows = _numbers([self._at[one] for one in ids])
            self._pool = (ids, self._texts.take(rows), self._fields.take(rows))
        return self._pool[1], self._pool[2]


def _mixed(ids: Mapping[str, str]) -> list[str]:
    """Return ids in an order that has nothing to do with subjects."""
    return sorted(ids, key=lambda one: (zlib.crc32(one.encode("utf-8", "surrogatepass")), one))


def _numbers(numbers: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def _key(number: int) -> ItemKey:
    return ItemKey("bench", str(number))


def _item(number: int, text: str) -> Item:
    """Build an item; ids of a benchmark may hold what no key may, so it gets a number."""
    return Item(
        key=_key(number),
        kind=ItemKind.PAPER,
        title=".",
        url="https://example.org",
        appeared_at=_WHEN,
        summary=text,
    )
