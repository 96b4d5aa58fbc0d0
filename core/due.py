"""Decides when a digest is due: one run for each local day or week of a subscription. Pure.

::

    schedule → its days → the moment at which each falls due → those owed now → one DueRun

A run is named after its local period (a date or an ISO week), and no period is run twice. So
nothing is sent again after a restart, by a second process, in an hour that comes twice, or when
the clock was set back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from core.deliveries import Cadence, DueRun, Schedule, Subscription

LONGEST_CATCH_UP = timedelta(days=35)
"""Periods that fell due longer ago are not caught up: nobody waits for last season's digest."""

_FURTHEST_AHEAD = timedelta(days=14)
"""If the period run last lies further ahead, the clock was wrong then: it is ignored."""

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_SATURDAY = 5


def due_run(subscription: Subscription, last_period: str, now: datetime) -> DueRun | None:
    """Return the run that a subscription owes now, if any.

    It is named after the latest period that fell due; earlier ones without a run are merged into
    it. Nothing is owed from before the subscription was made or while it was paused, and nothing
    is due within its quiet hours or while it is off.

    Args:
        subscription: whose schedule, beginning and pause count.
        last_period: its local period that was run last, or "".
        now: aware UTC.
    """
    schedule = subscription.schedule
    if subscription.off or _after_quiet(schedule, now) > now:
        return None
    owed = _owed(subscription, last_period, now)
    return _merged(schedule, owed) if owed else None


def next_run(subscription: Subscription, last_period: str, now: datetime) -> datetime:
    """Return when the next run of a subscription comes, as if it were on.

    Args:
        subscription: whose schedule, beginning and pause count.
        last_period: its local period that was run last, or "".
        now: aware UTC.

    Returns:
        Aware UTC. If a run is owed, ``now`` or the end of the quiet hours.
    """
    schedule = subscription.schedule
    if _owed(subscription, last_period, now):
        return _after_quiet(schedule, now)
    earliest = max(now, _beginning(subscription))
    last = _last_day(schedule, last_period, now)
    # Quiet hours may put off a run of yesterday's until today.
    days = _days(schedule, _local(schedule, earliest).date() - _DAY, _DAY)
    return next(
        due
        for day in days
        if (last is None or day > last) and (due := _due_at(schedule, day)) >= earliest
    )


def run_of_week(schedule: Schedule, monday: date, now: datetime) -> DueRun:
    """Return the last run of a schedule that has fallen due in a week, or else the first to come.

    Whether the subscription owes it is not looked at.

    Args:
        schedule: when runs fall due.
        monday: first day of the week (ISO 8601).
        now: aware UTC.
    """
    days = list(takewhile(lambda day: day < monday + _WEEK, _days(schedule, monday, _DAY)))
    past = [day for day in days if _due_at(schedule, day) <= now]
    return _merged(schedule, [past[-1] if past else days[0]])


def catch_up_note(due: DueRun) -> str:
    """Return one line that names the earlier periods merged into a run, "" if there are none."""
    if not due.missed:
        return ""
    if "W" in due.missed[0]:
        weeks = [f"week {int(name.partition('W')[2])}" for name in due.missed]
        return f"Catch-up for {_from_to(weeks)}."
    days = [date.fromisoformat(name) for name in due.missed]
    if days[0].month != days[-1].month:
        return f"Catch-up for {_from_to([f'{day:%a} {day.day} {day:%b}' for day in days])}."
    return f"Catch-up for {_from_to([f'{day:%a} {day.day}' for day in days])} {days[-1]:%b}."


def _merged(schedule: Schedule, days: Sequence[date]) -> DueRun:
    """Return the run of the last of these days, with those of the earlier ones merged into it."""
    before = next(_days(schedule, days[0] - _DAY, -_DAY))
    return DueRun(
        period=_name(schedule, days[-1]),
        due_at=_due_at(schedule, days[-1]),
        since=_due_at(schedule, before),
        missed=tuple(_name(schedule, day) for day in days[:-1]),
    )


def _from_to(labels: list[str]) -> str:
    if len(labels) == 1:
        return labels[0]
    return f"{labels[0]} {'and' if len(labels) == 2 else 'to'} {labels[-1]}"


