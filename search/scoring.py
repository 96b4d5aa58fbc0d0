"""Which sentences answer a question, and how much of the question they cover.

The constants were chosen on the training claims of SciFact with ``benchmarks/ask.py``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from search.passages import Passage

BM25_K1 = 0.8
"""How soon a repeated word stops adding to a sentence's score."""

BM25_B = 0.3
"""How much long sentences are held back."""

PLACE_WEIGHT = 0.5
"""By how much the last sentence of an item counts more than its first: results come late."""

SAME_ITEM_FACTOR = 0.7
"""What each further sentence of one item counts, so that others have their say."""

COMMON_TERM_WEIGHT = 2.0
"""Weight of a word of the question that every candidate holds, in its coverage.

With it, a word that no candidate holds weighs about three times as much, not infinitely more.
"""


def rarity(documents: Sequence[AbstractSet[str]], terms: Iterable[str]) -> Mapping[str, float]:
    """Return the inverse document frequency of terms, in the form of BM25 that is never negative.

    ``log(1 + (n - df + 0.5) / (df + 0.5))``: Robertson and Zaragoza, "The Probabilistic Relevance
    Framework: BM25 and Beyond", 2009, with Lucene's 1 in the logarithm.
    """
    count = len(documents)
    frequency = {term: sum(term in document for document in documents) for term in terms}
    return {t: math.log1p((count - df + 0.5) / (df + 0.5)) for t, df in frequency.items()}


def scores(passages: Sequence[Passage], question: Mapping[str, int]) -> list[float]:
    """Score sentences for a question: BM25 among themselves, times place and item's relevance."""
    if not passages:
        return []
    idf = rarity([passage.stems.keys() for passage in passages], question)
    average = max(1.0, sum(passage.length for passage in passages) / len(passages))
    return [
        _bm25(passage, question, idf, average)
        * (1 + PLACE_WEIGHT * passage.place)
        * passage.relevance**2
        for passage in passages
    ]


def best(passages: Sequence[Passage], values: Sequence[float], count: int) -> list[Passage]:
    """Pick the best sentences one by one; further ones of an item lose by ``SAME_ITEM_FACTOR``."""
    waiting = [(value, passage) for value, passage in zip(values, passages, strict=True) if value]
    taken: Counter[object] = Counter()
    picked: list[Passage] = []
    while waiting and len(picked) < count:
        place = max(
            range(len(waiting)),
            # The earlier one wins a tie, so that the same question gives the same answer.
            key=lambda n: (waiting[n][0] * SAME_ITEM_FACTOR ** taken[waiting[n][1].item.key], -n),
        )
        _, passage = waiting.pop(place)
        taken[passage.item.key] += 1
        picked.append(passage)
    return picked


def coverage(passage: Passage, question: Mapping[str, int], weights: Mapping[str, float]) -> float:
    """Return which part of a question's weight a sentence and its title hold, 0 to 1."""
    whole = sum(COMMON_TERM_WEIGHT + weights[term] for term in question)
    held = sum(
        COMMON_TERM_WEIGHT + weights[term]
        for term in question
        if term in passage.stems or term in passage.context
    )
    return held / whole if whole else 0.0


def _bm25(
    passage: Passage, question: Mapping[str, int], idf: Mapping[str, float], average: float
) -> float:
    norm = BM25_K1 * (1 - BM25_B + BM25_B * passage.length / average)
    return sum(
        repeats * idf[term] * count * (BM25_K1 + 1) / (count + norm)
        for term, repeats in question.items()
        if (count := passage.stems.get(term, 0))
    )
