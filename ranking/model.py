"""What an archive teaches about texts, and texts as the ranker sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.items import ItemKey
from ranking.lexicon import Texts
from ranking.logistic import Background
from ranking.lsa import WordVectors
from ranking.products import Crossing
from ranking.sparse import Floats, Ints, Matrix, SparseRows
from ranking.vocabulary import Columns, Vocabulary
from ranking.weights import (
    LOCAL_SCALING,
    LOCAL_SCALING_FLOOR,
    LSA_HALF_TEXTS,
    LSA_SIMILARITY,
    REGRESSION_C,
)

BACKGROUND = 512
"""Archive texts that everything is compared with: how crowded the surroundings of a text are,
what a person does not care about, and how scores usually spread."""

NEGATIVES = 300
"""Background texts that a regression is fitted against, the first ones. Against 1,000 it takes
longer, and recall and nDCG on citeulike-t differ by less than .002; against 150 recall at 100 is
.006 lower."""

NEAREST = 0.02
"""Share of the background that counts as the surroundings of a text."""

SAME = 0.999
"""Likeness in words from which two texts are taken for one."""


@dataclass(frozen=True)
class Described:
    """Texts in words and in meaning.

    Attributes:
        words: TF-IDF vectors, each times its weight.
        places: shape (texts, dimensions): where they lie in meaning, each times its weight.
        toward: shape (texts, negatives): likeness to what regressions are fitted against.
    """

    words: SparseRows
    places: Matrix
    toward: Matrix

    def __len__(self) -> int:
        return len(self.words)

    def take(self, wanted: Ints) -> Described:
        """Return the texts with these numbers, in this order."""
        return Described(self.words.take(wanted), self.places[wanted], self.toward[wanted])

    def part(self, some: slice) -> Described:
        """Return the texts from one number to before another."""
        return Described(self.words.part(some), self.places[some], self.toward[some])


@dataclass(frozen=True)
class Surroundings:
    """How crowded it is around a text, in words and in meaning.

    Among the many texts on a common subject a like says little about each; among the few on a rare
    one it says much. So likeness is divided by the root of the crowd around either text, the
    crowd being its mean likeness to the nearest background texts. (It took nDCG at 10 of the words
    alone on citeulike-t from .172 to .188; it is the local scaling of Zelnik-Manor and Perona,
    2004.)

    Attributes:
        words: TF-IDF vectors of the background.
        places: shape (background, dimensions): where the background lies in meaning.
        usual: mean crowd around a background text, in words and in meaning.
        strength: the power of the crowd that likeness is divided by, once for either text. In a
            small archive a person's own items are the crowd, so it is weaker there.
    """

    words: Crossing
    places: Matrix
    usual: tuple[float, float]
    strength: float

    @classmethod
    def of(cls, words: SparseRows, places: Matrix, strength: float) -> Surroundings:
        """Take these texts as the background."""
        crossing = Crossing.of(words)
        crowds = _crowds(crossing.products(words), places @ places.T)
        usual = [float(crowd.mean()) if len(crowd) else 0.0 for crowd in crowds]
        return cls(crossing, places, (usual[0], usual[1]), strength)

    def likeness(self, words: SparseRows, places: Matrix) -> tuple[Matrix, Matrix]:
        """Return likeness in words and in meaning to the background, (texts, background) each."""
        return self.words.products(words), places @ self.places.T

    def weights(self, in_words: Matrix, in_places: Matrix) -> tuple[Floats, Floats]:
        """Return what texts weigh in words and in meaning: 1 in a usual crowd, more in less.

        Args:
            in_words: likeness in words to the background, shape (texts, background).
            in_places: the same in meaning.
        """
        by_words, by_places = _crowds(in_words, in_places)
        return self._weight(by_words, self.usual[0]), self._weight(by_places, self.usual[1])

    def _weight(self, crowd: Floats, usual: float) -> Floats:
        if not usual:
            return np.ones(len(crowd), dtype=np.float32)
        relative = (crowd + LOCAL_SCALING_FLOOR * usual) / ((1 + LOCAL_SCALING_FLOOR) * usual)
        weight: Floats = (relative**-self.strength).astype(np.float32)
        return weight


@dataclass(frozen=True)
class Model:
    """All that is learnt from an archive; the same for every person.

    Attributes:
        vocabulary: words and their frequency.
        vectors: what they mean.
        surroundings: the background texts as a measure of crowds.
        keys: of the items whose texts regressions are fitted against, the first of the background.
        weights: shape (negatives,) each: what these texts weigh in words and in meaning.
        unwanted: the same texts as everybody's regression sees them.
    """

    vocabulary: Vocabulary
    vectors: WordVectors
    surroundings: Surroundings
    keys: tuple[ItemKey, ...]
    weights: tuple[Floats, Floats]
    unwanted: Background

    @property
    def taught(self) -> float:
        """How far the archive is large enough to learn meaning from, between 0 and 1."""
        return _taught(self.vocabulary.texts)

    @property
    def meaning(self) -> float:
        """Weight of likeness in meaning beside likeness in words."""
        return LSA_SIMILARITY * self.taught

    @classmethod
    def learn(cls, keys: Sequence[ItemKey], texts: Texts, stems: Sequence[str]) -> Model:
        """Learn from an archive.

        Args:
            keys: of the archive's items; the first become the background, so their order must
                have nothing to do with their subjects.
            texts: the same items, read.
            stems: stems by their numbers in ``texts``.
        """
        vocabulary = Vocabulary.learn(texts, stems)
        columns = Columns.of(vocabulary, stems, texts)
        known = np.arange(columns.width)
        known[vocabulary.size :] = -1
        words = columns.vectors(columns.counts(texts)).keep_columns(known, vocabulary.size)
        vectors = WordVectors.learn(words)
        chosen = words.take(np.arange(min(BACKGROUND, len(keys))))
        places, taught = vectors.places(chosen), _taught(vocabulary.texts)
        surroundings = Surroundings.of(chosen, places, LOCAL_SCALING * taught)
        both = surroundings.likeness(chosen, places)
        first = slice(min(NEGATIVES, len(keys)))
        by_words, by_places = surroundings.weights(*both)
        own = by_words[first], by_places[first]
        likeness = _weighed(both[0][first], own[0], own[0])
        likeness += LSA_SIMILARITY * taught * _weighed(both[1][first], own[1], own[1])
        unwanted = Background(likeness, REGRESSION_C / 2)
        return cls(vocabulary, vectors, surroundings, tuple(keys[first]), own, unwanted)

    @cached_property
    def number_of(self) -> dict[ItemKey, int]:
        """The numbers of the texts that regressions are fitted against, by their items' keys."""
        return {key: number for number, key in enumerate(self.keys)}

    def describe(self, columns: Columns, counts: SparseRows) -> Described:
        """Describe texts that were counted in columns of this model's vocabulary."""
        words = columns.vectors(counts)
        places = self.vectors.places(words)
        in_words, in_places = self.surroundings.likeness(words, places)
        by_words, by_places = self.surroundings.weights(in_words, in_places)
        toward = _weighed(in_words, by_words, self.weights[0])
        toward += self.meaning * _weighed(in_places, by_places, self.weights[1])
        return Described(words.scaled_rows(by_words), places * by_places[:, None], toward)


