"""The model of an archive, the same for every person, and the features of texts under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.items import ItemKey
from ranking.acronyms import Acronyms
from ranking.lexicon import Texts
from ranking.logistic import Background
from ranking.lsa import WordVectors
from ranking.products import InvertedIndex
from ranking.sparse import Floats, Ints, Matrix, SparseRows
from ranking.vocabulary import Columns, Vocabulary
from ranking.weights import (
    LOCAL_SCALING,
    LOCAL_SCALING_FLOOR,
    LSA_HALF_TEXTS,
    LSA_SHORT,
    LSA_SIMILARITY,
    REGRESSION_C,
)

BACKGROUND = 512
"""Archive texts that everything is compared with: how dense the neighborhood of a text is, what a
person does not care about, and how scores usually spread."""

NEGATIVES = 300
"""Background texts that a regression is fitted against, the first ones. Against 1,000 it takes
longer, and recall and nDCG on citeulike-t differ by less than .002; against 150 recall at 100 is
.006 lower."""

NEIGHBORS = 0.02
"""Share of the background that counts as the neighborhood of a text."""

SAME = 0.999
"""TF-IDF cosine from which two texts are taken for one."""


@dataclass(frozen=True)
class TextFeatures:
    """The features of some texts.

    Attributes:
        tfidf: TF-IDF vectors, scaled by local density.
        lsa: shape (texts, dimensions): LSA vectors, scaled by local density.
        background: shape (texts, negatives): similarity to what regressions are fitted against.
    """

    tfidf: SparseRows
    lsa: Matrix
    background: Matrix

    def __len__(self) -> int:
        return len(self.tfidf)

    def take(self, wanted: Ints) -> TextFeatures:
        """Return the texts with these numbers, in this order."""
        return TextFeatures(self.tfidf.take(wanted), self.lsa[wanted], self.background[wanted])

    def part(self, some: slice) -> TextFeatures:
        """Return the texts from one number to before another."""
        return TextFeatures(self.tfidf.part(some), self.lsa[some], self.background[some])


@dataclass(frozen=True)
class LocalScaling:
    """Local scaling of similarities (Zelnik-Manor and Perona 2004).

    Among the many texts on a common subject a like says little about each; among the few on a rare
    one it says much. So a similarity is divided by a power of the local density around either
    text: its mean similarity to the nearest background texts.

    Attributes:
        tfidf: TF-IDF vectors of the background.
        lsa: shape (background, dimensions): LSA vectors of the background.
        mean_density: mean density around a background text, by TF-IDF and by LSA.
        exponent: the power of the density, applied once for either text. In a small archive a
            person's own items are the neighborhood, so it is smaller there.
    """

    tfidf: InvertedIndex
    lsa: Matrix
    mean_density: tuple[float, float]
    exponent: float

    @classmethod
    def of(cls, tfidf: SparseRows, lsa: Matrix, exponent: float) -> LocalScaling:
        """Take these texts as the background."""
        index = InvertedIndex.of(tfidf)
        densities = _densities(index.products(tfidf), lsa @ lsa.T)
        means = [float(density.mean()) if len(density) else 0.0 for density in densities]
        return cls(index, lsa, (means[0], means[1]), exponent)

    def cosines(self, tfidf: SparseRows, lsa: Matrix) -> tuple[Matrix, Matrix]:
        """Return the cosines with the background, shape (texts, background) each."""
        return self.tfidf.products(tfidf), lsa @ self.lsa.T

    def factors(self, tfidf: Matrix, lsa: Matrix) -> tuple[Floats, Floats]:
        """Return the factors of texts: 1 at the mean density, more where it is lower.

        Args:
            tfidf: TF-IDF cosines with the background, shape (texts, background).
            lsa: LSA cosines with it.
        """
        by_tfidf, by_lsa = _densities(tfidf, lsa)
        mean_tfidf, mean_lsa = self.mean_density
        return self._factor(by_tfidf, mean_tfidf), self._factor(by_lsa, mean_lsa)

    def _factor(self, density: Floats, mean: float) -> Floats:
        if not mean:
            return np.ones(len(density), dtype=np.float32)
        relative = (density + LOCAL_SCALING_FLOOR * mean) / ((1 + LOCAL_SCALING_FLOOR) * mean)
        factor: Floats = (relative**-self.exponent).astype(np.float32)
        return factor


@dataclass(frozen=True)
class Model:
    """All that is learned from an archive; the same for every person.

    Attributes:
        vocabulary: words and their frequency.
        word_vectors: LSA vectors of the words.
        local_scaling: by density among the background texts.
        background_keys: of the items whose texts regressions are fitted against, the first ones
            of the background.
        background_factors: shape (negatives,) each: local scaling of these texts, by TF-IDF and
            by LSA.
        background: the same texts as everybody's regression sees them.
        length: mean number of words of an archive text.
        acronyms: what the archive spells out.
    """

    vocabulary: Vocabulary
    word_vectors: WordVectors
    local_scaling: LocalScaling
    background_keys: tuple[ItemKey, ...]
    background_factors: tuple[Floats, Floats]
    background: Background
    length: float
    acronyms: Acronyms = field(default_factory=Acronyms)

    @property
    def size_factor(self) -> float:
        """How far the archive is large enough for LSA, between 0 and 1."""
        return _size_factor(self.vocabulary.texts)

    @property
    def lsa_weight(self) -> float:
        """Weight of the LSA cosine beside the TF-IDF cosine."""
        return _lsa_weight(self.vocabulary)

    @classmethod
    def fit(cls, keys: Sequence[ItemKey], texts: Texts, stems: Sequence[str]) -> Model:
        """Fit to an archive.

        Args:
            keys: of the archive's items; the first become the background, so their order must
                have nothing to do with their subjects.
            texts: the same items, tokenized.
            stems: stems by their numbers in ``texts``.
        """
        vocabulary = Vocabulary.fit(texts, stems)
        columns = Columns.of(vocabulary, stems, texts)
        known = np.arange(columns.width)
        known[vocabulary.size :] = -1
        tfidf = columns.tfidf(columns.counts(texts)).keep_columns(known, vocabulary.size)
        word_vectors = WordVectors.fit(tfidf)
        chosen = tfidf.take(np.arange(min(BACKGROUND, len(keys))))
        lsa, size_factor = word_vectors.documents(chosen), _size_factor(vocabulary.texts)
        scaling = LocalScaling.of(chosen, lsa, LOCAL_SCALING * size_factor)
        cosines = scaling.cosines(chosen, lsa)
        first = slice(min(NEGATIVES, len(keys)))
        by_tfidf, by_lsa = scaling.factors(*cosines)
        own = by_tfidf[first], by_lsa[first]
        similarity = _scaled(cosines[0][first], own[0], own[0])
        similarity += _lsa_weight(vocabulary) * _scaled(cosines[1][first], own[1], own[1])
        background = Background(similarity, REGRESSION_C / 2)
        return cls(
            vocabulary, word_vectors, scaling, tuple(keys[first]), own, background, texts.length
        )

    @cached_property
    def number_of(self) -> dict[ItemKey, int]:
        """The numbers of the texts that regressions are fitted against, by their items' keys."""
        return {key: number for number, key in enumerate(self.background_keys)}

    def transform(self, columns: Columns, counts: SparseRows) -> TextFeatures:
        """Return the features of texts that were counted in columns of this vocabulary."""
        tfidf = columns.tfidf(counts)
        lsa = self.word_vectors.documents(tfidf)
        tfidf_cosines, lsa_cosines = self.local_scaling.cosines(tfidf, lsa)
        by_tfidf, by_lsa = self.local_scaling.factors(tfidf_cosines, lsa_cosines)
        background = _scaled(tfidf_cosines, by_tfidf, self.background_factors[0])
        background += self.lsa_weight * _scaled(lsa_cosines, by_lsa, self.background_factors[1])
        return TextFeatures(tfidf.scaled_rows(by_tfidf), lsa * by_lsa[:, None], background)


