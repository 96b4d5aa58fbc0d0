"""A web server that answers what it is told, well or badly."""

from __future__ import annotations

import dataclasses
import gzip
import socket
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

TICK = 0.02
"""Seconds between two bytes of a slow answer."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a client asked; ``client`` is its port, the same for all of one connection."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    body: bytes
    client: int


Reply = Callable[["_Handler"], object]
"""Sends an answer, or does something worse."""


class SourceServer:
    """All sources at one address.

    Attributes:
        url: its address, without a slash at the end.
        requests: what was asked so far, in the order in which it came.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        """Take a port of the loopback interface; with a context the server speaks TLS."""
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._lasting: dict[str, Reply] = {}
        self._once: dict[str, deque[Reply]] = defaultdict(deque)
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.stand_in = self
        self._http.tls = tls
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": TICK}, daemon=True
        )
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def addresses(self, options: Any) -> dict[str, str]:
        """The settings that make a source of these options (a dataclass) read from here."""
        names = (field.name for field in dataclasses.fields(options))
        return {name: self.url for name in names if name.endswith("url")}

    def asked(self, path: str) -> list[Request]:
        """What was asked of one path."""
        return [request for request in self.requests if request.path == path]

    # What to answer ----------------------------------------------------------------------------

    def answer(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer so from now on."""
        self._lasting[path] = _whole(body, status, headers)

    def answer_once(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer so to the next request; several calls answer one request each, in order."""
        self._once[path].append(_whole(body, status, headers))

    def answer_if_changed(
        self, path: str, body: bytes | str, *, etag: str, modified: str = ""
    ) -> None:
        """Answer in full, or with 304 to a client that knows this ETag."""
        fields = {"ETag": etag} | ({"Last-Modified": modified} if modified else {})

        def reply(handler: _Handler) -> None:
            known = handler.headers.get("If-None-Match") == etag
            _whole(b"" if known else body, 304 if known else 200, fields)(handler)

        self._lasting[path] = reply

    def answer_with_cookie(
        self, path: str, cookie: str, body: bytes | str, *, otherwise: str
    ) -> None:
        """Answer a client that brings a cookie; give it to others, and send them elsewhere."""
        headers = {"Set-Cookie": cookie, "Location": otherwise}

        def reply(handler: _Handler) -> None:
            known = cookie in (handler.headers.get("Cookie") or "")
            answer = _whole(body, 200, None) if known else _whole(b"", 302, headers)
            answer(handler)

        self._lasting[path] = reply

    def redirect(self, path: str, to: str, *, status: int = 302, body: bytes = b"") -> None:
        """Send on to another address."""
        self.answer(path, body, status=status, headers={"Location": to})

    def gzipped(self, path: str, body: bytes, *, times: int = 1) -> None:
        """Answer compressed, once or more often over."""
        for _ in range(times):
            body = gzip.compress(body)
        self.answer(path, body, headers={"Content-Encoding": ", ".join(["gzip"] * times)})

    # Faults ------------------------------------------------------------------------------------

    def hang(self, path: str) -> None:
        """Take the request and never say a word."""
        self._lasting[path] = lambda _: _wait(self)

    def hang_up(self, path: str) -> None:
        """Close the connection without a word."""
        self._lasting[path] = _say_nothing

    def hang_up_once(self, path: str) -> None:
        """Close the connection of the next request without a word."""
        self._once[path].append(_say_nothing)

    def drip_headers(self, path: str) -> None:
        """Send a header field that never ends, a byte at a time."""
        self._lasting[path] = lambda handler: _drip(handler, b"HTTP/1.1 200 OK\r\nX-Slow: ")

    def drip_body(self, path: str) -> None:
        """Send a body that never ends, a byte at a time."""
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
        self._lasting[path] = lambda handler: _drip(handler, head)

    def break_off(self, path: str, body: bytes) -> None:
        """Promise more than is sent, then close."""
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body) + 1000}\r\n\r\n".encode()
        self._lasting[path] = lambda handler: _send(handler, head + body)

    def raw(self, path: str, data: bytes) -> None:
        """Send these bytes, whatever they are, and close."""
        self._lasting[path] = lambda handler: _send(handler, data)

    def endless(self, path: str, head: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> None:
        """Send a body without a length for as long as the client listens."""
        chunk = b"x" * 65536

        def reply(handler: _Handler) -> None:
            _send(handler, head)
            while not self.closing.is_set():
                if not _send(handler, chunk):
                    return

        self._lasting[path] = reply

    def reply_to(self, request: Request) -> Reply:
        """Choose what the next request gets, and note that it came."""
        self.requests.append(request)
        if self._once[request.path]:
            return self._once[request.path].popleft()
        return self._lasting.get(request.path, _whole(b"not here", 404, None))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    stand_in: SourceServer
    tls: ssl.SSLContext | None = None

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; the handshake comes later, in the thread of the connection."""
        connection, client = super().get_request()
        if self.tls is not None:
            connection = self.tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, client

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._reply(b"")

    def do_POST(self) -> None:
        self._reply(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
        """Keep the test output clean."""

    def _reply(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        request = Request(
            method=self.command,
            path=parts.path,
            query=query,
            headers=self.headers,
            body=body,
            client=self.client_address[1],
        )
        self.close_connection = True
        self.server.stand_in.reply_to(request)(self)


def _whole(body: bytes | str, status: int, headers: Mapping[str, str] | None) -> Reply:
    data = body.encode() if isinstance(body, str) else body

    def reply(handler: _Handler) -> None:
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        if status not in {204, 304}:
            handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
        handler.close_connection = False

    return reply


def _say_nothing(handler: _Handler) -> None:
    handler.close_connection = True


def _wait(server: SourceServer) -> None:
    server.closing.wait()


def _drip(handler: _Handler, head: bytes) -> None:
    alive = _send(handler, head)
    while alive and not handler.server.stand_in.closing.wait(TICK):
        alive = _send(handler, b"a")


def _send(handler: _Handler, data: bytes) -> bool:
    try:
        handler.wfile.write(data)
        handler.wfile.flush()
    except OSError:
        return False
    return True
