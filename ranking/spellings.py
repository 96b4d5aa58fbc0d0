"""How people write the words whose stems are counted."""

from __future__ import annotations

import numpy as np

from ranking.lexicon import Lexicon, Texts
from ranking.vocabulary import Columns


class Spellings:
    """Knows the most frequent spelling behind each column.

    Args:
        lexicon: the words.
        columns: the columns.
        texts: where spellings are counted.
    """

    def __init__(self, lexicon: Lexicon, columns: Columns, *texts: Texts) -> None:
        together = np.concatenate([text.written for text in texts])
        self._counts = np.bincount(together, minlength=len(lexicon.written))
        stem_of = np.array(lexicon.stem_of)
        self._order = np.argsort(stem_of, kind="stable")
        self._stems = stem_of[self._order]
        self._lexicon = lexicon
        self._columns = columns
        self._known: dict[int, str] = {}

    def of(self, column: int) -> str:
        """Return the word or word pair of a column as people write it."""
        name = self._known.get(column)
        if name is None:
            name = " ".join(self._word(stem) for stem in self._columns.members(column))
            self._known[column] = name
        return name

    def _word(self, stem: str) -> str:
        number = self._lexicon.number_of(stem)
        begin, end = np.searchsorted(self._stems, [number, number + 1])
        forms: list[int] = self._order[begin:end].tolist()
        written = self._lexicon.written
        often = max(int(self._counts[form]) for form in forms)
        # Of equally frequent spellings the last by letters is the one in lower case.
        return max(written[form] for form in forms if int(self._counts[form]) == often)
