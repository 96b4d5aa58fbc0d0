from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from core.errors import StorageError
from core.items import Item
from core.search import Filter
from storage import open_storage
from storage.opening import Storage
from tests.digests.examples import example
from tests.fakes import NOON, an_item


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def items(count: int, *, start: int = 0) -> list[Item]:
    words = " ".join(f"word{n}" for n in range(200))
    return [an_item(f"arxiv/{start + n}", summary=f"{words} {n}") for n in range(count)]


@contextmanager
def one_line(*parts: str) -> Iterator[None]:
    """Expect a StorageError of one line that holds all parts."""
    with pytest.raises(StorageError) as caught:
        yield
    message = str(caught.value)
    assert "\n" not in message
    for part in parts:
        assert part in message


def run_python(code: str, argument: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, argument],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO item_text(item_text) VALUES ('integrity-check')")
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with one_line(str(tmp_path / "file"), "cannot be created", "storage.url"):
        open_storage(url(tmp_path / "file" / "t.db"))


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.db").mkdir()
    with one_line(str(tmp_path / "t.db"), "cannot be opened", "storage.url"):
        open_storage(url(tmp_path / "t.db"))


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"x", os.urandom(8192)])
def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.db"
    path.write_bytes(content)
    with one_line(str(path), "not a SQLite database"):
        open_storage(url(path))
    assert path.read_bytes() == content


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    with open_storage(url(path)) as storage:
        storage.store.upsert(items(200), now=NOON)
    whole = bytearray(path.read_bytes())
    whole[4096 * 20 :] = b"\xff" * (len(whole) - 4096 * 20)
    path.write_bytes(whole)
    with one_line(str(path), "damaged"), open_storage(url(path)) as storage:
        storage.store.items(Filter())
        storage.index.search("word7")


def test_a_truncated_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    with open_storage(url(path)) as storage:
        storage.store.upsert(items(200), now=NOON)
    path.write_bytes(path.read_bytes()[: 4096 * 20])
    with one_line(str(path), "damaged"), open_storage(url(path)) as storage:
        storage.store.items(Filter())


def reads(storage: Storage) -> list[Callable[[], object]]:
    """Return what the parts of Tidings read and write most."""
    ended = NOON + timedelta(days=60)
    return [
        storage.store.count,
        storage.store.source_states,
        storage.store.last_beat,
        lambda: storage.store.items(Filter()),
        lambda: storage.store.with_deadlines(after=NOON, before=ended),
        lambda: storage.store.profile("default"),
        lambda: storage.store.upsert(items(20, start=150), now=NOON),
        lambda: storage.index.search("word7"),
        storage.subscriptions.subscriptions,
        storage.addresses.addresses,
        storage.outbox.deliveries,
        storage.snapshots.weeks,
        lambda: storage.snapshots.edition("2026-W47"),
        lambda: storage.secrets.secret("forms"),
    ]


def complaints(path: Path) -> list[str]:
    """Return what opening and reading a database say against it; anything but a line fails."""
    said = []
    try:
        with open_storage(url(path)) as storage:
            for read in reads(storage):
                try:
                    read()
                except StorageError as error:
                    said.append(str(error))
    except StorageError as error:
        said.append(str(error))
    for line in said:
        assert line.startswith((f"{path}: ", "the archive holds "))
        assert line.isprintable()
        assert len(line) < 500
    return said


@pytest.mark.parametrize(
    "part",
    [
        *("TABLE item", "TABLE source", "TABLE heartbeat", "TABLE profile", "TABLE subscription"),
        *("TABLE outbox", "TABLE address", "TABLE edition", "TABLE secret", "TABLE item_text"),
        *("INDEX item_key", "TABLE item_text_config", "TABLE item_text_docsize"),
    ],
)
def test_a_missing_table_is_one_line(tmp_path: Path, part: str) -> None:
    path = tmp_path / "t.db"
    with open_storage(url(path)) as storage:
        storage.store.upsert(items(200), now=NOON)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"DROP {part}")
    said = complaints(path)
    assert said
    assert all("restore a backup" in line for line in said)


@pytest.mark.parametrize("change", ["DROP COLUMN title", "RENAME COLUMN title TO other"])
def test_a_missing_column_is_one_line(tmp_path: Path, change: str) -> None:
    path = tmp_path / "t.db"
    with open_storage(url(path)) as storage:
        storage.store.upsert(items(20), now=NOON)
    with closing(sqlite3.connect(path)) as connection, connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("DROP VIEW item_words")
        connection.execute(f"ALTER TABLE item {change}")
    assert any("no such column: item.title" in line for line in complaints(path))


