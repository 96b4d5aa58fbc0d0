"""A limit on the time that a connection may take in all.

Time-outs of a socket count from byte to byte: a server that sends one every few seconds meets them
for ever.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from datetime import timedelta
from typing import Protocol, Self


class Connected(Protocol):
    """Something that has a socket while it is connected."""

    @property
    def sock(self) -> socket.socket | None:
        """The socket."""
        ...


class Watch:
    """Ends what it is told to watch when the time is over, counted from when it is entered.

    Attributes:
        late: whether that happened since it was entered last.
    """

    def __init__(self, longest: timedelta) -> None:
        self._longest = longest.total_seconds()
        self._watched: Connected | None = None
        self._timer: threading.Timer | None = None
        self.late = False

    def __enter__(self) -> Self:
        self.late = False
        self._timer = threading.Timer(self._longest, self._end)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._watched = None

    def over(self, watched: Connected) -> None:
        """Watch this connection from now on."""
        self._watched = watched

    def _end(self) -> None:
        """Shut the connection down, so that the thread that waits for it finds it ended."""
        self.late = True
        connection = None if self._watched is None else self._watched.sock
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
