"""A receiver behind HTTP that kills, or stops, the sender in the middle of a request.

It happens in the thread that serves the request, so that no test has to sleep and hope.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

from core.deliveries import Part
from tests.delivery.receiving import Receiver


class Moment(Enum):
    """When in a request the sender is interrupted."""

    LOST = "the request is lost with the sender"
    BEFORE = "before it takes effect"
    AFTER = "after it took effect, before the answer"
    ANSWERED = "after the answer"


@dataclass
class Interruption:
    """What interrupts the sender at one of its requests.

    Attributes:
        number: of the request, from 1.
        moment: when in it.
        act: what interrupts it, such as a kill; called once, in the serving thread.
        in_flight: how many requests had no answer at that moment; set by the interruption.
        done: set when it is over.
    """

    number: int
    moment: Moment
    act: Callable[[], None]
    in_flight: int = 0
    done: threading.Event = field(default_factory=threading.Event)


@dataclass
class ShiftedClock:
    """Real time plus an offset."""

    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


class HttpReceiver:
    """The HTTP server: ``POST /`` takes a part, ``GET /?key=`` tells whether one is there."""

    def __init__(self, window: timedelta) -> None:
        self.clock = ShiftedClock()
        self.kept = Receiver(self.clock, window)
        self.posts = 0
        self._lock = threading.Condition()
        self._interruption: Interruption | None = None
        self._since_interruption = 0
        self._open = 0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.receiver = self
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def plans(self, interruption: Interruption | None) -> None:
        """Interrupt the sender at that request, counted from now."""
        with self._lock:
            self._interruption, self._since_interruption = interruption, 0

    def serve(self, part: Part, answer: Callable[[str], None]) -> None:
        """Take a part, with whatever is planned on the way."""
        with self._lock:
            self.posts += 1
            self._since_interruption += 1
            self._open += 1
            interruption = self._interruption
            mine = (
                interruption
                if interruption and interruption.number == self._since_interruption
                else None
            )
        moment = mine.moment if mine else None
        try:
            if mine and moment in {Moment.LOST, Moment.BEFORE}:
                self._interrupts(mine)
            if moment is not Moment.LOST:
                with self._lock:
                    message = self.kept.post(part)
                if mine and moment is Moment.AFTER:
                    self._interrupts(mine)
                answer(message.id)
        finally:
            with self._lock:
                self._open -= 1
                self._lock.notify_all()
        if mine and moment is Moment.ANSWERED:
            self._interrupts(mine)

    def settles(self) -> None:
        """Wait until every request so far has had its effect, so that time may be moved."""
        with self._lock:
            assert self._lock.wait_for(lambda: self._open == 0, 10)

    def _interrupts(self, interruption: Interruption) -> None:
        with self._lock:
            interruption.in_flight = self._open
        interruption.act()
        interruption.done.set()

    def find(self, key: str) -> str | None:
        """Return the id of the message of this key."""
        with self._lock:
            message = self.kept.find(key)
        return message.id if message else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: HttpReceiver


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.receiver.serve(Part(**told), lambda id_: self._answer({"id": id_}))

    def do_GET(self) -> None:
        (key,) = parse_qs(urlsplit(self.path).query)["key"]
        self._answer({"id": self.server.receiver.find(key)})

    def _answer(self, body: object) -> None:
        data = json.dumps(body).encode()
        try:
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            return  # the sender is dead, as planned

    def log_message(self, *_: object) -> None:
        """Say nothing."""
