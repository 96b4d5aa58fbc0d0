"""Weeks of ISO 8601, Monday to Monday: ``2026-W47``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from core.errors import UsageError

_FORM = re.compile(r"(\d{4})-W(\d{2})", re.IGNORECASE)


def week_of(text: str, zone: tzinfo = UTC) -> tuple[datetime, datetime]:
    """Return the beginning and the end of a week in a zone (aware UTC).

    Raises:
        UsageError: if it is none, such as week 53 of most years.
    """
    match = _FORM.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        ends = (monday, monday + timedelta(days=7))
        start, end = (datetime.combine(d, time(), tzinfo=zone).astimezone(UTC) for d in ends)
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is not a week such as 2026-W47") from None
    return start, end


def week_name(moment: datetime, zone: tzinfo = UTC) -> str:
    """Name the week of a moment in a zone: ``2026-W47``."""
    year, week, _ = moment.astimezone(zone).isocalendar()
    return f"{year:04}-W{week:02}"
