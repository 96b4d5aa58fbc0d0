"""Serve the application; requests in progress are answered before it stops."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from aiohttp import web

from core.errors import ConfigError, UnavailableError
from web.client_address import Network, client_address, is_among
from web.connections import Connection, Room, connections_at_once

SHUTDOWN_TIMEOUT = 10.0
"""Seconds that requests in progress have when it stops."""

BACKLOG = 128
"""Connections that the system holds until they are taken."""

ACCEPT_PAUSE = 1.0
"""Seconds until connections are taken again after the system had no file for one."""

COMPLAINT_PAUSE = 60.0
"""Seconds between two lines of log about the same trouble."""

REFUSED = (
    b"HTTP/1.1 503 Service Unavailable\r\nServer: tidings\r\nRetry-After: 60\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
    b"Content-Security-Policy: default-src 'none'\r\nCache-Control: no-store\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)

log = logging.getLogger(__name__)


class Server:
    """Serves an application while it is entered.

    It takes connections itself: asyncio's own loop writes a traceback for each of 128 attempts a
    second, and doubles the attempts, once the process has no file left.
    """

    def __init__(
        self,
        application: web.Application,
        *,
        host: str,
        port: int,
        base_url: str = "",
        proxies: Sequence[Network] = (),
    ) -> None:
        """Take what to serve and where; port 0 means any free one."""
        self._runner = web.AppRunner(
            application, handle_signals=False, shutdown_timeout=SHUTDOWN_TIMEOUT
        )
        self._host = host
        self._port = port
        self._base_url = base_url
        self._proxies = proxies
        self._room = Room(most=connections_at_once())
        self._listening: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._complained_at: dict[str, float] = {}

    @property
    def address(self) -> str:
        """Its URL: ``http://127.0.0.1:8420``."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        port = self._listening.getsockname()[1] if self._listening else self._port
        return f"http://{host}:{port}"

    async def __aenter__(self) -> Self:
        """Start to listen.

        Raises:
            UnavailableError: if the port is in use.
            ConfigError: if this machine has no such address, or the port may not be used.
        """
        await self._runner.setup()
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            listening = socket.create_server(
                (self._host, self._port), family=family, backlog=BACKLOG
            )
        except OSError as error:
            await self._runner.cleanup()
            raise self._refused(error) from None
        listening.setblocking(False)  # noqa: FBT003  it takes no keyword
        self._listening = listening
        self._accepting = asyncio.create_task(self._accept(listening))
        log.info("web page at %s", self.address)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.gather(self._accepting, return_exceptions=True)
        if self._listening is not None:
            self._listening.close()
        await self._runner.cleanup()

    async def _accept(self, listening: socket.socket) -> None:
        """Take connections until this is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                taken, peer = await loop.sock_accept(listening)
            except ConnectionError:  # the client has gone again
                continue
            except OSError as error:
                self._complain("cannot take connections to the web page: %s", error.strerror)
                await asyncio.sleep(ACCEPT_PAUSE)
                continue
            await self._serve(taken, str(peer[0]))

    async def _serve(self, taken: socket.socket, peer: str) -> None:
        """Answer on a connection from now on, or refuse it."""
        server = self._runner.server
        client = "" if is_among(peer, self._proxies) else client_address(peer, "", ())
        full = self._room.is_full
        if server is None or not self._room.make(client):
            with taken, suppress(OSError):
                taken.send(REFUSED)
            self._complain("the web page is busy on all its connections; new ones are refused")
            return
        connection = Connection(server, room=self._room, client=client, base_url=self._base_url)
        self._room.entered(connection)
        if full:
            self._complain("the web page has all its connections; the longest idle are closed")
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: connection, taken)
        except OSError:  # the client has gone again
            self._room.left(connection)
            taken.close()

    def _complain(self, line: str, *values: object) -> None:
        """Log a line, unless the same was logged a short time ago."""
        now = asyncio.get_running_loop().time()
        if now >= self._complained_at.get(line, now):
            self._complained_at[line] = now + COMPLAINT_PAUSE
            log.warning(line, *values)

    def _refused(self, error: OSError) -> ConfigError | UnavailableError:
        place = f"{self._host} port {self._port}"
        if error.errno == errno.EADDRINUSE:
            return UnavailableError(
                f"{place} is in use by another program: stop it, or set web.port to another port"
            )
        return ConfigError(
            f"web.host, web.port: cannot listen at {place}: {os.strerror(error.errno or 0)}"
        )
