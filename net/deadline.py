"""A deadline that holds whatever the other side does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

T = TypeVar("T")


class DeadlineError(Exception):
    """The work was not done in time."""


def within(seconds: float, work: Callable[[], T], abort: Callable[[], None]) -> T:
    """Run ``work`` and return what it gives, unless it takes too long.

    A timeout of a socket starts anew with every byte, and looking up a name or trying one address
    after another has none at all. So the work runs in a thread of its own; when time is up, it is
    left behind and its sockets are shut, which ends it.

    Args:
        seconds: how long it may take in all.
        work: what to do; what it raises is raised here.
        abort: called from this thread when time is up; has to make ``work`` end soon.

    Raises:
        DeadlineError: when time is up.
    """
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # raised again in the thread that waits
            result.set_exception(error)

    # A daemon: a name server that never answers must not hold up the end of the program.
    threading.Thread(target=run, name="request", daemon=True).start()
    try:
        done, _ = wait([result], timeout=max(0.0, seconds))
    except BaseException:
        abort()
        raise
    if not done:
        abort()
        raise DeadlineError
    return result.result()
