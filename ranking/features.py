"""Candidates as numbers, read once for everyone they are ranked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.items import Item
from core.people import Interest
from ranking.interests import Queries, queries
from ranking.lexicon import Reader
from ranking.model import Described, Model
from ranking.sparse import SparseRows
from ranking.spellings import Names
from ranking.vocabulary import Columns


def content(item: Item) -> tuple[object, ...]:
    """Return all of an item that its numbers are made of."""
    return item.key, item.title, item.summary, item.tags


@dataclass(frozen=True)
class Field:
    """Candidates, and the model that they are seen with.

    Attributes:
        items: the candidates.
        model: what is learnt from the archive.
        reader: what read them.
        columns: of their words.
        names: how people write them.
        described: the candidates in words and in meaning.
        relevance: BM25's part for each of their words.
    """

    items: tuple[Item, ...]
    model: Model
    reader: Reader
    columns: Columns
    names: Names
    described: Described
    relevance: SparseRows

    @classmethod
    def of(cls, items: Sequence[Item], model: Model, reader: Reader) -> Field:
        """Read candidates."""
        texts = reader.items(items)
        columns = Columns.of(model.vocabulary, reader.lexicon.stems, texts)
        counts = columns.counts(texts)
        described, relevance = model.describe(columns, counts), columns.relevance(counts)
        names = Names(reader.lexicon, columns, texts)
        return cls(tuple(items), model, reader, columns, names, described, relevance)

    def take(self, items: Sequence[Item]) -> Field | None:
        """Return the same for some of the candidates, or None if not all are among them."""
        rows = [self._rows.get(content(item), -1) for item in items]
        if -1 in rows:
            return None
        chosen = np.array(rows, dtype=np.int64)
        return replace(
            self,
            items=tuple(items),
            described=self.described.take(chosen),
            relevance=self.relevance.take(chosen),
        )

    @cached_property
    def _rows(self) -> dict[tuple[object, ...], int]:
        return {content(item): row for row, item in enumerate(self.items)}

    def read(self, interests: Sequence[Interest], judged: Sequence[Item]) -> Writings:
        """Read what people wrote, and the items that they spoke on."""
        stems = self.reader.lexicon.stems
        written = self.reader.phrases(interest.text for interest in interests)
        examples = self.reader.items(judged)
        columns = self.columns.extended(stems, written, examples)
        counts = columns.counts(examples)
        return Writings(
            asked=queries(interests, written, columns, self.model),
            examples=self.model.describe(columns, counts),
            relevance=columns.relevance(counts),
        )


@dataclass(frozen=True)
class Writings:
    """What people wrote and spoke on, as numbers.

    Attributes:
        asked: the interests.
        examples: the items with a verdict.
        relevance: BM25's part for each word of the examples.
    """

    asked: Queries
    examples: Described
    relevance: SparseRows

    def part(self, interests: slice, judged: slice) -> Writings:
        """Return some interests and some items, each from one number to before another."""
        return Writings(
            self.asked.part(interests),
            self.examples.part(judged),
            self.relevance.part(judged),
        )
