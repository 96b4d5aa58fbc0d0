"""Convert the fields of forms to values and back.

What a form does not offer is a ``UsageError``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from core.deliveries import Cadence, Schedule
from core.errors import UsageError
from core.people import known_zone
from core.schedules import DAYS

CADENCES = {
    Cadence.WEEKLY: "once a week",
    Cadence.WEEKDAYS: "Monday to Friday",
    Cadence.DAILY: "every day",
}
_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe")
_OCEANS = ("Indian", "Pacific")


def parse_schedule(fields: Mapping[str, str], before: Schedule) -> Schedule:
    """Read a schedule; quiet hours stay as before."""
    try:
        cadence = Cadence(fields.get("cadence", ""))
        weekday = DAYS.index(fields.get("weekday", ""))
    except ValueError:
        raise UsageError("choose how often and on which day to get a digest") from None
    try:
        at = time.fromisoformat(fields.get("at", ""))
    except ValueError:
        raise UsageError("enter the time of day like 08:00") from None
    return Schedule(
        cadence=cadence,
        weekday=weekday,
        at=time(at.hour, at.minute),
        zone=known_zone(fields.get("zone", "").strip()),
        quiet=before.quiet,
    )


def parse_items(fields: Mapping[str, str]) -> int:
    """Read the number of items of a digest; the caller checks its bounds."""
    text = fields.get("items", "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise UsageError("enter the items per digest as a number, such as 10")
    return int(text)


def parse_day(text: str, zone: str) -> datetime | None:
    """Read a day as its midnight in a zone (aware UTC); None if the field is empty."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError("enter the day like 2026-11-30") from None


def local_day(moment: datetime, zone: str) -> str:
    """Return the local date of a moment: "2026-11-30"."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


@cache
def zones() -> tuple[str, ...]:
    """Return the time zones to choose from, by name."""
    regions = {*_REGIONS, *_OCEANS}
    places = (name for name in available_timezones() if name.partition("/")[0] in regions)
    return ("UTC", *sorted(places))
