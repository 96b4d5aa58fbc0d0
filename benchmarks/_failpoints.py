"""Named points in the life of a delivery at which a process kills itself.

They hang on the storage and on the library from outside, in the process of a benchmark; the code
that is delivered knows nothing of them.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from discord.http import HTTPClient, Route
from sqlalchemy import Connection

from storage.engine import Database
from storage.opening import Storage

P = ParamSpec("P")
T = TypeVar("T")

COMMITS = (
    *("open_run", "claim", "stale", "sent", "later", "settle", "turn_off"),
    *("expire", "forget"),
)
"""Methods of the outbox and the subscriptions that write while something is delivered."""

OPEN_DM = "POST /users/@me/channels"
POST = "POST /channels/{channel_id}/messages"
THREAD = "POST /channels/{channel_id}/messages/{message_id}/threads"
HISTORY = "GET /channels/{channel_id}/messages"
CHANNEL = "GET /channels/{channel_id}"
CALLS = (OPEN_DM, POST, THREAD, HISTORY, CHANNEL)
"""What the deliverer asks of Discord."""

POINTS = tuple(
    f"{side} {what}"
    for what in (*(f"the commit of {method}" for method in COMMITS), *CALLS)
    for side in ("before", "after")
)


@dataclass
class Failpoint:
    """Kills this process where the one of its name is reached."""

    name: str

    def reached(self, name: str) -> None:
        """Note that a point is reached."""
        if name == self.name:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, storage: Storage) -> None:
        """Watch the commits to this storage and every request to Discord."""
        inside = threading.local()
        for store in (storage.outbox, storage.subscriptions):
            for method in COMMITS:
                if hasattr(store, method):
                    setattr(store, method, _named(getattr(store, method), method, inside))
        self._watch_commits(inside)
        self._watch_requests()

    def _watch_commits(self, inside: threading.local) -> None:
        original = Database.writing

        @contextmanager
        def writing(database: Database, *, durable: bool = False) -> Iterator[Connection]:
            method = getattr(inside, "method", "something else")
            with original(database, durable=durable) as connection:
                yield connection
                self.reached(f"before the commit of {method}")
            self.reached(f"after the commit of {method}")

        Database.writing = writing  # type: ignore[method-assign,assignment]

    def _watch_requests(self) -> None:
        original = HTTPClient.request

        async def request(client: HTTPClient, route: Route, **options: object) -> object:
            name = f"{route.method} {route.path}"
            self.reached(f"before {name}")
            try:
                return await original(client, route, **options)  # type: ignore[arg-type]
            finally:
                self.reached(f"after {name}")

        HTTPClient.request = request  # type: ignore[method-assign,assignment]


def _named(function: Callable[P, T], name: str, inside: threading.local) -> Callable[P, T]:
    @wraps(function)
    def call(*given: P.args, **more: P.kwargs) -> T:
        inside.method = name
        return function(*given, **more)

    return call
