"""The words of texts in their order, and how much each counts where it stands.

TF-IDF forgets where a word stood. Whether a phrase that somebody wrote is there at all, in the
title or far down in an abstract, only the order of the words can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ranking.sparse import Floats, Ints
from ranking.weights import (
    BEGINNING_WORDS,
    IN_BEGINNING,
    IN_LINE,
    IN_REST,
    IN_TAGS,
    IN_TITLE,
    LENGTH_FLOOR,
    LENGTH_SHARE,
    LINE_WORDS,
)

FEW_WORDS = 10_000
"""Words up to which terms are looked for one by one; a table of all terms would take longer."""


@dataclass(frozen=True)
class Found:
    """Where a phrase is found.

    Attributes:
        rows: shape (entries,): the text, ascending.
        columns: shape (entries,): by which word, or ``AS_WRITTEN``.
        scores: shape (entries,): what it adds; those of one text add up to 1 at the most.
    """

    rows: Ints
    columns: Ints
    scores: Floats


@dataclass(frozen=True, eq=False)
class FieldTexts:
    """Texts word by word, one after the other.

    Attributes:
        starts: shape (texts + 1,): where each text begins.
        term: shape (words,): number of each word's stem, or ``PHRASE_END``.
        form: shape (words,): number of the ending by which each word was made.
        weight: shape (words,): how much a word counts there.
        length: what the length of a text is compared with: the mean of the archive.
        found: where phrases were found in them, for the next person who wrote one.
    """

    starts: Ints
    term: NDArray[np.int32]
    form: NDArray[np.int8]
    weight: Floats
    length: float
    found: dict[object, Found] = field(default_factory=dict, init=False, repr=False)
    _taken_from: tuple[FieldTexts, Ints] | None = field(default=None, init=False, repr=False)
    _places: dict[int, Ints] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(
        cls,
        term: NDArray[np.int32],
        form: NDArray[np.int8],
        lengths: Sequence[int],
        bounds: Sequence[tuple[int, int]],
        length: float,
    ) -> FieldTexts:
        """Weigh words by where they stand.

        Args:
            term: shape (words,): all texts, one after the other.
            form: shape (words,): number of the ending of each word.
            lengths: number of words of each text.
            bounds: where the title of each ends, and where its tags begin.
            length: what their length is compared with.
        """
        starts = np.concatenate(([0], np.cumsum(np.array(lengths, dtype=np.int64))))
        weight = np.full(len(term), IN_REST, dtype=np.float32)
        for start, words, (title, tags) in zip(starts.tolist(), lengths, bounds, strict=False):
            line = tags - title - 2 <= LINE_WORDS
            weight[start : start + min(tags, title + 1 + BEGINNING_WORDS)] = (
                IN_LINE if line else IN_BEGINNING
            )
            weight[start : start + title] = IN_TITLE
            weight[start + tags : start + words] = IN_TAGS
        return cls(starts, term, form, weight, length)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def rows(self) -> Ints:
        """Text of each word, shape (words,)."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))

    @cached_property
    def lengths(self) -> Floats:
        """How strongly the length of each text holds its words down, shape (texts,): BM25's."""
        share = 1 - LENGTH_SHARE + LENGTH_SHARE * np.diff(self.starts) / self.length
        return np.maximum(LENGTH_FLOOR, share).astype(np.float32)

    def take(self, wanted: Ints) -> FieldTexts:
        """Return the texts with these numbers, in this order."""
        counts = np.diff(self.starts)[wanted]
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0)
        places = places + np.repeat(self.starts[wanted] - ends + counts, counts)
        starts = np.concatenate(([0], ends))
        taken = FieldTexts(
            starts, self.term[places], self.form[places], self.weight[places], self.length
        )
        object.__setattr__(taken, "_taken_from", (self, wanted))
        return taken

    def known(self, phrase: object) -> Found | None:
        """Return where a phrase is, if it was looked for here or in what these were taken from."""
        found = self.found.get(phrase)
        if found is not None or self._taken_from is None:
            return found
        whole, wanted = self._taken_from
        found = whole.known(phrase)
        if found is None:
            return None
        wanted = wanted.astype(found.rows.dtype)  # else all rows would be converted
        begins = np.searchsorted(found.rows, wanted)
        counts = np.searchsorted(found.rows, wanted, side="right") - begins
        ends = np.cumsum(counts)
        at = np.arange(ends[-1] if len(ends) else 0)
        at += np.repeat(begins - ends + counts, counts)
        rows = np.repeat(np.arange(len(wanted)), counts)
        taken = self.found[phrase] = Found(rows, found.columns[at], found.scores[at])
        return taken

    def places(self, terms: Iterable[int]) -> list[Ints]:
        """Return where each of some terms stands, ascending; what was looked up is kept.

        All new ones are found in one pass, so look up many at a time. Kept places are never more
        than there are words.
        """
        terms = list(terms)
        new = sorted({term for term in terms if term not in self._places})
        if new:
            at = np.flatnonzero(self._held(new))
            at = at[np.argsort(self.term[at], kind="stable")]
            begins = np.searchsorted(self.term[at], [*new, new[-1] + 1])
            for term, begin, end in zip(new, begins[:-1], begins[1:], strict=True):
                self._places[term] = at[begin:end]
        return [self._places[term] for term in terms]

    def _held(self, wanted: Sequence[int]) -> NDArray[np.bool_]:
        """Return which words are among some terms, ascending, shape (words,)."""
        if len(self.term) < FEW_WORDS:
            terms = np.array(wanted, dtype=np.int32)
            at = np.minimum(np.searchsorted(terms, self.term), len(terms) - 1)
            few: NDArray[np.bool_] = terms[at] == self.term
            return few
        # The two last places are for marks between phrases, whose numbers are negative.
        table = np.zeros(max(wanted[-1], int(self.term.max(initial=0))) + 3, dtype=bool)
        table[wanted] = True
        held: NDArray[np.bool_] = table[self.term]
        return held
