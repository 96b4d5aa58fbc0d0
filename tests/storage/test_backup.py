from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core.errors import UnavailableError, UsageError
from core.search import Filter
from storage import open_storage
from storage.backup import back_up, restore
from tests.fakes import NOON, an_item

OLD, NEW = an_item("arxiv/1"), an_item("arxiv/2")


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def items(path: Path) -> set[str]:
    with open_storage(url(path)) as storage:
        return {str(item.key) for item in storage.store.items(Filter())}


def test_a_backup_made_while_the_database_is_in_use_is_whole(tmp_path: Path) -> None:
    live, copy = tmp_path / "t.db", tmp_path / "copy.db"
    with open_storage(url(live)) as storage:
        storage.store.upsert([OLD], now=NOON)
        back_up(live, copy)
        storage.store.upsert([NEW], now=NOON)
    assert (items(copy), items(live)) == ({"arxiv/1"}, {"arxiv/1", "arxiv/2"})
    assert copy.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.db", "t.db"]


def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    with open_storage(url(tmp_path / "t.db")):
        (tmp_path / "copy.db").write_text("mine")
        with pytest.raises(UsageError, match="already exists"):
            back_up(tmp_path / "t.db", tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_what_was_backed_up_is_restored(tmp_path: Path) -> None:
    live, copy = tmp_path / "t.db", tmp_path / "copy.db"
    with open_storage(url(live)) as storage:
        storage.store.upsert([OLD], now=NOON)
        back_up(live, copy)
        storage.store.upsert([NEW], now=NOON)
    restore(live, copy)
    assert items(live) == {"arxiv/1"}
    live.unlink()
    restore(live, copy)
    assert items(live) == {"arxiv/1"}


def test_a_restore_is_refused_while_another_has_the_database_open(tmp_path: Path) -> None:
    live, copy = tmp_path / "t.db", tmp_path / "copy.db"
    with open_storage(url(live)) as storage:
        storage.store.upsert([OLD], now=NOON)
        back_up(live, copy)
        with pytest.raises(UnavailableError, match="is in use: stop tidings serve"):
            restore(live, copy)
        storage.store.upsert([NEW], now=NOON)
    assert items(live) == {"arxiv/1", "arxiv/2"}


def test_the_database_itself_is_no_backup_of_it(tmp_path: Path) -> None:
    live = tmp_path / "t.db"
    open_storage(url(live)).close()
    (tmp_path / "link.db").symlink_to(live)
    for name in ("t.db", "link.db"):
        with pytest.raises(UsageError, match="is the database itself"):
            restore(live, tmp_path / name)


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\0" + b"\0" * 4096])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    live, copy = tmp_path / "t.db", tmp_path / "copy.db"
    with open_storage(url(live)) as storage:
        storage.store.upsert([OLD], now=NOON)
    copy.write_bytes(content)
    with pytest.raises(UsageError, match="no backup"):
        restore(live, copy)
    with pytest.raises(UsageError, match="there is no file"):
        restore(live, tmp_path / "none.db")
    assert items(live) == {"arxiv/1"}


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    live, copy = tmp_path / "t.db", tmp_path / "copy.db"
    open_storage(url(live)).close()
    back_up(live, copy)
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UsageError, match="newer version"):
        restore(live, copy)
