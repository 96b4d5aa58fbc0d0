"""What every request of the bot to Discord passes: the shared budget, and a record of its fate.

Both hang on aiohttp's tracing hooks, which ``discord.Client`` takes by its public option
``http_trace``; so retries of the library and requests of every command are covered too.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp

PER_SECOND = 46
"""Requests a second over all routes. Discord allows 50 to a bot (topics/rate-limits), in windows
whose beginnings it does not tell; four are left for what reaches it later than the others."""

_SECOND = 1.02
"""What is taken for a second, so that clocks may differ by a bit."""

_MADE_UP = 0.3
"""Seconds by which requests may be late and still be made up for."""

_EXEMPT = ("/interactions/", "/webhooks/")
"""Interaction endpoints are not bound to the global limit (docs: "Global Rate Limit")."""


class Pace:
    """Lets requests pass evenly, first come first served, and never too many in any second.

    Even gaps alone would not do. They have to be made up for when a timer is late, or the pace is
    never reached; and after a moment in which the loop stood still, all would go at once. So the
    times at which requests really passed are kept as well.
    """

    def __init__(self, *, per_second: int = PER_SECOND) -> None:
        self._gap = 1.0 / per_second
        self._passed: deque[float] = deque(maxlen=per_second)
        self._slot = 0.0
        self._turn = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for one's turn."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            self._slot = max(self._slot + self._gap, loop.time() - _MADE_UP)
            full = len(self._passed) == self._passed.maxlen
            opens = self._passed[0] + _SECOND if full else 0.0
            pause = max(self._slot, opens) - loop.time()
            if pause > 0:
                await asyncio.sleep(pause)
            self._passed.append(loop.time())


@dataclass(slots=True)
class Fate:
    """What became of the requests of one delivery, retries of the library included."""

    sent: int = 0
    settled: int = 0

    @property
    def uncertain(self) -> bool:
        """Whether a request left this machine and got no answer, or one that settles nothing."""
        return self.sent > self.settled


_FATE: ContextVar[Fate] = ContextVar("fate")


@contextmanager
def watched() -> Iterator[Fate]:
    """Record what becomes of the requests that are made inside, in this task."""
    fate = Fate()
    token = _FATE.set(fate)
    try:
        yield fate
    finally:
        _FATE.reset(token)


def trace(pace: Pace) -> aiohttp.TraceConfig:
    """Return the hooks for ``discord.Client(http_trace=…)``."""

    async def started(
        _: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        path = request.url.path
        context.counted = "/api/" in path and not any(part in path for part in _EXEMPT)
        if context.counted:
            await pace.turn()

    async def sent(
        _: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        if fate := _FATE.get(None):
            fate.sent += 1

    async def ended(
        _: aiohttp.ClientSession, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        fate = _FATE.get(None)
        if fate and end.response.status < 500:
            fate.settled += 1

    config = aiohttp.TraceConfig()
    config.on_request_start.append(started)
    config.on_request_headers_sent.append(sent)
    config.on_request_end.append(ended)
    return config
