"""Stems: one form for "network", "networks" and "networking"."""

from __future__ import annotations

import re
from collections.abc import Callable

from language.stopwords import STOP_WORDS
from language.tokens import BREAK, fold

_FORM = re.compile(r"..([ai]bilit|it|ness|ic|al|ive|ar|ous|ism|ist|[ai]bl|[eo]r)(?:y|ies|es|e|s)?$")


def form(folded: str) -> str:
    """Return by which ending a word was made of another, or "" for a verb and what it does.

    A stem joins words of several meanings: to observe, observation and observed are one thing,
    observability and an observer are others; so are serving and a server. The plural has the form
    of the singular.
    """
    found = _FORM.search(folded)
    return found[1] if found else ""


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
        return self.term(folded)

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
