from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.deliveries import Cadence, Schedule
from core.errors import UsageError
from core.people import known_zone
from core.schedules import DAYS
from web.fields import (
    local_day,
    parse_day,
    parse_items,
    parse_schedule,
    zones,
)

WEEKLY = Schedule(cadence=Cadence.WEEKLY, weekday=3, at=time(7, 30), zone="Asia/Kolkata")
FIELDS = {"cadence": "weekly", "weekday": "Thursday", "at": "07:30", "zone": "Asia/Kolkata"}


def test_what_a_form_says_is_the_schedule_and_quiet_hours_stay() -> None:
    assert parse_schedule(FIELDS, replace(WEEKLY, weekday=0)) == WEEKLY
    quiet = replace(WEEKLY, quiet=(time(22), time(7)))
    assert parse_schedule(FIELDS, quiet).quiet == (time(22), time(7))


@pytest.mark.parametrize(
    "wrong",
    [
        {"cadence": "hourly"},
        {"weekday": "Someday"},
        {"weekday": ""},
        {"at": "25:00"},
        {"at": "<script>"},
        {"at": "08:00+02:00x"},
        {"zone": "Europe/Nowhere"},
        {"zone": "../../etc/passwd"},
        {"zone": ""},
    ],
)
def test_what_no_form_offers_is_one_line(wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"\A[^\n]+\Z"):
        parse_schedule(FIELDS | wrong, WEEKLY)


@given(texts=st.fixed_dictionaries(dict.fromkeys(FIELDS, st.text(max_size=20))))
def test_any_fields_are_a_schedule_or_one_line(texts: dict[str, str]) -> None:
    try:
        read = parse_schedule(texts, WEEKLY)
    except UsageError as error:
        assert "\n" not in str(error)  # noqa: PT017  nothing may be raised as well
    else:
        assert read.at.tzinfo is None


@given(text=st.text(max_size=8))
def test_a_number_is_read_or_refused(text: str) -> None:
    try:
        assert str(parse_items({"items": text})) == text.strip().lstrip("0") or parse_items(
            {"items": text}
        ) in range(10_000)
    except UsageError:
        assert not (text.strip().isascii() and text.strip().isdecimal()) or len(text.strip()) > 4


def test_a_day_begins_at_midnight_of_the_readers_zone() -> None:
    begins = datetime(2026, 11, 29, 18, 30, tzinfo=UTC)
    assert parse_day("2026-11-30", "Asia/Kolkata") == begins
    assert local_day(begins, "Asia/Kolkata") == "2026-11-30"
    assert parse_day(" ", "UTC") is None


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "0001-01-01", "9999-12-31x", "٢٠٢٦"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="2026-11-30"):
        parse_day(text, "Asia/Kolkata")


def test_every_zone_to_choose_is_known_and_those_of_people_are_there() -> None:
    offered = zones()
    assert {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(offered)
    assert all(known_zone(name) == name for name in offered)
    assert len(set(offered)) == len(offered)
    assert len(DAYS) == 7
