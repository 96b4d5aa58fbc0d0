"""From what a person typed to an FTS5 query: words are data, never operators."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from core.scripts import HANGUL
from language.stopwords import FUNCTION_WORDS
from language.unspaced import sign_pairs, spaced, unspaced_runs

MAX_QUERY_WORDS = 200
"""Words of a query that count. A longer one is a pasted text, and its first words say enough."""

MAX_TITLE_WORDS = 30
"""A longer query is not looked up as a title."""

MAX_REPEATS = 3
"""How often a repeated word counts at most; each time adds to its weight."""

# What FTS5's unicode61 takes for parts of a word, near enough: it decides what is quoted together,
# while the splitting itself is always done by FTS5.
_KOREAN = re.compile(f"[{HANGUL}]{{2,}}")
_PARTS = re.compile(r"[^\W_]+")


def match_expression(query: str) -> str:
    """Return an FTS5 expression that finds items with any of the words, or "" without a word.

    Each word stands in quotation marks, in which FTS5 knows no operators. Function words are left
    out unless there are no others; repeated words weigh more. In scripts without spaces pairs of
    signs stand for words. nDCG@10 on SciFact .707, mean of
    Cranfield, CISI, CACM and Vaswani .423, higher than without the words that abstracts repeat.
    """
    query, runs = unspaced_runs(query)
    words = [_PARTS.findall(word) for word in query.lower().split()[:MAX_QUERY_WORDS]]
    content_words = [parts for parts in words if parts and "".join(parts) not in FUNCTION_WORDS]
    terms = [term for parts in content_words for term in _terms(parts)]
    terms += islice((term for signs in runs for term in _sign_terms(signs)), MAX_QUERY_WORDS)
    counts = Counter(terms or (f'"{part}"' for parts in words for part in parts))
    return " OR ".join(
        term for term, count in counts.items() for _ in range(min(count, MAX_REPEATS))
    )


def title_expression(query: str) -> str:
    """Return an FTS5 expression for titles that hold the whole query, "" for less than two words.

    "Attention is all you need" is a title made of function words; word by word it would find
    everything about attention.
    """
    parts = _PARTS.findall(spaced(query).lower())
    return f"title : {_phrase(parts)}" if 2 <= len(parts) <= MAX_TITLE_WORDS else ""


def _sign_terms(signs: list[str]) -> Iterator[str]:
    """Yield the terms for signs that stand together without a space: all of them, and each pair."""
    if 2 < len(signs) <= MAX_TITLE_WORDS:
        yield _phrase(signs)
    yield from map(_phrase, sign_pairs(signs))


def _phrase(words: Iterable[str]) -> str:
    return f'"{" ".join(words)}"'


def _terms(parts: list[str]) -> Iterator[str]:
    """Yield the terms for a typed word: ``protein-folding`` is two, ``GPT-4`` is one.

    With a part of one letter the parts mean nothing alone, so they are looked for side by side
    and written together. A single letter by itself is a variable in most texts, but the name of a
    language (R, C) in a title or a tag.
    """
    if len(parts) == 1 and len(parts[0]) == 1:
        yield f'{{title tags}} : "{parts[0]}"'
    elif any(len(part) == 1 for part in parts):
        yield _phrase(parts)
        yield f'"{"".join(parts)}"'
    else:
        yield from (_word(part) for part in parts if part not in FUNCTION_WORDS)


def _word(part: str) -> str:
    """Return the term for a word; one of Korean is found with any particle written on to it."""
    return f'"{part}"*' if _KOREAN.fullmatch(part) else f'"{part}"'
