"""Which deadlines stand in the bar at the top of a digest."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core.digests import RankedItem
from core.items import Item, ItemKey
from core.works import Work, work_of
from digests.gather import Gathered, links_of
from digests.matching import passes

DEADLINES_SHOWN = 5
"""Lines in the bar: more would push the picks off the first screen."""

SHARE = 3
"""The bar takes one in so many of the items that a digest may hold."""


def lines_within(items: int | None) -> int:
    """Return how many lines the bar may have in a digest of so many items, None for any number."""
    return DEADLINES_SHOWN if items is None else min(DEADLINES_SHOWN, items // SHARE)


def choose_deadlines(
    reminders: Iterable[RankedItem],
    found: Gathered,
    *,
    interests: tuple[str, ...],
    works: Mapping[ItemKey, Work],
    delivered: Collection[ItemKey],
    scores: Mapping[str, float],
    known: Mapping[ItemKey, Item],
    now: datetime,
    room: int,
) -> tuple[RankedItem, ...]:
    """Choose the lines of the deadlines bar, soonest first, one a work.

    What is no match for the reader stays out, and what has moved its deadline stands under Updates
    instead. If there are too many, the best scored works go first, so that a near deadline that is
    little to the reader crowds none out that is more; then those that the reader got before, then
    the soonest.

    Args:
        reminders: ranked for the reader; those without a deadline after ``now`` are ignored.
        found: what came of the candidates.
        interests: the reader's phrases; without any, everything is a match.
        works: the work of each item that has company.
        delivered: what the reader got before.
        scores: the best score of each work.
        known: every item that a line may link to.
        now: aware UTC.
        room: the number of lines at the most.
    """
    taken = {card.work for card in found.cards if card.face.update}
    lines: list[RankedItem] = []
    for entry in _soonest_first(reminders, now):
        work = work_of(entry.item.key, works)
        if work not in taken and passes(entry, interests):
            taken.add(work)
            lines.append(replace(entry, links=links_of(entry.item.key, works, known)))

    def relevance(line: RankedItem) -> tuple[float, bool]:
        return scores[work_of(line.item.key, works)], line.item.key in delivered

    best = sorted(lines, key=relevance, reverse=True)[:room]  # equals stay soonest first
    kept = {line.item.key for line in best}
    return tuple(line for line in lines if line.item.key in kept)


def best_scores(
    entries: Iterable[RankedItem], works: Mapping[ItemKey, Work]
) -> Mapping[str, float]:
    """Return the best score of each work."""
    scores: dict[str, float] = {}
    for entry in entries:
        work = work_of(entry.item.key, works)
        scores[work] = max(entry.score, scores.get(work, -math.inf))
    return scores


def _soonest_first(entries: Iterable[RankedItem], now: datetime) -> Sequence[RankedItem]:
    ahead = ((entry.item.next_deadline(now), entry) for entry in entries)
    dated = [(deadline.at, entry) for deadline, entry in ahead if deadline is not None]
    ordered = sorted(dated, key=lambda pair: (pair[0], pair[1].item.key))
    return [entry for _, entry in ordered]
