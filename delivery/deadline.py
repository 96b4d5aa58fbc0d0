"""A limit on the total time of a blocking exchange over a socket.

A socket's own timeout starts again with each byte, so a server that sends one byte every few
seconds would never exceed it.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from smtplib import SMTP


class ConnectionDeadline:
    """Shuts a connection down when the time is over, counted from when this is entered.

    Attributes:
        expired: whether that has happened since it was last entered.
    """

    def __init__(self, max_time: timedelta) -> None:
        self._seconds = max_time.total_seconds()
        self._smtp: SMTP | None = None
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
        self._smtp = None

    def watch(self, smtp: SMTP) -> None:
        """Make this the connection that is shut down."""
        self._smtp = smtp

    def _expire(self) -> None:
        """Shut the socket down, which wakes the thread that waits for it."""
        self.expired = True
        sock = None if self._smtp is None else self._smtp.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
