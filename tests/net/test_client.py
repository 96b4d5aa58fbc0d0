from __future__ import annotations

import socket
import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from core.errors import FetchError
from net.client import HeldError, HttpClient, SourceSession
from net.response import StatusError
from tests.fakes import NOON, FakeClock
from tests.net.fakes import FakeTimer, FakeValidatorStore
from tests.stand_ins.sources.server import SourceServer

PAGE = "/page"


def open_session(**changes: Any) -> SourceSession:
    values: dict[str, Any] = {"clock": FakeClock(), "timer": FakeTimer()} | changes
    return HttpClient(**values).session("arxiv")


def failure(server: SourceServer, **changes: Any) -> FetchError:
    with open_session(**changes) as session, pytest.raises(FetchError) as caught:
        session.get(server.url + PAGE)
    assert caught.value.source == "arxiv"
    assert "\n" not in str(caught.value)
    return caught.value


def test_an_answer_comes_whole_and_says_who_asked(sources: SourceServer) -> None:
    sources.answer(PAGE, "hello", headers={"X-Kind": "greeting"})
    with open_session(contact="https://example.org/bot") as session:
        response = session.get(
            sources.url + PAGE, params={"q": "a b"}, headers={"Accept": "text/plain"}
        )
    assert (response.status, response.body, response.headers["x-kind"]) == (
        200,
        b"hello",
        "greeting",
    )
    (request,) = sources.requests
    assert request.query == {"q": "a b"}
    assert request.headers["User-Agent"].startswith("tidings/")
    assert request.headers["User-Agent"].endswith("(+https://example.org/bot)")
    assert request.headers["Accept"] == "text/plain"


def test_a_contact_cannot_smuggle_header_fields_in() -> None:
    assert "\n" not in HttpClient(clock=FakeClock(), contact="a\r\nX-Evil: 1").user_agent


def test_json_is_posted_with_its_fields(sources: SourceServer) -> None:
    sources.answer(PAGE, "{}")
    with open_session() as session:
        session.post_json(sources.url + PAGE, {"page": 1}, headers={"Authorization": "Bearer t"})
    (request,) = sources.requests
    assert (request.method, request.body) == ("POST", b'{"page": 1}')
    assert request.headers["Authorization"] == "Bearer t"


def test_one_session_keeps_its_connection_but_no_cookies(sources: SourceServer) -> None:
    sources.answer(PAGE, "hello", headers={"Set-Cookie": "who=you"})
    with open_session() as session:
        session.get(sources.url + PAGE)
        session.get(sources.url + PAGE)
    first, second = sources.requests
    assert first.client == second.client
    assert second.headers["Cookie"] is None


@pytest.mark.parametrize("fault", ["hang", "drip_headers", "drip_body"])
def test_the_deadline_holds_however_slowly_an_answer_comes(
    sources: SourceServer, fault: str
) -> None:
    getattr(sources, fault)(PAGE)
    began = time.monotonic()
    error = failure(sources, request_seconds=0.3)
    assert "did not answer in time" in str(error)
    assert time.monotonic() - began < 2


def test_the_deadline_holds_for_a_server_that_never_shakes_hands() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with (
            open_session(request_seconds=0.3) as session,
            pytest.raises(FetchError, match="in time"),
        ):
            session.get(f"https://127.0.0.1:{silent.getsockname()[1]}/")
    assert time.monotonic() - began < 2


def test_after_the_deadline_the_request_and_its_connection_are_gone(sources: SourceServer) -> None:
    sources.drip_body(PAGE)
    failure(sources, request_seconds=0.3)
    for thread in threading.enumerate():
        if thread.name == "request":
            thread.join(5)
            assert not thread.is_alive()


def test_a_session_can_go_on_after_one_request_took_too_long(sources: SourceServer) -> None:
    sources.hang(PAGE)
    sources.answer("/other", "still here")
    with open_session(request_seconds=0.3) as session:
        with pytest.raises(FetchError):
            session.get(sources.url + PAGE)
        assert session.get(sources.url + "/other").body == b"still here"


def test_a_refused_connection_is_tried_again_and_then_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    timer = FakeTimer()
    with (
        open_session(timer=timer) as session,
        pytest.raises(FetchError, match="refused the connection"),
    ):
        session.get(f"http://127.0.0.1:{port}/")
    assert timer.naps == [0.5, 1.5]


