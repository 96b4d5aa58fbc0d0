"""A virtual clock for the timetable, and a second opinion on when local periods fall due.

The second opinion knows a zone as a list of stretches of constant offset, found by looking at the
clock on the wall every day; it uses neither ``fold`` nor anything else of ``core.due``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from core.deliveries import Cadence, DueRun, Subscription
from core.due import due_run

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2038, 1, 1, tzinfo=UTC)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

Stretch = tuple[datetime, timedelta]
"""From when on (aware UTC) a zone's clocks are how far ahead of UTC."""


@cache
def stretches(zone: str) -> tuple[Stretch, ...]:
    """Return the stretches of constant offset of a zone from before 2020 until after 2037."""
    info = ZoneInfo(zone)

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(info).utcoffset() or timedelta(0)

    found = [(BEGIN - 40 * DAY, offset(BEGIN - 40 * DAY))]
    moment = found[0][0]
    while moment < END + 10 * DAY:
        before, moment = moment, moment + 5 * DAY  # no zone changes twice in five days
        if offset(moment) != found[-1][1]:
            low, high = before, moment
            while high - low > MINUTE:
                middle = low + ((high - low) // 2 // MINUTE) * MINUTE
                low, high = (middle, high) if offset(middle) == found[-1][1] else (low, middle)
            found.append((high, offset(high)))
    return tuple(found)


def zones_by_rules() -> list[str]:
    """Return one zone for each set of rules that hold from 2020 to 2037."""
    by_rules = {stretches(zone): zone for zone in sorted(available_timezones(), reverse=True)}
    return sorted(by_rules.values())


def due_moment(zone: str, day: date, at: time) -> datetime:
    """Return the first moment at which the zone's clocks show this wall time or a later one."""
    wall = datetime.combine(day, at, UTC)  # a wall clock taken for UTC, to calculate with
    known = stretches(zone)
    ends = [start for start, _ in known[1:]] + [datetime.max.replace(tzinfo=UTC)]
    return next(
        max(start, wall - offset)
        for (start, offset), end in zip(known, ends, strict=True)
        if wall - offset < end
    )


@dataclass(frozen=True)
class Expected:
    """A local period and when it falls due."""

    period: str
    due_at: datetime


def expected(order: Subscription, first: date, last: date) -> Iterator[Expected]:
    """Yield the periods of a subscription without quiet hours that begin on these local days."""
    schedule = order.schedule
    for n in range((last - first).days + 1):
        day = first + n * DAY
        if schedule.cadence is Cadence.WEEKLY and day.weekday() != schedule.weekday:
            continue
        if schedule.cadence is Cadence.WEEKDAYS and day.weekday() > 4:
            continue
        weekly = schedule.cadence is Cadence.WEEKLY
        period = f"{day:%G-W%V}" if weekly else f"{day:%Y-%m-%d}"
        yield Expected(period, due_moment(schedule.zone, day, schedule.at))


def replay(
    order: Subscription, moments: Iterable[datetime], last: str = ""
) -> list[tuple[datetime, DueRun]]:
    """Look at what is due at each moment, and run it; return what was run when."""
    runs: list[tuple[datetime, DueRun]] = []
    for now in moments:
        due = due_run(order, last, now)
        if due is not None:
            runs.append((now, due))
            last = due.period
    return runs


def covered(runs: Sequence[tuple[datetime, DueRun]]) -> list[str]:
    """Return the periods that were run or merged into a run, in order."""
    return [period for _, due in runs for period in (*due.missed, due.period)]