def _weighed(likeness: Matrix, weights: Floats, others: Floats) -> Matrix:
    """Return likeness to the first background texts, times what either text weighs."""
    weighed: Matrix = likeness[:, : len(others)] * np.outer(weights, others)
    return weighed


def _taught(texts: int) -> float:
    return texts / (texts + LSA_HALF_TEXTS)


def _crowds(in_words: Matrix, in_places: Matrix) -> tuple[Floats, Floats]:
    """Return the mean likeness to the nearest background texts in words and in meaning.

    A text of the background does not crowd itself, so what has the same words is passed over.
    """
    itself = (in_words > SAME).nonzero()
    return _nearest(in_words, itself), _nearest(in_places, itself)


def _nearest(likeness: Matrix, itself: tuple[Ints, ...]) -> Floats:
    """Return the mean likeness to the nearest background texts, shape (texts,)."""
    texts, background = likeness.shape
    count = max(1, round(NEAREST * background))
    if background <= count:
        return np.zeros(texts, dtype=np.float32)
    if len(itself[0]):
        likeness = likeness.copy()
        likeness[itself] = 0.0
    nearest = np.partition(likeness, background - count, axis=1)[:, background - count :]
    crowd: Floats = np.maximum(nearest, 0.0).mean(axis=1)
    return crowd
