from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text

from core.errors import StorageError
from core.search import Filter
from core.sources import Validators
from language.unspaced import spaced
from storage import open_storage
from storage.engine import Database
from storage.migrations import HEAD
from storage.opening import Storage
from tests.fakes import NOON, an_item


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ,
    )


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "tidings.db"
    open_storage(url(path)).close()
    assert path.exists()


def test_only_the_owner_may_read_the_database_and_the_folder_made_for_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "t.db"
    umask = os.umask(0o022)
    try:
        with open_storage(url(path)) as storage:
            storage.store.upsert([an_item()], now=NOON)
            modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    finally:
        os.umask(umask)
    assert modes == dict.fromkeys(["t.db", "t.db-wal", "t.db-shm"], 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_database_that_others_could_read_is_closed_to_them_and_its_folder_stays(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.db"
    tmp_path.chmod(0o755)
    open_storage(url(path)).close()
    path.chmod(0o644)
    with open_storage(url(path)) as storage:
        storage.store.upsert([an_item()], now=NOON)
        assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_what_was_stored_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    with open_storage(url(tmp_path / "t.db")) as storage:
        storage.store.upsert([an_item()], now=NOON)
    with open_storage(url(tmp_path / "t.db")) as storage:
        assert storage.store.items(Filter()) == [an_item()]


def test_one_file_remains_after_closing(tmp_path: Path) -> None:
    with open_storage(url(tmp_path / "t.db")) as storage:
        storage.store.upsert([an_item()], now=NOON)
    assert [path.name for path in tmp_path.iterdir()] == ["t.db"]


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("nonsense", "not a database URL"),
        ("sqlite://", "does not name a file"),
        ("sqlite:///:memory:", "does not name a file"),
        ("sqlite:///file:t.db?mode=ro&uri=true", "does not name a file"),
        ("postgresql://host/name", "only SQLite"),
    ],
)
def test_an_address_that_names_no_file_is_refused(address: str, part: str) -> None:
    with pytest.raises(StorageError, match=part) as caught:
        open_storage(address)
    assert "sqlite:///path/to/tidings.db" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_writer_waits_keeps_keys_and_writes_ahead(tmp_path: Path) -> None:
    open_storage(url(tmp_path / "t.db")).close()
    database = Database(url(tmp_path / "t.db"), busy_seconds=7)
    with database.writing() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    database.close()
    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 7000,
        "synchronous": 1,
    }


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    open_storage(url(tmp_path / "t.db")).close()
    database = Database(url(tmp_path / "t.db"), busy_seconds=1)
    with pytest.raises(StorageError, match="read-only"), database.reading() as connection:
        connection.execute(text("DELETE FROM item"))
    database.close()


def test_a_writer_takes_the_lock_before_it_reads(storage: Storage) -> None:
    with storage.database.writing() as connection:
        other = sqlite3.connect(storage.database.path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        connection.execute(text("SELECT 1"))


def test_a_reader_sees_one_moment_throughout(storage: Storage) -> None:
    with storage.database.reading() as connection:
        count = text("SELECT count(*) FROM item")
        assert connection.scalar(count) == 0
        storage.store.upsert([an_item()], now=NOON)
        assert connection.scalar(count) == 0
    assert storage.store.count() == 1


def test_the_tables_of_the_classes_are_those_of_the_migrations(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    from storage import tables

    assert tables.ITEM.name in SQLModel.metadata.tables
    open_storage(url(tmp_path / "t.db")).close()
    engine = create_engine(url(tmp_path / "t.db"))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, _kind, _parents: not str(name).startswith("item_text"),
            },
        )
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_the_head_is_the_newest_revision_and_the_history_is_one_line() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_database_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from storage import open_storage; open_storage(sys.argv[1]).close(); "
        "print('alembic' in sys.modules)"
    )
    first = run_python(code, url(tmp_path / "t.db"))
    second = run_python(code, url(tmp_path / "t.db"))
    assert (first.stdout, second.stdout) == ("True\n", "False\n"), first.stderr + second.stderr


def test_importing_the_package_imports_no_database_library() -> None:
    ran = run_python(
        "import sys, storage; print([m for m in sys.modules if m.startswith('sqla') or "
        "m.startswith('sqlmodel')])"
    )
    assert ran.stdout == "[]\n", ran.stderr


