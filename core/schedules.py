"""Schedules as people type and read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.deliveries import Cadence, Schedule
from core.errors import UsageError
from core.people import known_zone

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

CHOICES: tuple[tuple[str, str], ...] = (
    ("Every day", "daily"),
    ("Monday to Friday", "weekdays"),
    *((f"Weekly, on {day}", f"weekly {number}") for number, day in enumerate(DAYS)),
)
"""Labels and values; one more fits into a Discord radio group of ten."""

_REVERSED = re.compile(r"Etc/GMT([+-])([1-9]\d?)")
_MAX_PAUSE = timedelta(days=366)


def with_choice(choice: str, *, at: time, zone: str, quiet: str = "") -> Schedule:
    """Build a schedule from the value of a choice and what was typed.

    Raises:
        UsageError: if something cannot be understood.
    """
    cadence, _, day = choice.partition(" ")
    return Schedule(
        cadence=Cadence(cadence),
        weekday=int(day or "0"),
        at=at,
        zone=known_zone(zone.strip()),
        quiet=quiet_hours(quiet),
    )


def choice_of(schedule: Schedule) -> str:
    """Return the value of the choice that a schedule has."""
    if schedule.cadence is Cadence.WEEKLY:
        return f"{schedule.cadence} {schedule.weekday}"
    return schedule.cadence.value


def wall_time(typed: str) -> time:
    """Read a time of day such as ``8``, ``08:30`` or ``8.30``.

    Raises:
        UsageError: if it is none.
    """
    hours, _, minutes = typed.strip().replace(".", ":").partition(":")
    try:
        return time(int(hours), int(minutes or "0"))
    except (ValueError, OverflowError):
        raise UsageError(f"“{typed}” is not a time of day. Write it like 08:30") from None


def quiet_hours(typed: str) -> tuple[time, time] | None:
    """Read hours such as ``22:00-07:00``; empty is none.

    Raises:
        UsageError: if it cannot be understood.
    """
    if not typed.strip():
        return None
    begin, dash, end = typed.replace("\N{EN DASH}", "-").partition("-")
    if not dash:
        raise UsageError(f"“{typed}” is not a range of hours. Write it like 22:00-07:00")
    return wall_time(begin), wall_time(end)


def until(typed: str, zone: str, now: datetime) -> datetime:
    """Read the end of a pause: a day such as ``2026-12-24``, or a period such as ``10d``, ``2w``.

    Args:
        typed: what was typed; a day begins at midnight in their zone.
        zone: IANA zone.
        now: aware UTC.

    Raises:
        UsageError: if it cannot be understood or is in the past.
    """
    text = typed.strip().casefold()
    try:
        if text[-1:] in {"d", "w"} and text[:-1].isdecimal():
            days = int(text[:-1]) * (7 if text.endswith("w") else 1)
            end = now + timedelta(days=min(days, _MAX_PAUSE.days + 1))
        else:
            day = date.fromisoformat(text)
            end = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"“{typed}” is not a date like 2026-12-24 or a period like 10d or 2w"
        ) from None
    if end <= now:
        raise UsageError(f"“{typed}” is in the past. Enter a later date, or a period like 2w")
    return end


def size(typed: str) -> tuple[int | None, float | None]:
    """Read how much a digest may hold: ``10`` items, ``15 min``, or ``10, 15 min``.

    Returns:
        Items and minutes; None where that is not limited.

    Raises:
        UsageError: if it cannot be understood.
    """
    items: int | None = None
    minutes: float | None = None
    for part in typed.casefold().replace("items", "").split(","):
        number, unit = part.strip(), ""
        if number.endswith(("min", "minutes", "m")):
            number, unit = number.rstrip("minutes ").strip(), "min"
        if not number.isdecimal() or len(number) > 4:
            raise UsageError(
                f"“{typed}” is not a size. Write it like 10, 15 min, or both: 10, 15 min"
            )
        if unit:
            minutes = float(number)
        else:
            items = int(number)
    return items, minutes


def size_typed(items: int | None, minutes: float | None) -> str:
    """Write a size as ``size`` reads it."""
    return ", ".join([*([str(items)] if items else []), *([f"{minutes:g} min"] if minutes else [])])


def zone_in_words(zone: str) -> str:
    """Write a zone so that nobody mistakes it: of ``Etc/GMT+2`` the sign is the reverse of ours.

    Earlier versions stored that for "GMT+2"; others chose it on purpose. Which of the two nobody
    can tell, so it is shown what it means: "Etc/GMT+2, that is UTC-2".
    """
    shift = _REVERSED.fullmatch(zone)
    if shift is None:
        return zone
    return f"{zone}, that is UTC{'-' if shift[1] == '+' else '+'}{shift[2]}"


def in_words(schedule: Schedule, *, spell: Callable[[str], str] = str) -> str:
    """Write a schedule: "every day at 08:00 (Europe/Berlin), quiet from 22:00 to 07:00".

    Args:
        schedule: what to write.
        spell: escapes the name of the zone, for Discord.
    """
    days = {
        Cadence.DAILY: "every day",
        Cadence.WEEKDAYS: "Monday to Friday",
        Cadence.WEEKLY: f"every {DAYS[schedule.weekday]}",
    }[schedule.cadence]
    line = f"{days} at {schedule.at:%H:%M} ({spell(zone_in_words(schedule.zone))})"
    if schedule.quiet:
        begin, end = schedule.quiet
        line += f", quiet from {begin:%H:%M} to {end:%H:%M}"
    return line
