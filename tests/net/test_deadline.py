from __future__ import annotations

import threading

import pytest

from net.deadline import DeadlineError, within


def never() -> None:
    raise AssertionError("cut though it was in time")


def test_work_that_is_in_time_gives_its_result() -> None:
    assert within(5, lambda: 42, never) == 42


def test_what_work_raises_is_raised_here() -> None:
    def work() -> None:
        raise KeyError("inside")

    with pytest.raises(KeyError, match="inside"):
        within(5, work, never)


def test_a_timeout_inside_the_work_is_not_taken_for_the_deadline() -> None:
    def work() -> None:
        raise TimeoutError("a socket's own")

    with pytest.raises(TimeoutError, match="own"):
        within(5, work, never)


def test_work_that_takes_too_long_is_cut_and_ends() -> None:
    cut, ended = threading.Event(), threading.Event()

    def work() -> None:
        cut.wait(10)
        ended.set()

    with pytest.raises(DeadlineError):
        within(0.05, work, cut.set)
    assert ended.wait(5)
