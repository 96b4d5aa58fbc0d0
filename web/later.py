"""Work that is done after the answer, so that how long it takes tells nobody anything."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress

from core.errors import StorageError, UsageError

PAUSES = (0.5, 1.5)
"""Seconds until it begins, drawn at random: the next request may not show either what it costs."""

RETRIES = (5.0, 30.0, 120.0)
"""Seconds until it is tried again where the archive could not be written."""

log = logging.getLogger(__name__)


class Later:
    """Does blocking work in a thread, one after another, some time after it was asked for.

    It is kept in memory only: what a killed process had still to do is lost, and whoever waits for
    its email asks again.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._hurry = asyncio.Event()
        self._turn = asyncio.Lock()

    def start(self, work: Callable[[], object]) -> None:
        """Have something done; to be called on the event loop."""
        task = asyncio.get_running_loop().create_task(self._do(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Do at once what still waits, and return when it is done."""
        self._hurry.set()
        while self._tasks:
            await asyncio.wait(self._tasks)
        self._hurry.clear()

    async def _do(self, work: Callable[[], object]) -> None:
        await self._pause(random.uniform(*PAUSES))  # noqa: S311  no secret
        for retry in (*RETRIES, None):
            try:
                async with self._turn:
                    await asyncio.to_thread(work)
            except StorageError as error:
                log.error("work after an answer failed: %s", error)
                if retry is None or self._hurry.is_set():
                    return
                await self._pause(retry)
            except UsageError as error:  # what was checked before the answer has changed since
                log.warning("work after an answer was refused: %s", error)
                return
            except Exception:
                log.exception("work after an answer failed")
                return
            else:
                return

    async def _pause(self, seconds: float) -> None:
        """Wait for so long, or until everything has to be done."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
