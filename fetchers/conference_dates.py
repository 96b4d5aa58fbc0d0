"""Dates of conferences as their lists write them, and the zones that they name."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

ANYWHERE = timezone(timedelta(hours=-12))
"""Anywhere on Earth: a day is over when it is over everywhere."""

_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?")
_ZONES = {
    "AOE": -12,
    "ANYWHERE ON EARTH": -12,
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "PST": -8,
    "PDT": -7,
    "MST": -7,
    "MDT": -6,
    "EST": -5,
    "EDT": -4,
    "CET": 1,
    "CEST": 2,
    "KST": 9,
    "JST": 9,
    "SGT": 8,
    "HKT": 8,
    "AEST": 10,
    "AEDT": 11,
}
"""Hours from UTC; names that several countries use, such as CST and IST, say nothing."""

_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_EVENT = re.compile(
    r"(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})"
    r"(?:(?:\s*,\s*(?P<first_year>\d{4}))?\s*(?:-|to)\s*"
    r"(?:(?P<last_month>[a-z]{3,9})\.?\s+)?(?P<last>\d{1,2}))?"
    r"\s*,?\s*(?P<year>\d{4})"
)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))


class Moment(NamedTuple):
    """A time that a list names; ``note`` says what of it is not clear."""

    at: datetime
    exact: bool
    note: str


def read_zone(text: str) -> tzinfo | None:
    """Return the zone of a name such as AoE, UTC-8, GMT+02, PST or Europe/London, or None."""
    name = " ".join(text.translate(_DASHES).split())
    if name.upper() in _ZONES:
        return timezone(timedelta(hours=_ZONES[name.upper()]))
    if found := _OFFSET.fullmatch(name.upper()):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-offset if found[1] == "-" else offset) if offset.days == 0 else None
    if re.fullmatch(r"[A-Za-z]+(?:/[A-Za-z_+-]+)+", name):
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            return None
    return None


def read_moment(text: str, zone: str) -> Moment | None:
    """Read ``2026-01-28 23:59:59`` in a zone; None for "TBD" and whatever else is no date.

    A date without an hour ends with its last second. Without a zone that is known it is taken as
    anywhere on Earth, which the note says.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, second = (int(part) if part else 0 for part in found.groups()[3:])
    exact = found[4] is not None
    if not exact:
        hour, minute, second = 23, 59, 59
    known = read_zone(zone)
    try:
        day = datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=known or ANYWHERE)
        at = day + timedelta(hours=hour, minutes=minute, seconds=second)
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if hour > 24 or minute > 59 or second > 60 or at.year < 1990:
        return None
    unclear = f"zone unclear: {zone.strip()[:30]}" if zone.strip() else "zone not stated"
    return Moment(at, exact, "" if known or not exact else unclear)


def read_day(text: str) -> date | None:
    """Read the day of ``2026-04-23``, with or without an hour."""
    found = _DATE.fullmatch(text.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def read_event(text: str) -> tuple[date, date] | None:
    """Read the days of ``February 25 - March 4, 2025``, or return None."""
    found = _EVENT.fullmatch(" ".join(text.translate(_DASHES).lower().split()))
    if found is None:
        return None
    first, year = _month(found["month"]), int(found["year"])
    last = _month(found["last_month"]) if found["last_month"] else first
    if not (first and last):
        return None
    begins = int(found["first_year"] or (year - 1 if last < first else year))
    try:
        start = date(begins, first, int(found["day"]))
        return start, date(year, last, int(found["last"])) if found["last"] else start
    except ValueError:
        return None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1 if name[:3] in _MONTHS else 0
