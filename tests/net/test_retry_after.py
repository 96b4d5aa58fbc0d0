from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.retry_after import MAX_RETRY_AFTER, retry_after, until_reset
from tests.fakes import NOON


@pytest.mark.parametrize(
    ("field", "wait"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30),
        ("Sunday, 22-Nov-26 12:00:30 GMT", 30),
        ("Sun Nov 22 12:00:30 2026", 30),
        ("Sun, 22 Nov 2026 07:00:30 -0500", 30),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
    ],
)
def test_seconds_and_all_forms_of_a_date_are_read(field: str, wait: int) -> None:
    assert retry_after(field, NOON) == NOON + timedelta(seconds=wait)


@pytest.mark.parametrize("field", [None, "", "soon", "-5", "1.5", "²", "Mon, 99 Nov 2026"])
def test_anything_else_is_no_time(field: str | None) -> None:
    assert retry_after(field, NOON) is None


@pytest.mark.parametrize("field", ["9" * 30, "Fri, 01 Jan 2123 00:00:00 GMT"])
def test_a_mistaken_field_does_not_silence_a_source_for_years(field: str) -> None:
    assert retry_after(field, NOON) == NOON + MAX_RETRY_AFTER


@given(field=st.text())
def test_no_field_raises(field: str) -> None:
    moment = retry_after(field, NOON)
    assert moment is None or NOON <= moment <= NOON + MAX_RETRY_AFTER


@pytest.mark.parametrize(
    ("field", "wait"),
    [
        ('"api";r=0;t=55', 55),
        ('"api"; r=0; t=55', 55),
        ('"api";r=0;t=55, "pages";r=0;t=100', 100),
        ('"api";r=3;t=55, "pages";r=0;t=100', 100),
        ('"api";r=499;t=300', None),
        ('"api";r=10;t=300', None),
        ("limit=100, remaining=0, reset=50", None),
        ("", None),
        (None, None),
    ],
)
def test_a_used_up_limit_says_when_it_is_renewed(field: str | None, wait: int | None) -> None:
    assert until_reset(field) == (None if wait is None else timedelta(seconds=wait))


def test_a_limit_is_never_waited_for_longer_than_two_days() -> None:
    assert until_reset('"api";r=0;t=999999999') == MAX_RETRY_AFTER


@given(st.text())
def test_no_limit_field_makes_reading_fail(field: str) -> None:
    until_reset(field)
