"""Rate limit: how often a source and a host may be asked, and by one request at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from core.ports.clock import Timer


class NoSlotError(Exception):
    """The request could not be sent within the time that the caller has."""


class RateLimiter:
    """Limits the requests to each source and to each host.

    A request needs a slot of its source, so that several hosts of one source share its pace
    (arXiv counts its API and its RSS together), and then one of its host, so that several sources
    on one host do not add up.
    """

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    @contextmanager
    def slot(
        self, source: str, host: str, *, timer: Timer, pause: float, until: float
    ) -> Iterator[None]:
        """Wait until a source may ask a host, and keep others waiting while the request runs.

        Args:
            source: who asks.
            host: who is asked, with its port.
            timer: how time is measured and spent.
            pause: least number of seconds since the end of the request before.
            until: the moment of the timer after which waiting makes no sense.

        Raises:
            NoSlotError: if the request may not be sent before ``until``.
        """
        with ExitStack() as held:
            # Always in this order: two sources at one host cannot wait for each other.
            for name in (f"source {source}", f"host {host}"):
                with self._lock:
                    lane = self._lanes.setdefault(name, _Lane())
                held.enter_context(lane.slot(timer, pause, until))
            yield


@dataclass(slots=True)
class _Lane:
    """Lets one request through at a time, and the next one only after a pause."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    last_end: float | None = None

    @contextmanager
    def slot(self, timer: Timer, pause: float, until: float) -> Iterator[None]:
        if not self.lock.acquire(timeout=max(0.0, until - timer.monotonic())):
            raise NoSlotError
        try:
            now = timer.monotonic()
            due = now if self.last_end is None else max(now, self.last_end + pause)
            if due > until:
                raise NoSlotError
            if due > now:
                timer.sleep(due - now)
            try:
                yield
            finally:
                self.last_end = timer.monotonic()
        finally:
            self.lock.release()
