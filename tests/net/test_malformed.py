"""Answers that are not quite HTTP: each is told in one line, and none leaves a socket open."""

from __future__ import annotations

import gc
import socket

import pytest

from core.errors import FetchError
from net.client import HttpClient, SourceSession
from tests.fakes import FakeClock
from tests.net.fakes import FakeTimer
from tests.stand_ins.sources.server import SourceServer

PAGE = "/page"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

NO_HTTP = [
    b"",
    b"hello\r\n\r\n",
    b"HTTP/1.1 abc\r\n\r\n",
    b"HTTP/9.1 200 OK\r\n\r\nhello",
    b"HTTP/1.1 200 " + b"x" * 100_000,
    b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
    OK + b"Content-Length: -5\r\n\r\nhello",
    OK + "Content-Length: \u00b2\r\n\r\nhello".encode("latin-1"),
    OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhello",
    OK + b"Content-Length: 5, 6\r\n\r\nhello",
    OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello",
    OK + b"Content-Length: +5\r\n\r\nhello",
    OK + b"Content-Length: 0x5\r\n\r\nhello",
    OK + b"Content-Length: 18446744073709551616\r\n\r\nhello",
    OK + b"garbage\r\n\r\nhello",
    OK + b"X: y\r\n" * 200 + b"\r\n",
    OK + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
    CHUNKED + b"-5\r\nhello",
    CHUNKED + b"-1\r\nhello",
    CHUNKED + b"-0\r\n\r\n",
    CHUNKED + b"-" + b"f" * 20 + b"\r\nhello",
    CHUNKED + b"-8000000000000001\r\nhello",
    CHUNKED + b"7" + b"f" * 15 + b"\r\nhello",
    CHUNKED + b"1" + b"0" * 16 + b"\r\nhello",
    CHUNKED + b"f" * 4000 + b"\r\nhello",
    CHUNKED + b"1" * 70_000,
    CHUNKED + b"zz\r\nhello",
    CHUNKED + b"5\r\nhel",
    CHUNKED + b"5;" + b"x" * 100_000 + b"\r\nhello",
    CHUNKED + b"5\r\nhello\r\n0\r\n" + b"X: y\r\n" * 1000,
    b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:99999/\r\n\r\n",
]


@pytest.mark.parametrize("data", NO_HTTP)
def test_what_is_no_http_is_a_failure_or_an_answer_but_no_crash(
    sources: SourceServer, data: bytes
) -> None:
    sources.raw(PAGE, data)
    with open_session() as session:
        try:
            body = session.get(sources.url + PAGE).body
        except FetchError as error:
            body = str(error).encode()
    assert b"\n" not in body


@pytest.mark.parametrize("data", NO_HTTP)
def test_no_socket_outlives_an_answer_that_cannot_be_read(
    sources: SourceServer, data: bytes
) -> None:
    sources.raw(PAGE, data)
    before = _open_sockets()
    failure: FetchError | None = None  # holds the frames, and with them what they forgot to close
    with open_session() as session:
        try:
            session.get(sources.url + PAGE)
        except FetchError as error:
            failure = error
    server = int(sources.url.rpartition(":")[2])  # whose own ends are its own matter
    left = [one for one in _open_sockets() if one not in before]
    assert [one for one in left if _port(one) not in {server, None}] == []
    del failure


def _open_sockets() -> list[socket.socket]:
    found = (one for one in gc.get_objects() if isinstance(one, socket.socket))
    return [one for one in found if one.fileno() != -1 and one.family == socket.AF_INET]


def _port(one: socket.socket) -> int | None:
    """Return a socket's own port, or nothing if the server's thread has closed it by now."""
    try:
        return int(one.getsockname()[1])
    except OSError:
        return None


def open_session() -> SourceSession:
    return HttpClient(clock=FakeClock(), timer=FakeTimer()).session("arxiv")
