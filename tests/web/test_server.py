from __future__ import annotations

import asyncio
import json
import signal
import socket
import urllib.request
from pathlib import Path

import pytest
from aiohttp import web

from core.errors import ConfigError, UnavailableError
from tests.app.processes import QUIET, started
from web.server import Server


def page_of(line: str) -> str:
    """Find the address in what serve says when it begins."""
    assert "web page at http://127.0.0.1:" in line
    return line.partition("web page at ")[2].partition(";")[0]


def test_serve_answers_browsers_until_sigterm(tmp_path: Path) -> None:
    web_on = {"web__enabled": "true", "web__port": "0"}
    with started(tmp_path, "serve", **web_on, **QUIET) as process:
        assert process.stderr is not None
        url = page_of(process.stderr.readline())
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310  our own
            assert b"<h1>" in answer.read()
        with urllib.request.urlopen(f"{url}/healthz", timeout=20) as answer:  # noqa: S310  the same
            assert json.load(answer) == {"status": "ok"}
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert errors.strip().endswith("stopped")


def test_serve_opens_no_port_unless_it_is_told_to(tmp_path: Path) -> None:
    with started(tmp_path, "serve", **QUIET) as process:
        assert process.stderr is not None
        assert "web page" not in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_port_in_use_is_one_line_and_exit_code_69(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with started(tmp_path, "serve", web__enabled="true", web__port=port, **QUIET) as process:
            _, errors = process.communicate(timeout=30)
    assert process.returncode == 69
    assert len(errors.splitlines()) == 1
    assert f"tidings: 127.0.0.1 port {port} is in use by another program" in errors


def test_an_address_of_another_machine_is_a_wrong_setting() -> None:
    async def enter() -> None:
        async with Server(web.Application(), host="192.0.2.1", port=0):
            pass

    with pytest.raises(ConfigError, match=r"cannot listen at 192\.0\.2\.1"):
        asyncio.run(enter())


def test_two_servers_cannot_have_one_port() -> None:
    async def enter() -> None:
        async with Server(web.Application(), host="127.0.0.1", port=0) as first:
            port = int(first.address.rpartition(":")[2])
            async with Server(web.Application(), host="127.0.0.1", port=port):
                pass

    with pytest.raises(UnavailableError):
        asyncio.run(enter())


def test_a_request_under_way_is_answered_before_the_end() -> None:
    async def scenario() -> bytes:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def slow(_: web.Request) -> web.Response:
            begun.set()
            await go_on.wait()
            return web.Response(text="answered")

        application = web.Application()
        application.add_routes([web.get("/", slow)])
        async with Server(application, host="127.0.0.1", port=0) as server:
            port = int(server.address.rpartition(":")[2])
            reading, writing = await asyncio.open_connection("127.0.0.1", port)
            writing.write(b"GET / HTTP/1.0\r\n\r\n")
            await begun.wait()
            asyncio.get_running_loop().call_later(0.1, go_on.set)
        answer = await reading.read()
        writing.close()
        return answer

    assert asyncio.run(scenario()).endswith(b"answered")


def test_it_can_listen_at_an_ipv6_address() -> None:
    async def enter() -> str:
        async with Server(web.Application(), host="::1", port=0) as server:
            return server.address

    try:
        address = asyncio.run(enter())
    except ConfigError:
        pytest.skip("this machine has no IPv6")
    assert address.startswith("http://[::1]:")