def test_an_unknown_host_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # no name server is asked in a test
    timer = FakeTimer()
    with open_session(timer=timer) as session, pytest.raises(FetchError, match="not known"):
        session.get("http://tidings.invalid/")
    assert timer.naps == []


def test_a_server_without_tls_is_no_safe_connection(sources: SourceServer) -> None:
    with open_session() as session, pytest.raises(FetchError, match="no secure connection"):
        session.get(sources.url.replace("http:", "https:"))


def test_a_connection_that_is_hung_up_is_tried_again(sources: SourceServer) -> None:
    sources.hang_up_once(PAGE)
    sources.answer(PAGE, "second try")
    with open_session() as session:
        assert session.get(sources.url + PAGE).body == b"second try"


def test_a_body_that_breaks_off_is_no_answer(sources: SourceServer) -> None:
    sources.break_off(PAGE, b"half")
    assert "before the answer was complete" in str(failure(sources))
    assert len(sources.requests) == 3


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_in_trouble_is_asked_again(sources: SourceServer, status: int) -> None:
    timer = FakeTimer()
    sources.answer_once(PAGE, status=status)
    sources.answer(PAGE, "up again")
    with open_session(timer=timer) as session:
        assert session.get(sources.url + PAGE).body == b"up again"
    assert timer.naps == [0.5]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500])
def test_other_errors_are_not_asked_again(sources: SourceServer, status: int) -> None:
    sources.answer(PAGE, "why", status=status)
    error = failure(sources)
    assert isinstance(error, StatusError)
    assert (error.response.status, error.response.body) == (status, b"why")
    assert f"status {status}" in str(error)
    assert len(sources.requests) == 1


def test_too_many_requests_without_a_time_fail_at_once_and_set_one(sources: SourceServer) -> None:
    sources.answer(PAGE, "Rate exceeded.", status=429)
    error = failure(sources)
    assert error.retry_at == NOON + timedelta(hours=1)
    assert len(sources.requests) == 1


@pytest.mark.parametrize("field", ["120", "Sun, 22 Nov 2026 12:02:00 GMT"], ids=["seconds", "date"])
def test_a_server_that_wants_a_long_pause_is_left_alone(sources: SourceServer, field: str) -> None:
    sources.answer(PAGE, status=503, headers={"Retry-After": field})
    assert failure(sources).retry_at == NOON + timedelta(minutes=2)
    assert len(sources.requests) == 1


def test_a_server_that_wants_a_short_pause_gets_it(sources: SourceServer) -> None:
    timer = FakeTimer()
    sources.answer_once(PAGE, status=429, headers={"Retry-After": "3"})
    sources.answer(PAGE, "now")
    with open_session(timer=timer) as session:
        assert session.get(sources.url + PAGE).body == b"now"
    assert timer.naps == [3.0]


def test_a_source_is_given_up_when_its_time_is_spent(sources: SourceServer) -> None:
    timer = FakeTimer()
    sources.answer(PAGE, "hello")
    with open_session(timer=timer, session_seconds=60) as session:
        session.get(sources.url + PAGE)
        timer.now = 61
        with pytest.raises(FetchError, match="no more time"):
            session.get(sources.url + PAGE)
    assert len(sources.requests) == 1


def test_no_second_try_is_made_beyond_the_time_of_a_source(sources: SourceServer) -> None:
    sources.answer(PAGE, status=503)
    failure(sources, session_seconds=1)
    assert len(sources.requests) == 2  # after 0.5 s; another 1.5 s are not left


@pytest.mark.parametrize(
    "address",
    [
        *("", "example.org", "ftp://example.org/", "http://", "http://[::1", "http://a:b/"),
        *("http://a..b/", "http://.", "http://" + "x" * 64 + ".org/", "http://%ff.org/"),
    ],
)
def test_an_address_that_is_none_says_to_check_the_settings(address: str) -> None:
    with open_session() as session, pytest.raises(FetchError, match="check the settings"):
        session.get(address)


@pytest.mark.parametrize("host", ["a..b", "[::1", "h:x", "x" * 64, "%ff", "a b", ""])
def test_what_its_owner_alone_may_know_is_not_said_of_an_address_that_is_none(host: str) -> None:
    address = f"http://ann:canary-1@{host}/canary-2/feed?token=canary-3#canary-4"
    with open_session() as session, pytest.raises(FetchError, match="check the settings") as caught:
        session.get(address)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("token", ["s3cret\n", "s3crét", "s3cret\x00"])
