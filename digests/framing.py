"""The lines above and below the picks of a digest: what it holds, and how it came about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from core.digests import Digest
from core.items import Item
from core.sources import NEVER_READ, SourceStatus
from digests.facts import NOUNS, PLURALS
from digests.reading import minutes
from digests.sources import sources_line
from digests.times import ahead, shift
from language.plain import counted, plain_line, shortened

SAMPLE = "sample data: no network"
SAMPLE_OFFLINE = "sample data: asked nobody"
SAMPLE_UNREAD = "sample data: no source could be read"
INTEREST_LIMIT = 60


def sample_line(digest: Digest) -> str:
    """Say why the sample day is shown: nobody was asked, is reached, or gave anything."""
    if not digest.sample:
        return ""
    reports = [state.report for state in digest.health]
    asked = [report for report in reports if report.status is not SourceStatus.SKIPPED]
    failed = [report for report in asked if report.status is SourceStatus.FAILED]
    if failed:
        return SAMPLE if all(report.unreached for report in failed) else SAMPLE_UNREAD
    unread = all(report.note == NEVER_READ for report in reports)
    return SAMPLE_OFFLINE if asked or unread else SAMPLE_UNREAD


def sources(digest: Digest, zone: ZoneInfo) -> str:
    """Say how the sources fared; the sample day alone says nothing of them."""
    all_well = all(state.report.status.succeeded for state in digest.health)
    if digest.sample and all_well:
        return "none fetched; this is sample data"
    return sources_line(digest.health, digest.made_at, zone)


def quoted(phrases: Iterable[str]) -> Iterator[str]:
    """Yield interests in quotation marks, without those of which nothing can be seen."""
    return (f"“{shortened(p, INTEREST_LIMIT)}”" for p in map(plain_line, phrases) if p)


def headline(digest: Digest) -> str:
    """Count picks, items, sources, minutes: "5 picks from 412 new items in 3 sources · 6 min"."""
    picked = [entry.item for entry in digest.in_order]
    answered = sum(state.last_success is not None for state in digest.health)
    first = f"{counted(len(picked), 'pick')} from {counted(digest.considered, 'new item')}"
    where = f" in {counted(answered, 'source')}" if answered else ""
    cost = f" · {_minutes(picked)} min" if picked else ""
    return f"{first}{where}{cost}"


def contents(digest: Digest) -> Iterator[str]:
    """Count the picks by kind, in the order in which each comes first, and the deadlines."""
    for kind, count in Counter(entry.item.kind for entry in digest.in_order).items():
        yield f"{count:,} {NOUNS[kind] if count == 1 else PLURALS[kind]}"
    now = digest.made_at
    due = [entry.item.next_deadline(now) for entry in digest.reminders]
    ahead_of = [deadline.at for deadline in due if deadline is not None]
    if ahead_of:
        when = ahead(min(ahead_of), now)
        first = f"the first {when}" if len(ahead_of) > 1 else when
        yield f"{counted(len(ahead_of), 'deadline')}, {first}"


def _minutes(items: Iterable[Item]) -> int:
    return max(1, round(sum(minutes(item) for item in items)))


def zone_line(local: datetime, name: str) -> str:
    """Say in which zone dates are written: "Dates in Europe/Berlin, now UTC+1."."""
    zone = shift(local)
    return "Dates in UTC." if zone == name else f"Dates in {name}, now {zone}."


def thanks(digest: Digest) -> Iterator[str]:
    """Yield the acknowledgements that the sources of what is shown ask for."""
    if any(entry.item.key.source == "arxiv" for entry in digest.picks):
        # Asked for by arXiv's terms of use of its API.
        yield "Thank you to arXiv for use of its open access interoperability."
