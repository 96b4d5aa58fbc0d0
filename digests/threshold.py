"""The bar that an item has to pass before it may take a reader's time."""

from __future__ import annotations

import math

from core.digests import RankedItem

BAR = 0.4
"""What a reader's own interests and verdicts must add to a score, at least a little more.

A full match with one interest adds about 1. Of the 1,500 to 2,000 items of a week (papers,
repositories, discussions) this lets through 22 for "quantum error correction", 170 for "graph
neural networks; drug discovery", and 65 to 260 for whoever liked 1 to 30 papers on one subject; a
bar of 0 would let through 767, 856 and about 1,000, since nearly all share some word or direction
with what a person wrote or liked. A followed category alone, worth 0.4, stays below.
"""


def own_part(ranked: RankedItem) -> float:
    """Return how much of a score comes from the person: what they wrote, followed, saved or voted.

    These are the reasons with a control, which the person can turn down.
    """
    return math.fsum(reason.weight for reason in ranked.reasons if reason.control)


def matches(ranked: RankedItem, interests: tuple[str, ...]) -> frozenset[str]:
    """Return the interests that an item is a match for, each by itself."""
    added: dict[str, float] = dict.fromkeys(interests, 0.0)
    for reason in ranked.reasons:
        if reason.control in added:
            added[reason.control] += reason.weight
    return frozenset(interest for interest, weight in added.items() if weight > BAR)


def compared(ranked: RankedItem, interests: tuple[str, ...]) -> str:
    """Say how an item compares with the bar."""
    if not interests:
        return "no bar: you named no interest"
    part = f"your interests and feedback add {own_part(ranked):.2f}"
    over = own_part(ranked) > BAR
    return f"{part}, above the bar of {BAR:g}" if over else f"{part}, not above the bar of {BAR:g}"


def passes(ranked: RankedItem, interests: tuple[str, ...]) -> bool:
    """Return whether an item is a match for the person whose interests these are.

    Their own part of its score must be more than ``BAR``. So an item that is merely fresh or
    popular does not pass, and neither does one that the person's "less of this" outweighs. Someone
    without interests has set no bar: everything passes.
    """
    return not interests or own_part(ranked) > BAR
