"""The sources in words: their names, and one honest line on how they fared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.sources import SourceState, SourceStatus
from digests.times import day
from language.plain import plain_line, shortened

FRESH_FOR = timedelta(hours=48)
"""A source whose last success is older has missed a daily fetch, whatever its last status was."""

_SPELLED = {
    "arxiv": "arXiv",
    "github": "GitHub",
    "stackexchange": "Stack Exchange",
    "huggingface": "Hugging Face",
    "hackernews": "Hacker News",
    "paperswithcode": "Papers with Code",
    "conferences": "AI Deadlines",
}


def source_name(source: str) -> str:
    """Return a source's name as its makers write it; a feed's is the one it was given."""
    if source.startswith("feed:"):
        return plain_line(source.removeprefix("feed:"))
    return _SPELLED.get(source, plain_line(source).capitalize())


def sources_line(states: Sequence[SourceState], now: datetime, zone: ZoneInfo) -> str:
    """Say how many sources are fresh, and of every other one what is wrong.

    "2 of 3 fresh; Kaggle: no token", "all 3 fresh", "1 of 2 fresh; arXiv not reached since
    Tue 17 Nov". Without states it is empty.
    """
    if not states:
        return ""
    count = sum(is_fresh(state, now) for state in states)
    share = f"all {count} fresh" if count == len(states) else f"{count} of {len(states)} fresh"
    remarks = (_remark(state, now, zone) for state in states)
    return "; ".join([share, *(remark for remark in remarks if remark)])


def is_fresh(state: SourceState, now: datetime) -> bool:
    """Return whether a source answered in full when last asked, and not long ago."""
    last = state.last_success
    return state.report.status.succeeded and last is not None and now - last < FRESH_FOR


def _remark(state: SourceState, now: datetime, zone: ZoneInfo) -> str:
    report = state.report
    name = source_name(report.source)
    why = _clause(report.note or report.error or "")
    since = day(state.last_success.astimezone(zone), now) if state.last_success else ""
    match report.status:
        case SourceStatus.FAILED:
            when = f"not reached since {since}" if since else "never reached yet"
            return f"{name} {when}" + (f" ({_clause(report.error)})" if report.error else "")
        case SourceStatus.SKIPPED:
            return f"{name}: {'no token' if 'token' in why.casefold() else why or 'skipped'}"
        case SourceStatus.PARTIAL:
            return f"{name} read in part" + (f" ({why})" if why else "")
        case SourceStatus.SUSPICIOUS:
            return f"{name}: {why or 'far fewer items than usual'}"
    if not is_fresh(state, now):
        return f"{name} last read {since}" if since else f"{name} not read yet"
    return f"{name}: {_clause(report.note)}" if report.note else ""


def _clause(text: str) -> str:
    return shortened(plain_line(text).rstrip("."), 70)