def test_a_token_that_cannot_be_sent_is_not_shown(sources: SourceServer, token: str) -> None:
    with open_session() as session, pytest.raises(FetchError, match="cannot be sent") as caught:
        session.get(sources.url + PAGE, headers={"Authorization": f"Bearer {token}"})
    assert "s3cr" not in str(caught.value)


def test_a_password_in_an_address_is_not_shown(sources: SourceServer) -> None:
    address = sources.url.replace("//", "//ann:s3cret@") + PAGE
    with open_session() as session, pytest.raises(FetchError) as caught:
        session.get(address)
    assert "s3cret" not in str(caught.value)


class TestSize:
    def test_an_answer_over_the_limit_is_refused_by_its_length(self, sources: SourceServer) -> None:
        sources.answer(PAGE, b"x" * 6_000_000)
        assert "larger than 5 MB" in str(failure(sources))

    def test_an_answer_without_a_length_is_cut_off(self, sources: SourceServer) -> None:
        sources.endless(PAGE)
        assert "larger than 5 MB" in str(failure(sources))

    @pytest.mark.parametrize(
        "head",
        [
            b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
            b"Transfer-Encoding: chunked\r\n\r\n-0x1\r\n",
            b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
            b"Content-Length: -1\r\n\r\n",
            b"Content-Length: 9999999999999999999999\r\n\r\n",
            b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08" + b"\0" * 6,
            b"\r\n",
        ],
    )
    def test_what_its_length_hides_is_bounded_on_the_wire(
        self, sources: SourceServer, head: bytes
    ) -> None:
        sources.endless(PAGE, b"HTTP/1.1 200 OK\r\n" + head)
        assert "larger than 5 MB" in str(failure(sources))
        assert len(sources.requests) == 1  # it would be no smaller the next time

    def test_a_length_beside_chunks_does_not_count(self, sources: SourceServer) -> None:
        fields = b"Content-Length: 99999999\r\nTransfer-Encoding: chunked\r\n\r\n"
        sources.raw(PAGE, b"HTTP/1.1 200 OK\r\n" + fields + b"5\r\nhello\r\n0\r\n\r\n")
        with open_session() as session:
            assert session.get(sources.url + PAGE).body == b"hello"

    def test_an_answer_that_never_gets_beyond_100_continue_is_bounded(
        self, sources: SourceServer
    ) -> None:
        sources.raw(PAGE, b"HTTP/1.1 100 Continue\r\n\r\n" * 500_000)
        assert "larger than 5 MB" in str(failure(sources))

    def test_the_limit_on_the_wire_begins_anew_with_each_answer(
        self, sources: SourceServer
    ) -> None:
        sources.answer(PAGE, b"x" * 4_000_000)
        with open_session() as session:
            sizes = [len(session.get(sources.url + PAGE).body) for _ in range(4)]
        assert sizes == [4_000_000] * 4
        assert len({request.client for request in sources.requests}) == 1

    def test_gzip_is_undone(self, sources: SourceServer) -> None:
        sources.gzipped(PAGE, b"hello" * 100)
        with open_session() as session:
            assert session.get(sources.url + PAGE).body == b"hello" * 100
        assert "gzip" in sources.requests[0].headers["Accept-Encoding"]

    def test_a_bomb_is_refused(self, sources: SourceServer) -> None:
        sources.gzipped(PAGE, bytes(50_000_000))
        assert "larger than 5 MB" in str(failure(sources))

    def test_two_encodings_are_refused(self, sources: SourceServer) -> None:
        sources.gzipped(PAGE, b"hello", times=2)
        assert "encoding" in str(failure(sources))

    @pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "br;q=1", "identity, br"])
    def test_an_encoding_that_was_not_asked_for_is_refused(
        self, sources: SourceServer, encoding: str
    ) -> None:
        sources.answer(PAGE, "hello", headers={"Content-Encoding": encoding})
        assert "encoding" in str(failure(sources))


