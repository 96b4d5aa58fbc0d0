from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.items import Item
from fetchers.rows import (
    NUMBER,
    Row,
    epoch,
    line,
    moment,
    number,
    parse_moment,
    read_json,
    read_rows,
)
from fetchers.source import MalformedError
from tests.fakes import an_item

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


class TestRows:
    def test_what_cannot_be_read_is_left_out(self) -> None:
        def mapper(row: Row) -> Item | None:
            return an_item() if row.get("id") else None

        rows = [{"id": 1}, {"id": None}, "text", None]
        assert read_rows(rows, mapper, source="arxiv", what="papers") == [an_item()]
        assert read_rows([], mapper, source="arxiv", what="papers") == []

    @pytest.mark.parametrize("rows", [None, {}, "text", ["text"], [{}]])
    def test_what_is_no_list_or_holds_nothing_to_read_is_an_error(self, rows: object) -> None:
        with pytest.raises(MalformedError, match=r"arxiv: .*papers"):
            read_rows(rows, lambda _: None, source="arxiv", what="papers")

    @pytest.mark.parametrize("name", ["points", "paper.upvotes", "points.upvotes", "text"])
    def test_a_field_that_is_in_no_row_any_more_is_an_error(self, name: str) -> None:
        rows = [{"points": None, "text": "12"}, {"text": {"value": 3}, "paper": {"votes": 3}}]
        always = {name: NUMBER}
        with pytest.raises(MalformedError, match=f"none of 2 papers has '{name}'"):
            read_rows(rows, lambda _: an_item(), source="arxiv", what="papers", always=always)

    def test_a_field_that_one_row_has_is_there(self) -> None:
        rows = [{"points": 0}, {"paper": {"upvotes": 3}}]
        always = {"points": NUMBER, "paper.upvotes": NUMBER}
        items = read_rows(rows, lambda _: an_item(), source="arxiv", what="papers", always=always)
        assert len(items) == 2


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (1794484800, NOON),
        (1794484800.0, NOON),
        (1794484800000, None),  # milliseconds
        (-1, None),
        (0, None),
        (True, None),
        ("1794484800", None),
        (float("inf"), None),
    ],
)
def test_seconds_since_1970_are_read(seconds: object, expected: datetime | None) -> None:
    assert epoch({"at": seconds}, "at") == expected
