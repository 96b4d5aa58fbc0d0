"""Which deadlines stand in the bar at the top of a digest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core.digests import RankedItem
from digests.gather import Gathered, RankedCandidates
from digests.threshold import passes

DEADLINES_SHOWN = 5
"""Lines in the bar: more would push the picks off the first screen."""

BAR_TAKES_ONE_IN = 3
"""The bar takes one in so many of the items that a digest may hold."""


def lines_within(items: int | None) -> int:
    """Return how many lines the bar may have in a digest of so many items, None for any number."""
    return DEADLINES_SHOWN if items is None else min(DEADLINES_SHOWN, items // BAR_TAKES_ONE_IN)


def choose_deadlines(
    candidates: RankedCandidates,
    found: Gathered,
    *,
    interests: tuple[str, ...],
    now: datetime,
    room: int,
) -> tuple[RankedItem, ...]:
    """Choose the lines of the deadlines bar, soonest first, one a work.

    What is no match for the reader stays out, and what has moved its deadline stands under Updates
    instead. If there are too many, the best scored works go first, so that a near deadline that
    matters little to the reader crowds none out that matters more; then those that the reader got
    before, then the soonest.

    Args:
        candidates: whose reminders they are; those without a deadline after ``now`` are ignored.
        found: what came of the candidates.
        interests: the reader's phrases; without any, everything is a match.
        now: aware UTC.
        room: the number of lines at the most.
    """
    scores = best_scores(candidates)
    taken = {card.work for card in found.cards if card.entry.update}
    lines: list[RankedItem] = []
    for entry in _soonest_first(candidates.reminders, now):
        work = candidates.work(entry)
        if work not in taken and passes(entry, interests):
            taken.add(work)
            lines.append(replace(entry, links=candidates.links(entry.item.key)))

    def relevance(line: RankedItem) -> tuple[float, bool]:
        return scores[candidates.work(line)], line.item.key in candidates.delivered

    best = sorted(lines, key=relevance, reverse=True)[:room]  # equals stay soonest first
    kept = {line.item.key for line in best}
    return tuple(line for line in lines if line.item.key in kept)


def best_scores(candidates: RankedCandidates) -> Mapping[str, float]:
    """Return the best score of each work."""
    scores: dict[str, float] = {}
    for entry in (*candidates.new, *candidates.reminders):
        work = candidates.work(entry)
        scores[work] = max(entry.score, scores.get(work, -math.inf))
    return scores


def _soonest_first(entries: Iterable[RankedItem], now: datetime) -> Sequence[RankedItem]:
    ahead = ((entry.item.next_deadline(now), entry) for entry in entries)
    dated = [(deadline.at, entry) for deadline, entry in ahead if deadline is not None]
    ordered = sorted(dated, key=lambda pair: (pair[0], pair[1].item.key))
    return [entry for _, entry in ordered]
