"""Serve the application; requests in progress are answered before it stops."""

from __future__ import annotations

import errno
import logging
from typing import Self

from aiohttp import web

from core.errors import ConfigError, UnavailableError

SHUTDOWN_TIMEOUT = 10.0
"""Seconds that requests in progress have when it stops."""

KEEPALIVE_TIMEOUT = 75.0
"""Seconds after which a connection without a complete request is closed."""

log = logging.getLogger(__name__)


class Server:
    """Serves an application while it is entered."""

    def __init__(self, application: web.Application, *, host: str, port: int) -> None:
        """Take what to serve and where; port 0 means any free one."""
        quiet = logging.getLogger("web.protocol")
        quiet.setLevel(logging.CRITICAL)  # a malformed request is not our error
        self._runner = web.AppRunner(
            application,
            access_log=None,  # paths hold signed links
            auto_decompress=False,  # a compressed body may be a bomb, and no form is compressed
            handle_signals=False,
            keepalive_timeout=KEEPALIVE_TIMEOUT,
            logger=quiet,
            shutdown_timeout=SHUTDOWN_TIMEOUT,
        )
        self._host = host
        self._port = port

    @property
    def address(self) -> str:
        """Its URL: ``http://127.0.0.1:8420``."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._runner.addresses[0][1]}"

    async def __aenter__(self) -> Self:
        """Start to listen.

        Raises:
            UnavailableError: if the port is in use.
            ConfigError: if this machine has no such address, or the port may not be used.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise self._refused(error) from None
        log.info("web page at %s", self.address)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def _refused(self, error: OSError) -> ConfigError | UnavailableError:
        place = f"{self._host} port {self._port}"
        if error.errno == errno.EADDRINUSE:
            return UnavailableError(
                f"{place} is in use by another program: stop it, or set web.port to another port"
            )
        return ConfigError(f"web.host, web.port: cannot listen at {place}: {error.strerror}")
