"""A limit on the total time of a blocking exchange over a socket.

A socket's own timeout starts again with each byte, so a server that sends one byte every few
seconds would never exceed it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Self

SocketOf = Callable[[], socket.socket | None]
"""Returns the socket of a connection, None while it has none."""


class ConnectionDeadline:
    """Shuts a connection down when the time is over, counted from when this is entered.

    Attributes:
        expired: whether that has happened since it was last entered.
    """

    def __init__(self, max_time: timedelta) -> None:
        self._seconds = max_time.total_seconds()
        self._socket_of: SocketOf = lambda: None
        self._timer: threading.Timer | None = None
        self.expired = False

    def __enter__(self) -> Self:
        self.expired = False
        self._timer = threading.Timer(self._seconds, self._expire)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._socket_of = lambda: None

    def watch(self, socket_of: SocketOf) -> None:
        """Make this the connection that is shut down."""
        self._socket_of = socket_of

    def _expire(self) -> None:
        """Shut the socket down, which wakes the thread that waits for it."""
        self.expired = True
        sock = self._socket_of()
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
