from __future__ import annotations

import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.deliveries import DeliveryState
from storage import open_storage
from tests.app.conftest import Tidings
from tests.app.processes import QUIET, started
from tests.digests.render.mails import Read
from tests.fakes import an_item
from tests.stand_ins.smtp import SmtpServer, Trouble

ANN = ("subscribe", "add", "ann@example.org", "--interests", "language models")


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as made:
        yield made


@pytest.fixture
def posted(live: Tidings, server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Tidings:
    """A live archive, and a server to send through."""
    for name, value in email_settings(server).items():
        monkeypatch.setenv(f"TIDINGS_{name}", value)
    live("fetch")
    return live


def email_settings(server: SmtpServer) -> dict[str, str]:
    return {
        "EMAIL__HOST": "127.0.0.1",
        "EMAIL__PORT": str(server.port),
        "EMAIL__SECURITY": "none",
        "EMAIL__SENDER": "Tidings <tidings@example.org>",
    }


def make_due(folder: Path) -> None:
    """Make all subscriptions a month old, so that a week is owed."""
    with open_storage(f"sqlite:///{folder / 'archive.db'}") as storage:
        for order in storage.subscriptions.subscriptions():
            created = order.created_at - timedelta(days=30)
            storage.subscriptions.save_subscription(
                replace(order, created_at=created, paused_until=None)
            )


def test_the_whole_way_from_the_confirmation_email_to_the_digest(
    posted: Tidings, server: SmtpServer, tmp_path: Path
) -> None:
    assert posted(*ANN).out.startswith("a confirmation email is queued")
    make_due(tmp_path)
    assert posted("email", "send").out == "1 sent\n"
    email = Read.of(server.taken[0].content)
    assert email.message["Subject"] == "Confirm your subscription"
    code = re.search(r"^   ([A-Z0-9]{8})$", email.text, re.MULTILINE)
    assert code is not None
    wrong = posted("subscribe", "confirm", "ann@example.org", "AAAAAAAA")
    assert (wrong.code, "wrong or has expired" in wrong.err) == (2, True)
    box = posted("subscribe", "confirm", "ann@example.org", code[1]).out
    assert box.startswith("ann@example.org: confirmed, every Monday at 08:00 (UTC), next")
    make_due(tmp_path)
    exported = posted("email", "export", "--out", "mails").out
    assert posted("email", "send").out == "2 sent\n"
    digest = Read.of(server.taken[1].content)
    assert "language" in digest.text.lower()
    file = exported.partition(": ")[2].strip()
    assert server.taken[1].content == (tmp_path / file).read_bytes()
    posted("email", "send")
    assert len(server.taken) == 2


def test_what_is_in_doubt_is_listed_and_settled(posted: Tidings, server: SmtpServer) -> None:
    server.at_data.append(Trouble.CUT_BEFORE_250)
    posted(*ANN)
    posted("email", "send")
    with_clock_ahead(minutes=1)
    ran = posted("email", "send")
    assert ran.out.startswith("1 in doubt\n")
    [mail] = posted("email", "status", "--json").data["mails"]
    assert mail["state"] == "in doubt"
    assert mail["key"] in ran.out
    doctor = posted("doctor", "--offline").out
    assert "may or may not have arrived" in " ".join(doctor.split())
    assert posted("email", "decide", mail["key"], "arrived").out == f"{mail['key']}: sent\n"
    again = posted("email", "decide", mail["key"], "again")
    assert (again.code, "no email in doubt" in again.err) == (2, True)
    assert posted("email", "status").out == "1 sent\n"


def with_clock_ahead(*, minutes: int) -> None:
    """Make everything that waits due now."""
    with open_storage(f"sqlite:///{Path.cwd() / 'archive.db'}") as storage:
        from sqlalchemy import text

        with storage.database.writing() as connection:
            connection.execute(
                text("UPDATE outbox SET not_before = not_before - :n"),
                {"n": minutes * 60_000_000},
            )


def test_without_a_server_nothing_can_be_sent_or_asked(tidings: Tidings) -> None:
    ran = tidings("email", "send")
    assert (ran.code, "email.host" in ran.err) == (78, True)
    ran = tidings(*ANN)
    assert (ran.code, "email.host" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"HOST": "smtp.example.org"}, "email.host needs a sender"),
        ({"SENDER": "nobody"}, "not a sender such as"),
        ({"SENDER": "a@b.org\nBcc: c@d.org"}, "not a sender such as"),
        ({"UNSUBSCRIBE": "me"}, "not an email address"),
        ({"SECURITY": "ssl"}, "email.security"),
        (
            {"HOST": "h.org", "SENDER": "a@b.org", "SECURITY": "none", "PASSWORD": "x"},
            "sent in clear text",
        ),
    ],
)
def test_settings_that_make_no_sense_are_named(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], line: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"TIDINGS_EMAIL__{name}", value)
    ran = tidings("config", "check")
    assert (ran.code, line in ran.err) == (78, True)


