"""What every request of the bot to Discord passes: the rate limit, and a record of its outcome.

Both hang on aiohttp's tracing hooks, which ``discord.Client`` takes by its public option
``http_trace``; so retries of the library and requests of every command are covered too.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp

PER_SECOND = 50
"""Requests a second over all routes that Discord allows to a bot (topics/rate-limits)."""

_SECOND = 1.0

_MAX_CATCH_UP = 0.3
"""Seconds of lateness that requests may make up for by following each other faster."""

_MAX_TRANSIT = 0.1
"""Seconds by which a place is freed early at the most: after many slow requests a quick one may
follow."""

_EXEMPT = ("/interactions/", "/webhooks/")
"""Interaction endpoints are not bound to the global limit (docs: "Global Rate Limit")."""


class Pace:
    """Lets requests pass evenly, first come first served, and never too many in any second.

    Discord counts arrivals in seconds of its own, at times that are not known here. All that is
    known of an arrival is that it lies between the sending and the answer.

    Algorithm: a request holds one of ``per_second`` places from its sending until one second after
    its answer. Whatever is sent once a place is free arrives more than a second later, so at most
    ``per_second`` requests arrive in any second, whatever the network or this process does.

    On a slow network that alone would waste pace. The quickest round trip so far is an estimate
    of how long every request travels, so a place may be freed that much earlier (at most
    ``_MAX_TRANSIT``); as it is only an estimate, one place fewer is then used.

    Source: Discord's docs, "Rate Limits", global limit.
    """

    def __init__(self, *, per_second: int = PER_SECOND) -> None:
        self._gap = _SECOND / per_second
        self._places = per_second
        self._slot = 0.0
        self._turn = asyncio.Lock()
        self._away = 0
        self._answers: deque[float] = deque()
        self._transit = _MAX_TRANSIT
        self._answer = asyncio.Event()

    async def turn(self) -> float:
        """Wait for a place; return when it came, which ``answered`` needs."""
        now = asyncio.get_running_loop().time
        async with self._turn:
            self._slot = max(self._slot + self._gap, now() - _MAX_CATCH_UP)
            await asyncio.sleep(self._slot - now())
            while (opens := self._opens(now())) > now():
                await self._wait(opens - now())
            self._away += 1
            return now()

    def answered(self, turn: float) -> None:
        """Note that a request has its answer, or never will; ``turn`` is what it got."""
        now = asyncio.get_running_loop().time()
        self._away -= 1
        self._answers.append(now)
        self._transit = min(self._transit, now - turn)
        self._answer.set()

    def _opens(self, now: float) -> float:
        """Return when a place is free; infinity if an answer must come first."""
        while self._answers and self._answers[0] + _SECOND <= now:
            self._answers.popleft()
        # So many of the oldest answers must be a second old before a place is free.
        surplus = self._away + len(self._answers) - self._places + 1
        if surplus <= 0:
            return now
        return min(self._age(surplus, _SECOND), self._age(surplus + 1, _SECOND - self._transit))

    def _age(self, count: int, seconds: float) -> float:
        """Return when the first ``count`` answers will be that old."""
        enough = count <= len(self._answers)
        return self._answers[count - 1] + seconds if enough else math.inf

    async def _wait(self, seconds: float) -> None:
        """Wait for that long, or for ever for an answer."""
        if seconds < math.inf:
            await asyncio.sleep(seconds)
        else:
            self._answer.clear()
            await self._answer.wait()


@dataclass(slots=True)
class Outcome:
    """What became of the requests of one delivery, retries of the library included."""

    sent: int = 0
    settled: int = 0

    @property
    def uncertain(self) -> bool:
        """Whether a request left this machine and got no answer, or one that settles nothing."""
        return self.sent > self.settled


_OUTCOME: ContextVar[Outcome] = ContextVar("outcome")


@contextmanager
def watched() -> Iterator[Outcome]:
    """Record what becomes of the requests that are made inside, in this task."""
    outcome = Outcome()
    token = _OUTCOME.set(outcome)
    try:
        yield outcome
    finally:
        _OUTCOME.reset(token)


def trace(pace: Pace) -> aiohttp.TraceConfig:
    """Return the hooks for ``discord.Client(http_trace=…)``."""

    async def started(
        _: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        path = request.url.path
        context.turn = None
        if "/api/" in path and not any(part in path for part in _EXEMPT):
            context.turn = await pace.turn()

    async def sent(
        _: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        if outcome := _OUTCOME.get(None):
            outcome.sent += 1

    async def ended(
        _: aiohttp.ClientSession, context: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        settled(context)
        outcome = _OUTCOME.get(None)
        if outcome and end.response.status < 500:
            outcome.settled += 1

    async def failed(
        _: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestExceptionParams
    ) -> None:
        settled(context)

    def settled(context: SimpleNamespace) -> None:
        if context.turn is not None:
            pace.answered(context.turn)

    config = aiohttp.TraceConfig()
    config.on_request_start.append(started)
    config.on_request_headers_sent.append(sent)
    config.on_request_end.append(ended)
    config.on_request_exception.append(failed)
    return config
