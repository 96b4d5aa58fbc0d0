"""The ticker of ``serve``: what is due is read from the database, so a restart loses nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from core.ports.clock import Clock

log = logging.getLogger(__name__)

TICK = timedelta(seconds=30)
"""Time between two checks of what is due."""

JITTER = timedelta(seconds=10)
"""Fetches start late by up to this, so that installations do not ask in step."""


def ticks(last_beat: datetime | None, now: datetime) -> bool:
    """Return whether the scheduler is alive, from when it was last and from now (aware UTC)."""
    return last_beat is not None and now - last_beat <= 2 * TICK


class Ticker:
    """Runs jobs at intervals on the event loop; APScheduler is a ticker in memory only.

    A job that is still running is never overlapped, and runs missed by sleep or load fold into
    one: what is due is read from the database anyway.
    """

    def __init__(self, clock: Clock) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._running: set[asyncio.Task[None]] = set()

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

    async def finish(self) -> None:
        """Begin no further run, and wait for those that are under way."""
        self._scheduler.pause()
        if self._running:
            await asyncio.wait(self._running)
        self._scheduler.shutdown(wait=False)
