"""The one line on a digest as a whole: why it holds little, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.digests import Digest, Period
from core.sources import SourceStatus
from digests.gather import Gathered
from digests.sources import is_fresh
from digests.threshold import matches
from language.plain import plain_line, shortened

INTEREST_LIMIT = 60
"""Characters of an interest in the line."""

NAMED = 3
"""Interests that are named; of more, the number."""

QUIET_BELOW = 5
"""With fewer picks, a digest says whether the bar kept the others out."""


def note_on(draft: Digest, found: Gathered, *, shown: int, refused: int) -> str:
    """Say why a digest is short; empty if it is long enough, or kept short by its budget alone.

    Args:
        draft: the digest without its sections.
        found: what came of the ranked candidates.
        shown: how many picks it holds, without the deadlines bar.
        refused: how many more would have come if the budget had room.
    """
    if not shown:
        return _nothing(draft, found, refused)
    parts = [_unserved(draft, found)]
    if shown < QUIET_BELOW and found.below and not refused:
        parts.insert(0, f"Only {shown} {_span(draft.period)}: nothing else new is a good match.")
    return " ".join(filter(None, parts))


def _unserved(draft: Digest, found: Gathered) -> str:
    """Name the interests for which nothing that passes is a match, where others have some."""
    served = {one for card in found.cards for one in matches(card.entry, draft.interests)}
    if not served:
        return ""  # what passes does so for what was liked or followed
    named = [_quoted(one) for one in draft.interests if one not in served]
    if not named:
        return ""
    more = f" and {len(named) - NAMED} more interests" if len(named) > NAMED + 1 else ""
    shown = named[:NAMED] if more else named
    return f"Nothing good on {_listed(shown)}{more} {_span(draft.period)}."


def _quoted(phrase: str) -> str:
    return f"“{shortened(plain_line(phrase), INTEREST_LIMIT)}”"


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _nothing(draft: Digest, found: Gathered, refused: int) -> str:
    if refused:
        return "No pick fits: allow more items or more minutes."
    if found.below:
        return "Nothing new is a good match."
    if found.delivered:
        return "Nothing new: all of it came before."
    if found.cards:
        return "Nothing new but the deadlines."
    return "Nothing new." if draft.considered else _no_news(draft)


def _no_news(draft: Digest) -> str:
    """Say that there is nothing to choose from, and not that there is no news if nobody asked."""
    asked = [one for one in draft.health if one.report.status is not SourceStatus.SKIPPED]
    if all(is_fresh(state, draft.made_at) for state in asked):
        return "No source had anything new."
    return "Nothing new is here, but not every source was read."


def _span(period: Period) -> str:
    length = period.end - period.start
    days = max(1, round(length / timedelta(days=1)))
    return {1: "today", 7: "this week"}.get(days, f"in {days} days")
