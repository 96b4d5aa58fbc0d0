"""Scores by sentence embeddings: how near candidates are to interests and to liked items.

The score of an item is the sum of its cosines with the written interests, and the mean of its
cosines with the three nearest liked items. From each cosine the mean over all candidates is
subtracted first, so that only being nearer than most counts. Where an item has an embedding, its
score by words is reduced by the share that the embeddings take (``ranking.weights``).

On the reviewers' judgements the loss falls from .249 by words to .206 with up to 20 known papers,
and from .342 to .304 with three titles; decision 0015 has all figures and what else was tried. The
work is one product of matrices: candidates times interests and verdicts.
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
    EMBEDDING_INTEREST_SHARES,
    EMBEDDING_LIKED,
    EMBEDDING_LIKED_SHARE,
    EMBEDDING_NEIGHBORS,
    EMBEDDING_PRIOR,
    EMBEDDING_PRIOR_COUNT,
    EMBEDDING_SAME_SUBJECT,
    SENTENCE_WORDS,
)


@dataclass(frozen=True)
class InterestScores:
    """Scores by the embeddings of written interests.

    Attributes:
        known: shape (items,): whether an item can be scored.
        cosines: shape (items, interests): 0 where an embedding is missing.
        scores: shape (items, interests): what each interest adds.
        share: of embeddings in the score by interests, beside the words.
    """

    known: NDArray[np.bool_]
    cosines: Matrix
    scores: Matrix
    share: float

    @property
    def words_share(self) -> Floats:
        """The share that the words of interests keep for each item, shape (items,)."""
        return _words_share(self.known, self.share)

    def take(self, rows: Ints) -> InterestScores:
        """Return the same for some of the items."""
        return InterestScores(self.known[rows], self.cosines[rows], self.scores[rows], self.share)


@dataclass(frozen=True)
class VerdictScores:
    """Scores by the embeddings of items with a verdict.

    Attributes:
        known: shape (items,): whether an item can be scored.
        neighbors: shape (items, up to 3): number of the feedback on each nearest liked item.
        scores: the same shape: what each of them adds.
        disliked: shape (items,): number of the feedback on the nearest disliked item.
        penalties: shape (items,): what that one takes away, 0 or less.
    """

    known: NDArray[np.bool_]
    neighbors: Ints
    scores: Matrix
    disliked: Ints
    penalties: Floats

    @property
    def words_share(self) -> Floats:
        """The share that the words of liked items keep for each item, shape (items,)."""
        return _words_share(self.known, EMBEDDING_LIKED_SHARE)

    def take(self, rows: Ints) -> VerdictScores:
        """Return the same for some of the items."""
        return VerdictScores(
            self.known[rows],
            self.neighbors[rows],
            self.scores[rows],
            self.disliked[rows],
            self.penalties[rows],
        )


@dataclass(frozen=True)
class EmbeddingScores:
    """Both, in the scale of the final score."""

    interests: InterestScores
    verdicts: VerdictScores

    def take(self, rows: Ints) -> EmbeddingScores:
        """Return the same for some of the items."""
        return EmbeddingScores(self.interests.take(rows), self.verdicts.take(rows))

    def combine(self, interest_words: Floats, verdict_words: Floats) -> Floats:
        """Return each item's score, given what its words add, shape (items,)."""
        interests, verdicts = self.interests, self.verdicts
        scores: Floats = (
            interest_words * interests.words_share
            + verdict_words * verdicts.words_share
            + interests.scores.sum(axis=1)
            + verdicts.scores.sum(axis=1)
            + verdicts.penalties
        )
        return scores


def embedding_scores(
    vectors: TextVectors,
    keys: Sequence[ItemKey],
    interests: Sequence[Interest],
    verdicts: Mapping[ItemKey, Verdict],
    *,
    confidence: float,
) -> EmbeddingScores:
    """Score candidates by a person's interests and verdicts.

    Args:
        vectors: of candidates, interests and items with a verdict, as far as there are any.
        keys: the candidates.
        interests: as written, with what each still counts beside the verdicts.
        verdicts: by item, in the order of the feedback.
        confidence: how far the verdicts can be trusted, from 0 to 1.
    """
    items = _Vectors.of([vectors.items.get(key) for key in keys])
    return EmbeddingScores(
        _by_interests(items, vectors, interests),
        _by_verdicts(items, vectors, keys, verdicts, confidence),
    )


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

    def cosines(self, others: _Vectors) -> Matrix:
        """Return the cosine of each with each."""
        if not (self.known.any() and others.known.any()):
            return np.zeros((len(self.known), len(others.known)), dtype=np.float32)
        cosines: Matrix = self.rows @ others.rows.T
        return cosines


