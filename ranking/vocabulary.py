"""Which words matter: the words and word pairs of an archive, and how rare they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ranking.lexicon import Texts
from ranking.sparse import Floats, Ints, SparseRows

_PAIR_BITS = 20
"""A word pair is one integer: first word, then second word in this many bits."""

_ROW_BITS = 23
"""Beside a pair of two words, a row number of this many bits still fits in 63."""

MAX_WORDS = 30_000
"""Words that are kept, the most frequent of an archive: 20,000 abstracts hold about as many
that occur more than twice."""

MAX_PAIRS = 20_000
"""Word pairs that are kept, the most frequent ones."""


@dataclass(frozen=True)
class Vocabulary:
    """The words and word pairs that an archive holds at least twice; each is a column.

    Words stand in alphabetical order, so that everything computed from them comes out the
    same, bit by bit, whatever was read before.

    Attributes:
        words: stems, ascending; word ``i`` has column ``i``.
        pairs: codes of word pairs, ascending; pair ``i`` has column ``len(words) + i``.
        frequency: shape (columns,): how many archive texts hold each.
        texts: number of archive texts.
        length: their mean number of counted words, at least 1.
    """

    words: tuple[str, ...]
    pairs: Ints
    frequency: Ints
    texts: int
    length: float

    @classmethod
    def fit(cls, archive: Texts, stems: Sequence[str]) -> Vocabulary:
        """Count words, pairs and frequencies.

        Args:
            archive: the texts; may be none, then every word weighs the same.
            stems: the stems by their numbers in ``archive``.
        """
        found, frequency = _counted(_distinct(archive.stem << _ROW_BITS | archive.row) >> _ROW_BITS)
        times = zip((stems[n] for n in found), frequency.tolist(), strict=True)
        often = sorted((-count, stem) for stem, count in times if count >= 2)[:MAX_WORDS]
        known = sorted((stem, -count) for count, stem in often)
        words = tuple(stem for stem, _ in known)
        places = {word: number for number, word in enumerate(words)}
        word_of = np.array([places.get(stem, -1) for stem in stems], dtype=np.int64)
        codes, rows = _pairs(archive, word_of)
        pairs, pair_frequency = _counted(_distinct(codes << _ROW_BITS | rows) >> _ROW_BITS)
        kept = np.sort(np.argsort(-pair_frequency, kind="stable")[:MAX_PAIRS])
        kept = kept[pair_frequency[kept] >= 2]
        single = np.array([count for _, count in known], dtype=np.int64)
        return cls(
            words=words,
            pairs=pairs[kept],
            frequency=np.concatenate((single, pair_frequency[kept])),
            texts=archive.count,
            length=max(1.0, len(archive.stem) / max(1, archive.count)),
        )

    @cached_property
    def column(self) -> dict[str, int]:
        """The column of each word."""
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def _last(self) -> list[tuple[Sequence[str], Ints]]:
        """The stems that were looked up last with their columns, if any."""
        return []

    def columns_of(self, stems: Sequence[str]) -> Ints:
        """Return the column of each stem or -1, shape (stems,).

        Of a list that grew only the new stems are looked up: the texts of a person add a few to a
        lexicon of many thousands.
        """
        none = np.zeros(0, dtype=np.int64)
        held, known = self._last.pop() if self._last else (stems, none)
        known = known if held is stems else none
        new = [self.column.get(stem, -1) for stem in stems[len(known) :]]
        columns = np.concatenate((known, np.array(new, dtype=np.int64)))
        self._last.append((stems, columns))
        return columns

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self.frequency)

    def members(self, column: int) -> tuple[str, ...]:
        """Return the stem of a word's column, or the two stems of a pair's."""
        if column < len(self.words):
            return (self.words[column],)
        code = int(self.pairs[column - len(self.words)])
        return self.words[code >> _PAIR_BITS], self.words[code & (1 << _PAIR_BITS) - 1]


@dataclass(frozen=True)
class Columns:
    """A vocabulary applied to texts, with further columns for words that it does not know.

    Attributes:
        vocabulary: of the archive.
        unknown: further stems; number ``i`` has column ``vocabulary.size + i``.
        column_of: shape (stems,): the column of each stem by its number in the texts, or -1.
    """

    vocabulary: Vocabulary
    unknown: tuple[str, ...]
    column_of: Ints

    @classmethod
    def of(cls, vocabulary: Vocabulary, stems: Sequence[str], *texts: Texts) -> Columns:
        """Give every word of some texts a column.

        Args:
            vocabulary: of the archive.
            stems: all stems by their numbers in the texts.
            texts: everything that will be counted.
        """
        return cls(vocabulary, (), np.zeros(0, dtype=np.int64)).extended(stems, *texts)

    def extended(self, stems: Sequence[str], *texts: Texts) -> Columns:
        """Return the same columns and further ones for the words of further texts."""
        added = self.vocabulary.columns_of(stems)[len(self.column_of) :]
        column_of = np.concatenate((self.column_of, added))
        present = _distinct(np.concatenate([text.stem for text in texts]))
        further = sorted((stems[n], n) for n in present[column_of[present] < 0].tolist())
        column_of[[n for _, n in further]] = np.arange(len(further)) + self.width
        return Columns(self.vocabulary, (*self.unknown, *(stem for stem, _ in further)), column_of)

    @property
    def width(self) -> int:
        """Number of columns, unknown words included."""
        return self.vocabulary.size + len(self.unknown)

    def members(self, column: int) -> tuple[str, ...]:
        """Return the stem of a word's column, or the two stems of a pair's."""
        if column >= self.vocabulary.size:
            return (self.unknown[column - self.vocabulary.size],)
        return self.vocabulary.members(column)

    def counts(self, texts: Texts) -> SparseRows:
        """Count words and word pairs per text."""
        pairs, width = self.vocabulary.pairs, self.width
        word_of = np.where(self.column_of < len(self.vocabulary.words), self.column_of, -1)
        codes, rows = _pairs(texts, word_of)
        at = np.searchsorted(pairs, codes)
        known = np.flatnonzero(at < len(pairs))
        known = known[pairs[at[known]] == codes[known]]
        columns = at[known] + len(self.vocabulary.words)
        keys = (rows[known] * width + columns, texts.row * width + self.column_of[texts.stem])
        distinct, times = _counted(np.sort(np.concatenate(keys)))
        row, column = np.divmod(distinct, max(1, width))
        starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=texts.count))))
        return SparseRows(starts, column.astype(np.int32), times.astype(np.float32), width)

    def of_stem(self, number: int, stems: Sequence[str]) -> int:
        """Return the column of a stem by its number in the texts, or -1 if it was not counted."""
        if number < len(self.column_of):
            return int(self.column_of[number])
        return self.vocabulary.column.get(stems[number], -1)

    def rarity_of(self, column: int) -> float:
        """Return BM25's inverse document frequency of one column, above 0."""
        known = column < self.vocabulary.size
        found = float(self.vocabulary.frequency[column]) if known else 0.0
        return float(np.log1p((self.vocabulary.texts - found + 0.5) / (found + 0.5)))

    def rarity(self) -> Floats:
        """Return BM25's inverse document frequency of each column, shape (width,), above 0.

        The form with "1 +" inside the logarithm (Lucene's) never turns negative for words that
        most texts hold.
        """
        frequency = self._frequency()
        rest = self.vocabulary.texts - frequency
        return np.log1p((rest + 0.5) / (frequency + 0.5)).astype(np.float32)

    def tfidf(self, counts: SparseRows) -> SparseRows:
        """Return TF-IDF vectors of length 1: (1 + ln tf) x (1 + ln((1+N) / (1+df)))."""
        inverse = 1 + np.log((1 + self.vocabulary.texts) / (1 + self._frequency()))
        damped = 1 + np.log(counts.values)
        factors = (damped * inverse[counts.columns] / counts.values).astype(np.float32)
        return counts.scaled(factors).unit()

    def _frequency(self) -> Floats:
        unknown = np.zeros(len(self.unknown))
        return np.concatenate((self.vocabulary.frequency, unknown)).astype(np.float32)


def _pairs(texts: Texts, word_of: Ints) -> tuple[Ints, Ints]:
    """Return code and row of every pair of known words that stand side by side in a phrase."""
    word = word_of[texts.stem]
    together = texts.phrase[:-1] == texts.phrase[1:]
    first = np.flatnonzero(together & (word[:-1] >= 0) & (word[1:] >= 0))
    return word[first] << _PAIR_BITS | word[first + 1], texts.row[first]


def _distinct(values: Ints) -> Ints:
    """Sort integers and drop repeats; numpy's own ``unique`` takes several times as long."""
    ordered = np.sort(values)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def _counted(ordered: Ints) -> tuple[Ints, Ints]:
    """Return the distinct values of ascending non-negative integers, and how often each stands."""
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[begins], np.diff(begins, append=len(ordered))
