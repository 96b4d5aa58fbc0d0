from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.durations import format_duration, parse_duration, parse_since
from core.errors import UsageError
from tests.fakes import NOON


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("6h", timedelta(hours=6)),
        (" 7 D ", timedelta(days=7)),
        ("2w", timedelta(days=14)),
        ("0s", timedelta(0)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "7", "d", "-7d", "7y", "1.5h", "7d7d", "9999999d"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="7d"):
        parse_duration(text)


@given(st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)))
def test_what_is_written_is_read_back(duration: timedelta) -> None:
    if duration < timedelta(seconds=999_999):
        assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("7d", NOON - timedelta(days=7)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T12:00+02:00", datetime(2026, 11, 1, 10, tzinfo=UTC)),
    ],
)
def test_since_is_a_duration_or_a_date(text: str, moment: datetime) -> None:
    assert parse_since(text, NOON) == moment


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "999999d", "", "999999w"])
def test_since_that_is_neither_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="neither"):
        parse_since(text, NOON)