class TestRedirects:
    def test_an_error_names_the_host_that_a_redirect_led_to(self, sources: SourceServer) -> None:
        with SourceServer() as other:
            sources.answer(PAGE, status=302, headers={"Location": f"{other.url}/gone"})
            error = failure(sources)
        assert str(error) == f"{other.url.removeprefix('http://')} answered with status 404"

    def test_a_redirect_is_followed_without_reading_its_body(self, sources: SourceServer) -> None:
        sources.endless("/old", b"HTTP/1.1 301 Moved\r\nLocation: /page?x=1\r\n\r\n")
        sources.answer(PAGE, "moved here")
        with open_session() as session:
            response = session.get(sources.url + "/old")
        assert (response.body, response.url) == (b"moved here", sources.url + "/page?x=1")

    @pytest.mark.parametrize(
        ("statuses", "told"),
        [
            ((301,), "/1"),
            ((308, 301), "/2"),
            ((301, 302), "/1"),
            ((302, 301), ""),
            ((307,), ""),
            ((), ""),
        ],
    )
    def test_where_an_address_lies_for_good_is_told(
        self, sources: SourceServer, statuses: tuple[int, ...], told: str
    ) -> None:
        for number, status in enumerate(statuses):
            sources.redirect(f"/{number}", f"/{number + 1}", status=status)
        sources.answer(f"/{len(statuses)}", "here")
        with open_session() as session:
            response = session.get(sources.url + "/0")
        assert response.body == b"here"
        assert response.moved_to == (sources.url + told if told else "")

    @pytest.mark.parametrize(
        ("sent", "asked"),
        [
            ("/caf\u00e9/feed.xml".encode(), "/caf%C3%A9/feed.xml"),
            ("/\u00c5/\u00e0".encode(), "/%C3%85/%C3%A0"),  # bytes that are blanks in Latin-1
            ("/\u65b0\u95fb?q=\u4f60".encode(), "/%E6%96%B0%E9%97%BB"),
            ("/caf\u00e9".encode("latin-1"), "/caf%E9"),
            (b"/caf%C3%A9 x", "/caf%C3%A9%20x"),
            (b"/caf\xc3\xa9 \t", "/caf%C3%A9"),  # blanks around a field are none of it
        ],
    )
    def test_a_redirect_in_raw_bytes_leads_where_it_was_meant_to(
        self, sources: SourceServer, sent: bytes, asked: str
    ) -> None:
        sources.raw(PAGE, b"HTTP/1.1 301 Moved\r\nLocation: " + sent + b"\r\n\r\n")
        sources.answer(asked, "here")
        with open_session() as session:
            response = session.get(sources.url + PAGE)
        assert response.body == b"here"
        assert response.moved_to.isascii()
        assert response.moved_to.startswith(sources.url + asked)

    def test_a_cookie_that_is_set_on_the_way_is_sent_back_on_the_way(
        self, sources: SourceServer
    ) -> None:
        cookie = {"Set-Cookie": "seen=1; Path=/", "Location": PAGE}
        sources.answer("/consent", status=302, headers=cookie)
        sources.answer_with_cookie(PAGE, "seen=1", "hello", otherwise="/consent")
        with open_session() as session:
            response = session.get(sources.url + PAGE)
            assert (response.body, response.url) == (b"hello", sources.url + PAGE)
            seen = [request.headers["Cookie"] for request in sources.requests]
            assert seen == [None, "seen=1", "seen=1"]
            session.get(sources.url + PAGE)
        assert sources.requests[3].headers["Cookie"] is None

    def test_a_page_that_redirects_to_itself_with_a_cookie_is_read(
        self, sources: SourceServer
    ) -> None:
        sources.answer_with_cookie(PAGE, "a=b", "hello", otherwise=PAGE)
        with open_session() as session:
            assert session.get(sources.url + PAGE).body == b"hello"

    def test_a_cookie_goes_to_no_other_host(self, sources: SourceServer) -> None:
        elsewhere = sources.url.replace("127.0.0.1", "localhost")
        sources.answer(
            PAGE, status=302, headers={"Set-Cookie": "a=b", "Location": elsewhere + "/other"}
        )
        sources.answer("/other", "hello")
        with open_session() as session:
            assert session.get(sources.url + PAGE).body == b"hello"
        assert sources.requests[1].headers["Cookie"] is None

    @pytest.mark.parametrize(
        ("cookie", "back"),
        [
            ("a=b; HttpOnly; SameSite=Strict", "a=b"),
            ("a=b; Path=/next", "a=b"),
            ("a=b; Path=/secret", None),
            ("a=b; Secure", None),
            ("a=b; Max-Age=0", None),
            ("a=b; Domain=example.org", None),
            ("a=b; Domain=com", None),
            ("=b", None),
        ],
    )
    def test_a_cookie_goes_only_where_its_server_said(
        self, sources: SourceServer, cookie: str, back: str | None
    ) -> None:
        sources.answer(PAGE, status=302, headers={"Set-Cookie": cookie, "Location": "/next/page"})
        sources.answer("/next/page", "hello")
        with open_session() as session:
            assert session.get(sources.url + PAGE).body == b"hello"
        assert sources.requests[1].headers["Cookie"] == back

    @pytest.mark.parametrize(("number", "length"), [(150, 1), (1, 70_000)])
    def test_more_header_fields_than_can_be_read_are_told_as_such(
        self, sources: SourceServer, number: int, length: int
    ) -> None:
        fields = f"Set-Cookie: a={'b' * length}\r\n" * number
        sources.raw(PAGE, f"HTTP/1.1 302 Found\r\n{fields}Location: /next\r\n\r\n".encode())
        assert "more header fields, or longer ones" in str(failure(sources))
        assert len(sources.requests) == 1

    def test_a_circle_of_cookies_is_told_as_one(self, sources: SourceServer) -> None:
        sources.answer(PAGE, status=302, headers={"Set-Cookie": "a=b", "Location": PAGE})
        assert "in a loop and sets cookies that do not end it" in str(failure(sources))

    def test_a_circle_is_left_after_a_few_rounds(self, sources: SourceServer) -> None:
        sources.redirect(PAGE, PAGE)
        assert "in a loop" in str(failure(sources))
        assert len(sources.requests) == 6

    @pytest.mark.parametrize(
        "target", ["file:///etc/hostname", "ftp://example.org/", "javascript:1"]
    )
    def test_a_redirect_out_of_the_web_is_refused(self, sources: SourceServer, target: str) -> None:
        sources.redirect(PAGE, target)
        assert "unsafe" in str(failure(sources))

    def test_a_token_goes_to_its_own_host_only(self, sources: SourceServer) -> None:
        with SourceServer() as other:
            other.answer(PAGE, "elsewhere")
            sources.redirect(PAGE, other.url + PAGE)
            with open_session() as session:
                session.get(
                    sources.url + PAGE, headers={"Authorization": "Bearer t", "Accept": "*/*"}
                )
            assert "Authorization" not in other.requests[0].headers
            assert other.requests[0].headers["Accept"] == "*/*"

    def test_a_posted_body_is_not_sent_on(self, sources: SourceServer) -> None:
        sources.redirect(PAGE, "/other")
        with open_session() as session, pytest.raises(StatusError, match="302"):
            session.post_json(sources.url + PAGE, {})
        assert len(sources.requests) == 1


