from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.deliveries import Cadence, DueRun, Schedule, Subscription
from core.due import LONGEST_CATCH_UP, catch_up_note, due_run, next_run, run_of_week
from tests.core.virtual_time import (
    BEGIN,
    DAY,
    END,
    HOUR,
    MINUTE,
    covered,
    due_moment,
    expected,
    replay,
    stretches,
    zones_by_rules,
)
from tests.fakes import NOON
from tests.subscriptions import a_subscription

ZONES = zones_by_rules()
MOMENTS = st.timedeltas(DAY, END - BEGIN - 90 * DAY).map(lambda passed: BEGIN + passed)


def order(
    cadence: str = "daily",
    at: str = "08:00",
    zone: str = "UTC",
    *,
    weekday: int = 0,
    quiet: str = "",
    created_at: datetime = BEGIN - 30 * DAY,
    paused_until: datetime | None = None,
) -> Subscription:
    hours = [time.fromisoformat(hour) for hour in quiet.split("-")] if quiet else []
    schedule = Schedule(
        cadence=Cadence(cadence),
        at=time.fromisoformat(at),
        zone=zone,
        weekday=weekday,
        quiet=(hours[0], hours[1]) if hours else None,
    )
    return a_subscription(schedule=schedule, created_at=created_at, paused_until=paused_until)


def moment(text: str) -> datetime:
    """Read ``2026-03-29 02:30 Europe/Berlin``, or UTC without a zone."""
    day, hour, *zone = text.split()
    local = datetime.fromisoformat(f"{day} {hour}")
    return local.replace(tzinfo=ZoneInfo(zone[0]) if zone else UTC).astimezone(UTC)


