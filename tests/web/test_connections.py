from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import socket
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from tests.app.processes import QUIET, started
from tests.web.test_server import page_of
from web import connections, server
from web.connections import MAX_PER_CLIENT
from web.middleware import note_connection
from web.server import Server

NOTHING = b""
HALF_LINE = b"GET /heal"
HALF_HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: "
HALF_BODY = b"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\na="
HALF_CHUNK = b"POST /subscribe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\na="
ANSWERED = b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n"

GOOD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@contextmanager
def files(count: int) -> Iterator[None]:
    """Let processes that are started meanwhile open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def serving(folder: Path, most_files: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run serve with a page; yield its process and the page's host and port."""
    with ExitStack() as stack:
        with files(most_files):
            command = started(folder, "serve", web__enabled="true", web__port="0", **QUIET)
            process = stack.enter_context(command)
        assert process.stderr is not None
        yield process, urlsplit(page_of(process.stderr.readline())).netloc


def front_page(place: str) -> int:
    """Ask for the front page over a connection of its own, as another client."""
    asking = HTTPConnection(place, timeout=20, source_address=("127.0.0.9", 0))
    with contextlib.closing(asking):
        asking.request("GET", "/")
        return asking.getresponse().status


def log_of(process: subprocess.Popen[str]) -> str:
    """Stop the process and return what it has written since."""
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=30)[1]


@pytest.mark.parametrize("most_files", [1024, 256])
def test_1300_half_requests_stop_neither_the_page_nor_fill_the_log(
    tmp_path: Path, most_files: int
) -> None:
    kinds = (NOTHING, HALF_LINE, HALF_HEAD, HALF_BODY, HALF_CHUNK, ANSWERED)
    with serving(tmp_path, most_files) as (process, place), ExitStack() as stack:
        host, _, port = place.partition(":")
        for number in range(1300):
            one = stack.enter_context(socket.create_connection((host, int(port)), timeout=20))
            with contextlib.suppress(ConnectionError):  # closed in favour of a later one
                one.sendall(kinds[number % len(kinds)])
            if number % 100 == 99:
                assert front_page(place) == 200
        stack.close()
        assert front_page(place) == 200
        log = log_of(process)
    assert process.returncode == 0
    assert "the longest idle are closed" in log
    assert len(log.splitlines()) <= 4
    assert "Traceback" not in log


def test_without_a_free_file_the_page_waits_and_says_so_once(tmp_path: Path) -> None:
    with serving(tmp_path, 1024) as (process, place):
        assert front_page(place) == 200
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        open_now = max(int(one.name) for one in Path(f"/proc/{process.pid}/fd").iterdir()) + 1
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (open_now, hard))
        host, _, port = place.partition(":")
        with ExitStack() as stack:
            waiting = [
                stack.enter_context(socket.create_connection((host, int(port)), timeout=20))
                for _ in range(50)
            ]
            assert process.stderr is not None
            line = process.stderr.readline()
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (1024, hard))
            for one in waiting:
                one.sendall(ANSWERED)
                assert one.recv(4096).startswith(b"HTTP/1.1 200")
        log = line + log_of(process)
    assert log.count("cannot take connections to the web page: Too many open files") == 1
    assert len(log.splitlines()) <= 3


Scenario = Callable[[Server], Awaitable[None]]


def with_server(scenario: Scenario, application: web.Application) -> None:
    """Run a scenario with a server that this machine's clients reach without a proxy."""

    async def run() -> None:
        async with Server(application, host="127.0.0.1", port=0) as running:
            await scenario(running)

    asyncio.run(run())


def plain() -> web.Application:
    async def hello(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="hello")

    application = web.Application(middlewares=[note_connection])
    application.add_routes([web.get("/", hello), web.post("/", hello)])
    return application


async def connect(
    running: Server, sent: bytes, client: str = "127.0.0.1"
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    port = int(running.address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(client, 0))
    writer.write(sent)
    await writer.drain()
    return reader, writer


async def is_closed(reader: asyncio.StreamReader) -> bool:
    """Wait until the other side has closed."""
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def answer(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n")


def test_a_client_with_too_many_connections_loses_its_own_and_no_other() -> None:
    async def scenario(running: Server) -> None:
        other, to_other = await connect(running, NOTHING, client="127.0.0.2")
        many = [await connect(running, HALF_HEAD) for _ in range(MAX_PER_CLIENT)]
        latest, to_latest = await connect(running, GOOD)
        assert (await answer(latest)).startswith(b"HTTP/1.1 200")
        assert await is_closed(many[0][0])
        to_other.write(GOOD)
        assert (await answer(other)).startswith(b"HTTP/1.1 200")
        to_latest.write(GOOD)
        assert await latest.readuntil(b"HTTP/1.1 200 OK")
        for _, writer in (*many, (latest, to_latest), (other, to_other)):
            writer.close()

    with_server(scenario, plain())


@pytest.mark.parametrize("half", [NOTHING, HALF_HEAD, HALF_BODY.replace(b"/subscribe", b"/")])
def test_whoever_waits_longest_goes_first_when_all_places_are_taken(
    monkeypatch: pytest.MonkeyPatch, half: bytes
) -> None:
    monkeypatch.setattr(server, "connections_at_once", lambda: 3)

    async def scenario(running: Server) -> None:
        halves = [await connect(running, half) for _ in range(3)]
        for first, _ in tuple(halves):
            good = await connect(running, GOOD)
            assert (await answer(good[0])).startswith(b"HTTP/1.1 200")
            assert await is_closed(first)
            halves.append(good)
        for _, writer in halves:
            writer.close()

    with_server(scenario, plain())


def test_a_request_that_is_answered_is_not_cut_off_and_the_next_is_told_to_come_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "connections_at_once", lambda: 2)
    go_on, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def slow(_: web.Request) -> web.Response:
        begun.release()
        await go_on.wait()
        return web.Response(text="done")

    application = web.Application(middlewares=[note_connection])
    application.add_routes([web.get("/", slow)])

    async def scenario(running: Server) -> None:
        busy = [await connect(running, GOOD) for _ in range(2)]
        for _ in busy:
            await begun.acquire()
        for _ in range(3):
            refused, writer = await connect(running, NOTHING)
            got = await refused.read()
            assert got.startswith(b"HTTP/1.1 503 ")
            assert b"Server: tidings\r\n" in got
            assert b"nosniff" in got
            writer.close()
        go_on.set()
        for reader, writer in busy:
            assert (await answer(reader)).startswith(b"HTTP/1.1 200")
            writer.close()

    with_server(scenario, application)
    assert len(caplog.records) == 1
    assert "busy on all its connections" in caplog.records[0].getMessage()


@pytest.mark.parametrize("half", [NOTHING, HALF_LINE, HALF_HEAD])
def test_a_connection_without_a_whole_request_is_closed_soon(
    monkeypatch: pytest.MonkeyPatch, half: bytes
) -> None:
    monkeypatch.setattr(connections, "FIRST_REQUEST_TIMEOUT", 0.1)

    async def scenario(running: Server) -> None:
        reader, writer = await connect(running, half)
        assert await is_closed(reader)
        writer.close()

    with_server(scenario, plain())


def test_there_are_fewer_places_where_fewer_files_may_be_open() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    counts = []
    for most in (100_000, 1024, 256, 64, 20):
        with files(min(most, hard)):
            counts.append(connections.connections_at_once())
    assert counts == [400, 400, 128, 32, 16]
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (soft, hard)