class TestChanges:
    def test_only_changes_are_asked_for_once_an_answer_is_stored(
        self, sources: SourceServer
    ) -> None:
        validators = FakeValidatorStore()
        sources.answer_if_changed(PAGE, "news", etag='"1"')
        with open_session(validators=validators) as session:
            assert session.get(sources.url + PAGE, if_changed=True).body == b"news"
        assert validators.kept == {}  # not yet stored: it must come in full again
        validators.kept |= session.validators
        with open_session(validators=validators) as later:
            response = later.get(sources.url + PAGE, if_changed=True)
        assert (response.unchanged, response.body) == (True, b"")

    def test_the_date_of_the_last_change_is_sent_back(self, sources: SourceServer) -> None:
        validators = FakeValidatorStore()
        stamp = "Sun, 22 Nov 2026 05:00:00 GMT"
        sources.answer(PAGE, "news", headers={"Last-Modified": stamp})
        with open_session(validators=validators) as session:
            session.get(sources.url + PAGE, if_changed=True)
        validators.kept |= session.validators
        with open_session(validators=validators) as later:
            later.get(sources.url + PAGE, if_changed=True)
        assert sources.requests[1].headers["If-Modified-Since"] == stamp

    def test_an_answer_that_is_wanted_whole_names_no_conditions(
        self, sources: SourceServer
    ) -> None:
        validators = FakeValidatorStore()
        sources.answer_if_changed(PAGE, "news", etag='"1"')
        for _ in range(2):
            with open_session(validators=validators) as session:
                assert session.get(sources.url + PAGE).body == b"news"
            validators.kept |= session.validators

    def test_unchanged_is_an_error_if_nobody_asked(self, sources: SourceServer) -> None:
        sources.answer(PAGE, status=304)
        assert "status 304" in str(failure(sources))