def _by_interests(
    items: _Vectors, vectors: TextVectors, interests: Sequence[Interest]
) -> InterestScores:
    written = _Vectors.of([vectors.phrases.get(interest.text) for interest in interests])
    cosines = items.cosines(written)
    # All or none: the words of an interest without an embedding must not lose to the others.
    known = items.known & bool(interests and written.known.all())
    weights = np.array([interest.weight for interest in interests], dtype=np.float32)
    least, most = EMBEDDING_INTEREST_SHARES
    share = least + (most - least) * _like_sentences([interest.text for interest in interests])
    lowest, highest = EMBEDDING_INTEREST
    scale = lowest + (highest - lowest) * (share - least) / (most - least)
    scores = (cosines - _mean(cosines, known)) * weights * np.float32(scale)
    return InterestScores(known, cosines, _only(known[:, None], scores), share)


def _like_sentences(phrases: Sequence[str]) -> float:
    """Return how far phrases are like sentences by their length, from 0 to 1 in the mean."""
    short, long = SENTENCE_WORDS
    counts = [len(phrase.split()) for phrase in phrases]
    parts = [min(1.0, max(0.0, (count - short) / (long - short))) for count in counts]
    return sum(parts) / max(1, len(parts))


def _by_verdicts(
    items: _Vectors,
    vectors: TextVectors,
    keys: Sequence[ItemKey],
    verdicts: Mapping[ItemKey, Verdict],
    confidence: float,
) -> VerdictScores:
    feedback = [(n, key, one) for n, (key, one) in enumerate(verdicts.items())]
    liked = [(n, key) for n, key, one in feedback if one in LIKES and key in vectors.items]
    less = [(n, key) for n, key, one in feedback if one is Verdict.LESS and key in vectors.items]
    # An item with a verdict of its own is left to its words: its cosine with itself is 1.
    known = items.known & np.array([key not in verdicts for key in keys], dtype=bool)
    neighbors, cosines = _nearest(items, vectors, liked, EMBEDDING_NEIGHBORS)
    mean = _mean(cosines.mean(axis=1, keepdims=True), known) if liked else EMBEDDING_PRIOR
    scale = EMBEDDING_LIKED_SHARE * EMBEDDING_LIKED * confidence
    scores = (cosines - mean) * np.float32(scale / max(1, cosines.shape[1]))
    disliked, same = _nearest(items, vectors, less, 1)
    penalties = np.maximum(same - EMBEDDING_SAME_SUBJECT, 0.0).sum(axis=1) * np.float32(-scale)
    return VerdictScores(
        known=known & bool(liked),
        neighbors=neighbors,
        scores=_only(known[:, None], scores),
        disliked=disliked.max(axis=1, initial=-1),
        penalties=_only(known, penalties),
    )


def _nearest(
    items: _Vectors, vectors: TextVectors, judged: Sequence[tuple[int, ItemKey]], count: int
) -> tuple[Ints, Matrix]:
    """Return the numbers of the nearest judged items for each item, and their cosines."""
    cosines = items.cosines(_Vectors.of([vectors.items[key] for _, key in judged]))
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
    numbers = np.array([n for n, _ in judged], dtype=np.int64)
    return numbers[order], np.take_along_axis(cosines, order, axis=1)


def _mean(cosines: Matrix, known: NDArray[np.bool_]) -> Matrix:
    """Return the mean over the candidates, smoothed by a prior, shape (1, columns)."""
    prior = EMBEDDING_PRIOR_COUNT * EMBEDDING_PRIOR
    total = cosines[known].sum(axis=0, keepdims=True) + prior
    mean: Matrix = total / (known.sum() + EMBEDDING_PRIOR_COUNT)
    return mean


def _words_share(known: NDArray[np.bool_], embedding_share: float) -> Floats:
    return np.where(known, 1 - embedding_share, 1.0).astype(np.float32)


def _only(known: NDArray[np.bool_], values: Matrix) -> Matrix:
    return np.where(known, values, 0.0).astype(np.float32)
