"""When arXiv announces papers.

Submissions received until 14:00 in New York are announced at 20:00 the same day, from Sunday to
Thursday: Thursday 14:00 to Friday 14:00 on Sunday, Friday 14:00 to Monday 14:00 on Monday
(https://info.arxiv.org/help/availability.html). Holidays are not known here: on one a paper is
taken to be announced up to a day before it is, and the RSS is empty without being wrong.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_ZONE = "America/New_York"
_CUT_OFF = time(14)
_ANNOUNCED = time(20)
_DAY = timedelta(days=1)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


def announced(submitted: datetime) -> datetime:
    """Return when a paper that was submitted then is announced (both aware UTC)."""
    local = submitted.astimezone(ZoneInfo(_ZONE))
    day = local.date() + (_DAY if local.time() >= _CUT_OFF else timedelta())
    while day.weekday() in {_SATURDAY, _SUNDAY}:  # the next cut-off is Monday's
        day += _DAY
    return _at(day + (2 * _DAY if day.weekday() == _FRIDAY else timedelta()), _ANNOUNCED)


def latest_announcement(moment: datetime) -> datetime:
    """Return the last time at or before ``moment`` at which papers were announced (aware UTC)."""
    day = moment.astimezone(ZoneInfo(_ZONE)).date()
    while day.weekday() in {_FRIDAY, _SATURDAY} or _at(day, _ANNOUNCED) > moment:
        day -= _DAY
    return _at(day, _ANNOUNCED)


def window_closed(announcement: datetime) -> datetime:
    """Return the cut-off until which the papers of an announcement were submitted (aware UTC)."""
    day = announcement.astimezone(ZoneInfo(_ZONE)).date()
    return _at(day - (2 * _DAY if day.weekday() == _SUNDAY else timedelta()), _CUT_OFF)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(_ZONE)).astimezone(UTC)