def _scaled(cosines: Matrix, factors: Floats, others: Floats) -> Matrix:
    """Return the cosines with the first background texts, times the factors of both texts."""
    scaled: Matrix = cosines[:, : len(others)] * np.outer(factors, others)
    return scaled


def _size_factor(texts: int) -> float:
    return texts / (texts + LSA_HALF_TEXTS)


def _lsa_weight(vocabulary: Vocabulary) -> float:
    short = min(1.0, LSA_SHORT / vocabulary.length)
    return LSA_SIMILARITY * short * _size_factor(vocabulary.texts)


def _densities(tfidf: Matrix, lsa: Matrix) -> tuple[Floats, Floats]:
    """Return the local density around texts, given their cosines with the background.

    A text of the background is no neighbor of itself, so what has the same words is passed over.
    """
    itself = (tfidf > SAME).nonzero()
    return _density(tfidf, itself), _density(lsa, itself)


def _density(cosines: Matrix, itself: tuple[Ints, ...]) -> Floats:
    """Return the mean cosine with the nearest background texts, shape (texts,)."""
    texts, background = cosines.shape
    count = max(1, round(NEIGHBORS * background))
    if background <= count:
        return np.zeros(texts, dtype=np.float32)
    if len(itself[0]):
        cosines = cosines.copy()
        cosines[itself] = 0.0
    nearest = np.partition(cosines, background - count, axis=1)[:, background - count :]
    density: Floats = np.maximum(nearest, 0.0).mean(axis=1)
    return density
