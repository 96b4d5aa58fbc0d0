"""Candidates and user input as numbers; candidates are read once for everyone they rank for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.items import Item, ItemKey
from core.people import Interest
from ranking.field_texts import FieldTexts
from ranking.interests import Queries, encode_interests
from ranking.lexicon import Tokenizer
from ranking.literal import Named
from ranking.model import Model, TextFeatures
from ranking.sparse import Ints
from ranking.spellings import Spellings
from ranking.vocabulary import Columns


def content(item: Item) -> tuple[object, ...]:
    """Return all of an item that its features are made of."""
    return item.key, item.title, item.summary, item.tags


@dataclass(frozen=True)
class CandidateFeatures:
    """The features of candidates under one model.

    Attributes:
        items: the candidates.
        model: what is learned from the archive.
        tokenizer: what read their texts.
        columns: of their words.
        spellings: how people write these words.
        texts: TF-IDF and LSA vectors.
        fields: their words in order.
    """

    items: tuple[Item, ...]
    model: Model
    tokenizer: Tokenizer
    columns: Columns
    spellings: Spellings
    texts: TextFeatures
    fields: FieldTexts

    @classmethod
    def of(cls, items: Sequence[Item], model: Model, tokenizer: Tokenizer) -> CandidateFeatures:
        """Read candidates."""
        tokens = tokenizer.items(items)
        columns = Columns.of(model.vocabulary, tokenizer.lexicon.stems, tokens)
        counts = columns.counts(tokens)
        texts, fields = model.transform(columns, counts), tokenizer.fields(items, model.length)
        spellings = Spellings(tokenizer.lexicon, columns, tokens)
        return cls(tuple(items), model, tokenizer, columns, spellings, texts, fields)

    def take(self, items: Sequence[Item]) -> CandidateFeatures | None:
        """Return the features of some of the candidates, or None if not all are among them."""
        rows = [self._rows.get(content(item), -1) for item in items]
        if -1 in rows:
            return None
        chosen = np.array(rows, dtype=np.int64)
        return replace(
            self,
            items=tuple(items),
            texts=self.texts.take(chosen),
            fields=self.fields.take(chosen),
        )

    @cached_property
    def named(self) -> Named:
        """Where names are found in the candidates."""
        return Named(self.items)

    def numbers(self, keys: Sequence[ItemKey]) -> Ints:
        """Return which of some keys each candidate has, by its number, or -1; shape (items,)."""
        found = np.full(len(self.items), -1, dtype=np.int64)
        for number, key in enumerate(keys):
            row = self.row_of.get(key)
            if row is not None:
                found[row] = number
        return found

    @cached_property
    def _rows(self) -> dict[tuple[object, ...], int]:
        return {content(item): row for row, item in enumerate(self.items)}

    @cached_property
    def row_of(self) -> dict[ItemKey, int]:
        """Number of each candidate."""
        return {item.key: row for row, item in enumerate(self.items)}

    def encode(self, interests: Sequence[Interest], judged: Sequence[Item]) -> UserInput:
        """Turn what people wrote, and the items that they judged, into numbers."""
        stems = self.tokenizer.lexicon.stems
        written = self.tokenizer.phrases(interest.text for interest in interests)
        examples = self.tokenizer.items(judged)
        columns = self.columns.extended(stems, written, examples)
        return UserInput(
            queries=encode_interests(
                interests, written, columns, self.model, self.tokenizer.lexicon
            ),
            examples=self.model.transform(columns, columns.counts(examples)),
        )


@dataclass(frozen=True)
class UserInput:
    """What people wrote and judged, as numbers.

    Attributes:
        queries: the interests.
        examples: the items with a verdict.
    """

    queries: Queries
    examples: TextFeatures

    def part(self, interests: slice, judged: slice) -> UserInput:
        """Return some interests and some items, each from one number to before another."""
        return UserInput(self.queries.part(interests), self.examples.part(judged))
