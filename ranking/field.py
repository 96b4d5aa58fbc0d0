"""Candidates as numbers, read once for everyone they are ranked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.items import Item, ItemKey
from ranking.interests import Queries, queries
from ranking.lexicon import Reader, Texts
from ranking.model import Described, Model
from ranking.names import Names
from ranking.sparse import SparseRows
from ranking.vocabulary import Columns

if TYPE_CHECKING:
    from core.people import Interest


@dataclass(frozen=True)
class Field:
    """Candidates, and the model that they are seen with.

    Attributes:
        items: the candidates.
        model: what is learnt from the archive.
        reader: what read them.
        columns: of their words.
        texts: the candidates, read.
        described: the candidates in words and in meaning.
        relevance: BM25's part for each of their words.
    """

    items: tuple[Item, ...]
    model: Model
    reader: Reader
    columns: Columns
    texts: Texts
    described: Described
    relevance: SparseRows

    @classmethod
    def of(cls, items: Sequence[Item], model: Model, reader: Reader) -> Field:
        """Read candidates."""
        texts = reader.items(items)
        columns = Columns.of(model.vocabulary, reader.lexicon.stems, texts)
        counts = columns.counts(texts)
        described, relevance = model.describe(columns, counts), columns.relevance(counts)
        return cls(tuple(items), model, reader, columns, texts, described, relevance)

    @cached_property
    def rows(self) -> dict[ItemKey, int]:
        """The row of each candidate."""
        return {item.key: row for row, item in enumerate(self.items)}

    @cached_property
    def names(self) -> Names:
        """How people write the words of the candidates."""
        return Names(self.reader.lexicon, self.columns, self.texts)

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
            columns=columns,
        )


@dataclass(frozen=True)
class Writings:
    """What people wrote and spoke on, as numbers.

    Attributes:
        asked: the interests.
        examples: the items with a verdict.
        relevance: BM25's part for each word of the examples.
        columns: those of the candidates, and further ones for words that no candidate holds.
    """

    asked: Queries
    examples: Described
    relevance: SparseRows
    columns: Columns