@pytest.mark.parametrize("content", [b"\xff", b"\x00", bytes(range(256)), b"\n\r{\x1b"])
def test_a_damaged_page_is_one_line_wherever_it_is(tmp_path: Path, content: bytes) -> None:
    whole = tmp_path / "whole.db"
    with open_storage(url(whole)) as storage:
        storage.store.upsert(items(200), now=NOON)
    stored, size = whole.read_bytes(), 4096
    for page in range(1, len(stored) // size, 13):
        path = tmp_path / f"{page}.db"
        damaged = bytearray(stored)
        damaged[page * size : (page + 1) * size] = (content * size)[:size]
        path.write_bytes(damaged)
        complaints(path)
        path.unlink()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("edition", "content", b"no zlib"),
        ("edition", "content", zlib.compress(b"no JSON")),
        ("edition", "content", zlib.compress(b"[]")),
        ("item", "kind", "novel"),
        ("item", "metrics", "{"),
        ("item", "appeared_at", "yesterday"),
    ],
)
def test_a_value_that_nobody_stored_is_one_line(
    tmp_path: Path, table: str, column: str, value: object
) -> None:
    path = tmp_path / "t.db"
    with open_storage(url(path)) as storage:
        storage.store.upsert(items(20), now=NOON)
        storage.snapshots.keep_edition("2026-W47", example(), "words")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))  # noqa: S608  see above
    assert complaints(path)


def test_a_lock_held_by_another_process_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    with (
        open_storage(url(path), busy_seconds=0.01) as storage,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        storage.store.upsert(items(1), now=NOON)
        other.execute("BEGIN IMMEDIATE")
        with one_line(str(path), "another process is writing"):
            storage.store.upsert(items(2), now=NOON)
        assert storage.store.count() == 1  # readers are not in the way of a writer
        other.execute("COMMIT")
        assert storage.store.upsert(items(2), now=NOON).new == 1


def test_a_lock_while_opening_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with one_line(str(path), "another process is writing"):
            open_storage(url(path), busy_seconds=0.01)


def test_a_thread_that_keeps_the_writer_is_told_of(tmp_path: Path) -> None:
    with (
        open_storage(url(tmp_path / "t.db"), busy_seconds=0.01) as storage,
        storage.database.writing(),
        one_line("t.db", "this process is still busy writing"),
    ):
        storage.store.upsert(items(1), now=NOON)


def test_a_file_that_may_not_be_written_is_named(storage: Storage) -> None:
    def forbid(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    # The root user of a container writes whatever the file's mode says; this is what others meet.
    event.listen(storage.database._writer, "connect", forbid)
    storage.database.close()
    with one_line(str(storage.database.path), "read-only", "storage.url"):
        storage.store.upsert(items(1), now=NOON)
    assert storage.store.count() == 0


# Root may write anywhere, so the process gives its rights up, once it has read all the code.
AS_NOBODY = """
import os, sys, tempfile
from core.errors import StorageError
from storage import open_storage
from tests.fakes import NOON
from tests.storage.test_failures import items
with tempfile.TemporaryDirectory() as own:
    open_storage(f"sqlite:///{own}/t.db").close()
if os.geteuid() == 0:
    os.setuid(65534)
try:
    with open_storage(sys.argv[1]) as opened:
        opened.store.upsert(items(1), now=NOON)
except StorageError as error:
    print(error)
"""


@pytest.mark.parametrize("stored", [False, True])
def test_a_folder_that_may_not_be_written_is_named(stored: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.db"
        if stored:
            open_storage(url(path)).close()
            path.chmod(0o444)
        Path(folder).chmod(0o555)
        ran = run_python(AS_NOBODY, url(path))
        Path(folder).chmod(0o755)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("\n") == 1
    assert str(path) in ran.stdout
    assert "storage.url" in ran.stdout


def test_a_full_disk_is_named_and_nothing_committed_is_lost(storage: Storage) -> None:
    storage.store.upsert(items(10), now=NOON)

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 5}")

    event.listen(storage.database._writer, "connect", limit)
    storage.database.close()
    with one_line(str(storage.database.path), "disk is full", "free some space"):
        storage.store.upsert(items(500), now=NOON)
    assert storage.store.count() == 10
    event.remove(storage.database._writer, "connect", limit)
    storage.database.close()
    assert storage.store.upsert(items(500), now=NOON).new == 490
    assert is_sound(storage.database.path)


WITH_LITTLE_ROOM = """
import resource, sys
from core.errors import StorageError
from storage import open_storage
from tests.fakes import NOON
from tests.storage.test_failures import items
opened = open_storage(sys.argv[1])
opened.store.upsert(items(50), now=NOON)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
try:
    opened.store.upsert(items(3000, start=50), now=NOON)
except StorageError as error:
    print(error)
"""


def test_a_file_that_cannot_grow_ends_in_one_line_and_keeps_what_was_stored(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.db"
    ran = run_python(WITH_LITTLE_ROOM, url(path))
    assert ran.stdout.count("\n") == 1, ran.stderr
    assert str(path) in ran.stdout
    assert "disk" in ran.stdout
    with open_storage(url(path)) as storage:
        assert storage.store.count() == 50
    assert is_sound(path)


def test_a_bug_is_no_storage_error(storage: Storage) -> None:
    with pytest.raises(IntegrityError), storage.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO member(item_id, work) VALUES (1, 'nobody')")


def test_a_batch_that_fails_leaves_no_part_of_itself(storage: Storage) -> None:
    broken = an_item("arxiv/broken", metrics={"stars": object()})
    with pytest.raises(TypeError):
        storage.store.upsert([*items(3), broken], now=NOON)
    assert storage.store.count() == 0
