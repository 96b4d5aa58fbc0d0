from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FetchError
from net.client import HttpClient
from net.guard import Guard, GuardError, is_public
from tests.fakes import FakeClock
from tests.net.fakes import FakeTimer
from tests.stand_ins.sources.server import SourceServer

PUBLIC = ("93.184.216.34", "8.8.8.8", "1.1.1.1", "223.255.255.254", "2606:4700::1111", "2a00::1")
HOSTILE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1
127.1.2.3 168.63.129.16 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.8
192.0.0.170 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1
203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::10.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1
64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
2002:7f00:1:: 2002:a9fe:a9fe:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%lo fec0::1
2606:4700::5efe:7f00:1 2606:4700::200:5efe:a00:1 2a00:1:2:3:100:5efe:c0a8:101 2a00::5efe:808:808
ff02::1 2606:4700::1111%eth0 4000::1 feeds.example 127.1 2130706433
"""


NO_HOSTS = (
    "a..b",
    ".",
    "x" * 64 + ".example",
    "a." * 130,
    "*.example",
    "-\u00e9/c.example".encode().decode("latin-1").replace("/", "%2f"),
    "a%00b.example",
    "%ff.example",
    "[::1",
    "[1.2.3.4]",
)
"""What no host is called, whoever names it."""


@dataclass
class FakeNames:
    """A name server whose answers to a name change from one question to the next."""

    answers: dict[str, list[list[str]]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        turns = self.answers[host]
        addresses = turns.pop(0) if len(turns) > 1 else turns[0]
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]


@dataclass
class FakeDialler:
    """Connects to a server on loopback, whatever address is asked for, and notes the address."""

    server: SourceServer | None = None
    dialled: list[str] = field(default_factory=list)
    dead: frozenset[str] = frozenset()

    def __call__(
        self, _family: int, address: tuple[Any, ...], timeout: float | None
    ) -> socket.socket:
        self.dialled.append(address[0])
        if address[0] in self.dead:
            raise ConnectionRefusedError(111, "refused")
        assert self.server is not None
        port = int(self.server.url.rpartition(":")[2])
        return socket.create_connection(("127.0.0.1", port), timeout)


def guarded(names: FakeNames, dialler: FakeDialler) -> HttpClient:
    guard = Guard(resolve=names, dial=dialler)
    return HttpClient(clock=FakeClock(), timer=FakeTimer()).guarded(guard)


def refused(http: HttpClient, url: str) -> str:
    with http.session("feed:x") as session, pytest.raises(FetchError) as caught:
        session.get(url)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_asked(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", HOSTILE.split())
def test_addresses_of_inner_networks_may_not(address: str) -> None:
    assert not is_public(address)


@given(st.integers(0, 2**32 - 1))
def test_no_ipv4_address_passes_in_the_clothes_of_ipv6(number: int) -> None:
    v4 = number.to_bytes(4, "big")
    clothes = [b"\0" * 12 + v4, b"\0" * 10 + b"\xff\xff" + v4, b"\0" * 8 + b"\xff\xff\0\0" + v4]
    clothes += [bytes.fromhex("0064ff9b") + b"\0" * 8 + v4, b"\x20\x02" + v4 + b"\0" * 10]
    clothes += [bytes.fromhex(f"26064700000000000{bits}005efe") + v4 for bits in range(4)]
    assert not any(is_public(socket.inet_ntop(socket.AF_INET6, dressed)) for dressed in clothes)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "0", "017700000001", "localhost", "[::1]"],
)
def test_no_notation_of_loopback_passes_the_real_resolver(host: str) -> None:
    dialler = FakeDialler()
    with pytest.raises(GuardError, match="not a public address"):
        Guard(dial=dialler).connect(host.strip("[]"), 80, 1.0)
    assert dialler.dialled == []


@pytest.mark.parametrize("port", [0, 22, 25, 8080, 6379, 65535])
def test_only_the_ports_of_the_web_are_asked(port: int) -> None:
    names = FakeNames({"feeds.example": [[PUBLIC[0]]]})
    with pytest.raises(GuardError, match="ports 80 and 443"):
        Guard(resolve=names, dial=FakeDialler()).connect("feeds.example", port, 1.0)
    assert names.asked == []


def test_a_public_feed_is_read_from_the_address_that_was_checked(sources: SourceServer) -> None:
    sources.answer("/feed", "hello")
    names = FakeNames({"feeds.example": [[PUBLIC[0]]]})
    dialler = FakeDialler(sources)
    with guarded(names, dialler).session("feed:x") as session:
        response = session.get("http://feeds.example/feed")
    assert response.body == b"hello"
    assert (names.asked, dialler.dialled) == (["feeds.example"], [PUBLIC[0]])
    assert sources.requests[0].headers["Host"] == "feeds.example"


def test_a_name_server_that_answers_otherwise_the_second_time_gains_nothing(
    sources: SourceServer,
) -> None:
    sources.answer("/feed", "hello")
    names = FakeNames({"evil.example": [[PUBLIC[0]], ["127.0.0.1"], ["169.254.169.254"]]})
    dialler = FakeDialler(sources)
    http = guarded(names, dialler)
    with http.session("feed:x") as session:
        assert session.get("http://evil.example/feed").status == 200
    assert dialler.dialled == [PUBLIC[0]]
    assert "not a public address" in refused(http, "http://evil.example/feed")
    assert "not a public address" in refused(http, "http://evil.example/feed")
    assert dialler.dialled == [PUBLIC[0]]


@pytest.mark.parametrize("inner", ["10.0.0.5", "::1"])
def test_one_inner_address_among_public_ones_is_enough_to_refuse(inner: str) -> None:
    names = FakeNames({"mixed.example": [[PUBLIC[0], inner], [inner, PUBLIC[0]]]})
    dialler = FakeDialler()
    for _ in range(2):
        assert "not a public address" in refused(
            guarded(names, dialler), "https://mixed.example/feed"
        )
    assert dialler.dialled == []


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("http://inner.example/secret", "not a public address"),
        ("http://169.254.169.254/latest/meta-data", "not a public address"),
        ("http://feeds.example:8080/", "ports 80 and 443"),
        ("file:///etc/passwd", "unsafe"),
        ("gopher://feeds.example/", "unsafe"),
        ("http://1.1.1.1@inner.example/", "not a public address"),
        ("http://inner%2eexample/", "not a public address"),
        ("//inner\u3002example/".encode().decode("latin-1"), "not a public address"),
        *((f"http://{host}/", "invalid address") for host in NO_HOSTS),
    ],
)
def test_every_hop_of_a_redirect_is_checked(sources: SourceServer, target: str, line: str) -> None:
    sources.answer("/feed", "", status=302, headers={"Location": target})
    names = FakeNames(
        {
            "feeds.example": [[PUBLIC[0]]],
            "inner.example": [["192.168.1.1"]],
            "169.254.169.254": [["169.254.169.254"]],
        }
    )
    dialler = FakeDialler(sources)
    assert line in refused(guarded(names, dialler), "http://feeds.example/feed")
    assert dialler.dialled == [PUBLIC[0]]


def test_a_proxy_of_the_environment_is_not_asked(
    sources: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.answer("/feed", "hello")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    names = FakeNames({"feeds.example": [[PUBLIC[0]]]})
    with guarded(names, FakeDialler(sources)).session("feed:x") as session:
        assert session.get("http://feeds.example/feed").body == b"hello"


def test_the_next_address_is_tried_when_one_is_dead(sources: SourceServer) -> None:
    sources.answer("/feed", "hello")
    names = FakeNames({"feeds.example": [[PUBLIC[4], PUBLIC[0]]]})
    dialler = FakeDialler(sources, dead=frozenset({PUBLIC[4]}))
    with guarded(names, dialler).session("feed:x") as session:
        assert session.get("http://feeds.example/feed").status == 200
    assert dialler.dialled == [PUBLIC[4], PUBLIC[0]]


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    def unknown(*_: Any, **_named: Any) -> list[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    http = HttpClient(clock=FakeClock(), timer=FakeTimer()).guarded(Guard(resolve=unknown))
    assert "not known to the name server" in refused(http, "https://nowhere.example/")


def test_without_the_guard_the_settings_addresses_may_be_local(sources: SourceServer) -> None:
    sources.answer("/feed", "hello")
    with HttpClient(clock=FakeClock(), timer=FakeTimer()).session("feed:x") as session:
        assert session.get(sources.url + "/feed").body == b"hello"


@pytest.mark.parametrize("host", [*NO_HOSTS, "\udc80.example", "a b.example", "x" * 70 + "\u00e9"])
def test_a_name_that_no_host_can_have_is_refused_before_anybody_is_asked(host: str) -> None:
    names = FakeNames({})
    line = refused(guarded(names, FakeDialler()), f"http://{host}/")
    assert "not a web address" in line
    assert names.asked == []