def _owed(subscription: Subscription, last_period: str, now: datetime) -> list[date]:
    """Return the days whose run is owed, oldest first."""
    schedule = subscription.schedule
    last = _last_day(schedule, last_period, now)
    earliest = max(_beginning(subscription), now - LONGEST_CATCH_UP)
    if last is None and last_period:
        # What was run lies in the future, or before a change of schedule: the current period is
        # all that is known to be missing.
        length = _WEEK if schedule.cadence is Cadence.WEEKLY else _DAY
        earliest = max(earliest, now - length)

    def is_open(day: date) -> bool:
        return (last is None or day > last) and _due_at(schedule, day) >= earliest

    # A clock set back over midnight leaves days that have begun behind those to come.
    days = _days(schedule, _local(schedule, now).date() + _DAY, -_DAY)
    return [day for day in takewhile(is_open, days) if _due_at(schedule, day) <= now][::-1]


def _beginning(subscription: Subscription) -> datetime:
    """Return the moment before which nothing is owed."""
    created, paused = subscription.created_at, subscription.paused_until
    return created if paused is None else max(created, paused)


def _last_day(schedule: Schedule, last_period: str, now: datetime) -> date | None:
    """Return the day of this schedule that stands for the period run last, if there is one.

    There is none after a change between days and weeks, nor if it lies too far ahead: a wrong clock
    would silence the subscription until then. Nothing comes twice, since the outbox takes no
    period twice.
    """
    weekly = schedule.cadence is Cadence.WEEKLY
    if not last_period or ("W" in last_period) != weekly:
        return None
    if weekly:
        year, _, week = last_period.partition("-W")
        last = date.fromisocalendar(int(year), int(week), schedule.weekday + 1)
    else:
        last = date.fromisoformat(last_period)
    ahead = last - _local(schedule, now).date()
    return last if ahead <= _FURTHEST_AHEAD else None


def _days(schedule: Schedule, start: date, step: timedelta) -> Iterator[date]:
    """Yield the days that have a run, from ``start`` on, without end."""
    day = start
    while True:
        if _has_run(schedule, day):
            yield day
        day += step


def _has_run(schedule: Schedule, day: date) -> bool:
    if schedule.cadence is Cadence.WEEKLY:
        return day.weekday() == schedule.weekday
    return schedule.cadence is Cadence.DAILY or day.weekday() < _SATURDAY


def _name(schedule: Schedule, day: date) -> str:
    """Name the local period of a day; weeks are those of ISO 8601, which begin on Mondays."""
    if schedule.cadence is not Cadence.WEEKLY:
        return day.isoformat()
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def _due_at(schedule: Schedule, day: date) -> datetime:
    """Return when the run of a local day falls due (aware UTC)."""
    zone = ZoneInfo(schedule.zone)
    if schedule.quiet is None or not _holds(schedule.quiet, schedule.at):
        return _first_moment(day, schedule.at, zone)
    end = schedule.quiet[1]
    return _first_moment(day if schedule.at < end else day + _DAY, end, zone)


def _first_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first moment at which a zone's clocks show this wall time or a later one."""
    wall = datetime.combine(day, at)
    # fold=0 is the first of two occurrences; in a gap it counts with the offset before it (PEP 495)
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    before_gap = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    shift = before_gap.astimezone(zone).utcoffset()
    seconds = range(int((first - before_gap).total_seconds()))

    def is_after_gap(second: int) -> bool:
        moment = before_gap + timedelta(seconds=second)
        return moment.astimezone(zone).utcoffset() != shift

    return before_gap + timedelta(seconds=bisect_left(seconds, x=True, key=is_after_gap))


def _after_quiet(schedule: Schedule, now: datetime) -> datetime:
    """Return ``now``, or the end of the quiet hours that it lies in."""
    local = _local(schedule, now)
    if schedule.quiet is None or not _holds(schedule.quiet, local.time()):
        return now
    end = schedule.quiet[1]
    day = local.date() if local.time() < end else local.date() + _DAY
    return max(now, _first_moment(day, end, ZoneInfo(schedule.zone)))


def _holds(quiet: tuple[time, time], at: time) -> bool:
    """Whether a wall time lies in the half-open quiet hours, which may wrap midnight."""
    start, end = quiet
    return start <= at < end if start < end else at >= start or at < end


def _local(schedule: Schedule, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(schedule.zone))
