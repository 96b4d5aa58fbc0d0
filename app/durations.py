"""Stretches of time as people write them: ``6h``, ``7d``, ``90m``, ``2w``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from core.errors import UsageError

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
LONGEST = timedelta(days=36_500)
"""A century: what is longer leaves the calendar when it is taken from today."""

_FORM = re.compile(r"(\d{1,6})\s*([smhdw])", re.IGNORECASE)


def parse_duration(text: str) -> timedelta:
    """Read a duration such as ``6h``.

    Raises:
        UsageError: if it is not a number and one of s, m, h, d, w, or longer than ``LONGEST``.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f"{text!r} is not a duration: write a number and s, m, h, d or w, as in 7d"
        )
    duration = int(match[1]) * _UNITS[match[2].lower()]
    if duration > LONGEST:
        raise UsageError(f"{text!r} is longer than {LONGEST.days} days")
    return duration


def format_duration(duration: timedelta) -> str:
    """Write a duration in its largest whole unit, so that ``parse_duration`` reads it back."""
    for unit in "dhm":
        if duration and not duration % _UNITS[unit]:
            return f"{duration // _UNITS[unit]}{unit}"
    return f"{duration // _UNITS['s']}s"


def parse_since(text: str, now: datetime) -> datetime:
    """Read a moment in the past: a duration before ``now``, or a date such as 2026-11-01 (UTC).

    Raises:
        UsageError: if it is neither, or not in the past.
    """
    moment = _moment(text, now)
    if moment > now:
        raise UsageError(f"{text!r} is in the future")
    return moment


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            return now - parse_duration(text)
        except (UsageError, OverflowError):
            raise UsageError(
                f"{text!r} is neither a duration such as 7d nor a date such as 2026-11-01"
            ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
