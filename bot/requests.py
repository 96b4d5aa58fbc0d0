"""What every request of the bot to Discord passes: the shared budget, and a record of its fate.

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

_MADE_UP = 0.3
"""Seconds by which requests may be late and still be made up for."""

_SPARED = 0.1
"""Seconds of a way that are spared at the most: if all so far were slow, a quick one may follow."""

_EXEMPT = ("/interactions/", "/webhooks/")
"""Interaction endpoints are not bound to the global limit (docs: "Global Rate Limit")."""


class Pace:
    """Lets requests pass evenly, first come first served, and never too many in any second.

    Discord counts when requests arrive, in seconds whose beginnings it does not tell; how long each
    is on its way is not known. So a request counts from its sending until one second after its
    answer came: what is sent then cannot arrive in the same second. With that alone a slow network
    would cost pace. The shortest way to Discord and back so far may be spared of the second, for
    the answer came that much after the arrival, or the next one arrives that much after it is sent;
    but that is an estimate, so by this count one request less may pass. Thus neither a network that
    varies nor a process that stood still makes too many arrive together.
    """

    def __init__(self, *, per_second: int = PER_SECOND) -> None:
        self._gap = _SECOND / per_second
        self._most = per_second
        self._slot = 0.0
        self._turn = asyncio.Lock()
        self._away = 0
        self._answers: deque[float] = deque()
        self._spared = _SPARED
        self._answer = asyncio.Event()

    async def turn(self) -> float:
        """Wait for one's turn; return when it came, which ``answered`` wants to know."""
        now = asyncio.get_running_loop().time
        async with self._turn:
            self._slot = max(self._slot + self._gap, now() - _MADE_UP)
            await asyncio.sleep(self._slot - now())
            while (opens := self._opens(now())) > now():
                await self._wait(opens - now())
            self._away += 1
            return now()

    def answered(self, turn: float) -> None:
        """Tell that a request has its answer, or never will; ``turn`` is when it had its turn."""
        now = asyncio.get_running_loop().time()
        self._away -= 1
        self._answers.append(now)
        self._spared = min(self._spared, now - turn)
        self._answer.set()

    def _opens(self, now: float) -> float:
        """Return when the next request may pass, infinity if that takes an answer."""
        while self._answers and self._answers[0] + _SECOND <= now:
            self._answers.popleft()
        # Of the answers that count, so many have to be a second old, or nearly so.
        surplus = self._away + len(self._answers) - self._most + 1
        if surplus <= 0:
            return now
        return min(self._age(surplus, _SECOND), self._age(surplus + 1, _SECOND - self._spared))

    def _age(self, count: int, seconds: float) -> float:
        """Return when so many answers will be so old."""
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
        context.turn = None
        if "/api/" in path and not any(part in path for part in _EXEMPT):
            context.turn = await pace.turn()

    async def sent(
        _: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        if fate := _FATE.get(None):
            fate.sent += 1

    async def ended(
        _: aiohttp.ClientSession, context: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        settled(context)
        fate = _FATE.get(None)
        if fate and end.response.status < 500:
            fate.settled += 1

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
