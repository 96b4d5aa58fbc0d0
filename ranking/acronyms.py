"""Acronyms that an archive spells out: "retrieval-augmented generation (RAG)"."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from language.tokens import fold

_SPELT_OUT = re.compile(r"\(([A-Za-z][A-Za-z0-9-]{1,9})\)")
_WORD = re.compile(r"[A-Za-z0-9]+")

BEFORE = 90
"""Characters before an acronym in which the words that it stands for are looked for."""

LEAST = 2
"""How often an archive must spell an acronym out before it stands for these words: one text may
mean something of its own by it."""

SHARE = 0.5
"""The least share of all that an acronym is spelt out as; "ASR" is two things."""

Terms = tuple[str, ...]
"""Stems, one after the other."""


@dataclass(frozen=True)
class Acronyms:
    """What acronyms stand for, in stems.

    Attributes:
        words: what each stands for.
        short: the acronym of such words, and how often it is spelt out so.
    """

    words: Mapping[str, Terms] = field(default_factory=dict)
    short: Mapping[Terms, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str], stem: Callable[[str], str]) -> Acronyms:
        """Find what texts spell out: the initials of the words before it, all of them."""
        found: dict[str, Counter[Terms]] = defaultdict(Counter)
        for text in texts:
            for match in _SPELT_OUT.finditer(text):
                written = match.group(1)
                if sum(sign.isupper() for sign in written) < 2:
                    continue
                letters = [sign for sign in fold(written) if sign.isalnum()]
                before = _WORD.findall(text, max(0, match.start() - BEFORE), match.start())
                spelt = [word.casefold() for word in before[-len(letters) :]]
                if [word[0] for word in spelt] == letters and len(letters) > 1:
                    found[stem(written)][tuple(stem(word) for word in spelt)] += 1
        words, short = {}, {}
        for acronym, counts in sorted(found.items()):
            spelt_out, count = min(counts.items(), key=lambda one: (-one[1], one[0]))
            if count >= SHARE * counts.total():
                # For words that somebody wrote one text that shortens them is enough.
                short[spelt_out] = acronym
                if count >= LEAST:
                    words[acronym] = spelt_out
        return cls(words, short)
