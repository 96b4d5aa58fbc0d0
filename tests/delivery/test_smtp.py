from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import CannotTellError, LaterError, RefusedError
from delivery.smtp import Account, SmtpConnection
from delivery.smtp_replies import BouncedError
from digests.render.mail import render
from tests.digests.examples import example
from tests.digests.render.mails import LINKS, Read, an_envelope
from tests.fakes import NOON, FakeClock
from tests.stand_ins.smtp import SmtpServer, Trouble
from tests.stand_ins.smtp.certificates import OPENSSL, Certificate

MAIL = b"Subject: one\r\n\r\nHello\r\n.\r\n..two dots\r\n.hidden\r\n"
SENDER, ANN = "tidings@example.org", "ann@example.org"
LARGE = MAIL + b"x" * 76 * 200_000 + b"\r\n"

needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl makes the certificate")


def a_connection(server: SmtpServer, clock: FakeClock, **changes: Any) -> SmtpConnection:
    account: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "username": "",
        "password": "",
        "hostname": "tidings.example",
    }
    names = {"context", "max_time"} & set(changes)
    more = {name: changes.pop(name) for name in names}
    return SmtpConnection(Account(**account | changes), clock=clock, **more)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as made:
        yield made


@pytest.fixture
def connection(server: SmtpServer, clock: FakeClock) -> Iterator[SmtpConnection]:
    made = a_connection(server, clock)
    yield made
    made.close()


def sends(connection: SmtpConnection, mail: bytes = MAIL, recipient: str = ANN) -> str:
    return connection.send(SENDER, recipient, mail)


def test_a_mail_arrives_as_it_was_and_the_answer_is_kept(
    server: SmtpServer, connection: SmtpConnection
) -> None:
    assert sends(connection) == "250 2.0.0 queued as 1"
    [taken] = server.taken
    assert (taken.sender, taken.recipient, taken.content) == (SENDER, ANN, MAIL)


def test_a_whole_digest_survives_the_way_headers_and_both_parts(
    server: SmtpServer, connection: SmtpConnection
) -> None:
    sent = render(example(), an_envelope(), LINKS)
    sends(connection, sent.encode("ascii"))
    before, after = Read.of(sent), Read.of(server.taken[0].content)
    assert after.message.items() == before.message.items()
    assert (after.text, after.html) == (before.text, before.html)


def test_many_mails_go_over_one_connection(server: SmtpServer, connection: SmtpConnection) -> None:
    for _ in range(20):
        sends(connection)
    assert (server.connections, len(server.taken)) == (1, 20)


def test_a_connection_that_rested_too_long_is_opened_anew(
    server: SmtpServer, connection: SmtpConnection, clock: FakeClock
) -> None:
    sends(connection)
    clock.advance(timedelta(minutes=2))
    sends(connection)
    assert (server.connections, len(server.taken)) == (2, 2)


def test_a_connection_that_the_server_ended_is_opened_anew_and_nothing_comes_twice(
    server: SmtpServer, connection: SmtpConnection
) -> None:
    server.most_each = 3
    for _ in range(10):
        sends(connection)
    assert len(server.taken) == 10
    assert server.connections == 4


@pytest.mark.parametrize(
    ("place", "answer", "error", "words"),
    [
        ("at_rcpt", "451 4.7.1 greylisted, come back", LaterError, "greylisted"),
        ("at_rcpt", "450 mailbox busy", LaterError, "450 mailbox busy"),
        ("at_rcpt", "550 5.1.1 no such user", BouncedError, "no such user"),
        ("at_rcpt", "550 no such user", BouncedError, "the address is refused: 550"),
        ("at_rcpt", "550 5.2.1 mailbox disabled", BouncedError, "disabled"),
        ("at_rcpt", "550 5.7.1 your host is blocked", RefusedError, "blocked"),
        ("at_rcpt", "554 go away", RefusedError, "554 go away"),
        ("at_mail", "451 later", LaterError, "the sender is deferred"),
        ("at_mail", "550 5.7.1 not allowed to send as that", LaterError, "not allowed"),
        ("at_mail", "552 too large", RefusedError, "too large"),
        ("at_data", "452 4.3.1 disk full", LaterError, "disk full"),
        ("at_data", "554 5.7.1 looks like spam", RefusedError, "the mail is refused"),
        ("at_data", "550 5.1.1 no such user", BouncedError, "no such user"),
        ("at_data", "421 shutting down", LaterError, "shutting down"),
        ("at_rcpt", "354 what?", LaterError, "354 what"),
    ],
)
def test_every_refusal_is_taken_for_what_it_means(
    server: SmtpServer,
    connection: SmtpConnection,
    place: str,
    answer: str,
    error: type[Exception],
    words: str,
) -> None:
    getattr(server, place).append(answer)
    with pytest.raises(error, match=words) as refusal:
        sends(connection)
    assert type(refusal.value) is error
    assert server.taken == []
    assert sends(connection) == "250 2.0.0 queued as 1"  # the next one is not concerned


