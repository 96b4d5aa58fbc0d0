"""Sentences of found items, as stems that can be scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.items import Item
from core.search import SearchHit
from language.sentences import sentences
from language.stems import Stems
from language.tokens import words

ITEM_LIMIT = 8000
"""Characters of an item that are read; longer ones are README files and release notes."""

SENTENCE_LIMIT = 500
"""Characters of a sentence; what is longer is a list or a table, and nothing to quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One sentence of an item.

    Attributes:
        item: where it stands.
        text: word for word.
        place: 0 for the first sentence of the item, 1 for the last.
        relevance: of its item, as a share of that of the best one found.
        stems: how often it holds each stem.
        context: stems of the item's title.
    """

    item: Item
    text: str
    place: float
    relevance: float
    stems: Mapping[str, int]
    context: frozenset[str]

    @property
    def length(self) -> int:
        """Number of words that carry a subject."""
        return sum(self.stems.values())


def stems_of(text: str, stems: Stems) -> Counter[str]:
    """Count the stems of the words of a text that carry a subject, and its numbers.

    Numbers carry none to the ranker, but "in 1954" is most of what a question asks for. Single
    digits are left out: they come from names such as GPT-4.
    """
    return Counter(stem for word in words(text) if (stem := stems.of(word) or _number(word)))


def _number(word: str) -> str:
    return word if len(word) > 1 and word.isdecimal() else ""


def passages_of(hits: Sequence[SearchHit], stems: Stems) -> list[Passage]:
    """Split found items into sentences; an item without a summary gives its title.

    Args:
        hits: best first.
        stems: works out stems.
    """
    found = []
    for hit in hits:
        lines = sentences(hit.item.summary[:ITEM_LIMIT]) or [hit.item.title]
        context = frozenset(stems_of(hit.item.title, stems))
        for number, line in enumerate(lines):
            if len(line) <= SENTENCE_LIMIT:
                passage = Passage(
                    item=hit.item,
                    text=line,
                    place=number / (len(lines) - 1) if len(lines) > 1 else 0.0,
                    relevance=hit.score / hits[0].score if hits[0].score > 0 else 1.0,
                    stems=stems_of(line, stems),
                    context=context,
                )
                found.append(passage)
    return found
