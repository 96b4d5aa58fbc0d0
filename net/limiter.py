"""Pace: how often a source and a host may be asked, and by one request at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol


class Timer(Protocol):
    """Measures and spends time; the module ``time`` is one."""

    def monotonic(self) -> float:
        """Return the seconds of a clock that never goes back."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Wait for a number of seconds."""
        ...


class TooBusyError(Exception):
    """The turn would come later than the caller can wait."""


class _Gate:
    """Lets one request through at a time, and the next one only after a pause."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_end: float | None = None

    @contextmanager
    def turn(self, timer: Timer, pause: float, until: float) -> Iterator[None]:
        if not self._lock.acquire(timeout=max(0.0, until - timer.monotonic())):
            raise TooBusyError
        try:
            self._wait(timer, pause, until)
            try:
                yield
            finally:
                self._last_end = timer.monotonic()
        finally:
            self._lock.release()

    def _wait(self, timer: Timer, pause: float, until: float) -> None:
        now = timer.monotonic()
        due = now if self._last_end is None else max(now, self._last_end + pause)
        if due > until:
            raise TooBusyError
        if due > now:
            timer.sleep(due - now)


class Gates:
    """The gates of all sources and hosts.

    A request waits for the turn of its source, so that several hosts of one source share its pace
    (arXiv counts its API and its RSS together), and then for that of its host, so that several
    sources on one host do not add up.
    """

    def __init__(self) -> None:
        self._gates: dict[str, _Gate] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(
        self, source: str, host: str, *, timer: Timer, pause: float, until: float
    ) -> Iterator[None]:
        """Wait for the turn of a source at a host and hold it while a request runs.

        Args:
            source: who asks.
            host: who is asked, with its port.
            timer: how time is measured and spent.
            pause: least number of seconds since the end of the request before.
            until: the moment of the timer after which waiting makes no sense.

        Raises:
            TooBusyError: if the turn does not come before ``until``.
        """
        with ExitStack() as held:
            # Always in this order: two sources at one host cannot wait for each other.
            for name in (f"source {source}", f"host {host}"):
                held.enter_context(self._gate(name).turn(timer, pause, until))
            yield

    def _gate(self, name: str) -> _Gate:
        with self._lock:
            return self._gates.setdefault(name, _Gate())
