"""Whether a phrase that somebody wrote stands in a text: how much of it, where, and side by side.

A text scores by BM25 over its words, those in its title counting most (Robertson and Zaragoza
2009), times a power of the share of the phrase that it holds, and for words side by side. A full
match in a title comes to about 1, whether its words are rare or common.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from language.stopwords import FUNCTION_WORDS
from language.tokens import BREAK, pieces
from ranking.acronyms import Acronyms
from ranking.field_texts import FieldTexts, Found
from ranking.lexicon import Lexicon
from ranking.sparse import Floats, Ints
from ranking.vocabulary import Columns
from ranking.weights import (
    COMMON_WORD,
    COVERAGE,
    COVERED_WORDS,
    EITHER_SIDE,
    FUNCTION_WORD,
    IN_TITLE,
    OTHER_FORM,
    SATURATION,
    SIDE_BY_SIDE,
    SIDE_BY_SIDE_BELOW,
    SPELT_OTHERWISE,
)

AS_WRITTEN = -1
"""Stands for a column where what was found has none: a phrase as it is written, a stop word."""

ANY_FORM = -1
"""Stands for the ending of a word that nobody wrote, such as those that an acronym stands for."""

MAX_QUERY_WORDS = 64
"""Words of one interest that are used: enough for a paragraph, whatever is pasted."""

ALTERNATIVES = frozenset(["and", "or"])
"""Words between two things of which somebody wants either."""

MAX_SPELLINGS = 6
"""Ways to write one phrase that are looked for."""


@dataclass(frozen=True)
class Spelling:
    """One way to write a phrase.

    Attributes:
        terms: numbers of its stems, each once.
        forms: number of the ending by which each was made, or ``ANY_FORM``.
        columns: the column of each, or ``AS_WRITTEN``.
        shares: how much each says of the phrase, adding up to 1.
        pairs: words next to each other, function words left out: number of the first and of the
            second in ``terms``, and how far apart they are written.
        worth: factor of a match.
    """

    terms: tuple[int, ...]
    forms: tuple[int, ...]
    columns: tuple[int, ...]
    shares: tuple[float, ...]
    pairs: tuple[tuple[int, int, int], ...]
    worth: float


Phrase = tuple[Spelling, ...]
"""A phrase in all its spellings, as written first; none if it holds no word."""


def read_phrase(text: str, lexicon: Lexicon, columns: Columns, acronyms: Acronyms) -> Phrase:
    """Turn what somebody wrote into what is looked for.

    Every word of it counts, by how rare it is; a function word counts little.

    Args:
        text: as written.
        lexicon: gives words their numbers; grows.
        columns: of the archive's words, which know how rare they are.
        acronyms: that the archive spells out.
    """
    written = [word for word in pieces(text) if lexicon[word] != lexicon[BREAK]][:MAX_QUERY_WORDS]
    worths: dict[tuple[str, ...], float] = {}
    for words, worth in _spellings(written, lexicon, acronyms):
        worths.setdefault(tuple(words), worth)
    forms = {
        lexicon.term_of[number]: lexicon.form_of[number]
        for number in map(lexicon.get, written)
        if number
    }
    made = (_spelling(words, worth, forms, lexicon, columns) for words, worth in worths.items())
    return tuple(one for one in made if one.terms)[:MAX_SPELLINGS]


def _spellings(
    written: Sequence[str], lexicon: Lexicon, acronyms: Acronyms
) -> Iterator[tuple[Sequence[str], float]]:
    """Yield a phrase as stems, and other ways to write it, each with its worth."""
    stems = [lexicon.stems[lexicon.term_of[lexicon[word]]] for word in written]
    yield stems, 1.0
    for n in range(len(stems) - 1):
        together = stems[n] + stems[n + 1]
        if lexicon.holds(together):  # "fine tuning" and "finetuning"
            yield [*stems[:n], together, *stems[n + 2 :]], 1.0
    for n, word in enumerate(written):
        if word.casefold() in ALTERNATIVES and 0 < n < len(stems) - 1 <= COVERED_WORDS:
            yield stems[:n], EITHER_SIDE
            yield stems[n + 1 :], EITHER_SIDE
    for n, word in enumerate(written):
        if sum(sign.isupper() for sign in word) > 1 and stems[n] in acronyms.words:
            yield [*stems[:n], *acronyms.words[stems[n]], *stems[n + 1 :]], SPELT_OTHERWISE
    for n in range(len(stems)):
        for end in range(n + 2, len(stems) + 1):
            short = acronyms.short.get(tuple(stems[n:end]))
            if short is not None:
                yield [*stems[:n], short, *stems[end:]], SPELT_OTHERWISE


def _spelling(
    stems: Sequence[str],
    worth: float,
    forms: Mapping[int, int],
    lexicon: Lexicon,
    columns: Columns,
) -> Spelling:
    numbers = [lexicon.stem_number(stem) for stem in stems]
    terms = tuple(dict.fromkeys(numbers))
    known = [columns.of_stem(term, lexicon.stems) for term in terms]
    function = [lexicon.stems[term] in FUNCTION_WORDS for term in terms]
    rarity = np.array(
        [
            FUNCTION_WORD if little else columns.rarity_of(column) if column >= 0 else COMMON_WORD
            for little, column in zip(function, known, strict=True)
        ]
    )
    shares = rarity / rarity.sum() if len(rarity) else rarity
    place = {term: n for n, term in enumerate(terms)}
    content = [n for n, number in enumerate(numbers) if not function[place[number]]]
    pairs = tuple((place[numbers[a]], place[numbers[b]], b - a) for a, b in pairwise(content))
    return Spelling(
        terms=terms,
        forms=tuple(forms.get(term, ANY_FORM) for term in terms),
        columns=tuple(known),
        shares=tuple(shares.tolist()),
        pairs=pairs,
        worth=worth,
    )


def find_phrase(phrase: Phrase, texts: FieldTexts) -> Found:
    """Return what each text scores, by its best spelling, split among the words that are found."""
    texts.places(term for spelling in phrase for term in spelling.terms)
    each = [_find(spelling, texts) for spelling in phrase]
    if len(each) == 1:
        return each[0]
    best = np.zeros(len(texts))
    by = np.zeros(len(texts), dtype=np.int64)
    for n, found in enumerate(each):
        sums = np.bincount(found.rows, found.scores, len(texts))
        better = sums > best + 1e-9  # as written, if another spelling adds as much
        best[better], by[better] = sums[better], n
    kept = [by[found.rows] == n for n, found in enumerate(each)]
    rows = np.concatenate(
        [f.rows[k] for f, k in zip(each, kept, strict=True)] or [np.zeros(0, int)]
    )
    order = np.argsort(rows, kind="stable")
    return Found(
        rows[order],
        np.concatenate([f.columns[k] for f, k in zip(each, kept, strict=True)])[order],
        np.concatenate([f.scores[k] for f, k in zip(each, kept, strict=True)])[order],
    )


def _find(spelling: Spelling, texts: FieldTexts) -> Found:
    places = texts.places(spelling.terms)
    held = [_occurrences(at, form, texts) for at, form in zip(places, spelling.forms, strict=True)]
    rows = held[0][0] if len(held) == 1 else _distinct(np.concatenate([row for row, *_ in held]))
    amount = np.zeros((len(held), len(rows)), dtype=np.float32)
    alike = np.zeros_like(amount)
    for n, (row, weight, same) in enumerate(held):
        at = np.searchsorted(rows, row)
        amount[n, at], alike[n, at] = weight, same
    parts = amount / (amount + np.float32(SATURATION) * texts.lengths[rows])
    parts *= np.array(spelling.shares, dtype=np.float32)[:, None]
    base = parts.sum(axis=0)
    if spelling.pairs:
        near = _near(spelling, places, rows, texts)
        enough = min(1.0, COVERED_WORDS / len(spelling.terms))
        covered = np.array(spelling.shares, dtype=np.float32) @ alike
        whole = np.minimum(1.0, covered / enough) ** COVERAGE * (base + near)
    else:
        whole = base + SIDE_BY_SIDE * (amount.max(axis=0, initial=0.0) >= IN_TITLE)
        whole *= alike.max(axis=0, initial=0.0)
    parts *= spelling.worth / (1.0 + SIDE_BY_SIDE) * whole / np.maximum(base, 1e-9)
    number, column = np.nonzero(amount.T)
    known = np.array(spelling.columns, dtype=np.int64)
    return Found(rows[number], known[column], parts.T[number, column].astype(np.float32))


def _occurrences(places: Ints, form: int, texts: FieldTexts) -> tuple[Ints, Floats, Floats]:
    """Return the texts that hold a term, ascending, how much it counts, and how alike its form."""
    rows = texts.rows[places]
    begins = np.flatnonzero(np.diff(rows, prepend=-1))
    if not len(begins):
        nothing = np.zeros(0, dtype=np.float32)
        return rows, nothing, nothing
    same = (texts.form[places] == form) | (form == ANY_FORM)
    alike = np.where(same, 1.0, OTHER_FORM).astype(np.float32)
    weights = np.add.reduceat(texts.weight[places] * alike, begins)
    return rows[begins], weights, np.maximum.reduceat(alike, begins)


def _near(spelling: Spelling, places: Sequence[Ints], rows: Ints, texts: FieldTexts) -> Floats:
    """Return what words side by side add to each of some texts, from 0 to ``SIDE_BY_SIDE``."""
    near = np.zeros(len(rows), dtype=np.float32)
    total = 0.0
    for first, second, gap in spelling.pairs:
        share = spelling.shares[first] + spelling.shares[second]
        total += share
        best = np.zeros(len(rows), dtype=np.float32)
        for shift, factor in ((gap, 1.0), (gap + 1, 0.5), (gap + 2, 0.5), (-1, 0.5), (-2, 0.5)):
            at = _followed(places[first], places[second], shift)
            at = at[texts.rows[at] == texts.rows[at + shift]]
            above = (texts.weight[at] >= IN_TITLE) & (texts.weight[at + shift] >= IN_TITLE)
            worth = np.where(above, SIDE_BY_SIDE, SIDE_BY_SIDE_BELOW) * factor
            np.maximum.at(best, np.searchsorted(rows, texts.rows[at]), worth.astype(np.float32))
        near += np.float32(share) * best
    return near / np.float32(total or 1.0)


def _followed(first: Ints, second: Ints, shift: int) -> Ints:
    """Return the places of a term at which another stands so many words further on."""
    if not len(second):
        return second
    wanted = first + shift
    at = np.minimum(np.searchsorted(second, wanted), len(second) - 1)
    found: Ints = first[second[at] == wanted]
    return found


def _distinct(values: Ints) -> Ints:
    ordered = np.sort(values)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]
