from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import token_buckets
from core.token_buckets import Rate, TokenBuckets
from tests.fakes import FakeClock

SECOND = timedelta(seconds=1)


def test_as_many_as_the_burst_go_at_once_and_then_one_each_time() -> None:
    clock = FakeClock()
    buckets = TokenBuckets(Rate(burst=3, each=10 * SECOND), clock)
    assert [buckets.wait("a") for _ in range(4)] == [timedelta()] * 3 + [10 * SECOND]
    clock.advance(4 * SECOND)
    assert buckets.wait("a") == 6 * SECOND
    clock.advance(6 * SECOND)
    assert [buckets.wait("a"), buckets.wait("a")] == [timedelta(), 10 * SECOND]


def test_one_who_waits_does_not_make_another_wait() -> None:
    buckets = TokenBuckets(Rate(burst=1, each=SECOND), FakeClock())
    assert buckets.wait("a") == timedelta()
    assert buckets.wait("a") == SECOND
    assert buckets.wait("b") == timedelta()


@given(pauses=st.lists(st.integers(0, 30), max_size=60), burst=st.integers(1, 5))
def test_no_stretch_of_time_holds_more_than_the_rate_allows(pauses: list[int], burst: int) -> None:
    clock = FakeClock()
    buckets = TokenBuckets(Rate(burst=burst, each=10 * SECOND), clock)
    passed = []
    for pause in pauses:
        clock.advance(pause * SECOND)
        if not buckets.wait("a"):
            passed.append(clock())
    for place, first in enumerate(passed):
        for count, last in enumerate(passed[place:], 1):
            assert count <= burst + (last - first) / (10 * SECOND)


def test_a_clock_that_is_set_back_locks_nobody_out_for_longer_than_the_bucket() -> None:
    clock = FakeClock()
    buckets = TokenBuckets(Rate(burst=2, each=SECOND), clock)
    clock.advance(timedelta(days=1))
    buckets.wait("a")
    clock.advance(timedelta(days=-1))
    assert buckets.wait("a") <= 2 * SECOND


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_buckets, "MAX_KEYS", 2)
    buckets = TokenBuckets(Rate(burst=1, each=SECOND), FakeClock())
    for name in "abc":
        buckets.wait(name)
    assert [buckets.wait("c"), buckets.wait("a")] == [SECOND, timedelta()]
