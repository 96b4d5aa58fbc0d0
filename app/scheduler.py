"""The ticker of ``serve``: what is due is read from the database, so a restart loses nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import Enum

from core.ports.clock import Clock

log = logging.getLogger(__name__)

TICK = timedelta(seconds=30)
"""Time between two checks of what is due."""

JITTER = timedelta(seconds=10)
"""Fetches start late by up to this, so that installations do not ask in step."""


WATCH = timedelta(seconds=1)
"""Time between two looks at whether the clock was set; a smaller step is no matter."""


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
    """Runs jobs at intervals on the event loop, whatever the clock says.

    APScheduler ticks, in memory and by the clock. One that is set back would stop it until the old
    time comes again; so the clock is watched by the loop's monotonic time, and what is planned
    moves with it. A job that is still running is never overlapped, and runs missed by sleep or
    load fold into one: what is due is read from the database anyway.
    """

    def __init__(self, clock: Clock) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._running: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None

    def every(
        self,
        pause: timedelta,
        job: Callable[[], Awaitable[None]],
        *,
        jitter: timedelta = timedelta(0),
    ) -> None:
        """Run a job now and then again after every ``pause``; its failure is logged.

        Args:
            pause: time between two runs.
            job: what to run.
            jitter: each run is up to this late.
        """

        async def run() -> None:
            try:
                await job()
            except Exception:
                # The ticker outlives any one failure: a full disk, a locked database.
                log.exception("a scheduled job failed")

        async def tick() -> None:
            task = asyncio.create_task(run())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            # Shielded: the scheduler cancels its jobs when it shuts down, ours must finish.
            await asyncio.shield(task)

        self._scheduler.add_job(
            tick,
            "interval",
            seconds=pause.total_seconds(),
            jitter=int(jitter.total_seconds()) or None,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=self._clock(),
        )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch())

    async def finish(self) -> None:
        """Begin no further run, and wait for those that are under way."""
        if self._watching is not None:
            self._watching.cancel()
        self._scheduler.pause()
        if self._running:
            await asyncio.wait(self._running)
        self._scheduler.shutdown(wait=False)

    async def _watch(self) -> None:
        """Move what is planned by what the clock was set back, or forward."""
        loop = asyncio.get_running_loop()
        while True:
            clock, monotonic = self._clock(), loop.time()
            await asyncio.sleep(WATCH.total_seconds())
            passed = timedelta(seconds=loop.time() - monotonic)
            moved = self._clock() - clock - passed
            if abs(moved) < WATCH:
                continue
            log.warning("the clock was set by %+.0f s", moved.total_seconds())
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=job.next_run_time + moved)
