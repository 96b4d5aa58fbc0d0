"""How close items are in meaning to what a person wrote and liked, by the vectors of a model.

The mean of the likenesses to the three nearest liked items, and the sum of those to each written
interest, both as seen from the likeness that candidates usually have: what counts is to be closer
than most. It has no part where there are no vectors; where there are, the words step back.

Chosen on half of the reviewers of the gold standard, by a hash of their names: the loss falls from
.249 (words) and .224 (likeness alone) to .206 with up to 20 known papers, from .342 and .310 to
.304 with three titles (on the other half alone: .241 to .209, and .381 to .356). Likes and written
words differ in how much the words still say: for likes a share from .8 to .9 does as well, for
titles one from .5 to .8. The nearest like in place of the mean of three (.244 at equal shares,
where three give .213), eight likes (.220), titles without abstracts (.322 by themselves), a
correction for items that are close to everything, and counting an interest only where an item is
closer to it than most (.318) all do worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.embeddings import TextVectors
from core.items import ItemKey
from core.people import LIKES, Interest, Verdict
from ranking.sparse import Floats, Ints, Matrix
from ranking.weights import (
    EMBEDDING_INTEREST,
    EMBEDDING_INTEREST_SHARE,
    EMBEDDING_LIKED,
    EMBEDDING_LIKED_SHARE,
    EMBEDDING_NEIGHBORS,
    EMBEDDING_PRIOR,
    EMBEDDING_PRIOR_COUNT,
    EMBEDDING_SAME_SUBJECT,
)


@dataclass(frozen=True)
class Topics:
    """What closeness to written interests adds.

    Attributes:
        known: shape (items,): of which items it is known.
        near: shape (items, interests): likeness, 0 where it is not known.
        parts: shape (items, interests): what each adds.
    """

    known: NDArray[np.bool_]
    near: Matrix
    parts: Matrix

    @property
    def words_share(self) -> Floats:
        """How much the words of interests count for each item, shape (items,)."""
        return _beside(self.known, EMBEDDING_INTEREST_SHARE)

    def take(self, rows: Ints) -> Topics:
        """Return the same for some of the items."""
        return Topics(self.known[rows], self.near[rows], self.parts[rows])


@dataclass(frozen=True)
class Likes:
    """What closeness to items with a verdict adds.

    Attributes:
        known: shape (items,): of which items it is known.
        nearest: shape (items, up to ``EMBEDDING_NEIGHBORS``): number of the feedback, nearest first.
        parts: the same shape: what each adds.
        unwanted: shape (items,): number of the nearest feedback that asked for less.
        taken: shape (items,): what that one takes away, 0 or less.
    """

    known: NDArray[np.bool_]
    nearest: Ints
    parts: Matrix
    unwanted: Ints
    taken: Floats

    @property
    def words_share(self) -> Floats:
        """How much the words of liked items count for each item, shape (items,)."""
        return _beside(self.known, EMBEDDING_LIKED_SHARE)

    def take(self, rows: Ints) -> Likes:
        """Return the same for some of the items."""
        return Likes(
            self.known[rows],
            self.nearest[rows],
            self.parts[rows],
            self.unwanted[rows],
            self.taken[rows],
        )


@dataclass(frozen=True)
class Closeness:
    """Both, in the scale of the final score."""

    topics: Topics
    likes: Likes

    def take(self, rows: Ints) -> Closeness:
        """Return the same for some of the items."""
        return Closeness(self.topics.take(rows), self.likes.take(rows))

    def scores(self, by_topics: Floats, by_likes: Floats) -> Floats:
        """Return each item's score from what its words add, shape (items,)."""
        topics, likes = self.topics, self.likes
        scores: Floats = (
            by_topics * topics.words_share
            + by_likes * likes.words_share
            + topics.parts.sum(axis=1)
            + likes.parts.sum(axis=1)
            + likes.taken
        )
        return scores


def closeness(
    meanings: TextVectors,
    keys: Sequence[ItemKey],
    interests: Sequence[Interest],
    verdicts: Mapping[ItemKey, Verdict],
    *,
    liked_share: float,
) -> Closeness:
    """Compare candidates in meaning with a person's interests and verdicts.

    Args:
        meanings: vectors.
        keys: the candidates.
        interests: what the person wrote, weighing what it still counts beside the verdicts.
        verdicts: what the person said of items, in the order of the feedback.
        liked_share: how far the verdicts can be trusted, from 0 to 1.
    """
    items = _Vectors.of([meanings.items.get(key) for key in keys])
    topics = _topics(items, meanings, interests)
    return Closeness(topics, _likes(items, meanings, keys, verdicts, liked_share))


