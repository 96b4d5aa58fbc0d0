from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.dates import parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue, 09 Jan 2024 00:00:00 -0500", datetime(2024, 1, 9, 5, tzinfo=UTC)),
        ("Tue, 09 Jan 2024 05:00:00 GMT", datetime(2024, 1, 9, 5, tzinfo=UTC)),
        ("09 Jan 2024 05:00:00", datetime(2024, 1, 9, 5, tzinfo=UTC)),
        ("31 Feb 2026", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_as_utc(text: str | None, expected: datetime | None) -> None:
    assert parse_date(text) == expected


@given(text=st.text())
def test_no_text_raises(text: str) -> None:
    moment = parse_date(text)
    assert moment is None or moment.tzinfo is UTC
