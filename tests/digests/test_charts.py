from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.charts import bar, interval, sparkline

SHARES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0, "    "), (1, "████"), (0.5, "██  "), (0.001, "▏   "), (7, "████"), (0.3, "█▎  ")],
)
def test_a_bar_is_as_long_as_its_share(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn


def test_a_sparkline_goes_from_the_lowest_to_the_highest() -> None:
    assert sparkline([1, 2, 8]) == "▁▂█"
    assert sparkline([5, 5]) == "▁▁"
    assert not sparkline([])


def test_an_estimate_stands_within_its_interval() -> None:
    assert interval(0.2, 0.5, 1, 11) == "··├──●────┤"
    assert interval(0.4, 0.4, 0.4, 11) == "····●······"


@given(SHARES, SHARES, SHARES, st.integers(2, 40))
def test_drawn_estimates_keep_their_width(a: float, b: float, c: float, width: int) -> None:
    low, value, high = sorted((a, b, c))
    drawn = interval(low, value, high, width)
    assert len(drawn) == width
    assert drawn.count("●") == 1
