from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import StorageError, UnavailableError, UsageError
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


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE profile",
        "DROP TABLE item",
        "UPDATE alembic_version SET version_num = '0003'",
        "UPDATE alembic_version SET version_num = '0000'",
    ],
)
def test_what_has_not_all_tables_or_cannot_be_upgraded_changes_nothing(
    tmp_path: Path, change: str
) -> None:
    live, copy = tmp_path / "t.db", tmp_path / "copy.db"
    with open_storage(url(live)) as storage:
        storage.store.upsert([OLD], now=NOON)
    back_up(live, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(change)
    with pytest.raises(UsageError, match="nothing was changed"):
        restore(live, copy)
    assert items(live) == {"arxiv/1"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.db", "t.db"]


def test_another_programs_database_is_no_backup(tmp_path: Path) -> None:
    live, other = tmp_path / "t.db", tmp_path / "other.db"
    with open_storage(url(live)) as storage:
        storage.store.upsert([OLD], now=NOON)
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0003')")
    with pytest.raises(UsageError, match="no backup"):
        restore(live, other)
    assert items(live) == {"arxiv/1"}


def test_in_place_of_a_damaged_database_it_is_said_to_move_that_away(tmp_path: Path) -> None:
    live, copy = tmp_path / "t.db", tmp_path / "new" / "t.db"
    open_storage(url(live)).close()
    back_up(live, tmp_path / "copy.db")
    live.write_bytes(b"nonsense" * 1000)
    with pytest.raises(StorageError, match="move it away, then try again"):
        restore(live, tmp_path / "copy.db")
    restore(copy, tmp_path / "copy.db")  # into a folder that is not there yet
    assert items(copy) == set()


def test_a_link_that_leads_nowhere_is_not_replaced(tmp_path: Path) -> None:
    open_storage(url(tmp_path / "t.db")).close()
    (tmp_path / "copy.db").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="already exists"):
        back_up(tmp_path / "t.db", tmp_path / "copy.db")


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
