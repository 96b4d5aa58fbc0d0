"""Reading order: no topic, author or source floods the top, and what was moved says so."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.digests import RankedItem
from core.people import LIKES, Interest, Profile
from language.plain import plain_line, shortened
from language.tokens import fold
from ranking.calibration import added_by, target_shares, topic_of
from ranking.sparse import SparseRows
from ranking.weights import (
    AUTHOR_FREE,
    AUTHOR_PENALTY,
    DIVERSITY,
    DIVERSITY_ALIKE,
    DIVERSITY_MIN,
    FIRST_OF_TOPIC,
    GOOD_MATCH,
    SHARE_FREE,
    SHARE_LIKES,
    SHARE_PENALTY,
    SOURCE_DECAY,
    TOPIC_DECAY,
)

Numbers = NDArray[np.float64]


WINDOW = 100
"""Items from the top that may change places; nobody reads further in one digest."""

DEPTH = 20
"""Items that a usual digest is picked from."""

DIVERSE_PLACES = 40
"""Places from the top that are filled with regard to variety; the rest follows by score."""

MAX_AUTHORS = 50
"""Authors of an item that are looked at; a list of thousands is a collaboration, not a person."""


def diversify(
    ranked: Sequence[RankedItem], vectors: SparseRows, profile: Profile, beside: Sequence[float]
) -> list[RankedItem]:
    """Return ranked items in reading order, saying of each moved one why.

    From the top, the next item is the one with the highest score after a penalty for its similarity
    to those above it (maximal marginal relevance, Carbonell and Goldstein 1998), for a third item
    by one author, and for a source or a topic beyond its share for the person
    (``ranking.calibration``). An item counts by the interest that it serves best: one on it is what
    was asked for, one that holds a word of each of three is on none. What it is worth falls with
    each one above it on the same topic or from the same source, and a good match that is the first
    on its topic is worth more. Scores stay as they are.

    Args:
        ranked: best first.
        vectors: their TF-IDF vectors, in the same order; at least the first ``WINDOW``.
        profile: whose shares count.
        beside: what of each score does not count for its place, in the same order: words of
            interests beside the one that is served best.
    """
    window = list(ranked[:WINDOW])
    if len(window) < 3:  # nothing to flood
        return list(ranked)
    scores = np.array([one.score for one in window])
    unit = max(DIVERSITY_MIN, DIVERSITY * float(scores[0] - scores[min(DEPTH, len(window)) - 1]))
    values = scores - np.array(beside[: len(window)])
    penalties = _penalties(window, vectors.take(np.arange(len(window))), profile)
    decays = _decays(window, profile)
    firsts = _Firsts(window, profile.interests)
    left = np.ones(len(window), dtype=bool)
    order: list[int] = []
    causes: dict[int, str] = {}
    while left.any() and len(order) < DIVERSE_PLACES:
        costs = np.stack([one.costs(len(order)) for one in (*penalties, *decays)])
        kept = (1 + FIRST_OF_TOPIC * firsts.still) * np.exp(-costs[len(penalties) :].sum(axis=0))
        price = unit * (1.0 - np.exp(-costs[: len(penalties)].sum(axis=0)))
        worth = np.where(values > 0, values * kept, values) - price
        best = int(np.argmax(np.where(left, worth, -np.inf)))
        for number in np.flatnonzero(left[:best]).tolist():
            if number not in causes:
                causes[number] = _cause((*penalties, *decays), costs[:, number], number)
        left[best] = False
        order.append(best)
        for one in (*penalties, *decays):
            one.put(best)
        firsts.put(best)
    rest = np.flatnonzero(left).tolist()
    return [*_marked(window, [*order, *rest], causes), *ranked[WINDOW:]]


class _Similarity:
    """Counts what is much like an item."""

    def __init__(self, vectors: SparseRows) -> None:
        self._vectors = vectors
        self._nearest = np.zeros(len(vectors))
        self._alike = np.zeros(len(vectors), dtype=np.int64)

    def costs(self, _above: int) -> Numbers:
        excess = np.maximum(0.0, self._nearest - DIVERSITY_ALIKE / 2)
        costs: Numbers = excess * np.maximum(1, self._alike)
        return costs

    def cause(self, number: int) -> str:
        alike = int(self._alike[number])
        return f"{alike} much like it above" if alike else "one like it above"

    def put(self, number: int) -> None:
        cosine = self._vectors.dot(self._vectors.take(np.array([number])).total())
        self._nearest = np.maximum(self._nearest, cosine)
        self._alike += cosine >= DIVERSITY_ALIKE


class _Authors:
    """Counts items by the same author."""

    def __init__(self, window: Sequence[RankedItem]) -> None:
        self._names = [{fold(name) for name in one.item.authors[:MAX_AUTHORS]} for one in window]
        self._items_by: dict[str, list[int]] = defaultdict(list)
        for number, names in enumerate(self._names):
            for name in names:
                self._items_by[name].append(number)
        self._counts: Counter[str] = Counter()
        self._most = np.zeros(len(window))

    def costs(self, _above: int) -> Numbers:
        costs: Numbers = AUTHOR_PENALTY * np.maximum(0, self._most - AUTHOR_FREE + 1)
        return costs

    def cause(self, number: int) -> str:
        return f"{int(self._most[number])} by the same author above"

    def put(self, number: int) -> None:
        for name in self._names[number]:
            self._counts[name] += 1
            for item in self._items_by[name]:
                self._most[item] = max(self._most[item], self._counts[name])


class _Shares:
    """Counts items of one source, or of one topic, against the share that it should have.

    Args:
        labels: of each item in the window; an empty one has no share to keep to.
        shares: of each label.
        text: what a cause says of a label, with ``{}`` for it.
    """

    def __init__(self, labels: Sequence[str], shares: Mapping[str, float], text: str) -> None:
        self._labels = labels
        self._text = text
        names = list(dict.fromkeys(labels))
        self._label = np.array([names.index(label) for label in labels], dtype=np.int64)
        self._share = np.array([shares.get(name, 1.0) for name in names])
        self._count = np.zeros(len(names))

    def costs(self, above: int) -> Numbers:
        excess = np.maximum(0.0, self._count - self._share * (above + 1) - SHARE_FREE)
        costs: Numbers = SHARE_PENALTY * excess[self._label]
        return costs

    def cause(self, number: int) -> str:
        count = int(self._count[self._label[number]])
        label = shortened(plain_line(self._labels[number]), 40)
        return f"{count} {self._text.format(label)} above"

    def put(self, number: int) -> None:
        self._count[self._label[number]] += 1


class _Decay:
    """What an item is still worth after others with the same label; an empty one costs nothing."""

    def __init__(self, labels: Sequence[str], factor: float, text: str) -> None:
        self._labels = labels
        self._text = text
        names = list(dict.fromkeys(labels))
        self._label = np.array([names.index(label) for label in labels], dtype=np.int64)
        self._cost = np.array([-math.log(factor) if name else 0.0 for name in names])
        self._count = np.zeros(len(names))

    def costs(self, _above: int) -> Numbers:
        costs: Numbers = (self._cost * self._count)[self._label]
        return costs

    def cause(self, number: int) -> str:
        label = shortened(plain_line(self._labels[number]), 40)
        return f"{int(self._count[self._label[number]])} {self._text.format(label)} above"

    def put(self, number: int) -> None:
        self._count[self._label[number]] += 1


class _Firsts:
    """Which items would be the first good ones on their topic, shape (items,)."""

    def __init__(self, window: Sequence[RankedItem], interests: Sequence[Interest]) -> None:
        self._topics = [topic_of(one, interests) for one in window]
        added = [added_by(one, interests) for one in window]
        self.still = np.array(
            [
                parts.get(topic, 0.0) >= GOOD_MATCH
                for topic, parts in zip(self._topics, added, strict=True)
            ]
        )

    def put(self, number: int) -> None:
        topic = self._topics[number]
        self.still &= np.array([one != topic for one in self._topics])


def _decays(window: Sequence[RankedItem], profile: Profile) -> tuple[_Decay, _Decay]:
    topics = [topic_of(one, profile.interests) for one in window]
    if len(set(topics)) == 1:  # one interest alone is nothing to keep down
        topics = [""] * len(topics)
    sources = [one.item.key.source for one in window]
    return (
        _Decay(topics, TOPIC_DECAY, "on {}"),
        _Decay(sources if len(set(sources)) > 1 else [""] * len(sources), SOURCE_DECAY, "from {}"),
    )


_Cost = _Similarity | _Authors | _Shares | _Decay


def _cause(causes: Sequence[_Cost], costs: Numbers, number: int) -> str:
    """Say what cost an item its place most."""
    most = int(costs.argmax())
    return causes[most].cause(number) if costs[most] > 0 else "others match one topic better"


def _penalties(
    window: Sequence[RankedItem], vectors: SparseRows, profile: Profile
) -> tuple[_Cost, ...]:
    always = (_Similarity(vectors), _Authors(window))
    if sum(said.verdict in LIKES for said in profile.opinions) < SHARE_LIKES:
        return always  # too few to say what their mix should be
    target = target_shares(profile, window)
    return (
        *always,
        _Shares([one.item.key.source for one in window], target.sources, "from {}"),
        _Shares([topic_of(one, profile.interests) for one in window], target.topics, "on {}"),
    )


def _marked(
    window: Sequence[RankedItem], order: Sequence[int], causes: dict[int, str]
) -> list[RankedItem]:
    moved = []
    for place, number in enumerate(order):
        one = window[number]
        if place > number:
            one = replace(one, moved=f"moved down: {causes[number]}")
        elif place < number:
            one = replace(one, moved="moved up: unlike those above it")
        moved.append(one)
    return moved
