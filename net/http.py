"""The one way out: every request to a source goes through here.

``Http`` holds what all sources share, the pace above all. A ``Visit`` is one look at one source:
it has a time budget for all its requests, and remembers what its answers said about changes until
the items are stored.
"""

from __future__ import annotations

import dataclasses
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

from core.ports.clock import Clock
from core.ports.sources import ValidatorStore
from net.guard import Guard
from net.limiter import Gates, Timer
from net.visit import Visit

__all__ = ["Http", "Visit"]

MAX_BYTES = 5_000_000
"""Most that a decoded answer may have; the largest known, 1,000 arXiv entries, has 2.7 MB."""

REQUEST_SECONDS = 20.0
"""Most that one request may take from the first packet to the last byte."""

VISIT_SECONDS = 60.0
"""After this long a look at a source is given up, waiting included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """What the looks at all sources share; safe to use from several threads.

    Attributes:
        clock: tells the time for Retry-After.
        memory: where the validators of answers are kept between runs; without one every answer is
            asked for in full.
        contact: how the operator can be reached, an address of mail or web; sent along.
        pause: least number of seconds from the end of one request to the start of the next.
        request_seconds: most that one request may take in all.
        visit_seconds: most that one look at a source may take in all.
        max_bytes: most that a decoded answer may have.
        timer: measures and spends time.
        gates: let one request through at a time; the same for every pace.
        guard: opens every connection, where the addresses are not the operator's own.
    """

    clock: Clock
    memory: ValidatorStore | None = None
    contact: str = ""
    pause: float = 0.0
    request_seconds: float = REQUEST_SECONDS
    visit_seconds: float = VISIT_SECONDS
    max_bytes: int = MAX_BYTES
    timer: Timer = time
    gates: Gates = field(default_factory=Gates)
    guard: Guard | None = None

    def paced(self, pause: timedelta) -> Http:
        """Return the same way out with another pace; one host still has one request at a time."""
        return dataclasses.replace(self, pause=pause.total_seconds())

    def guarded(self, guard: Guard) -> Http:
        """Return the same way out for addresses that members name."""
        return dataclasses.replace(self, guard=guard)

    def visit(self, source: str) -> Visit:
        """Begin a look at a source; its time starts to run."""
        return Visit(self, source)

    def turn(self, source: str, host: str, *, until: float) -> AbstractContextManager[None]:
        """Wait for the turn of a source at a host; see ``Gates.turn``."""
        return self.gates.turn(source, host, timer=self.timer, pause=self.pause, until=until)

    @property
    def user_agent(self) -> str:
        """Who we say we are: program, version and, if given, whom to write to."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            release = version("tidings")
        except PackageNotFoundError:  # run from a folder without being installed
            release = "0"
        contact = "".join(c for c in self.contact if c.isascii() and c.isprintable())
        return f"tidings/{release} (+{contact})" if contact else f"tidings/{release}"
