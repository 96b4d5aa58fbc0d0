"""Servers that say what no SMTP server says: nothing was sent, and it is tried again later."""

from __future__ import annotations

import base64
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest

from core.errors import LaterError
from delivery import smtp
from delivery.smtp import Account, SmtpConnection
from tests.fakes import FakeClock

MAIL = b"Subject: one\r\n\r\nHello\r\n"
ENDLESS = b"250-" + b"x" * 60 + b"\r\n"

Answers = Callable[[bytes], bytes]
"""What is said to a line; b"" before the first one."""


@contextmanager
def talking(answers: Answers, *, endless: bytes = b"") -> Iterator[int]:
    """Answer one connection; yield the port.

    Args:
        answers: what to say; an empty answer says ``endless`` until the other side hangs up.
        endless: said again and again.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection, connection.makefile("rb") as lines:
                    said = answers(b"")
                    while True:
                        while not said:
                            connection.sendall(endless)
                        connection.sendall(said)
                        heard = lines.readline()
                        if not heard:
                            return
                        said = answers(heard.strip().upper())

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(10)


def a_connection(port: int, clock: FakeClock, **changes: str) -> SmtpConnection:
    account = {"username": "", "password": "", "security": "none", "hostname": "t.example"}
    return SmtpConnection(
        Account(host="127.0.0.1", port=port, **account | changes),
        clock=clock,
        max_time=timedelta(seconds=10),
    )


def scripted(script: dict[bytes, bytes]) -> Answers:
    """Answer by the first word of a line; "" is an endless answer."""
    usual = {
        b"": b"220 hello\r\n",
        b"EHLO": b"250 hello\r\n",
        b"MAIL": b"250 ok\r\n",
        b"RCPT": b"250 ok\r\n",
        b"DATA": b"354 go on\r\n",
        b"QUIT": b"221 bye\r\n",
    }

    said = usual | script
    return lambda line: said.get(line.partition(b" ")[0], b"500 what?\r\n")


@pytest.mark.parametrize("place", [b"", b"EHLO", b"MAIL", b"RCPT", b"DATA"])
def test_an_endless_reply_is_broken_off_and_surely_nothing_was_sent(
    place: bytes, clock: FakeClock
) -> None:
    tracemalloc.start()
    with talking(scripted({place: b""}), endless=ENDLESS * 100) as port:
        connection = a_connection(port, clock)
        with pytest.raises(LaterError, match="longer than 64 KB"):
            connection.send("t@example.org", "ann@example.org", MAIL)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


CHALLENGES = [
    b"334 !!!!\r\n",
    b"334 abc\r\n",
    b"334 =\r\n",
    b"334 \xff\xfe\r\n",
    b"334 " + base64.b64encode(b"\xff" * 40) + b"=x\r\n",
    b"334\r\n",
    b"334-a\r\n334 b\r\n",
    b"gibberish\r\n",
    b"235-\r\n999 x\r\n",
]


@pytest.mark.parametrize("challenge", CHALLENGES)
@pytest.mark.parametrize("method", [b"CRAM-MD5", b"PLAIN", b"LOGIN", b"CRAM-MD5 LOGIN PLAIN"])
def test_garbage_at_login_is_surely_not_sent(
    challenge: bytes, method: bytes, clock: FakeClock
) -> None:
    script = {
        b"EHLO": b"250-hello\r\n250 AUTH " + method + b"\r\n",
        b"AUTH": challenge,
        b"MAIL": b"530 log in first\r\n",
    }
    with talking(scripted(script)) as port:
        connection = a_connection(port, clock, username="tidings", password="s3cret-w0rd")
        with pytest.raises(LaterError) as refusal:
            connection.send("t@example.org", "ann@example.org", MAIL)
        connection.close()
    assert refusal.value.not_before is None or refusal.value.not_before > clock()
    assert "s3cret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("method", [b"CRAM-MD5", b"PLAIN", b"LOGIN"])
def test_a_password_that_cannot_be_sent_is_told_without_a_letter_of_it(
    method: bytes, clock: FakeClock
) -> None:
    challenge = base64.b64encode(b"<1@example.org>")
    script = {
        b"EHLO": b"250-hello\r\n250 AUTH " + method + b"\r\n",
        b"AUTH": b"334 " + challenge + b"\r\n",
    }
    with talking(scripted(script)) as port:
        connection = a_connection(port, clock, username="tidings", password="p\u00e4ss")
        with pytest.raises(LaterError) as refusal:
            connection.send("t@example.org", "ann@example.org", MAIL)
        connection.close()
    assert "\u00e4" not in str(refusal.value)
    assert "xe4" not in str(refusal.value)


@pytest.mark.parametrize(
    ("sender", "recipient"),
    [("t\u00efdings@example.org", "ann@example.org"), ("t@example.org", "\u00e4nn@example.org")],
)
def test_an_address_that_cannot_be_said_is_surely_not_sent(
    sender: str, recipient: str, clock: FakeClock
) -> None:
    with talking(scripted({})) as port:
        connection = a_connection(port, clock)
        with pytest.raises(LaterError, match="a character that cannot be sent"):
            connection.send(sender, recipient, MAIL)


def test_a_server_that_drips_its_goodbye_is_left(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_QUIT_TIME", timedelta(seconds=0.2))
    script = {b"QUIT": b"", b"MAIL": b"450 later\r\n", b"RSET": b"250 ok\r\n"}
    with talking(scripted(script), endless=b"2") as port:
        connection = a_connection(port, clock)
        with pytest.raises(LaterError, match="later"):
            connection.send("t@example.org", "ann@example.org", MAIL)
        connection.close()


def test_a_host_that_is_no_name_is_surely_not_sent(clock: FakeClock) -> None:
    for host in ("a..example", "\u00e4" * 70 + ".example", ".example", "x" * 300):
        account = Account(
            host=host, port=25, security="none", username="", password="", hostname="t.example"
        )
        with pytest.raises(LaterError):
            SmtpConnection(account, clock=clock).send("t@example.org", "ann@example.org", MAIL)
