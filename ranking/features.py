"""Which words matter: counts of words and word pairs, and their weight learnt from an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ranking.sparse import SparseRows, add_up

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ranking.lexicon import Texts
    from ranking.sparse import Floats, Ints

_STEM_BITS = 20
"""A word pair is one integer: first stem, then second stem in this many bits."""

_ROW_BITS = 23
"""Beside a pair of two stems, a row number of this many bits still fits in 63."""

SATURATION = 1.2
"""BM25's k1: how fast further occurrences of a word stop counting (Robertson, Zaragoza 2009)."""

LENGTH_SHARE = 0.75
"""BM25's b: how far a long text is held to its length (the same source)."""


@dataclass(frozen=True)
class WordSpace:
    """The columns that texts are described in, and what an archive says of each.

    Column ``i`` below ``len(pairs)`` is the word pair ``pairs[i]``; the stem with number ``s`` has
    column ``len(pairs) + s``. Stems met later simply lie further to the right.

    Attributes:
        pairs: codes of the word pairs that at least two archive texts hold, ascending.
        frequency: shape (columns,): in how many archive texts each column occurs.
        texts: number of archive texts.
        length: their mean number of counted words, at least 1.
    """

    pairs: Ints
    frequency: Ints
    texts: int
    length: float

    @classmethod
    def learn(cls, archive: Texts) -> WordSpace:
        """Learn the columns and their frequencies; without texts every word weighs the same."""
        import numpy as np

        codes, rows = _pairs(archive)
        found, frequency = _counted(_distinct(codes << _ROW_BITS | rows) >> _ROW_BITS)
        kept = frequency >= 2
        single = np.bincount(_distinct(archive.stem << _ROW_BITS | archive.row) >> _ROW_BITS)
        return cls(
            pairs=found[kept],
            frequency=np.concatenate((frequency[kept], single)),
            texts=archive.count,
            length=max(1.0, len(archive.stem) / max(1, archive.count)),
        )

    def counts(self, texts: Texts, stems: int, *, title_weight: float = 2.0) -> SparseRows:
        """Count words and word pairs per text.

        Args:
            texts: what to count in.
            stems: number of stems of the lexicon, which settles the width.
            title_weight: how often an occurrence in a title counts.
        """
        import numpy as np

        width = len(self.pairs) + stems
        first = _first_of_pairs(texts)
        codes, rows = _pairs(texts)
        at = np.searchsorted(self.pairs, codes)
        known = np.flatnonzero(at < len(self.pairs))
        known = known[self.pairs[at[known]] == codes[known]]
        keys = np.concatenate(
            (rows[known] * width + at[known], texts.row * width + texts.stem + len(self.pairs))
        )
        heavy = np.concatenate((texts.titled[first[known]], texts.titled))
        return _summed(keys, heavy, title_weight, texts.count, width)

    def rarity(self, width: int) -> Floats:
        """Return BM25's inverse document frequency of each column, shape (width,), above 0.

        The form with "1 +" inside the logarithm (Lucene's) never turns negative for words that
        most texts hold.
        """
        import numpy as np

        frequency = np.zeros(width)
        frequency[: min(width, len(self.frequency))] = self.frequency[:width]
        return np.log1p((self.texts - frequency + 0.5) / (frequency + 0.5))

    def vectors(self, counts: SparseRows) -> SparseRows:
        """Return TF-IDF vectors of length 1: (1 + ln tf) x (1 + ln((1+N) / (1+df)))."""
        import numpy as np

        frequency = np.zeros(counts.width)
        frequency[: len(self.frequency)] = self.frequency[: counts.width]
        inverse = np.log((1 + self.texts) / (1 + frequency)) + 1
        damped = 1 + np.log(np.maximum(counts.values, 1.0))
        rows = SparseRows(counts.starts, counts.columns, damped, counts.width)
        return rows.scaled(inverse[counts.columns]).unit()

    def relevance(self, counts: SparseRows) -> SparseRows:
        """Return BM25's part for each occurring word, without its inverse document frequency.

        A query's score for a row is the sum over its words of this times ``rarity``; a value
        grows with the occurrences from 0 towards ``1 + SATURATION``.
        """
        import numpy as np

        alone = np.flatnonzero(counts.columns >= len(self.pairs))
        length = add_up(counts.rows[alone], counts.values[alone], len(counts))
        held = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / self.length)
        values = counts.values * (1 + SATURATION) / (counts.values + held[counts.rows])
        return SparseRows(counts.starts, counts.columns, values, counts.width)


def stems_of_pair(code: int) -> tuple[int, int]:
    """Return the two stems of a word pair's code."""
    return code >> _STEM_BITS, code & (1 << _STEM_BITS) - 1


def _first_of_pairs(texts: Texts) -> Ints:
    """Positions of the words that begin a pair: the next word stands in the same phrase."""
    import numpy as np

    return np.flatnonzero(texts.phrase[:-1] == texts.phrase[1:])


def _pairs(texts: Texts) -> tuple[Ints, Ints]:
    """Return code and row of every word pair."""
    first = _first_of_pairs(texts)
    return texts.stem[first] << _STEM_BITS | texts.stem[first + 1], texts.row[first]


def _distinct(values: Ints) -> Ints:
    """Sort integers and drop repeats; numpy's own ``unique`` takes several times as long."""
    import numpy as np

    ordered = np.sort(values)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def _counted(ordered: Ints) -> tuple[Ints, Ints]:
    """Return the distinct values of ascending non-negative integers, and how often each stands."""
    import numpy as np

    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[begins], np.diff(begins, append=len(ordered))


def _summed(
    keys: Ints, heavy: NDArray[np.bool_], weight: float, rows: int, width: int
) -> SparseRows:
    """Build rows from ``row * width + column`` keys; a heavy one counts ``weight`` times."""
    import numpy as np

    marked = np.sort(keys << 1 | heavy)  # sorting plain integers is far cheaper than an argsort
    distinct, times = _counted(marked >> 1)
    titled = np.add.reduceat(marked & 1, np.cumsum(times) - times) if len(times) else times
    row, column = np.divmod(distinct, max(1, width))
    starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=rows))))
    values: Floats = times.astype(float) + (weight - 1.0) * titled
    return SparseRows(starts, column, values, width)
