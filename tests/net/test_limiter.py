from __future__ import annotations

import threading
import time

import pytest

from net.limiter import NoSlotError, RateLimiter
from tests.net.fakes import FakeTimer


def test_the_pause_counts_from_the_end_of_the_request_before() -> None:
    timer, limiter = FakeTimer(), RateLimiter()
    with limiter.slot("arxiv", "api", timer=timer, pause=3, until=60):
        timer.now += 10  # the request itself
    timer.now += 1
    with limiter.slot("arxiv", "rss", timer=timer, pause=3, until=60):
        assert timer.now == 13


def test_a_long_silence_needs_no_pause() -> None:
    timer, limiter = FakeTimer(), RateLimiter()
    for _ in range(2):
        with limiter.slot("arxiv", "api", timer=timer, pause=3, until=600):
            timer.now += 100
    assert timer.naps == [3]
    timer.now += 100
    with limiter.slot("arxiv", "api", timer=timer, pause=3, until=600):
        assert timer.naps == [3]


def test_a_slot_that_comes_too_late_is_not_waited_for() -> None:
    timer, limiter = FakeTimer(), RateLimiter()
    with limiter.slot("arxiv", "api", timer=timer, pause=3, until=60):
        pass
    with pytest.raises(NoSlotError), limiter.slot("arxiv", "api", timer=timer, pause=3, until=2):
        pass
    assert timer.naps == []


def test_a_failed_request_gives_its_slot_back() -> None:
    timer, limiter = FakeTimer(), RateLimiter()
    with (
        pytest.raises(ValueError, match="broken"),
        limiter.slot("arxiv", "api", timer=timer, pause=0, until=60),
    ):
        raise ValueError("broken")
    with limiter.slot("arxiv", "api", timer=timer, pause=0, until=60):
        pass


def test_a_host_serves_one_request_at_a_time() -> None:
    limiter = RateLimiter()
    busy = threading.Lock()
    meetings: list[bool] = []

    def ask(source: str) -> None:
        for _ in range(50):
            with limiter.slot(source, "host", timer=time, pause=0, until=time.monotonic() + 30):
                meetings.append(busy.acquire(blocking=False))
                busy.release()

    threads = [threading.Thread(target=ask, args=(f"source {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert meetings == [True] * 200


def test_a_host_that_is_busy_for_too_long_is_given_up() -> None:
    limiter = RateLimiter()
    with (
        limiter.slot("one", "host", timer=time, pause=0, until=time.monotonic() + 30),
        pytest.raises(NoSlotError),
        limiter.slot("two", "host", timer=time, pause=0, until=time.monotonic() + 0.05),
    ):
        pass