class TestPace:
    def test_requests_of_a_source_keep_their_distance_over_all_its_hosts(
        self, sources: SourceServer
    ) -> None:
        timer = FakeTimer()
        sources.answer(PAGE, "hello")
        with SourceServer() as other:
            other.answer(PAGE, "hello")
            http = HttpClient(clock=FakeClock(), timer=timer).paced(timedelta(seconds=3))
            with http.session("arxiv") as session:
                session.get(sources.url + PAGE)
                session.get(other.url + PAGE)
                session.get(sources.url + PAGE)
        assert timer.naps == [3.0, 3.0]

    def test_two_sources_share_a_host_and_its_pace(self, sources: SourceServer) -> None:
        timer = FakeTimer()
        sources.answer(PAGE, "hello")
        http = HttpClient(clock=FakeClock(), timer=timer)
        for source in ("one", "two"):
            with http.paced(timedelta(seconds=2)).session(source) as session:
                session.get(sources.url + PAGE)
        assert timer.naps == [2.0]

    def test_without_a_pace_nobody_waits(self, sources: SourceServer) -> None:
        timer = FakeTimer()
        sources.answer(PAGE, "hello")
        with open_session(timer=timer) as session:
            session.get(sources.url + PAGE)
            session.get(sources.url + PAGE)
        assert timer.naps == []


class TestEnvironment:
    def test_a_proxy_of_the_environment_is_used(
        self, sources: SourceServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", sources.url)
        sources.answer(PAGE, "through the proxy")
        with open_session() as session:
            assert session.get("http://tidings.invalid/page").body == b"through the proxy"

    def test_a_netrc_does_not_replace_our_token(
        self, sources: SourceServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login someone password else\n")
        monkeypatch.setenv("NETRC", str(netrc))
        sources.answer(PAGE, "hello")
        with open_session() as session:
            session.get(sources.url + PAGE, headers={"Authorization": "Bearer ours"})
            session.get(sources.url + PAGE)
        assert sources.requests[0].headers["Authorization"] == "Bearer ours"
        assert "Authorization" not in sources.requests[1].headers


class TestPauses:
    def test_a_pause_is_waited_for_before_the_next_request(self, sources: SourceServer) -> None:
        sources.answer(PAGE, "hello")
        timer = FakeTimer()
        with open_session(timer=timer) as session:
            session.hold(sources.url + PAGE, timedelta(seconds=12))
            session.get(sources.url + PAGE)
            session.get(sources.url + PAGE)
        assert timer.naps == [12]

    def test_a_pause_beyond_the_fetch_fails_without_asking(self, sources: SourceServer) -> None:
        with open_session() as session:
            session.hold(sources.url, timedelta(minutes=5))
            session.hold(sources.url, timedelta(seconds=1))  # the longer one holds
            with pytest.raises(HeldError, match="a pause of 300 seconds") as caught:
                session.get(sources.url + PAGE)
        assert caught.value.retry_at == NOON + timedelta(minutes=5)
        assert sources.requests == []

    def test_another_host_is_asked_meanwhile(self, sources: SourceServer) -> None:
        sources.answer(PAGE, "hello")
        with open_session() as session:
            session.hold("https://example.org/api", timedelta(minutes=5))
            assert session.get(sources.url + PAGE).body == b"hello"

    def test_a_used_up_limit_is_a_pause(self, sources: SourceServer) -> None:
        timer = FakeTimer()
        sources.answer_once(PAGE, "one", headers={"RateLimit": '"api";r=0;t=30'})
        sources.answer(PAGE, "two", headers={"RateLimit": '"api";r=99;t=300'})
        with open_session(timer=timer) as session:
            assert [session.get(sources.url + PAGE).body for _ in range(3)] == [
                b"one",
                b"two",
                b"two",
            ]
        assert timer.naps == [30]