@pytest.mark.parametrize(
    "reply",
    [
        f"550 5.1.1 <{ANN}>: no such user",
        f"550 5.1.1 {ANN.upper()} no such user",
        f"550 no such user ({ANN})",
        f"550 5.1.1 to={ANN}; no such user",
        f'550 5.1.1 RCPT TO:<"{ANN.partition("@")[0]}"@example.org> no such user',
    ],
)
def test_what_is_kept_of_a_bounce_does_not_name_the_address(
    server: SmtpServer, connection: SmtpConnection, reply: str
) -> None:
    server.at_rcpt.append(reply)
    with pytest.raises(BouncedError, match="no such user") as refusal:
        sends(connection)
    assert "@" not in str(refusal.value)


def test_a_cut_before_the_final_dot_is_surely_no_delivery(
    server: SmtpServer, connection: SmtpConnection
) -> None:
    server.at_data.append(Trouble.CUT_IN_TEXT)
    with pytest.raises(LaterError, match="within the mail"):
        sends(connection, LARGE)
    assert server.taken == []
    sends(connection)
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("trouble", "came"),
    [(Trouble.CUT_BEFORE_250, 1), (Trouble.CUT_AND_LOST, 0), (Trouble.GIBBERISH, 1)],
)
def test_a_cut_after_the_final_dot_cannot_be_told(
    server: SmtpServer, connection: SmtpConnection, trouble: Trouble, came: int
) -> None:
    server.at_data.append(trouble)
    with pytest.raises(CannotTellError, match="may have arrived"):
        sends(connection)
    assert len(server.taken) == came


def test_a_server_that_never_answers_the_mail_is_given_up_and_cannot_be_told(
    server: SmtpServer, clock: FakeClock
) -> None:
    server.at_data.append(Trouble.SILENT)
    connection = a_connection(server, clock, max_time=timedelta(seconds=0.3))
    with pytest.raises(CannotTellError):
        sends(connection)
    assert len(server.taken) == 1


def test_a_server_that_drips_its_greeting_is_given_up(clock: FakeClock) -> None:
    """Each byte comes in time; only all of them together take too long."""
    import socket

    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                while not ended.wait(0.02):
                    try:
                        connection.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        server = SmtpServer(port=listening.getsockname()[1])
        connection = a_connection(server, clock, max_time=timedelta(seconds=0.3))
        with pytest.raises(LaterError, match="cannot connect"):
            sends(connection)
        ended.set()
        thread.join(10)


def test_nobody_listening_is_tried_again_in_a_minute(server: SmtpServer, clock: FakeClock) -> None:
    server.__exit__()
    connection = a_connection(server, clock)
    with pytest.raises(LaterError, match=rf"cannot connect to 127\.0\.0\.1:{server.port}") as error:
        sends(connection)
    assert error.value.not_before == NOON + timedelta(minutes=1)
    server.__enter__()


def test_a_server_that_hangs_up_at_once_is_tried_again_later(
    server: SmtpServer, connection: SmtpConnection
) -> None:
    server.cut_at_start = 1
    with pytest.raises(LaterError, match="cannot connect"):
        sends(connection)
    assert sends(connection)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.made_in(tmp_path_factory.mktemp("tls"))


@needs_openssl
@pytest.mark.parametrize("from_start", [False, True])
def test_mails_go_encrypted_after_a_login(
    certificate: Certificate, clock: FakeClock, *, from_start: bool
) -> None:
    login = ("tidings", "s3cret")
    with SmtpServer(tls=certificate.serving(), from_start=from_start, login=login) as server:
        connection = a_connection(
            server,
            clock,
            security="tls" if from_start else "starttls",
            username=login[0],
            password=login[1],
            context=certificate.trusting,
        )
        sends(connection)
        sends(connection)
        connection.close()
        assert (len(server.taken), server.connections) == (2, 1)


@needs_openssl
def test_a_wrong_password_is_the_settings_fault_and_is_not_told(
    certificate: Certificate, clock: FakeClock
) -> None:
    with SmtpServer(tls=certificate.serving(), login=("tidings", "right")) as server:
        connection = a_connection(
            server,
            clock,
            security="starttls",
            username="tidings",
            password="wr0ng-one",
            context=certificate.trusting,
        )
        with pytest.raises(LaterError, match="535") as refusal:
            sends(connection)
        assert "wr0ng-one" not in str(refusal.value)
        assert server.tried == []


@needs_openssl
def test_a_certificate_of_somebody_else_is_not_trusted(tmp_path: Path, clock: FakeClock) -> None:
    other = Certificate.made_in(tmp_path, for_="DNS:other.example")
    with SmtpServer(tls=other.serving()) as server:
        for context in (other.trusting, ssl.create_default_context):
            connection = a_connection(server, clock, security="starttls", context=context)
            with pytest.raises(LaterError, match=r"[Cc]ertificate|CERTIFICATE"):
                sends(connection)
        assert server.tried == []


def test_a_server_without_starttls_gets_nothing_in_the_clear(
    server: SmtpServer, clock: FakeClock
) -> None:
    connection = a_connection(server, clock, security="starttls", username="u", password="p")
    with pytest.raises(LaterError, match="STARTTLS"):
        sends(connection)
    assert server.tried == []


def test_closing_says_goodbye_and_does_no_harm_twice(
    server: SmtpServer, connection: SmtpConnection
) -> None:
    sends(connection)
    connection.close()
    connection.close()
    sends(connection)
    assert server.connections == 2
