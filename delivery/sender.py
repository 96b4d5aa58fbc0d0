"""From what is due to what is sent, while ``serve`` runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from delivery.dispatcher import Dispatcher
from services.runs import Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One way of delivery: makes the digests that are due for it, and sends them.

    Attributes:
        runs: puts what is due into the outbox.
        dispatcher: sends what waits there.
    """

    runs: Runs
    dispatcher: Dispatcher

    async def open_due(self) -> None:
        """Make the digests that are due and let them be sent at once."""
        opened = await asyncio.to_thread(self.runs.open_due)
        if opened.opened:
            self.dispatcher.wake()

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Send while this is entered; what is being sent at its end is finished."""
        task = asyncio.create_task(self.dispatcher.run())
        try:
            yield
        finally:
            self.dispatcher.stop()
            await task