@dataclass(frozen=True)
class _Vectors:
    """Vectors of length 1, or 0 where there is none; shape (texts, dimensions)."""

    rows: Matrix
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, packed: Sequence[bytes | None]) -> _Vectors:
        known = np.array([one is not None for one in packed], dtype=bool)
        size = max((len(one) for one in packed if one), default=0)
        together = b"".join(one or bytes(size) for one in packed)
        rows = np.frombuffer(together, dtype=np.int8).reshape(len(packed), size)
        rows = rows.astype(np.float32)
        length = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        return cls(rows / np.maximum(length, 1.0)[:, None], known)

    def likeness(self, others: _Vectors) -> Matrix:
        """Return the cosine of each with each."""
        if not (self.known.any() and others.known.any()):
            return np.zeros((len(self.known), len(others.known)), dtype=np.float32)
        near: Matrix = self.rows @ others.rows.T
        return near


def _topics(items: _Vectors, meanings: TextVectors, interests: Sequence[Interest]) -> Topics:
    written = _Vectors.of([meanings.phrases.get(interest.text) for interest in interests])
    near = items.likeness(written)
    # All or none: the words of an interest that is not known must not step back for the others.
    known = items.known & bool(interests and written.known.all())
    weights = np.array([interest.weight for interest in interests], dtype=np.float32)
    parts = (
        (near - _usual(near, known))
        * weights
        * np.float32(EMBEDDING_INTEREST_SHARE * EMBEDDING_INTEREST)
    )
    return Topics(known, near, _where(known[:, None], parts))


def _likes(
    items: _Vectors,
    meanings: TextVectors,
    keys: Sequence[ItemKey],
    verdicts: Mapping[ItemKey, Verdict],
    weight: float,
) -> Likes:
    said = list(enumerate(verdicts.items()))
    wanted = [(n, key) for n, (key, one) in said if one in LIKES and key in meanings.items]
    less = [(n, key) for n, (key, one) in said if one is Verdict.LESS and key in meanings.items]
    # What was judged itself is left to its words: it is as close to itself as can be.
    known = items.known & np.array([key not in verdicts for key in keys], dtype=bool)
    nearest, near = _nearest(items, meanings, wanted, EMBEDDING_NEIGHBORS)
    usual = _usual(near.mean(axis=1, keepdims=True), known) if wanted else EMBEDDING_PRIOR
    parts = (near - usual) * np.float32(
        EMBEDDING_LIKED_SHARE * EMBEDDING_LIKED * weight / max(1, near.shape[1])
    )
    unwanted, alike = _nearest(items, meanings, less, 1)
    taken = np.maximum(alike - EMBEDDING_SAME_SUBJECT, 0.0).sum(axis=1) * np.float32(
        -EMBEDDING_LIKED_SHARE * EMBEDDING_LIKED * weight
    )
    return Likes(
        known=known & bool(wanted),
        nearest=nearest,
        parts=_where(known[:, None], parts),
        unwanted=unwanted.max(axis=1, initial=-1),
        taken=_where(known, taken),
    )


def _nearest(
    items: _Vectors, meanings: TextVectors, said: Sequence[tuple[int, ItemKey]], count: int
) -> tuple[Ints, Matrix]:
    """Return the nearest of these feedbacks for each item, and how near they are."""
    near = items.likeness(_Vectors.of([meanings.items[key] for _, key in said]))
    order = np.argsort(-near, axis=1, kind="stable")[:, :count]
    numbers = np.array([n for n, _ in said], dtype=np.int64)
    return numbers[order], np.take_along_axis(near, order, axis=1)


def _usual(near: Matrix, known: NDArray[np.bool_]) -> Matrix:
    """Return the likeness that candidates usually have, shape (1, columns)."""
    total = near[known].sum(axis=0, keepdims=True) + EMBEDDING_PRIOR_COUNT * EMBEDDING_PRIOR
    usual: Matrix = total / (known.sum() + EMBEDDING_PRIOR_COUNT)
    return usual


def _beside(known: NDArray[np.bool_], share: float) -> Floats:
    return np.where(known, 1 - share, 1.0).astype(np.float32)


def _where(known: NDArray[np.bool_], values: Matrix) -> Matrix:
    return np.where(known, values, 0.0).astype(np.float32)
