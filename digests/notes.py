"""The one line on a digest as a whole: why it holds little, or nothing."""

from __future__ import annotations

from datetime import timedelta

from core.digests import Digest, Period
from core.sources import SourceStatus
from digests.gather import Gathered
from digests.sources import is_fresh

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
    if shown < QUIET_BELOW and found.below and not refused:
        return f"Only {shown} {_span(draft.period)}: nothing else new passed the bar."
    return ""


def _nothing(draft: Digest, found: Gathered, refused: int) -> str:
    if refused:
        return "No pick fits: allow more items or more minutes."
    if found.below:
        return "Nothing new: no new item passed the bar."
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