def every(step: timedelta, begin: datetime, end: datetime) -> list[datetime]:
    return [begin + n * step for n in range((end - begin) // step + 1)]


def the_run(subscription: Subscription, last: str, now: str) -> DueRun:
    due = due_run(subscription, last, moment(now))
    assert due is not None
    return due


def test_all_rules_of_all_zones_are_there() -> None:
    """A machine with few zones would let the tests below prove little."""
    assert len(ZONES) >= 60
    assert sum(len(stretches(zone)) - 1 for zone in ZONES) >= 1000


@pytest.mark.parametrize("cadence", ["daily", "weekdays", "weekly"])
def test_around_every_change_of_clocks_each_period_is_run_once(cadence: str) -> None:
    """In every zone, from 2020 to 2037, with wall times that the change skips or repeats."""
    for zone in ZONES:
        for (_, before), (change, after) in pairwise(stretches(zone)):
            middle = (change + (before + after) / 2).replace(tzinfo=None)
            begin, end = change - 3 * DAY, change + 3 * DAY
            made = order(
                cadence,
                f"{middle:%H:%M}",
                zone,
                weekday=middle.weekday(),
                created_at=begin,
            )
            days = (begin.date() - DAY, end.date() + DAY)
            wanted = [one for one in expected(made, *days) if begin <= one.due_at <= end]
            dense = every(10 * MINUTE, change - 2 * HOUR, change + 2 * HOUR)
            exact = [one.due_at + n * MINUTE for one in wanted for n in (-1, 0, 1, 61)]
            coarse = every(6 * HOUR, begin, end)
            runs = replay(made, sorted({*dense, *exact, *coarse, end}))
            assert [due.period for _, due in runs] == [one.period for one in wanted]
            assert [due.due_at for _, due in runs] == [one.due_at for one in wanted]
            assert all(now == due.due_at for now, due in runs)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_the_clock_does_no_period_is_run_twice_or_left_out(data: st.DataObject) -> None:
    """Steps forward of any length, back by up to a day, restarts at any of them."""
    made = order(
        data.draw(st.sampled_from(list(Cadence))).value,
        f"{data.draw(st.times().map(lambda t: t.replace(second=0, microsecond=0))):%H:%M}",
        data.draw(st.sampled_from(ZONES)),
        weekday=data.draw(st.integers(0, 6)),
        created_at=data.draw(MOMENTS),
    )
    steps = data.draw(
        st.lists(
            st.one_of(
                st.timedeltas(MINUTE, 26 * HOUR),
                st.timedeltas(MINUTE, 9 * DAY),
                st.sampled_from([-HOUR, -DAY, HOUR, DAY, 3 * DAY]),
            ),
            max_size=40,
        )
    )
    clock = [made.created_at]
    for step in steps:
        clock.append(clock[-1] + step)
    got = covered(replay(made, clock))
    first, last = made.created_at.date() - 2 * DAY, max(clock).date() + 2 * DAY
    wanted = [
        one.period
        for one in expected(made, first, last)
        if made.created_at <= one.due_at <= max(clock)
    ]
    assert got == wanted


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_quiet_hours_keep_every_message_out_and_lose_none(data: st.DataObject) -> None:
    """As long as they leave time for a look at what is due, here every half hour."""
    end, loud = data.draw(st.integers(0, 1439)), data.draw(st.integers(30, 1439))
    hours = (divmod(minutes % 1440, 60) for minutes in (end + loud, end))
    start_text, end_text = (f"{hour:02}:{minute:02}" for hour, minute in hours)
    at = f"{data.draw(st.times()):%H:%M}"
    zone = data.draw(st.sampled_from(ZONES))
    created = data.draw(MOMENTS).replace(second=0, microsecond=0)
    made = order("daily", at, zone, quiet=f"{start_text}-{end_text}", created_at=created)
    quiet = made.schedule.quiet
    assert quiet is not None
    clock = every(30 * MINUTE, created, created + 6 * DAY)
    runs = replay(made, clock)
    for now, _ in runs:
        wall = now.astimezone(ZoneInfo(zone)).time()
        inside = quiet[0] <= wall < quiet[1]
        if quiet[0] > quiet[1]:
            inside = wall >= quiet[0] or wall < quiet[1]
        # Where the end of the hours comes twice, they end the first time.
        assert not inside or _comes_twice(now, zone)
    days = [date.fromisoformat(period) for period in covered(runs)]
    assert days == [days[0] + n * DAY for n in range(len(days))]
    assert 5 <= len(days) <= 7  # six days hold so many of these moments


def _comes_twice(now: datetime, zone: str) -> bool:
    return any(abs(now - change) < 4 * HOUR for change, _ in stretches(zone))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_the_next_run_is_when_it_comes(data: st.DataObject) -> None:
    made = order(
        data.draw(st.sampled_from(list(Cadence))).value,
        data.draw(st.times().map(lambda t: f"{t:%H:%M}")),
        data.draw(st.sampled_from(ZONES)),
        weekday=data.draw(st.integers(0, 6)),
        quiet=data.draw(st.sampled_from(["", "22:00-07:00", "09:15-17:45"])),
        created_at=data.draw(MOMENTS),
    )
    now = made.created_at
    coming = next_run(made, "", now)
    assert now <= coming <= now + 9 * DAY
    due = due_run(made, "", coming)
    assert due is not None
    before = coming - timedelta(microseconds=1)
    assert before < now or due_run(made, "", before) is None
    after = next_run(made, due.period, coming)
    following = due_run(made, due.period, after)
    assert after > coming
    assert following is not None
    assert following.missed == ()


@pytest.mark.parametrize(
    ("zone", "day", "at", "due"),
    [
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25 00:30"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08 07:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30"),
        ("America/Havana", "2026-03-08", "00:00", "2026-03-08 05:00"),
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29 01:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30"),
        ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15 01:30"),
        ("Asia/Kathmandu", "2026-06-01", "08:00", "2026-06-01 02:15"),
    ],
)
def test_a_wall_time_that_is_skipped_or_repeated(zone: str, day: str, at: str, due: str) -> None:
    """The moments are worked out by hand from the zones' published rules."""
    created = moment(f"{day} 00:00") - DAY
    made = order("daily", at, zone, created_at=created)
    runs = replay(made, every(5 * MINUTE, created, created + 3 * DAY))
    (found,) = [one for _, one in runs if one.period == day]
    assert found.due_at == moment(due)
    assert due_moment(zone, date.fromisoformat(day), time.fromisoformat(at)) == moment(due)


def test_weekly_periods_are_those_of_iso_8601() -> None:
    made = order("weekly", weekday=4)
    assert the_run(made, "", "2027-01-01 08:00").period == "2026-W53"
    assert the_run(made, "2026-W53", "2027-01-08 08:00").period == "2027-W01"


def test_on_weekdays_friday_is_followed_by_monday() -> None:
    made = order("weekdays", created_at=NOON - 3 * DAY)
    runs = replay(made, every(HOUR, moment("2026-11-20 00:00"), moment("2026-11-24 00:00")))
    assert [due.period for _, due in runs] == ["2026-11-20", "2026-11-23"]
    assert runs[1][1].since == moment("2026-11-20 08:00")


def test_a_run_looks_back_to_the_one_before_it() -> None:
    assert the_run(order(), "2026-11-21", "2026-11-22 12:00").since == moment("2026-11-21 08:00")
    weekly = the_run(order("weekly", weekday=6), "", "2026-11-22 12:00")
    assert weekly.since == moment("2026-10-18 08:00")
    assert len(weekly.missed) == 4


def test_three_days_of_downtime_make_one_labelled_run() -> None:
    due = the_run(order(), "2026-11-18", "2026-11-22 12:00")
    assert (due.period, due.due_at) == ("2026-11-22", moment("2026-11-22 08:00"))
    assert due.missed == ("2026-11-19", "2026-11-20", "2026-11-21")
    assert due.since == moment("2026-11-18 08:00")
    assert due_run(order(), due.period, NOON) is None


@pytest.mark.parametrize(
    ("missed", "note"),
    [
        ((), ""),
        (("2026-11-21",), "Catch-up for Sat 21 Nov."),
        (("2026-11-20", "2026-11-21"), "Catch-up for Fri 20 and Sat 21 Nov."),
        (("2026-11-19", "2026-11-20", "2026-11-21"), "Catch-up for Thu 19 to Sat 21 Nov."),
        (("2026-11-30", "2026-12-01"), "Catch-up for Mon 30 Nov and Tue 1 Dec."),
        (("2026-W46",), "Catch-up for week 46."),
        (("2026-W52", "2026-W53", "2027-W01"), "Catch-up for week 52 to week 1."),
    ],
)
def test_a_catch_up_says_what_it_stands_for(missed: tuple[str, ...], note: str) -> None:
    due = DueRun(period="2027-W02", due_at=NOON, since=NOON - DAY, missed=missed)
    assert catch_up_note(due) == note


def test_a_very_long_silence_is_not_caught_up_in_whole() -> None:
    due = the_run(order(), "2025-01-01", "2026-11-22 12:00")
    assert len(due.missed) == LONGEST_CATCH_UP.days - 1


def test_nothing_is_owed_from_before_the_subscription_was_made() -> None:
    made = order(created_at=NOON)
    assert due_run(made, "", NOON + HOUR) is None
    assert the_run(made, "", "2026-11-23 08:00").missed == ()


def test_a_subscription_made_at_its_hour_begins_at_once() -> None:
    made = order(created_at=moment("2026-11-22 08:00"))
    assert the_run(made, "", "2026-11-22 08:00").period == "2026-11-22"


def test_what_a_pause_covers_is_skipped() -> None:
    paused = order(paused_until=NOON)
    assert due_run(paused, "2026-11-18", NOON) is None
    assert next_run(paused, "2026-11-18", NOON) == moment("2026-11-23 08:00")
    assert the_run(paused, "2026-11-18", "2026-11-23 08:00").missed == ()


def test_one_that_is_off_owes_nothing() -> None:
    assert due_run(replace(order(), off="the channel is gone"), "2026-11-18", NOON) is None


def test_quiet_hours_past_midnight_put_a_run_off_and_keep_its_day() -> None:
    made = order("daily", "23:00", quiet="22:00-07:00")
    due = the_run(made, "2026-11-20", "2026-11-22 07:00")
    assert (due.period, due.due_at) == ("2026-11-21", moment("2026-11-22 07:00"))
    assert next_run(made, "2026-11-21", NOON) == moment("2026-11-23 07:00")


def test_a_catch_up_waits_for_the_end_of_the_quiet_hours() -> None:
    made = order(quiet="22:00-07:00")
    assert due_run(made, "2026-11-20", moment("2026-11-21 23:00")) is None
    assert next_run(made, "2026-11-20", moment("2026-11-21 23:00")) == moment("2026-11-22 07:00")
    assert the_run(made, "2026-11-20", "2026-11-22 07:00").period == "2026-11-21"


def test_an_owed_run_comes_now() -> None:
    assert next_run(order(), "2026-11-21", NOON) == NOON


def test_after_a_change_of_days_for_weeks_only_the_current_period_is_owed() -> None:
    assert the_run(order("weekly", weekday=6), "2026-10-01", "2026-11-22 12:00").missed == ()
    assert the_run(order(), "2026-W40", "2026-11-22 12:00").missed == ()


def test_a_week_is_not_run_again_on_another_day() -> None:
    assert due_run(order("weekly", weekday=5), "2026-W47", NOON) is None


@pytest.mark.parametrize("jump", [HOUR, DAY])
def test_a_clock_that_runs_ahead_for_a_while_brings_nothing_twice(jump: timedelta) -> None:
    begin = moment("2026-11-20 00:00")
    ahead = every(HOUR, begin + 30 * HOUR + jump, begin + 36 * HOUR + jump)
    right = every(HOUR, begin + 36 * HOUR, begin + 5 * DAY)
    runs = replay(order(created_at=begin), [*every(HOUR, begin, begin + 30 * HOUR), *ahead, *right])
    assert covered(runs) == [f"2026-11-{day}" for day in range(20, 25)]


def test_a_period_far_ahead_was_named_by_a_wrong_clock() -> None:
    made = order()
    due = the_run(made, "2036-01-01", "2026-11-22 12:00")
    assert (due.period, due.missed) == ("2026-11-22", ())
    assert next_run(made, "2036-01-01", moment("2026-11-22 07:00")) == moment("2026-11-22 07:00")
    assert due_run(made, "2026-11-24", NOON) is None


def test_the_years_of_the_second_opinion_are_those_that_are_promised() -> None:
    assert (BEGIN.year, END.year) == (2020, 2038)
    assert stretches("Europe/Berlin")[1] == (moment("2020-03-29 01:00"), 2 * HOUR)


@pytest.mark.parametrize(
    ("schedule", "now", "period", "due", "since"),
    [
        (("weekly", 0), "2026-11-22T12:00", "2026-W47", "2026-11-16T07:00", "2026-11-09T07:00"),
        (("weekly", 6), "2026-11-20T12:00", "2026-W47", "2026-11-22T07:00", "2026-11-15T07:00"),
        (("daily", 0), "2026-11-18T06:00", "2026-11-17", "2026-11-17T07:00", "2026-11-16T07:00"),
        (("daily", 0), "2026-12-24T06:00", "2026-11-22", "2026-11-22T07:00", "2026-11-21T07:00"),
        (("weekdays", 0), "2026-11-22T12:00", "2026-11-20", "2026-11-20T07:00", "2026-11-19T07:00"),
        (("daily", 0), "2026-11-16T06:00", "2026-11-16", "2026-11-16T07:00", "2026-11-15T07:00"),
    ],
)
def test_the_run_of_a_week_is_the_last_that_fell_due_or_the_first_to_come(
    schedule: tuple[str, int], now: str, period: str, due: str, since: str
) -> None:
    cadence, weekday = schedule
    wanted = Schedule(cadence=Cadence(cadence), weekday=weekday, at=time(8), zone="Europe/Berlin")
    found = run_of_week(wanted, date(2026, 11, 16), _utc(now))
    assert found == DueRun(period=period, due_at=_utc(due), since=_utc(since))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
