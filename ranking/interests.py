"""Written interests: each phrase is its own query, scored by BM25 and by LSA."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.people import Interest
from ranking.lexicon import Texts
from ranking.literal import Literal
from ranking.model import Model, TextFeatures
from ranking.sparse import Floats, Ints, Matrix, SparseRows
from ranking.vocabulary import Columns
from ranking.weights import INTEREST_LSA, INTEREST_LSA_FULL, LITERAL

AS_WRITTEN = -1
"""Stands for a column where a phrase was found as it is written."""

MAX_QUERY_WORDS = 64
"""Words of one interest that are used, rarest first: enough for a paragraph, whatever is pasted."""


@dataclass(frozen=True)
class Queries:
    """Written interests as numbers.

    Attributes:
        words: one row per interest: the rarity of its words and pairs, adding up to 1.
        directions: shape (interests, dimensions): LSA vector of its words, at length 1.
        weights: shape (interests,): how much each counts.
        pairs: the columns that are word pairs; who finds both words has found the pair.
    """

    words: SparseRows
    directions: Matrix
    weights: Floats
    pairs: range

    def part(self, some: slice) -> Queries:
        """Return the interests from one number to before another."""
        return Queries(self.words.part(some), self.directions[some], self.weights[some], self.pairs)


@dataclass(frozen=True)
class Matches:
    """What written interests add to candidates.

    A phrase scores by BM25 divided by the rarity of its own words, so that a full match is worth
    about the interest's weight whether its words are rare or common. LSA adds to it and never takes
    from it: what an item is not about says nothing against it.

    Attributes:
        row: shape (matches,): candidate of each word that was found.
        interest: shape (matches,): number of the interest.
        column: shape (matches,): which word or word pair, or ``AS_WRITTEN``.
        weight: shape (matches,): what it adds.
        lsa: shape (candidates, interests): what LSA adds.
        unit: what an LSA cosine of 1 with an interest of weight 1 would add.
    """

    row: Ints
    interest: Ints
    column: Ints
    weight: Floats
    lsa: Matrix
    unit: float

    def scores(self) -> Floats:
        """Return what all interests add to each candidate, shape (candidates,)."""
        found = np.bincount(self.row, weights=self.weight, minlength=len(self.lsa))
        scores: Floats = (found + self.lsa.sum(axis=1)).astype(np.float32)
        return scores

    def by_interest(self) -> Matrix:
        """Return what each interest adds to each candidate, shape (candidates, interests)."""
        count = self.lsa.shape[1]
        cell = self.row * count + self.interest
        found = np.bincount(cell, weights=self.weight, minlength=self.lsa.size)
        added: Matrix = found.reshape(self.lsa.shape).astype(np.float32) + self.lsa
        return added


def encode_interests(
    interests: Sequence[Interest], written: Texts, columns: Columns, model: Model
) -> Queries:
    """Turn written interests into queries.

    Args:
        interests: strongest first.
        written: their texts, tokenized.
        columns: the columns of the candidates.
        model: what is learned from the archive.
    """
    counts = columns.counts(written)
    rarity = columns.rarity()[counts.columns]
    order = np.lexsort((counts.columns, -rarity, counts.rows))
    rank = np.arange(len(order)) - counts.starts[counts.rows[order]]
    rarity[order[rank >= MAX_QUERY_WORDS]] = 0.0
    total = np.bincount(counts.rows, weights=rarity, minlength=len(counts))
    share = rarity / np.where(total > 0, total, 1.0)[counts.rows]
    words = SparseRows(counts.starts, counts.columns, share.astype(np.float32), counts.width)
    return Queries(
        words,
        model.word_vectors.queries(columns.tfidf(counts)),
        np.array([interest.weight for interest in interests], dtype=np.float32),
        range(len(model.vocabulary.words), model.vocabulary.size),
    )


def full_match(model: Model) -> float:
    """Return what a full match by words and by LSA adds, by which all matches are divided."""
    return 1.0 + INTEREST_LSA_FULL * model.size_factor


def match(
    queries: Queries,
    bm25: SparseRows,
    items: TextFeatures,
    model: Model,
    literal: Literal | None = None,
) -> Matches:
    """Match interests with candidates.

    Args:
        queries: the interests.
        bm25: the BM25 score of each word of the candidates.
        items: the candidates.
        model: what is learned from the archive.
        literal: which candidates name an interest as it is written.
    """
    row, interest, column, product = _joined(bm25, queries.words)
    unit = INTEREST_LSA * model.size_factor / full_match(model)
    lsa = items.lsa @ queries.directions.T
    np.maximum(lsa, 0.0, out=lsa)
    lsa *= queries.weights * np.float32(unit)
    weight = product * queries.weights[interest] / np.float32(full_match(model))
    matches = Matches(row, interest, column, weight, lsa, unit)
    return matches if literal is None else _with_literal(matches, queries, literal)


def _with_literal(matches: Matches, queries: Queries, literal: Literal) -> Matches:
    """Raise what an interest adds, where it is named as it is written, to ``LITERAL`` at least."""
    row, place = np.nonzero(literal.hits)
    interest = literal.interests[place]
    place_of = np.full(matches.lsa.shape[1], -1)
    place_of[literal.interests] = np.arange(len(literal.interests))
    own = np.flatnonzero(place_of[matches.interest] >= 0)
    cell = matches.row[own] * len(literal.interests) + place_of[matches.interest[own]]
    words = np.bincount(cell, weights=matches.weight[own], minlength=literal.hits.size)
    found = words.reshape(literal.hits.shape)[row, place] + matches.lsa[row, interest]
    missing = np.maximum(LITERAL * queries.weights[interest] - found, 0.0)
    return replace(
        matches,
        row=np.concatenate((matches.row, row)),
        interest=np.concatenate((matches.interest, interest)),
        column=np.concatenate((matches.column, np.full(len(row), AS_WRITTEN))),
        weight=np.concatenate((matches.weight, missing.astype(np.float32))),
    )


def _joined(rows: SparseRows, queries: SparseRows) -> tuple[Ints, Ints, Ints, Floats]:
    """Return candidate, interest, column and product wherever a row and a query share a column."""
    order = np.argsort(queries.columns, kind="stable")
    wanted_columns = queries.columns[order]
    wanted = np.zeros(max(rows.width, queries.width), dtype=bool)
    wanted[wanted_columns] = True
    entries = np.flatnonzero(wanted[rows.columns])
    begin = np.searchsorted(wanted_columns, rows.columns[entries], side="left")
    times = np.searchsorted(wanted_columns, rows.columns[entries], side="right") - begin
    entry = np.repeat(entries, times)
    within = np.arange(len(entry)) - np.repeat(np.cumsum(times) - times, times)
    query = order[np.repeat(begin, times) + within]
    product = rows.values[entry] * queries.values[query]
    return rows.rows[entry], queries.rows[query], rows.columns[entry], product
