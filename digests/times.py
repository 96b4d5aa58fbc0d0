"""Moments in words: aware UTC in, a reader's own zone out, never an hour without its zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.digests import Period
from core.people import known_zone

BAR_WEEKS = 8
"""Weeks of the bar of a deadline: digests remind of what ends within 60 days."""


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name, also one that nobody may choose any more.

    Raises:
        UsageError: if there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(known_zone(name))


def shift(moment: datetime) -> str:
    """Write how far an aware time's zone is from UTC: "UTC+1", "UTC-3:30", "UTC"."""
    ahead_of_utc = moment.utcoffset() or timedelta(0)
    hours, rest = divmod(round(abs(ahead_of_utc).total_seconds() / 60), 60)
    sign = "-" if ahead_of_utc < timedelta(0) else "+"
    if not (hours or rest):
        return "UTC"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"


def clock_zone(moment: datetime) -> str:
    """Name an aware time's zone briefly: "CET" if it has such a name, else "UTC+3"."""
    name = moment.tzname() or ""
    return name if name.isalpha() else shift(moment)


def day(moment: datetime, now: datetime) -> str:
    """Write a date: "Tue 17 Nov", with the year if it is not the year of ``now``."""
    text = f"{moment:%a} {moment.day} {moment:%b}"
    return text if moment.year == now.year else f"{text} {moment.year}"


def span(period: Period, zone: ZoneInfo) -> str:
    """Write the local days of a period: "16 to 22 Nov 2026", "28 Dec 2026 to 3 Jan 2027"."""
    first = period.start.astimezone(zone)
    # The end is exclusive; at the first moment of a week a period is empty.
    last = max(period.start, period.end - timedelta(microseconds=1)).astimezone(zone)
    if first.date() >= last.date():
        return f"{last:%a} {last.day} {last:%b %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {last.day} {last:%b %Y}"
    start = f"{first.day} {first:%b}" + (f" {first.year}" if first.year != last.year else "")
    return f"{start} to {last.day} {last:%b %Y}"


def hour(moment: datetime, now: datetime) -> str:
    """Write an aware time in its own zone: "Wed 25 Nov, 00:59 CET"; ``now`` settles the year."""
    return f"{day(moment, now)}, {moment:%H:%M} {clock_zone(moment)}"


def ahead(moment: datetime, now: datetime) -> str:
    """Write how far away a moment is: "in 3 days", "in 40 hours", rounded down."""
    import humanize

    left = moment - now
    if timedelta(hours=1) <= left < timedelta(days=2):
        hours = left // timedelta(hours=1)
        return f"in {hours} hours" if hours > 1 else "in an hour"
    return f"in {humanize.naturaldelta(left, months=False)}"


def weeks_left(left: timedelta) -> int:
    """Return how many weeks a time touches, from 1 to ``BAR_WEEKS``: blocks of a deadline's bar."""
    return min(BAR_WEEKS, max(1, -(-left // timedelta(weeks=1))))
