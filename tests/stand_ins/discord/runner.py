"""Runs the stand-in in a thread with an event loop of its own.

So one and the same object serves tests that block, tests that live in a loop, and bots in other
processes; and a test that blocks its own loop never keeps the gateway from answering.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Self, TypeVar

from aiohttp import web

from tests.stand_ins.discord.clock import Clock, ShiftableClock
from tests.stand_ins.discord.platform import Platform
from tests.stand_ins.discord.rest.app import BASE, make_app
from tests.stand_ins.discord.settings import Settings
from tests.stand_ins.discord.waiting import PATIENCE

T = TypeVar("T")


class Runner:
    """The thread, the loop, the listening socket; a context manager."""

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or ShiftableClock()
        self.platform = Platform(settings or Settings(), self.clock)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="discord-stand-in")
        self._web: web.AppRunner | None = None
        self.port = 0

    @property
    def token(self) -> str:
        """The bot token that is right."""
        return self.platform.settings.token

    @property
    def base_url(self) -> str:
        """The server's root."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """What takes the place of ``https://discord.com/api/v10``."""
        return self.base_url + BASE

    @property
    def gateway_url(self) -> str:
        """What takes the place of ``wss://gateway.discord.gg/``."""
        return f"ws://127.0.0.1:{self.port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def on_loop(self, act: Callable[[], T]) -> T:
        """Do something to the stand-in's state in its own thread, and return what comes of it."""
        if threading.get_ident() == self._thread.ident:
            return act()
        return asyncio.run_coroutine_threadsafe(self._do(act), self._loop).result(PATIENCE)

    async def _do(self, act: Callable[[], T]) -> T:
        result = act()
        self.platform.board.changed()
        return result

    async def _start(self) -> None:
        # Handlers that a fault holds must not hold up the end.
        self._web = web.AppRunner(make_app(self.platform), access_log=None, shutdown_timeout=0.1)
        await self._web.setup()
        site = web.TCPSite(self._web, "127.0.0.1", 0)
        await site.start()
        self.port = self._web.addresses[0][1]
        self.platform.gateway.url = self.gateway_url
        self.platform.posting.files_url = self.base_url

    async def _stop(self) -> None:
        for connection in list(self.platform.gateway.connections):
            connection.close(1001)
        if self._web is not None:
            await self._web.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
