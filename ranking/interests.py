"""Written interests: each phrase is its own query, scored by its words and by LSA."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.people import Interest
from ranking.field_texts import FieldTexts, Found
from ranking.lexicon import Lexicon, Texts
from ranking.literal import Literal
from ranking.model import Model, TextFeatures
from ranking.phrases import AS_WRITTEN, MAX_QUERY_WORDS, Phrase, find_phrase, read_phrase
from ranking.sparse import Floats, Ints, Matrix, SparseRows
from ranking.vocabulary import Columns
from ranking.weights import (
    INTEREST_CONTEXT,
    INTEREST_LSA,
    INTEREST_LSA_WORDS,
    LITERAL,
    LITERAL_TAG,
)

MAX_CACHED = 4_096
"""Phrases whose matches are kept for the next person; each takes some kilobytes."""


@dataclass(frozen=True)
class Queries:
    """Written interests as numbers.

    Attributes:
        words: one row per interest: the rarity of its words and pairs, adding up to 1.
        phrases: what is looked for, one per interest.
        directions: shape (interests, dimensions): LSA vector of its words, at length 1.
        weights: shape (interests,): how much each counts.
        pairs: the columns that are word pairs; who finds both words has found the pair.
    """

    words: SparseRows
    phrases: tuple[Phrase, ...]
    directions: Matrix
    weights: Floats
    pairs: range

    @property
    def lengths(self) -> Floats:
        """By what LSA is divided for each interest, shape (interests,): its words, up to a few."""
        words = [len(phrase[0].pairs) + 1 if phrase else 1 for phrase in self.phrases]
        return np.minimum(words, INTEREST_LSA_WORDS).astype(np.float32)

    def in_context(self) -> Queries:
        """Return the same with each direction turned a little towards that of all together.

        What a word alone means, the others of the same person tell: "quantization" beside
        "language models" is another subject than beside "lattice field theory".
        """
        together = self.directions.sum(axis=0, keepdims=True)
        length = float(np.linalg.norm(together))
        if not length or len(self.phrases) < 2:
            return self
        known = np.linalg.norm(self.directions, axis=1, keepdims=True) > 0  # not of "Go" or "R"
        turned = self.directions + known * np.float32(INTEREST_CONTEXT / length) * together
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        return replace(self, directions=turned / np.where(lengths > 0, lengths, 1.0))

    def part(self, some: slice) -> Queries:
        """Return the interests from one number to before another."""
        return Queries(
            self.words.part(some),
            self.phrases[some],
            self.directions[some],
            self.weights[some],
            self.pairs,
        )


@dataclass(frozen=True)
class Matches:
    """What written interests add to candidates.

    A full match of a phrase is worth about the interest's weight (``ranking.phrases``). LSA adds to
    it and never takes from it: what an item is not about says nothing against it.

    Attributes:
        row: shape (matches,): candidate of each word that was found.
        interest: shape (matches,): number of the interest.
        column: shape (matches,): which word or word pair, or ``AS_WRITTEN``.
        weight: shape (matches,): what it adds.
        lsa: shape (candidates, interests): what LSA adds.
        unit: shape (interests,): what an LSA cosine of 1 would add, were its weight 1.
    """

    row: Ints
    interest: Ints
    column: Ints
    weight: Floats
    lsa: Matrix
    unit: Floats

    def scores(self) -> Floats:
        """Return what all interests add to each candidate, shape (candidates,)."""
        found = np.bincount(self.row, weights=self.weight, minlength=len(self.lsa))
        scores: Floats = (found + self.lsa.sum(axis=1)).astype(np.float32)
        return scores

    def by_words(self) -> Matrix:
        """Return what the words of each interest add, shape (candidates, interests)."""
        cell = self.row * self.lsa.shape[1] + self.interest
        found = np.bincount(cell, weights=self.weight, minlength=self.lsa.size)
        added: Matrix = found.reshape(self.lsa.shape).astype(np.float32)
        return added

    def beside(self) -> Floats:
        """Return what words add by all interests but the one served best, shape (candidates,)."""
        words = self.by_words()
        if not words.shape[1]:
            return np.zeros(len(words), dtype=np.float32)
        best = (words + self.lsa).argmax(axis=1)
        others: Floats = words.sum(axis=1) - words[np.arange(len(words)), best]
        return others


def encode_interests(
    interests: Sequence[Interest],
    written: Texts,
    columns: Columns,
    model: Model,
    lexicon: Lexicon,
) -> Queries:
    """Turn written interests into queries.

    Args:
        interests: strongest first.
        written: their texts, tokenized.
        columns: the columns of the candidates.
        model: what is learned from the archive.
        lexicon: what tokenized them.
    """
    counts = columns.counts(written)
    rarity = columns.rarity()[counts.columns]
    order = np.lexsort((counts.columns, -rarity, counts.rows))
    rank = np.arange(len(order)) - counts.starts[counts.rows[order]]
    rarity[order[rank >= MAX_QUERY_WORDS]] = 0.0
    total = np.bincount(counts.rows, weights=rarity, minlength=len(counts))
    share = rarity / np.where(total > 0, total, 1.0)[counts.rows]
    return Queries(
        SparseRows(counts.starts, counts.columns, share.astype(np.float32), counts.width),
        tuple(
            read_phrase(interest.text, lexicon, columns, model.acronyms) for interest in interests
        ),
        model.word_vectors.queries(columns.tfidf(counts)),
        np.array([interest.weight for interest in interests], dtype=np.float32),
        range(len(model.vocabulary.words), model.vocabulary.size),
    )


def match(
    queries: Queries,
    texts: FieldTexts,
    items: TextFeatures,
    model: Model,
    literal: Literal | None = None,
) -> Matches:
    """Match interests with candidates.

    Args:
        queries: the interests.
        texts: the words of the candidates.
        items: their vectors.
        model: what is learned from the archive.
        literal: which candidates name an interest as it is written.
    """
    unit = INTEREST_LSA * model.size_factor / queries.lengths
    lsa = items.lsa @ queries.directions.T
    np.maximum(lsa, 0.0, out=lsa)
    lsa *= queries.weights * unit
    by_name = set(literal.interests.tolist()) if literal is not None else set()
    new = [one for one in queries.phrases if texts.known(one) is None]
    texts.places(term for phrase in new for spelling in phrase for term in spelling.terms)
    found = [
        _NOWHERE if n in by_name or not phrase else _found(phrase, texts)
        for n, phrase in enumerate(queries.phrases)
    ]
    counts = [len(one.rows) for one in found]
    interest = np.repeat(np.arange(len(found)), counts)
    matches = Matches(
        row=np.concatenate([_NOWHERE.rows, *(one.rows for one in found)]),
        interest=interest,
        column=np.concatenate([_NOWHERE.columns, *(one.columns for one in found)]),
        weight=np.concatenate([_NOWHERE.scores, *(one.scores for one in found)])
        * queries.weights[interest],
        lsa=lsa,
        unit=unit,
    )
    return matches if literal is None else _with_literal(matches, queries, literal)


_NOWHERE = Found(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))


def _found(phrase: Phrase, texts: FieldTexts) -> Found:
    """Find a phrase, once for all people who wrote it."""
    found = texts.known(phrase)
    if found is None:
        if len(texts.found) >= MAX_CACHED:
            texts.found.clear()
        found = texts.found[phrase] = find_phrase(phrase, texts)
    return found


def _with_literal(matches: Matches, queries: Queries, literal: Literal) -> Matches:
    """Add what an interest adds where it is named as it is written, LSA included."""
    row, place = np.nonzero(literal.hits)
    interest = literal.interests[place]
    least = np.where(literal.titled[row, place], LITERAL, LITERAL_TAG)
    missing = np.maximum(least * queries.weights[interest] - matches.lsa[row, interest], 0.0)
    return replace(
        matches,
        row=np.concatenate((matches.row, row)),
        interest=np.concatenate((matches.interest, interest)),
        column=np.concatenate((matches.column, np.full(len(row), AS_WRITTEN))),
        weight=np.concatenate((matches.weight, missing.astype(np.float32))),
    )
