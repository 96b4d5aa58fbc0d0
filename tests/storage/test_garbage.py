"""Every column of every table with values that nobody stored: an answer or one line.

Each column gets a text, a number and one other value, which vary from column to column;
``./run test tests/storage/test_garbage.py --whole`` gives all of them to all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from itertools import chain
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from core.errors import StorageError
from core.items import ItemKind
from core.people import Feedback, Interest, Profile, Verdict
from core.search import Filter
from storage import open_storage
from storage.opening import Storage
from tests.fakes import NOON, an_item
from tests.storage.test_failures import url

GARBAGE: tuple[tuple[object, ...], ...] = (
    ("{", '[1,{"a":null}]', '{"a":[]}', "yesterday", "", "\udc80"),
    (-1, 0, 2**63 - 1, -(2**63), 1.5e300),
    (b"\xff\x00\xed\xa0\x80", None),
)
SOUND = {
    "cadence": "daily",
    "wall_time": "08:00",
    "zone": "UTC",
    "quiet": "",
    "ranker": "full",
    "state": "pending",
    "status": "ok",
    "sources": "[]",
    "candidates": "{}",
}
"""Texts of rows that are made up: with any other one no value beside them would be looked at."""
ITEM = an_item("arxiv/1", tags=("cs.LG",), facts={"doi": "10.1/1"}, metrics={"stars": 1.0})


def columns(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        names = (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%item_text%'"
        )
        tables = [name for (name,) in connection.execute(names) if name != "alembic_version"]
        listed = {table: connection.execute(f"PRAGMA table_info({table})") for table in tables}
        return [(table, column[1]) for table, found in listed.items() for column in found]


def fill(path: Path) -> None:
    """Store something in every table, by our own means or as SQLite takes it."""
    with open_storage(url(path)) as storage:
        storage.store.upsert([ITEM, an_item("github/o/r", kind=ItemKind.REPOSITORY)], now=NOON)
        storage.store.save_profile(Profile(name="default", interests=(Interest(text="go"),)))
        said = Feedback(item=ITEM, verdict=Verdict.MORE, at=NOON)
        storage.store.add_feedback("default", said)
        storage.secrets.secret("forms")
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in dict(columns(path)):
            if connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,):  # noqa: S608
                kinds = [row[1:3] for row in connection.execute(f"PRAGMA table_info({table})")]
                made = [SOUND.get(name, "x") if "CHAR" in kind else 1 for name, kind in kinds]
                marks = ",".join("?" * len(made))
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", made)  # noqa: S608


def all_reads(storage: Storage) -> Iterator[Callable[[], object]]:
    ended = NOON + timedelta(days=60)
    yield storage.store.count
    yield storage.store.source_states
    yield storage.store.last_beat
    yield lambda: storage.store.items(Filter())
    yield lambda: storage.store.with_deadlines(after=NOON, before=ended)
    yield storage.store.profiles
    yield lambda: storage.index.search("graph")
    yield lambda: storage.store.works([ITEM.key])
    yield lambda: storage.store.named(["paper:arxiv/1"], where=Filter())
    yield storage.subscriptions.subscriptions
    yield storage.impressions.logged_digests
    yield lambda: storage.impressions.shown("x", before=ended)
    yield lambda: storage.impressions.shares(NOON - timedelta(days=60_000))
    yield storage.questions.questions
    yield lambda: storage.questions.seen("x")
    yield storage.counts.deliveries
    yield storage.addresses.addresses
    yield storage.outbox.deliveries
    yield storage.snapshots.weeks
    yield lambda: storage.snapshots.edition("2026-W47")
    yield storage.feeds.feeds
    yield storage.feeds.troubles
    yield lambda: storage.secrets.secret("forms").hex()


@contextmanager
def holding(path: Path, table: str, column: str, value: object) -> Iterator[None]:
    """Have a column hold a value in all rows, as far as it may, and put back what was there."""
    given, mark = (value, "?")
    if value == "\udc80":  # half a character, which only a cast lets in
        given, mark = b"\xed\xa0\x80", "CAST(? AS TEXT)"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # no power is cut here
        connection.create_function("spaced", 1, str)
        before = connection.execute(f"SELECT {column}, rowid FROM {table}").fetchall()  # noqa: S608
        with suppress(sqlite3.IntegrityError):
            connection.execute(f"UPDATE OR IGNORE {table} SET {column} = {mark}", (given,))  # noqa: S608
        yield
        back = f"UPDATE OR REPLACE {table} SET {column} = ? WHERE rowid = ?"  # noqa: S608
        connection.executemany(back, before)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Storage]]:
    path = tmp_path_factory.mktemp("garbage") / "t.db"
    fill(path)
    with open_storage(url(path)) as storage:
        yield path, storage


def garbage_for(number: int, *, whole: bool) -> Iterator[object]:
    """Yield what a column is to hold, which depends on its number in its table."""
    if whole:
        yield from chain.from_iterable(GARBAGE)
    else:
        yield from (values[number % len(values)] for values in GARBAGE)


@pytest.mark.parametrize("table", sorted(SQLModel.metadata.tables))
def test_whatever_a_column_holds_is_an_answer_or_one_line(
    archive: tuple[Path, Storage], table: str, request: pytest.FixtureRequest
) -> None:
    path, storage = archive
    whole = request.config.getoption("--whole")
    faults = []
    for number, column in enumerate(SQLModel.metadata.tables[table].columns.keys(), len(table)):
        for value in garbage_for(number, whole=whole):
            with holding(path, table, column, value):
                faults += [f"{column} = {value!r}: {fault}" for fault in faults_of(storage)]
    assert faults == []


def faults_of(storage: Storage) -> list[str]:
    """Return what reading a database raises that is no line for people."""
    faults = []
    for read in all_reads(storage):
        try:
            read()
        except StorageError as error:
            faults += [str(error)] if "\n" in str(error) else []
        except Exception as error:
            faults.append(repr(error))
    return faults
