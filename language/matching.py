"""Where the words of a query stand in a text, for a person's eyes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.scripts import MARKS, UNSPACED
from language.stems import Stems
from language.stopwords import FUNCTION_WORDS
from language.tokens import fold
from language.unspaced import sign_pairs, unspaced_runs

_WORD = re.compile(rf"(?:[^\W_{UNSPACED}][{MARKS}]*)+(?:\+\+|#)?")


def matches(text: str, query: str) -> list[tuple[int, int]]:
    """Return where ``text`` has words of ``query``: starts and ends, in order, never overlapping.

    Words are the same if their stems are ("networks", "network"). Function words count only in a
    query without any other. In scripts without spaces two signs side by side stand for a word.
    """
    spaced, runs = unspaced_runs(query)
    stems = Stems()
    wanted = _wanted(spaced, stems)
    found = [match.span() for match in _WORD.finditer(text) if _stem(match[0], stems) in wanted]
    for run in runs:
        for pair in sign_pairs(run):
            found += [match.span() for match in re.finditer(re.escape("".join(pair)), text)]
    return list(_merged(sorted(found)))


def pieces(text: str, query: str) -> list[tuple[str, bool]]:
    """Cut a text where ``matches`` says; each piece with whether it is a match."""
    cuts: list[tuple[str, bool]] = []
    at = 0
    for start, end in matches(text, query):
        cuts += [(text[at:start], False), (text[start:end], True)]
        at = end
    cuts.append((text[at:], False))
    return [(piece, found) for piece, found in cuts if piece]


def _wanted(query: str, stems: Stems) -> frozenset[str]:
    words = _WORD.findall(query)
    content_words = [word for word in words if fold(word) not in FUNCTION_WORDS]
    return frozenset(_stem(word, stems) for word in content_words or words)


def _stem(word: str, stems: Stems) -> str:
    folded = fold(word)
    return stems[folded] or folded  # a word without a subject is only the same as itself


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start, end = spans[0] if spans else (0, 0)
    for begin, stop in spans[1:]:
        if begin > end:
            yield start, end
            start, end = begin, stop
        end = max(end, stop)
    if spans:
        yield start, end
