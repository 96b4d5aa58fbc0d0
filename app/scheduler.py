"""The ticker of ``serve``: what is due is read from the database, so a restart loses nothing."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum

log = logging.getLogger(__name__)

TICK = timedelta(seconds=30)
"""Time between two checks of what is due."""

JITTER = timedelta(seconds=10)
"""Fetches start late by up to this, so that installations do not ask in step."""


class Beat(Enum):
    """What the last tick says about the scheduler."""

    NEVER = "never"
    ALIVE = "alive"
    OVERDUE = "not alive"
    IN_THE_FUTURE = "not known"
    """The clock was set back since; the next tick, if one comes, is of the new time."""


def beat_of(last_beat: datetime | None, now: datetime) -> Beat:
    """Return whether the scheduler is alive, from when it was last and from now (aware UTC).

    A clock that is put right by some seconds is no matter.
    """
    if last_beat is None:
        return Beat.NEVER
    age = now - last_beat
    if age > 2 * TICK:
        return Beat.OVERDUE
    return Beat.ALIVE if age > -TICK else Beat.IN_THE_FUTURE


class Ticker:
    """Runs jobs at intervals on the event loop, by its monotonic time, whatever the clock says.

    A job that is still running is never overlapped, and runs missed by sleep or load fold into
    one: what is due is read from the database anyway.
    """

    def __init__(self) -> None:
        self._jobs: list[Coroutine[None, None, None]] = []
        self._running: list[asyncio.Task[None]] = []
        self._ending = asyncio.Event()

    def every(
        self,
        pause: timedelta,
        job: Callable[[], Awaitable[None]],
        *,
        jitter: timedelta = timedelta(0),
    ) -> None:
        """Run a job at the start and then again after every ``pause``; its failure is logged.

        Args:
            pause: time from the beginning of a run to that of the next one.
            job: what to run.
            jitter: each run but the first is up to this late.
        """
        self._jobs.append(self._repeat(pause, job, jitter))

    def start(self) -> None:
        """Begin to tick."""
        self._running = [asyncio.create_task(job) for job in self._jobs]

    async def finish(self) -> None:
        """Begin no further run, and wait for those that are under way."""
        self._ending.set()
        if self._running:
            await asyncio.wait(self._running)

    async def _repeat(
        self, pause: timedelta, job: Callable[[], Awaitable[None]], jitter: timedelta
    ) -> None:
        loop = asyncio.get_running_loop()
        while not self._ending.is_set():
            late = random.uniform(0, jitter.total_seconds())  # noqa: S311 -- keeps no secret
            again = loop.time() + pause.total_seconds() + late
            try:
                await job()
            except Exception:
                # The ticker outlives any one failure: a full disk, a locked database.
                log.exception("a scheduled job failed")
            with suppress(TimeoutError):
                async with asyncio.timeout_at(again):
                    await self._ending.wait()
