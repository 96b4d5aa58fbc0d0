"""What a short interest names: "Go", "R" and "C" are names, though their words carry no subject."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from core.scripts import composed, is_unspaced
from language.stopwords import FUNCTION_WORDS, STOP_WORDS
from language.tokens import BREAK, fold, words

Test = Callable[[str, frozenset[str]], bool]
"""Whether a title, or tags in lower case, hold what an interest names."""

_ABOUT_NAMES = frozenset(["language", "languages", "lang", "programming"])
"""Words beside a name that say of what it is one: "R language", "programming in Go"."""

_JOINED = re.compile(r"[^\W\d_](?:[&/+-][^\W\d_])+|\.[A-Za-z]\w*")
"""What is looked for as a whole: R&D, I/O, A/B, and .NET, of which the ranker knows "net" alone."""

# A letter that is a name: no initial ("H. C. Andersen", "C. elegans"), no degree, no vitamin.
_LETTER_BEFORE = (
    r"(?<![\w.'\u2019&+#-])(?<![A-Z]\. )(?<!\u00b0)(?<!\u00b0 )"
    r"(?<![Vv]itamin )(?<![Hh]epatitis )(?<![Oo]bjective )"
)
_LETTER_AFTER = r"(?:(?=\d+\.\d)|(?![\w&+#*-]))(?!['\u2019](?!s\b))(?!\.\s?(?:[a-z]|[A-Z]\.))"
_STANDARDS_OF_C = r"(?:89|99|11|17|23)?"


def carries_subject(word: str) -> bool:
    """Return whether a word tells texts apart by itself, as the ranker sees it."""
    folded = fold(word)
    alone = len(folded) == 1 and folded.isascii()
    return not (folded in STOP_WORDS or folded.isdigit() or alone or folded == BREAK)


@lru_cache(maxsize=4_096)
def named_by(phrase: str) -> Test | None:
    """Return the test for an interest that is looked for as it is written, or None.

    Those are phrases of which no word carries a subject, but some are names all the same: a letter
    (R, C), Go, words in capitals (IT), and words that nearly every abstract holds (code). And those
    in scripts without spaces, of which the ranker knows single signs only, and letters that are
    joined by a sign.
    """
    if is_unspaced(phrase):
        parts = tuple(composed(part).casefold() for part in phrase.split())
        return lambda title, tags: (
            all(part in composed(title).casefold() for part in parts) or (phrase.casefold() in tags)
        )
    if _JOINED.fullmatch(whole := phrase.strip()):
        pattern = re.compile(rf"(?<!\w){re.escape(whole)}(?!\w)", re.IGNORECASE)
        return lambda title, tags: whole.casefold() in tags or pattern.search(title) is not None
    written = [word for word in words(phrase) if word != BREAK]
    names = [word for word in written if _is_name(word)]
    rest = [word for word in written if not (names and fold(word) in _ABOUT_NAMES)]
    if any(carries_subject(word) for word in rest):
        return None
    names = names or [word for word in written if fold(word) in STOP_WORDS - FUNCTION_WORDS]
    patterns = [(word.casefold(), _pattern(word)) for word in names]
    if not patterns:
        return None
    return lambda title, tags: all(
        tag in tags or pattern.search(title) is not None for tag, pattern in patterns
    )


def says_nothing(phrase: str) -> bool:
    """Return whether nothing can be found by an interest: it holds no subject and no name."""
    return named_by(phrase) is None and not any(carries_subject(word) for word in words(phrase))


def _is_name(word: str) -> bool:
    if len(word) == 1:
        return word.isalpha() and word.casefold() not in FUNCTION_WORDS
    return word.casefold() == "go" or (word.isupper() and word.casefold() in FUNCTION_WORDS)


def _pattern(word: str) -> re.Pattern[str]:
    """Return what finds a name in a title: in capitals, as names are written, or else a word."""
    if word.casefold() == "go":
        return re.compile(r"(?<!\w)(?:Go|GO|[Gg]olang)(?![^\W\d])")
    if len(word) == 1:
        standards = _STANDARDS_OF_C if word in "cC" else ""
        return re.compile(_LETTER_BEFORE + word.upper() + standards + _LETTER_AFTER)
    if word.isupper():
        return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
