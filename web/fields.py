"""Between what stands in fields of forms and the values that they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from core.deliveries import Cadence, Schedule
from core.errors import UsageError
from core.people import known_zone

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CADENCES = {
    Cadence.WEEKLY: "once a week",
    Cadence.WEEKDAYS: "Monday to Friday",
    Cadence.DAILY: "every day",
}
_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe")
_OCEANS = ("Indian", "Pacific")


def schedule_words(schedule: Schedule) -> str:
    """Say when digests come: "once a week, Monday at 08:00, Europe/Berlin"."""
    day = f"{DAYS[schedule.weekday]} " if schedule.cadence is Cadence.WEEKLY else ""
    return f"{CADENCES[schedule.cadence]}, {day}at {schedule.at:%H:%M}, {schedule.zone}"


def schedule_of(fields: Mapping[str, str], before: Schedule) -> Schedule:
    """Read when digests shall come; quiet hours stay as they are.

    Raises:
        UsageError: if one of the fields is not what the form offers.
    """
    try:
        cadence = Cadence(fields.get("cadence", ""))
        weekday = DAYS.index(fields.get("weekday", ""))
    except ValueError:
        raise UsageError("choose how often, and on which day") from None
    try:
        at = time.fromisoformat(fields.get("at", ""))
    except ValueError:
        raise UsageError("write the time of day as 08:00") from None
    return Schedule(
        cadence=cadence,
        weekday=weekday,
        at=time(at.hour, at.minute),
        zone=known_zone(fields.get("zone", "").strip()),
        quiet=before.quiet,
    )


def items_of(fields: Mapping[str, str]) -> int:
    """Read how many items a digest holds; the bounds are checked where it is stored.

    Raises:
        UsageError: if it is no number.
    """
    text = fields.get("items", "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise UsageError("write how many items as a number, such as 10")
    return int(text)


def day_of(text: str, zone: str) -> datetime | None:
    """Read a day as its first moment in a zone (aware UTC); None where nothing is written.

    Raises:
        UsageError: if it is no day.
    """
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError("write the day as 2026-11-30") from None


def local_day(moment: datetime, zone: str) -> str:
    """Write the day on which a moment falls in a zone: "2026-11-30"."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


@cache
def zones() -> tuple[str, ...]:
    """Return the time zones to choose from, by name."""
    regions = {*_REGIONS, *_OCEANS}
    places = (name for name in available_timezones() if name.partition("/")[0] in regions)
    return ("UTC", *sorted(places))
