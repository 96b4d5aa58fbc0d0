from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetchers.arxiv_ids import parse_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://arxiv.org/abs/1706.03762v7", ("1706.03762", "7", (2017, 6))),
        ("https://arxiv.org/abs/2401.04088", ("2401.04088", "", (2024, 1))),
        ("oai:arXiv.org:2401.04088v1", ("2401.04088", "1", (2024, 1))),
        ("http://arxiv.org/abs/hep-th/9711200v3", ("hep-th/9711200", "3", (1997, 11))),
        ("astro-ph/0601001", ("astro-ph/0601001", "", (2006, 1))),
        ("math.GT/0309136v1", ("math.GT/0309136", "1", (2003, 9))),
        ("0704.0001", ("0704.0001", "", (2007, 4))),
        ("9107.0001", ("9107.0001", "", (1991, 7))),
        ("2612.123456v12", ("2612.123456", "12", (2026, 12))),
    ],
)
def test_all_forms_of_an_identifier_are_read(
    text: str, expected: tuple[str, str, tuple[int, int]]
) -> None:
    name = parse_id(text)
    assert name is not None
    year, month = expected[2]
    assert (name.id, name.version, name.month) == (
        *expected[:2],
        datetime(year, month, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "text", ["", "abc", "0000.0000", "2413.00001", "2401.123", "https://arxiv.org/api/errors#x"]
)
def test_anything_else_is_none(text: str) -> None:
    assert parse_id(text) is None


@given(text=st.text())
def test_no_text_raises(text: str) -> None:
    assert parse_id(text) is None or text
