from __future__ import annotations

import logging
import re
import socket
import struct
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import StorageError
from tests.digests.render.pages import Page
from tests.web.running import BASE, Running, running
from web import forms, middleware
from web.headers import HEADERS
from web.middleware import REQUESTS_PER_CLIENT

EVERYWHERE = [
    "/",
    "/style.css",
    "/robots.txt",
    "/deadlines.ics",
    "/healthz",
    "/metrics",
    "/nothing",
]


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "TRACE"])
def test_every_answer_has_the_headers_that_protect(page: Running, method: str, path: str) -> None:
    answer = page.ask(method, path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Set-Cookie" not in answer.headers
    assert "Cache-Control" in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_policy_lets_nothing_in_but_our_own_style_and_forms() -> None:
    rules = dict(
        rule.strip().split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split(";")
    )
    assert rules == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_https_is_asked_for_only_where_it_is_spoken(local: Running) -> None:
    assert "Strict-Transport-Security" not in local.get("/").headers


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/style.css/",
        "/.git/config",
        "//evil.example/",
        "/<script>alert(1)</script>",
        "/%00",
        "/\N{PILE OF POO}",
    ],
)
def test_what_is_not_there_is_a_page_that_echoes_nothing(page: Running, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert Page.of(answer.text).texts("h1") == ["Page not found"]
    assert answer.text == page.get("/something-else").text


def test_a_wrong_method_is_a_page_that_says_which_are_right(page: Running) -> None:
    answer = page.ask("DELETE", "/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET,HEAD"
    assert Page.of(answer.text).texts("h1") == ["Method not allowed"]


def test_no_address_redirects_anywhere(page: Running) -> None:
    for path in ("/?next=https://evil.example", "//evil.example/%2f..", "/archive/"):
        answer = page.get(path, headers={"Host": "evil.example"})
        assert "Location" not in answer.headers
        assert "evil.example" not in answer.text


def test_the_host_header_changes_nothing(page: Running) -> None:
    there = {"Host": "evil.example"}
    assert page.get("/archive", headers=there).text == page.get("/archive").text


def test_the_front_page_asks_nobody_else_for_anything(page: Running) -> None:
    read = Page.of(page.get("/").text)
    assert not read.all("script", "img", "iframe", "object", "embed", "style", "base", "meta http")
    assert [e.attributes["href"] for e in read.all("link")] == [
        "/style.css",
        "/favicon.svg",
        "/editions.atom",
        "/editions.json",
        BASE,
    ]
    assert not [name for e in read.elements for name in e.attributes if name.startswith("on")]
    assert not [e for e in read.elements if "style" in e.attributes]


def test_the_style_sheet_loads_nothing(page: Running) -> None:
    answer = page.get("/style.css")
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert not re.search(r"url\(|@import|expression|http", answer.text)


def test_one_address_that_asks_too_much_has_to_wait_and_others_need_not(tmp_path: Path) -> None:
    with running(tmp_path, base_url=BASE) as page:
        greedy = {"X-Forwarded-For": "203.0.113.7"}
        for _ in range(REQUESTS_PER_CLIENT.burst):
            assert page.at_once("GET", "/healthz", headers=greedy).status_code != 429
        answer = page.at_once("GET", "/", headers=greedy)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "1"
        assert Page.of(answer.text).texts("h1") == ["Too many requests"]
        spoofed = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7"}
        assert page.at_once("GET", "/", headers=spoofed).status_code == 429
        other = {"X-Forwarded-For": "203.0.113.8"}
        assert page.at_once("GET", "/", headers=other).status_code == 200
        assert page.get("/", headers=greedy).status_code == 200


def test_a_failure_of_the_archive_is_a_page_without_details(
    page: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(type(page.application.store), "with_deadlines", fail)
    answer = page.get("/deadlines.ics?secret=1")
    assert answer.status_code == 503
    assert "disk" not in answer.text
    assert [(r.levelno, r.getMessage()) for r in caplog.records] == [
        (logging.ERROR, "GET /deadlines.ics: the disk is full")
    ]


def test_a_mistake_of_ours_is_a_page_without_a_traceback(
    page: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("<b>oops</b>")

    monkeypatch.setattr(type(page.application.store), "with_deadlines", fail)
    answer = page.get("/deadlines.ics")
    assert answer.status_code == 500
    assert Page.of(answer.text).texts("h1") == ["Something went wrong"]
    assert "oops" not in answer.text
    assert "Zero" not in answer.text
    assert [record.getMessage() for record in caplog.records] == ["GET /deadlines.ics"]
    assert caplog.records[0].exc_info is not None


@pytest.mark.parametrize(
    "sent",
    [
        b"<script>alert(1)</script>\r\n\r\n",
        b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n<script>: 1\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["no request", "no method", "header", "long line", "long header", "two lengths", "tls"],
)
def test_what_is_no_http_is_refused_as_plain_text(
    page: Running, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = page.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
        got = b"".join(iter(lambda: connection.recv(4096), b""))
    assert re.match(rb"HTTP/1\.[01] 4\d\d ", got)
    assert b"text/plain" in got
    assert_protected(got)
    assert b"script" not in got
    assert caplog.records == []  # anybody can send such things; they are no news


def assert_protected(got: bytes) -> None:
    """Check that an answer has the headers that protect, and names no versions."""
    lines = got.partition(b"\r\n\r\n")[0].decode().splitlines()[1:]
    headers = dict(line.split(": ", 1) for line in lines)
    assert headers | HEADERS == headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert b"aiohttp" not in got.lower()
    assert b"python" not in got.lower()


FORM = b"Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
LENGTH = b"POST /subscribe HTTP/1.1\r\n" + FORM + b"Content-Length: 100\r\n\r\n"
CHUNKED = b"POST /subscribe HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nExpect: nothing\r\n\r\n", 417),
        (b"GET /nothing HTTP/1.1\r\nHost: x\r\nExpect: nothing\r\n\r\n", 417),
        (b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (CHUNKED + b"zz\r\n", 400),
        (CHUNKED + b"-1\r\nabc", 400),
        (CHUNKED + b"8000\r\n" + b"a" * 0x8000 + b"\r\n0\r\n\r\n", 413),
    ],
)
def test_what_the_library_answers_by_itself_is_protected_and_names_no_version(
    page: Running, sent: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = page.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
        got = connection.recv(4096)
    assert got.split(b" ", 2)[1] == str(status).encode()
    assert_protected(got)
    assert caplog.records == []


@pytest.mark.parametrize("begun", [LENGTH, LENGTH + b"a=1", CHUNKED, CHUNKED + b"ff\r\na="])
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_a_form_that_breaks_off_is_no_news(
    page: Running, begun: bytes, reset: bool, caplog: pytest.LogCaptureFixture
) -> None:
    page.clock.advance(timedelta(minutes=1))
    host, _, port = page.url.removeprefix("http://").partition(":")
    before = page.part.metrics.text()
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(begun)
        if reset:
            now = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
    while answered(page.part.metrics.text()) == answered(before):
        assert page.get("/subscribe").status_code == 200
    assert caplog.records == []


def answered(metrics: bytes) -> float:
    """Return how many forms to subscribe were refused as bad requests."""
    wanted = 'route="/subscribe",status="400"'
    lines = [line for line in metrics.decode().splitlines() if wanted in line and "_total" in line]
    return sum(float(line.split()[-1]) for line in lines)


def test_a_form_that_never_ends_is_given_up_without_a_line_of_log(
    page: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(forms, "BODY_TIMEOUT", 0.1)
    host, _, port = page.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(LENGTH)
        got = connection.recv(4096)
    assert got.startswith(b"HTTP/1.1 408 ")
    assert_protected(got)
    assert caplog.records == []


def test_what_takes_too_long_is_given_up(
    page: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(middleware, "REQUEST_TIMEOUT", 0)
    answer = page.get("/archive")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert [record.getMessage() for record in caplog.records] == [
        "GET /archive: took longer than 0 s"
    ]
