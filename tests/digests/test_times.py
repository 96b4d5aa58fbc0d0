from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.digests import Period
from core.errors import UsageError
from digests.times import ahead, day, hour, shift, span, zone_named

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        ("2026-03-29T00:59:00+00:00", "Europe/Berlin", "Sun 29 Mar, 01:59 CET"),
        ("2026-03-29T01:00:00+00:00", "Europe/Berlin", "Sun 29 Mar, 03:00 CEST"),
        ("2026-10-25T00:30:00+00:00", "Europe/Berlin", "Sun 25 Oct, 02:30 CEST"),
        ("2026-10-25T01:30:00+00:00", "Europe/Berlin", "Sun 25 Oct, 02:30 CET"),
        ("2026-11-24T23:59:00+00:00", "Pacific/Auckland", "Wed 25 Nov, 12:59 NZDT"),
        ("2026-11-24T23:59:00+00:00", "America/Sao_Paulo", "Tue 24 Nov, 20:59 UTC-3"),
        ("2026-11-24T23:59:00+00:00", "Asia/Kathmandu", "Wed 25 Nov, 05:44 UTC+5:45"),
        ("2027-01-01T00:30:00+00:00", "America/New_York", "Thu 31 Dec, 19:30 EST"),
        ("2027-01-01T05:30:00+00:00", "America/New_York", "Fri 1 Jan 2027, 00:30 EST"),
        ("2026-11-24T23:59:00+00:00", "UTC", "Tue 24 Nov, 23:59 UTC"),
    ],
)
def test_a_moment_is_written_in_its_zone(moment: str, zone: str, words: str) -> None:
    local = datetime.fromisoformat(moment).astimezone(zone_named(zone))
    assert hour(local, NOW) == words


def test_an_unknown_zone_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="Mars/Olympus"):
        zone_named("Mars/Olympus")


def test_a_shift_names_minutes_only_where_there_are_any() -> None:
    local = NOW.astimezone(zone_named("America/St_Johns"))
    assert shift(local) == "UTC-3:30"


def test_a_date_of_another_year_names_it() -> None:
    assert day(datetime(2025, 11, 22, tzinfo=UTC), NOW) == "Sat 22 Nov 2025"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-11-16", "2026-11-23", "16 to 22 Nov 2026"),
        ("2026-10-28", "2026-11-04", "28 Oct to 3 Nov 2026"),
        ("2026-12-28", "2027-01-04", "28 Dec 2026 to 3 Jan 2027"),
        ("2026-11-22", "2026-11-23", "Sun 22 Nov 2026"),
        ("2026-11-23", "2026-11-23", "Mon 23 Nov 2026"),
    ],
)
def test_a_period_is_written_by_its_local_days_without_its_end(
    start: str, end: str, words: str
) -> None:
    begin, stop = (datetime.fromisoformat(f"{text}T00:00:00+00:00") for text in (start, end))
    assert span(Period(start=begin, end=stop), zone_named("UTC")) == words


def test_the_days_of_a_period_are_those_of_the_reader() -> None:
    period = Period(
        start=datetime(2026, 11, 15, 23, tzinfo=UTC), end=datetime(2026, 11, 22, 23, tzinfo=UTC)
    )
    assert span(period, zone_named("Europe/Berlin")) == "16 to 22 Nov 2026"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=5), "in 5 minutes"),
        (timedelta(hours=1, minutes=59), "in an hour"),
        (timedelta(hours=47, minutes=59), "in 47 hours"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(days=2, hours=23), "in 2 days"),
        (timedelta(days=45), "in 45 days"),
    ],
)
def test_what_is_left_is_rounded_down(left: timedelta, words: str) -> None:
    assert ahead(NOW + left, NOW) == words


def test_a_week_with_a_clock_change_is_counted_in_real_time() -> None:
    noon = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)  # 12:00 in Berlin, the day before the change
    assert ahead(noon + timedelta(hours=25), noon) == "in 25 hours"
