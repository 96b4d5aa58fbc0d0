from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fetchers.rows import line, moment, number, parse_moment, read_json
from fetchers.source import MalformedError

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-12T12:00:00Z", NOON),
        ("2026-11-12T12:00:00", NOON),  # one without a zone is UTC
        ("2026-11-12T13:00:00+01:00", NOON),
        ("2026-11-12T12:00:00.5Z", NOON.replace(microsecond=500_000)),
        ("2026-11-12T12:00:00.579581800Z", NOON.replace(microsecond=579_581)),
        (" 2026-11-12T12:00:00Z\n", NOON),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (1763000000, None),
    ],
)
def test_times_are_read_in_all_lengths(text: object, expected: datetime | None) -> None:
    assert parse_moment(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), (7.5, 7.5), (0, 0), (True, None), ("7", None), (None, None), (10**400, None)],
)
def test_only_numbers_are_numbers(value: object, expected: float | None) -> None:
    assert number({"x": value}, "x") == expected


def test_what_json_calls_infinite_is_no_number() -> None:
    row = read_json(b'{"x": Infinity, "y": NaN}', "kaggle")
    assert isinstance(row, dict)
    assert (number(row, "x"), number(row, "y")) == (None, None)


def test_the_first_field_that_holds_something_counts() -> None:
    row = {"a": None, "b": " ", "c": "text", "d": "2026-11-12T12:00:00Z", "e": 5}
    assert line(row, "a", "b", "c", "d") == "text"
    assert number(row, "a", "c", "e") == 5
    assert moment(row, "a", "c", "d") == NOON
    assert (line(row, "z"), number(row, "z"), moment(row, "z")) == ("", None, None)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 200_000, b"\xff", b"9" * 5000])
def test_what_is_no_json_is_an_error(body: bytes) -> None:
    with pytest.raises(MalformedError):
        read_json(body, "kaggle")
