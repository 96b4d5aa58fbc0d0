"""Stems: one form for "network", "networks" and "networking"."""

from __future__ import annotations

from collections.abc import Callable

from language.stopwords import STOP_WORDS
from language.tokens import BREAK, fold


class Stems(dict[str, str]):
    """Folded word to stem, each worked out once; "" for words that carry no subject.

    Stems are those of the Porter2 ("English") algorithm of snowballstem.org; words of other
    scripts are their own stem. A stem takes about 20 microseconds, a look-up a hundredth of it,
    so keep an instance as long as texts keep coming.
    """

    __slots__ = ("_stem",)

    def __init__(self) -> None:
        super().__init__()
        self._stem: Callable[[str], str] | None = None

    def __missing__(self, folded: str) -> str:
        stem = self._work_out(folded)
        self[folded] = stem
        return stem

    def _work_out(self, folded: str) -> str:
        if folded in STOP_WORDS or folded.isdigit() or folded == BREAK:
            return ""
        if not folded.isascii() or not folded.isalpha():
            return folded
        if len(folded) == 1:  # a variable of a formula far more often than a word
            return ""
        if self._stem is None:
            self._stem = _english()
        return self._stem(folded)

    def term(self, folded: str) -> str:
        """Return the stem of a word, also if it carries no subject."""
        if not (folded.isascii() and folded.isalpha()):
            return folded
        if self._stem is None:
            self._stem = _english()
        return self._stem(folded)

    def of(self, word: str) -> str:
        """Return the stem of a word as written, or "" if it carries no subject."""
        return self[fold(word)]


def _english() -> Callable[[str], str]:
    from snowballstemmer import stemmer  # type: ignore[import-untyped]  # it ships no types

    english = stemmer("english")
    english.maxCacheSize = 0  # what it has worked out is kept above already
    stem: Callable[[str], str] = english.stemWord
    return stem
