from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import open_storage
from tests.app.conftest import Tidings
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


def test_the_edition_for_everybody_names_nobody_and_stays_as_it_is(
    subscribed: Tidings, tmp_path: Path
) -> None:
    ran = subscribed("email", "export", "--out", "all", "--community")
    names = [f"tidings-{WEEK}.{end}" for end in ("eml", "html", "md")]
    assert ran.out.splitlines() == [f"written: all/{name}" for name in names]
    before = sums(tmp_path / "all")
    written = b"".join(f.read_bytes() for f in (tmp_path / "all").iterdir())
    assert b"ann@" not in written
    mail = Read.of((tmp_path / "all" / names[0]).read_bytes())
    assert mail.message["To"] == "undisclosed-recipients:;"
    assert mail.message["List-Unsubscribe"] is None
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        storage.store.upsert([an_item(appeared_at=datetime.now(UTC))], now=datetime.now(UTC))
    again = subscribed("email", "export", "--out", "all", "--community", "--week", WEEK)
    assert again.out.splitlines() == [f"unchanged: all/{name}" for name in names]
    assert sums(tmp_path / "all") == before


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
    assert ran.code == 2
    assert line in ran.err.splitlines()[-1]


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
    assert Read.of(Path("digest.eml").read_bytes()).text.startswith("sample data: no network")
