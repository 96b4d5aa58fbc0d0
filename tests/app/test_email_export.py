from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession

from app.settings import load
from app.wiring import web
from app.wiring.application import open_application
from storage import open_storage
from tests.app.conftest import Tidings
from tests.app.weeks import monday, store_past_weeks, weeks_ago
from tests.digests.render.mails import Read
from tests.fakes import an_item

WEEK = f"{datetime.now(UTC):%G-W%V}"


def sums(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir()}


@pytest.fixture
def subscribed(live: Tidings) -> Tidings:
    """A live archive with one subscription by mail."""
    live("fetch")
    live("subscribe", "add", "ann@example.org", "--interests", "language models", "--confirmed")
    return live


def age(tmp_path: Path, days: int) -> None:
    """Make all subscriptions so many days older."""
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        for order in storage.subscriptions.subscriptions():
            created = order.created_at - timedelta(days=days)
            storage.subscriptions.save_subscription(
                replace(order, created_at=created, paused_until=None)
            )


def test_a_subscription_that_is_not_due_yet_is_written_on_request(
    subscribed: Tidings, tmp_path: Path
) -> None:
    ran = subscribed("email", "export", "--out", "mails")
    assert (ran.code, "--all includes those that are not" in ran.out) == (0, True)
    ran = subscribed("email", "export", "--out", "mails", "--all")
    assert ran.err == "email.sender is not set; the emails are from Tidings <tidings@localhost>\n"
    [file] = (tmp_path / "mails").iterdir()
    mail = Read.of(file.read_bytes())
    assert file.name.startswith(f"{WEEK}-")
    assert mail.message["To"] == "ann@example.org"
    assert mail.message["From"] == "Tidings <tidings@localhost>"
    assert "ann" not in file.name
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        [order] = storage.subscriptions.subscriptions()
        assert storage.store.delivered(order.id) == {}


def test_what_fell_due_is_the_same_for_ever_wherever_it_is_written(
    subscribed: Tidings, tmp_path: Path
) -> None:
    age(tmp_path, 30)
    first = subscribed("email", "export", "--out", "one")
    assert first.out.startswith("written: one/")
    before = sums(tmp_path / "one")
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        late = an_item(
            title="Large language models, told late",
            appeared_at=datetime.now(UTC) - timedelta(days=8),
        )
        storage.store.upsert([late], now=datetime.now(UTC))
        [order] = storage.subscriptions.subscriptions()
        assert storage.store.delivered(order.id) is not None
    assert subscribed("email", "export", "--out", "one").out.startswith("unchanged: one/")
    subscribed("email", "export", "--out", "two", "--week", WEEK)
    assert sums(tmp_path / "one") == sums(tmp_path / "two") == before


def test_one_mailbox_holds_all(subscribed: Tidings, tmp_path: Path) -> None:
    subscribed("subscribe", "add", "bob@example.org", "--rhythm", "daily", "--confirmed")
    ran = subscribed("email", "export", "--out", "box", "--all", "--format", "mbox")
    assert ran.out == f"written: box/{WEEK}.mbox\n"
    content = (tmp_path / "box" / f"{WEEK}.mbox").read_bytes()
    assert content.count(b"\nFrom - ") + content.startswith(b"From - ") == 2


