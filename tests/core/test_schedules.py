"""What members type for days, times, sizes and pauses."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UsageError
from core.schedules import (
    CHOICES,
    choice_of,
    in_words,
    quiet_hours,
    size,
    size_typed,
    until,
    wall_time,
    with_choice,
)
from tests.fakes import NOON


@pytest.mark.parametrize(("_", "choice"), CHOICES)
def test_a_choice_leads_back_to_itself(_: str, choice: str) -> None:
    schedule = with_choice(choice, at=time(8), zone="UTC")

    assert choice_of(schedule) == choice


@pytest.mark.parametrize(
    ("typed", "at"),
    [("8", time(8)), ("08:30", time(8, 30)), (" 8.30 ", time(8, 30)), ("0:05", time(0, 5))],
)
def test_times_are_read_as_people_write_them(typed: str, at: time) -> None:
    assert wall_time(typed) == at


@pytest.mark.parametrize(
    "typed",
    ["", "24:00", "8:60", "8am", "-1", "8:30:00", "٣:x", "9" * 20, "8:" + "9" * 20, "1" * 5000],
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="is not a time of day"):
        wall_time(typed)


def test_quiet_hours_may_wrap_midnight() -> None:
    assert quiet_hours("22-7:30") == (time(22), time(7, 30))
    assert quiet_hours("22:00\N{EN DASH}07:00") == (time(22), time(7))
    assert quiet_hours(" ") is None


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("10d", NOON + timedelta(days=10)),
        ("2W", NOON + timedelta(weeks=2)),
        ("2026-12-24", datetime(2026, 12, 23, 23, tzinfo=UTC)),
    ],
)
def test_a_pause_ends_after_a_stretch_or_at_midnight_of_the_zone(typed: str, end: datetime) -> None:
    assert until(typed, "Europe/Berlin", NOON) == end


@pytest.mark.parametrize("typed", ["", "d", "0d", "tomorrow", "2026-02-30", "2020-01-01", "-3d"])
def test_what_is_no_end_of_a_pause_is_refused(typed: str) -> None:
    with pytest.raises(UsageError):
        until(typed, "UTC", NOON)


@given(st.one_of(st.none(), st.integers(1, 50)), st.one_of(st.none(), st.integers(1, 240)))
def test_a_size_is_read_as_it_is_written(items: int | None, minutes: int | None) -> None:
    if items or minutes:
        assert size(size_typed(items, minutes)) == (items, minutes)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("10 items", (10, None)), ("15min", (None, 15)), ("5, 20 minutes", (5, 20))],
)
def test_sizes_are_read_as_people_write_them(
    typed: str, found: tuple[int | None, float | None]
) -> None:
    assert size(typed) == found


@pytest.mark.parametrize("typed", ["", "many", "10, ", "1.5 min", "99999"])
def test_what_is_no_size_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="is not a size"):
        size(typed)


def test_a_schedule_reads_like_a_sentence() -> None:
    schedule = with_choice("weekly 2", at=time(8), zone="Europe/Berlin", quiet="22-7")

    assert in_words(schedule) == (
        "every Wednesday at 08:00 (Europe/Berlin), quiet from 22:00 to 07:00"
    )


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Etc/GMT+2", "Etc/GMT+2, that is UTC-2"),
        ("Etc/GMT-14", "Etc/GMT-14, that is UTC+14"),
        ("Etc/GMT", "Etc/GMT"),
        ("Etc/GMT+0", "Etc/GMT+0"),
        ("Europe/Berlin", "Europe/Berlin"),
    ],
)
def test_a_zone_whose_sign_is_reversed_says_what_it_means(zone: str, words: str) -> None:
    assert in_words(with_choice("daily", at=time(8), zone=zone)).endswith(f"({words})")