def test_an_older_database_is_brought_up_to_date_with_what_it_holds(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    engine = create_engine(url(tmp_path / "t.db"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO validators VALUES ('https://a.org', 'tag', '')"))
    engine.dispose()
    with open_storage(url(tmp_path / "t.db")) as storage:
        assert storage.validators.recall("https://a.org") == Validators(etag="tag")
        with storage.database.reading() as connection:
            assert connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD


def test_what_an_older_database_holds_is_found_without_spaces(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    engine = create_engine(url(tmp_path / "t.db"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        columns = connection.execute(text("SELECT name, type FROM pragma_table_info('item')")).all()
        row = {name: "" if kind == "VARCHAR" else 0 for name, kind in columns}
        row |= {"id": 1, "kind": "article", "title": "大規模言語モデル", "source": "feed:a"}
        row |= {"external_id": "1", "url": "https://a.org/1"}
        row |= dict.fromkeys(("authors", "tags", "deadlines", "related"), "[]") | {"metrics": "{}"}
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO item ({names}) VALUES ({values})"), row)  # noqa: S608
    engine.dispose()
    with open_storage(url(tmp_path / "t.db")) as storage:
        assert [item.title for item in storage.index.find("言語モデル")] == ["大規模言語モデル"]


def test_the_one_verdict_of_an_older_database_becomes_the_fact_that_it_is_about(
    tmp_path: Path,
) -> None:
    verdicts = ("save", "more", "less", "known")
    written_by(before="0016", path=tmp_path / "t.db")
    connection = sqlite3.connect(tmp_path / "t.db")
    add_row(connection, "profile", name="ann")
    for number, said in enumerate(verdicts, 1):
        key = {"source": "arxiv", "external_id": said, "kind": "paper"}
        add_row(connection, "item", id=number, title="T", url="https://a.org", **key)
        add_row(connection, "feedback", profile="ann", item_id=number, verdict=said, at=number)
    connection.commit()
    connection.close()

    with open_storage(url(tmp_path / "t.db")) as storage:
        with storage.database.reading() as reading:
            rows = reading.execute(text("SELECT item_id, fact, verdict FROM feedback")).all()
        assert [tuple(row) for row in rows] == [
            (1, "saved", "save"),
            (2, "voted", "more"),
            (3, "voted", "less"),
            (4, "known", "known"),
        ]


def test_subscriptions_that_shared_a_channels_interests_get_copies_of_their_own(
    tmp_path: Path,
) -> None:
    written_by(before="0017", path=tmp_path / "t.db")
    connection = sqlite3.connect(tmp_path / "t.db")
    for name, interest in (("discord:channel:5", "graphs"), ("ann", "agents")):
        add_row(connection, "profile", name=name, zone="UTC", interests=f'[["{interest}", 1.0]]')
    for number, profile in enumerate(("discord:channel:5",) * 3 + ("ann",)):
        values = {"id": f"s{number}", "profile": profile, "created_at": number}
        target = "discord:channel:5" if profile != "ann" else "discord:dm:1"
        where = {"cadence": "daily", "wall_time": "08:30", "zone": "UTC", "sources": "[]"}
        add_row(connection, "subscription", target=target, **where, **values)
    connection.commit()
    connection.close()

    with open_storage(url(tmp_path / "t.db")) as storage:
        orders = storage.subscriptions.subscriptions()
        assert [one.profile for one in orders] == [
            "discord:channel:5",
            "discord:channel:5/s1",
            "discord:channel:5/s2",
            "ann",
        ]
        for order in orders[:3]:
            copied = storage.store.profile(order.profile)
            assert copied is not None
            assert [one.text for one in copied.interests] == ["graphs"]


def written_by(*, before: str, path: Path) -> None:
    """Make an empty database as the last version before a revision made it."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    earlier = ScriptDirectory.from_config(config).get_revision(before).down_revision
    engine = create_engine(url(path))
    event.listen(engine, "connect", lambda raw, _: raw.create_function("spaced", 1, spaced))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, str(earlier))
    engine.dispose()


def add_row(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """Add a row in which all but the named columns that must be filled are empty."""
    for _, name, kind, needed, default, _ in connection.execute(f"PRAGMA table_info({table})"):
        if needed and default is None:
            filler: object = "[]" if name in {"interests", "muted", "followed"} else ""
            values.setdefault(name, filler if kind == "VARCHAR" else 0)
    marks = ", ".join("?" * len(values))
    statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608 -- ours
    connection.execute(statement, tuple(values.values()))


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    open_storage(url(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match=r"t\.db.*newer Tidings.*9999"):
        open_storage(url(path))


@pytest.mark.parametrize("version", ["", "00", "head", "\0\0", "18", "-1", "base"])
def test_a_version_that_is_none_is_told_as_damage(tmp_path: Path, version: str) -> None:
    path = tmp_path / "t.db"
    open_storage(url(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match=r"t\.db.*is no version of its tables: it is damaged"):
        open_storage(url(path))


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE photo (id INTEGER)")
    connection.close()
    with pytest.raises(StorageError, match=r"other\.db.*another program"):
        open_storage(url(path))
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("photo",)]
    connection.close()


def test_a_migration_that_fails_half_way_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import migrations

    class InterruptionError(Exception):
        pass

    real = migrations._upgrade

    def interrupted(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type] # passes on what it was given
        raise InterruptionError

    monkeypatch.setattr(migrations, "_upgrade", interrupted)
    with pytest.raises(InterruptionError):
        open_storage(url(tmp_path / "t.db"))
    monkeypatch.undo()
    with open_storage(url(tmp_path / "t.db")) as storage:
        storage.store.upsert([an_item()], now=NOON)
        assert storage.store.count() == 1


def test_processes_that_start_at_once_on_a_new_database_all_work(tmp_path: Path) -> None:
    code = (
        "import sys; from storage import open_storage; from tests.fakes import NOON, an_item\n"
        "sys.stdin.read()\n"  # all wait here until they are let go together
        "with open_storage(sys.argv[1]) as opened:\n"
        "    print(opened.store.upsert([an_item(sys.argv[2])], now=NOON).new)"
    )
    started = [
        subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", code, url(tmp_path / "t.db"), f"arxiv/{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for number in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.flush()
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    answers = [process.communicate(timeout=50) for process in started]
    assert [out for out, _ in answers] == ["1\n"] * 4, [error for _, error in answers]
    with open_storage(url(tmp_path / "t.db")) as storage:
        assert storage.store.count() == 4


def test_threads_write_at_once_and_nothing_is_lost(storage: Storage) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def write(number: int) -> int:
        items = [an_item(f"arxiv/{number}.{n}") for n in range(20)]
        return storage.store.upsert(items, now=NOON).new

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(16))) == 320
    assert storage.store.count() == 320


def test_nothing_is_read_or_written_outside_a_transaction(storage: Storage) -> None:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement.split(maxsplit=1)[0])

    event.listen(storage.database._writer, "before_cursor_execute", note)
    storage.store.upsert([an_item()], now=NOON)
    kinds = [kind for kind in seen if kind != "PRAGMA"]
    assert kinds[0] == "BEGIN"
    assert kinds.count("BEGIN") == 1
    assert len(kinds) > 2
