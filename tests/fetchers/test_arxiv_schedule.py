from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetchers.arxiv_schedule import announced, latest_announcement, window_closed

NEW_YORK = ZoneInfo("America/New_York")
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001  made aware
    lambda moment: moment.replace(tzinfo=UTC)
)


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [
        ("2026-11-16T13:59:59", "2026-11-16T20:00"),  # Monday before the cut-off
        ("2026-11-16T14:00", "2026-11-17T20:00"),  # at the cut-off: the next day
        ("2026-11-17T09:00", "2026-11-17T20:00"),
        ("2026-11-19T13:59", "2026-11-19T20:00"),  # Thursday
        ("2026-11-19T14:00", "2026-11-22T20:00"),  # Thursday evening: Sunday
        ("2026-11-20T13:59", "2026-11-22T20:00"),  # Friday before the cut-off: Sunday
        ("2026-11-20T14:00", "2026-11-23T20:00"),  # Friday evening: Monday
        ("2026-11-21T12:00", "2026-11-23T20:00"),  # Saturday
        ("2026-11-22T23:59", "2026-11-23T20:00"),  # Sunday
        ("2026-03-08T12:00", "2026-03-09T20:00"),  # the day summer time begins
        ("2026-10-30T13:00", "2026-11-01T20:00"),  # announced on the day it ends
    ],
)
def test_papers_are_announced_by_the_schedule_of_new_york(submitted: str, expected: str) -> None:
    assert announced(new_york(submitted)) == new_york(expected)


def test_summer_time_moves_the_announcement_in_utc() -> None:
    assert announced(datetime(2026, 7, 14, 17, 59, tzinfo=UTC)).hour == 0
    assert announced(datetime(2026, 1, 14, 18, 59, tzinfo=UTC)).hour == 1


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-16T19:59", "2026-11-15T20:00"),
        ("2026-11-16T20:00", "2026-11-16T20:00"),
        ("2026-11-20T23:00", "2026-11-19T20:00"),  # none on Friday
        ("2026-11-22T12:00", "2026-11-19T20:00"),  # none on Saturday
    ],
)
def test_the_latest_announcement_skips_friday_and_saturday(moment: str, expected: str) -> None:
    assert latest_announcement(new_york(moment)) == new_york(expected)


@pytest.mark.parametrize(
    ("announcement", "closed"),
    [
        ("2026-11-15T20:00", "2026-11-13T14:00"),  # Sunday: until Friday
        ("2026-11-16T20:00", "2026-11-16T14:00"),
        ("2026-11-19T20:00", "2026-11-19T14:00"),
    ],
)
def test_an_announcement_holds_what_came_until_its_cut_off(announcement: str, closed: str) -> None:
    assert window_closed(new_york(announcement)) == new_york(closed)


@given(submitted=MOMENTS)
def test_a_paper_lies_in_the_window_of_its_announcement(submitted: datetime) -> None:
    announcement = announced(submitted)
    assert announcement > submitted
    assert announcement - submitted <= timedelta(days=3, hours=7)  # Friday 14:00 to Monday 20:00
    assert submitted < window_closed(announcement) < announcement
    assert latest_announcement(announcement) == announcement


@given(submitted=MOMENTS, since=MOMENTS)
def test_a_window_holds_exactly_what_was_submitted_after_the_cut_off_before_it(
    submitted: datetime, since: datetime
) -> None:
    start = window_closed(latest_announcement(since))
    assert (submitted >= start) == (announced(submitted) > since)


@given(first=MOMENTS, second=MOMENTS)
def test_a_later_submission_is_never_announced_earlier(first: datetime, second: datetime) -> None:
    early, late = sorted([first, second])
    assert announced(early) <= announced(late)


@given(moment=MOMENTS)
def test_the_latest_announcement_is_never_ahead_nor_long_ago(moment: datetime) -> None:
    latest = latest_announcement(moment)
    assert timedelta(0) <= moment - latest <= timedelta(days=3, hours=1)
