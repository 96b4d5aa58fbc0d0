"""The connections of the web page: how many there are, and which of them has to go.

Anybody can open connections and send half a request, or nothing, on each. So a new one is always
let in while another only waits for its client: the one that has waited longest is closed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from aiohttp import web

from web.headers import protect

MAX_CONNECTIONS = 400
"""Connections at once, of everybody."""

MAX_PER_CLIENT = 60
"""Connections at once of one client that is no proxy; a browser opens six."""

FEWEST_CONNECTIONS = 16

FIRST_REQUEST_TIMEOUT = 15.0
"""Seconds after which a connection that has not sent a whole request is closed."""

KEEPALIVE_TIMEOUT = 75.0
"""Seconds after which a connection without a further request is closed."""

log = logging.getLogger(__name__)
_quiet = logging.getLogger("web.protocol")
_quiet.setLevel(logging.CRITICAL)  # a malformed request is not our error


def connections_at_once() -> int:
    """Return how many connections there may be: half the files that this process may open."""
    try:
        import resource
    except ImportError:  # not on Windows, which has no such limit
        return MAX_CONNECTIONS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(FEWEST_CONNECTIONS, min(MAX_CONNECTIONS, files // 2))


class Connection(web.RequestHandler):
    """One connection, which knows whether it waits for its client."""

    def __init__(self, manager: web.Server, *, room: Room, client: str, base_url: str) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(
            manager,
            loop=loop,
            access_log=_quiet,  # never written: paths hold signed links
            auto_decompress=False,  # a compressed body may be a bomb, and no form is compressed
            keepalive_timeout=KEEPALIVE_TIMEOUT,
            logger=_quiet,
        )
        self.client = client
        self._room = room
        self._base_url = base_url
        self._request: web.BaseRequest | None = None
        self._clock = loop.time
        self._waits_since: float = loop.time()
        self._first = loop.call_later(FIRST_REQUEST_TIMEOUT, self.force_close)

    @property
    def waits_since(self) -> float | None:
        """When it began to wait for a whole request; None while one is answered."""
        answered = self._request is not None and self._request.content.is_eof()
        return None if answered else self._waits_since

    @contextmanager
    def answering(self, request: web.BaseRequest) -> Iterator[None]:
        """Note that a request is answered; its body may be still on its way."""
        self._first.cancel()
        self._request = request
        try:
            yield
        finally:
            self._request = None
            self._waits_since = self._clock()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give the place back."""
        self._first.cancel()
        self._room.left(self)
        super().connection_lost(exc)

    def drop(self) -> None:
        """Close it at once, without sending what is left."""
        self._room.left(self)
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  it repeats what was sent
    ) -> web.StreamResponse:
        """Answer what never reaches a handler, such as a malformed request."""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("a request failed outside its handler", exc_info=exc)
        line = f"{status} {HTTPStatus(status).phrase}\n"
        response = super().handle_error(request, status, exc, line)
        protect(response.headers, base_url=self._base_url)
        return response


class Room:
    """The places for connections."""

    def __init__(self, *, most: int, most_per_client: int = MAX_PER_CLIENT) -> None:
        self._most = most
        self._most_per_client = most_per_client
        self._open: set[Connection] = set()
        self._clients: Counter[str] = Counter()

    @property
    def is_full(self) -> bool:
        """Whether one has to go before another can come."""
        return len(self._open) >= self._most

    def make(self, client: str) -> bool:
        """Make room for one more connection; return whether there is any.

        Args:
            client: who wants it; "" for a proxy, behind which anybody may be.
        """
        if client and self._clients[client] >= self._most_per_client:
            return self._drop_one([one for one in self._open if one.client == client])
        return not self.is_full or self._drop_one(self._open)

    def entered(self, connection: Connection) -> None:
        """Give a place to a connection."""
        self._open.add(connection)
        self._clients[connection.client] += 1

    def left(self, connection: Connection) -> None:
        """Take the place of a connection back, if it has one."""
        if connection in self._open:
            self._open.remove(connection)
            self._clients[connection.client] -= 1
            if not self._clients[connection.client]:
                del self._clients[connection.client]

    def _drop_one(self, among: set[Connection] | list[Connection]) -> bool:
        """Close the connection that has waited longest for its client; whether there was one."""
        waiting = [(since, one) for one in among if (since := one.waits_since) is not None]
        if not waiting:
            return False
        min(waiting, key=lambda each: each[0])[1].drop()
        return True