def test_an_address_can_be_turned_off_and_deleted(posted: Tidings, tmp_path: Path) -> None:
    posted(*ANN, "--confirmed")
    assert (
        posted("subscribe", "off", "ann@example.org").out
        == "unsubscribed: nothing else will be sent\n"
    )
    [one] = posted("subscribe", "list", "--json").data["addresses"]
    assert (one["state"], one["next"]) == ("off", None)
    assert posted("subscribe", "delete", "ANN@example.org").code == 0
    assert "no addresses yet" not in posted("subscribe", "delete", "ann@example.org").out
    posted("subscribe", "delete", "ann@example.org")
    posted("subscribe", "delete", "Ann@example.org")
    assert (
        posted("subscribe", "off", "nobody@example.org").out == "this address is not subscribed\n"
    )
    assert "no addresses yet" in posted("subscribe", "list").out
    assert b"ann@example.org" not in (tmp_path / "archive.db").read_bytes()


def test_serve_sends_what_is_due_and_ends_in_order(tmp_path: Path, server: SmtpServer) -> None:
    now = datetime.now(UTC)
    arrived = threading.Event()
    server.on_take = lambda _: arrived.set()
    settings = {name.lower(): value for name, value in email_settings(server).items()}
    add = ("subscribe", "add", "ann@example.org", "--interests", "graphs", "--rhythm", "daily")
    with started(tmp_path, *add, "--confirmed", **settings) as process:
        process.communicate(timeout=30)
        assert process.returncode == 0
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        paper = an_item(title="Graphs and more graphs", appeared_at=now - timedelta(hours=30))
        storage.store.upsert([paper], now=now)
    make_due(tmp_path)
    with started(tmp_path, "serve", **settings, **QUIET) as process:
        assert arrived.wait(30)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "Graphs and more graphs" in Read.of(server.taken[0].content).text
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        [mail] = storage.outbox.deliveries()
        assert mail.state is DeliveryState.SENT


def test_an_edition_is_made_by_serve_when_a_week_is_over(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        paper = an_item(title="Large language models", appeared_at=now - timedelta(days=7))
        storage.store.upsert([paper], now=now)
    with started(tmp_path, "serve", log__level="info", **QUIET) as process:
        assert told(process, "the edition of")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        assert storage.snapshots.weeks() == [f"{now - timedelta(days=7):%G-W%V}"]


def told(process: subprocess.Popen[str], words: str) -> bool:
    """Read what a process says until it says this."""
    assert process.stderr is not None
    return any(words in line for line in process.stderr)


def test_whoever_is_known_by_an_address_is_handed_out_and_deleted_by_it(
    posted: Tidings, tmp_path: Path
) -> None:
    posted(*ANN, "--confirmed")
    held = posted("privacy", "export", "ann@example.org", "--json").data
    assert held["user"].startswith("email:")
    assert [one["address"] for one in held["addresses"]] == ["ann@example.org"]
    assert "deleted 1 addresses" in posted("privacy", "delete", "ann@example.org").out
    assert b"ann@example.org" not in (tmp_path / "archive.db").read_bytes()
