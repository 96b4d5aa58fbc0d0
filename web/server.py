"""Listening: from entering to leaving, requests under way are answered before it ends."""

from __future__ import annotations

import errno
import logging
from types import TracebackType
from typing import Self

from aiohttp import web

from core.errors import ConfigError, UnavailableError

GOODBYE = 10.0
"""Seconds that requests under way have when it ends."""

IDLE = 75.0
"""Seconds without a request, or with half of one, after which a connection is closed."""

log = logging.getLogger(__name__)


class Server:
    """Serves an application while it is entered."""

    def __init__(self, application: web.Application, *, host: str, port: int) -> None:
        """Take what to serve and where; port 0 is a free one."""
        quiet = logging.getLogger("web.protocol")
        quiet.setLevel(logging.CRITICAL)  # what strangers send that is no HTTP is no error of ours
        self._runner = web.AppRunner(
            application,
            access_log=None,  # addresses hold signed links
            auto_decompress=False,  # a packed body may be a bomb, and no form is packed
            handle_signals=False,
            keepalive_timeout=IDLE,
            logger=quiet,
            shutdown_timeout=GOODBYE,
        )
        self._host = host
        self._port = port

    @property
    def address(self) -> str:
        """Where it listens: ``http://127.0.0.1:8420``."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._runner.addresses[0][1]}"

    async def __aenter__(self) -> Self:
        """Begin to listen.

        Raises:
            UnavailableError: if somebody else listens there.
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

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    def _refused(self, error: OSError) -> ConfigError | UnavailableError:
        place = f"{self._host} port {self._port}"
        if error.errno == errno.EADDRINUSE:
            return UnavailableError(
                f"another program listens at {place}: end it, or set web.port to another one"
            )
        return ConfigError(f"web.host, web.port: cannot listen at {place}: {error.strerror}")