def test_nothing_is_written_for_whoever_has_not_confirmed_or_has_left(
    subscribed: Tidings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDINGS_EMAIL__HOST", "127.0.0.1")
    monkeypatch.setenv("TIDINGS_EMAIL__SENDER", "t@example.org")
    assert subscribed("subscribe", "add", "bob@example.org").code == 0
    subscribed("subscribe", "off", "ann@example.org")
    subscribed("email", "export", "--out", "mails", "--all")
    assert not (tmp_path / "mails").exists()


def test_the_edition_of_a_whole_week_names_nobody_and_stays_as_it_is(
    subscribed: Tidings, tmp_path: Path
) -> None:
    week = weeks_ago(2)
    store_past_weeks(tmp_path / "archive.db")
    ran = subscribed("email", "export", "--out", "all", "--community", "--week", week)
    names = [f"tidings-{week}.{end}" for end in ("eml", "html", "md")]
    assert ran.out.splitlines() == [f"written: all/{name}" for name in names]
    before = sums(tmp_path / "all")
    written = b"".join(f.read_bytes() for f in (tmp_path / "all").iterdir())
    assert b"ann@" not in written
    assert b"still running" not in written
    mail = Read.of((tmp_path / "all" / names[0]).read_bytes())
    assert mail.message["To"] == "undisclosed-recipients:;"
    assert mail.message["List-Unsubscribe"] is None
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        late = an_item(appeared_at=monday(2) + timedelta(days=1))
        storage.store.upsert([late], now=datetime.now(UTC))
        assert list(storage.snapshots.weeks()) == [week]
    again = subscribed("email", "export", "--out", "all", "--community", "--week", week)
    assert again.out.splitlines() == [f"unchanged: all/{name}" for name in names]
    assert sums(tmp_path / "all") == before


def test_the_edition_of_the_running_week_says_so_and_is_made_anew(
    subscribed: Tidings, tmp_path: Path
) -> None:
    def export() -> Read:
        ran = subscribed("email", "export", "--out", "all", "--community")
        assert ran.code == 0
        assert f"--week {weeks_ago(1)}" in ran.err
        for path in (tmp_path / "all").iterdir():
            assert "still running" in path.read_text(encoding="utf-8").replace("=\n", "")
        return Read.of((tmp_path / "all" / f"tidings-{WEEK}.eml").read_bytes())

    first = export()
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        item = an_item(title="Told this minute", appeared_at=datetime.now(UTC))
        storage.store.upsert([item], now=datetime.now(UTC))
    second = export()
    assert second.message["Message-ID"] != first.message["Message-ID"]
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        assert list(storage.snapshots.weeks()) == []


def test_the_links_of_a_mail_that_was_not_due_lead_to_what_it_shows(
    subscribed: Tidings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDINGS_WEB__ENABLED", "true")
    monkeypatch.setenv("TIDINGS_WEB__PORT", "0")
    monkeypatch.setenv("TIDINGS_WEB__BASE_URL", "https://tidings.example.org")
    for week in (WEEK, "2026-W20"):
        ran = subscribed("email", "export", "--out", week, "--all", "--week", week)
        assert ran.code == 0
        [file] = (tmp_path / week).iterdir()
        mail = Read.of(file.read_bytes())
        [link] = set(re.findall(r"https://tidings\.example\.org(/view/[^\"\s]+)", mail.html))
        page = asyncio.run(answer_to(link))
        assert (page.status, "View in browser" in mail.html) == (200, True)
        assert ran.out == f"written: {week}/{file.name}\n"
        again = subscribed("email", "export", "--out", week, "--all", "--week", week)
        assert again.out == f"unchanged: {week}/{file.name}\n"
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        [order] = storage.subscriptions.subscriptions()
        assert storage.store.delivered(order.id) == {}
        assert storage.snapshots.issue(order.id, WEEK) is None


async def answer_to(path: str) -> ClientResponse:
    """Ask the web page of this folder's archive."""
    with open_application(load()) as application:
        part = web.build(application)
        async with (
            part.server,
            ClientSession() as session,
            session.get(f"{part.server.address}{path}") as answer,
        ):
            await answer.read()
            return answer


@pytest.mark.parametrize("more", [(), ("--community",)])
@pytest.mark.parametrize(
    ("week", "line"),
    [
        ("2026-W99", "is not a week such as 2026-W47"),
        ("2999-W01", "has not begun"),
        ("x", "is not a week"),
    ],
)
def test_a_week_that_is_none_is_one_line(
    subscribed: Tidings, week: str, line: str, more: tuple[str, ...]
) -> None:
    ran = subscribed("email", "export", "--out", "mails", "--week", week, *more)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert line in ran.err


def test_the_sample_day_is_no_digest_to_send(tidings: Tidings) -> None:
    tidings("digest", "--offline")
    ran = tidings("email", "export", "--out", "mails")
    assert (ran.code, "no live items" in ran.err) == (2, True)


def test_an_edition_of_the_sample_day_says_so_and_is_not_kept(
    tidings: Tidings, tmp_path: Path
) -> None:
    empty = tidings("email", "export", "--out", "mails", "--community")
    assert (empty.code, "no items yet" in empty.err) == (2, True)
    tidings("digest", "--offline")
    assert tidings("email", "export", "--out", "mails", "--community").code == 0
    written = sorted((tmp_path / "mails").iterdir())
    assert len(written) == 3
    again = tidings("email", "export", "--out", "mails", "--community")
    assert [line.partition(":")[0] for line in again.out.splitlines()] == ["unchanged"] * 3
    for path in written:
        assert "sample data" in path.read_text(encoding="utf-8").lower()
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        assert list(storage.snapshots.weeks()) == []


def test_a_folder_that_cannot_be_written_is_one_line(subscribed: Tidings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = subscribed("email", "export", "--out", "file", "--all")
    assert ran.code == 1
    assert "cannot write" in ran.err.splitlines()[-1]


def test_a_digest_can_be_had_as_a_mail(tidings: Tidings) -> None:
    ran = tidings("digest", "--offline", "--format", "eml", "--out", "digest.eml")
    assert ran.code == 0
    assert Read.of(Path("digest.eml").read_bytes()).text.startswith("sample data: asked nobody")
