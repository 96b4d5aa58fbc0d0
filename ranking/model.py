"""What an archive teaches about texts, and texts as the ranker sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.items import ItemKey
from ranking.lexicon import Texts
from ranking.meaning import WordVectors
from ranking.sparse import SparseRows
from ranking.vocabulary import Columns, Vocabulary

if TYPE_CHECKING:
    from ranking.sparse import Floats, Ints, Matrix

BACKGROUND = 512
"""Archive texts that everything is compared with: how crowded the surroundings of a text are,
what a person does not care about, and how scores usually spread."""

NEAREST = 0.02
"""Share of the background that counts as the surroundings of a text."""

MEANING = 0.8
"""Weight of likeness in meaning beside likeness in words, where the archive is large."""

HALF_TAUGHT = 500
"""Archive texts at which meaning has half of its weight: of few texts little can be learnt."""


CROWD = 0.5
"""Power of the crowd that likeness is divided by, where the archive is large."""

FLOOR = 0.1
"""Part of the usual crowd that even the loneliest text is taken to have around it."""


@dataclass(frozen=True)
class Described:
    """Texts in words and in meaning.

    Attributes:
        words: TF-IDF vectors, each times its weight.
        weights: shape (texts,): the weight of each text's words.
        places: shape (texts, dimensions): where they lie in meaning, each times its weight.
    """

    words: SparseRows
    weights: Floats
    places: Matrix

    def __len__(self) -> int:
        return len(self.words)

    def take(self, wanted: Ints) -> Described:
        """Return the texts with these numbers, in this order."""
        return Described(self.words.take(wanted), self.weights[wanted], self.places[wanted])


@dataclass(frozen=True)
class Surroundings:
    """How crowded it is around a text, in words and in meaning.

    Among the many texts on a common subject a like says little about each; among the few on a rare
    one it says much. So likeness is divided by the root of the crowd around either text, the
    crowd being its mean likeness to the nearest background texts. (It took nDCG at 10 of the words
    alone on citeulike-t from .172 to .188; it is the local scaling of Zelnik-Manor and Perona,
    2004.)

    Attributes:
        numbers: shape (columns,): row of each column in ``words``, or -1.
        words: shape (rows, background): TF-IDF vectors of the background.
        places: shape (background, dimensions): where the background lies in meaning.
        usual: mean crowd around a background text, in words and in meaning.
        strength: the power of the crowd that likeness is divided by, once for either text. In a
            small archive a person's own items are the crowd, so it is weaker there.
    """

    numbers: Ints
    words: Matrix
    places: Matrix
    usual: tuple[float, float]
    strength: float

    @classmethod
    def of(cls, words: SparseRows, places: Matrix, strength: float) -> Surroundings:
        """Take these texts as the background."""
        import numpy as np

        compact, numbers = words.compact()
        dense = np.ascontiguousarray(compact.dense().T)
        both = (compact.times(dense), places @ places.T)
        crowds = [_nearest(likeness, itself=True) for likeness in both]
        usual = [float(crowd.mean()) if len(crowd) else 0.0 for crowd in crowds]
        return cls(numbers, dense, places, (usual[0], usual[1]), strength)

    def weigh(self, words: SparseRows, places: Matrix, *, itself: bool = False) -> Described:
        """Weigh texts by the crowd around them.

        Args:
            words: TF-IDF vectors of length 1.
            places: places of length 1.
            itself: whether these are the background texts, which do not crowd themselves.
        """
        in_words, in_places = self._known(words).times(self.words), places @ self.places.T
        by_words = self._weight(_nearest(in_words, itself=itself), self.usual[0])
        by_places = self._weight(_nearest(in_places, itself=itself), self.usual[1])
        return Described(words.scaled_rows(by_words), by_words, places * by_places[:, None])

    def likeness(self, words: SparseRows, count: int) -> Matrix:
        """Return likeness in words to the first so many background texts, (texts, count)."""
        return self._known(words).times(self.words[:, :count])

    def _weight(self, crowd: Floats, usual: float) -> Floats:
        """Return 1 for a usual crowd, more for a smaller one."""
        import numpy as np

        if not usual:
            return np.ones(len(crowd), dtype=np.float32)
        relative = (crowd + FLOOR * usual) / ((1 + FLOOR) * usual)
        weight: Floats = (relative**-self.strength).astype(np.float32)
        return weight

    def _known(self, words: SparseRows) -> SparseRows:
        import numpy as np

        further = np.full(words.width - len(self.numbers), -1, dtype=np.int64)
        return words.keep_columns(np.concatenate((self.numbers, further)), len(self.words))


@dataclass(frozen=True)
class Model:
    """All that is learnt from an archive; the same for every person.

    Attributes:
        vocabulary: words and their frequency.
        vectors: what they mean.
        surroundings: the background texts as a measure of crowds.
        keys: of the background's items.
        background: the same texts, described.
    """

    vocabulary: Vocabulary
    vectors: WordVectors
    surroundings: Surroundings
    keys: tuple[ItemKey, ...]
    background: Described

    @cached_property
    def background_likeness(self) -> Matrix:
        """Likeness of the background texts to each other, shape (background, background)."""
        places = self.background.places
        return self.background.words.gram() + self.meaning * (places @ places.T)

    @property
    def taught(self) -> float:
        """How far the archive is large enough to learn meaning from, between 0 and 1."""
        return _taught(self.vocabulary.texts)

    @property
    def meaning(self) -> float:
        """Weight of likeness in meaning beside likeness in words."""
        return MEANING * self.taught

    @classmethod
    def learn(cls, keys: Sequence[ItemKey], texts: Texts, stems: Sequence[str]) -> Model:
        """Learn from an archive.

        Args:
            keys: of the archive's items; the first become the background, so their order must
                have nothing to do with their subjects.
            texts: the same items, read.
            stems: stems by their numbers in ``texts``.
        """
        import numpy as np

        vocabulary = Vocabulary.learn(texts, stems)
        columns = Columns(vocabulary, stems, texts)
        known = np.arange(columns.width)
        known[vocabulary.size :] = -1
        words = columns.vectors(columns.counts(texts)).keep_columns(known, vocabulary.size)
        vectors = WordVectors.learn(words)
        far = tuple(keys[:BACKGROUND])
        background = words.take(np.arange(len(far)))
        places = vectors.places(background)
        strength = CROWD * _taught(vocabulary.texts)
        surroundings = Surroundings.of(background, places, strength)
        described = surroundings.weigh(background, places, itself=True)
        return cls(vocabulary, vectors, surroundings, far, described)

    def describe(self, columns: Columns, counts: SparseRows) -> Described:
        """Describe texts that were counted in columns of this model's vocabulary."""
        words = columns.vectors(counts)
        return self.surroundings.weigh(words, self.vectors.places(words))


def _taught(texts: int) -> float:
    return texts / (texts + HALF_TAUGHT)


def _nearest(likeness: Matrix, *, itself: bool) -> Floats:
    """Return the mean likeness to the nearest background texts, shape (texts,)."""
    import numpy as np

    texts, background = likeness.shape
    count = max(1, round(NEAREST * background))
    if background <= count:
        return np.zeros(texts, dtype=np.float32)
    if itself:
        np.fill_diagonal(likeness, 0.0)
    nearest = np.partition(likeness, background - count, axis=1)[:, background - count :]
    crowd: Floats = np.maximum(nearest, 0.0).mean(axis=1)
    return crowd
