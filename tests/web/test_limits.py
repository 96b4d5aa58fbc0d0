from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FakeClock
from web import limits
from web.limits import Limit, Rate, client_address, networks

SECOND = timedelta(seconds=1)
HERE = networks(["127.0.0.1", "::1"])


def test_as_many_as_the_burst_go_at_once_and_then_one_each_time() -> None:
    clock = FakeClock()
    limit = Limit(Rate(burst=3, each=10 * SECOND), clock)
    assert [limit.wait("a") for _ in range(4)] == [timedelta()] * 3 + [10 * SECOND]
    clock.advance(4 * SECOND)
    assert limit.wait("a") == 6 * SECOND
    clock.advance(6 * SECOND)
    assert [limit.wait("a"), limit.wait("a")] == [timedelta(), 10 * SECOND]


def test_what_came_to_nothing_can_be_given_back() -> None:
    limit = Limit(Rate(burst=1, each=SECOND), FakeClock())
    for _ in range(3):
        assert limit.wait("a") == timedelta()
        limit.give_back("a")
    assert limit.wait("a") == timedelta()
    assert limit.wait("a") == SECOND
    limit.give_back("nobody")


def test_one_who_waits_does_not_make_another_wait() -> None:
    limit = Limit(Rate(burst=1, each=SECOND), FakeClock())
    assert limit.wait("a") == timedelta()
    assert limit.wait("a") == SECOND
    assert limit.wait("b") == timedelta()


@given(pauses=st.lists(st.integers(0, 30), max_size=60), burst=st.integers(1, 5))
def test_no_stretch_of_time_holds_more_than_the_rate_allows(pauses: list[int], burst: int) -> None:
    clock = FakeClock()
    limit = Limit(Rate(burst=burst, each=10 * SECOND), clock)
    passed = []
    for pause in pauses:
        clock.advance(pause * SECOND)
        if not limit.wait("a"):
            passed.append(clock())
    for place, first in enumerate(passed):
        for count, last in enumerate(passed[place:], 1):
            assert count <= burst + (last - first) / (10 * SECOND)


def test_a_clock_that_is_set_back_locks_nobody_out_for_longer_than_the_bucket() -> None:
    clock = FakeClock()
    limit = Limit(Rate(burst=2, each=SECOND), clock)
    clock.advance(timedelta(days=1))
    limit.wait("a")
    clock.advance(timedelta(days=-1))
    assert limit.wait("a") <= 2 * SECOND


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CLIENTS", 2)
    limit = Limit(Rate(burst=1, each=SECOND), FakeClock())
    for name in "abc":
        limit.wait(name)
    assert [limit.wait("c"), limit.wait("a")] == [SECOND, timedelta()]


@pytest.mark.parametrize(
    ("peer", "forwarded", "known"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # no proxy of ours: not believed
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "9.9.9.9, 198.51.100.1", "198.51.100.1"),  # the first one wrote the reader
        ("127.0.0.1", "198.51.100.1, 127.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("127.0.0.1", "<script>", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_a_reader_is_known_by_what_the_last_proxy_saw(
    peer: str, forwarded: str, known: str
) -> None:
    assert client_address(peer, forwarded, HERE) == known


@given(peer=st.text(max_size=30), forwarded=st.text(max_size=60))
def test_any_header_names_somebody(peer: str, forwarded: str) -> None:
    assert client_address(peer, forwarded, HERE)
    assert client_address("127.0.0.1", forwarded, HERE)
