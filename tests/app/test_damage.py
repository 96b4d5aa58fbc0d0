"""Values in the database that nobody stored: every command answers, or says so in one line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.app.conftest import Tidings
from tests.storage.test_garbage import fill

DAMAGE = [
    ("profile", "zone", "'Nowhere/At all'", ("digest", "--offline")),
    ("profile", "zone", "1.5e300", ("profile", "list")),
    ("profile", "interests", "'{'", ("why", "arxiv/1")),
    ("profile", "muted", "x'ff00'", ("digest", "--offline")),
    ("making", "ranker", "-1", ("stats",)),
    ("placing", "ranker", "'neither'", ("stats",)),
    ("making", "candidates", "'[1]'", ("audit", "--since", "1969-12-31")),
    ("item", "tags", "'{\"a\":[]}'", ("search", "study")),
    ("item", "kind", "'thing'", ("search", "study")),
    ("item", "appeared_at", "9223372036854775807", ("digest", "--offline")),
    ("item", "title", "CAST(x'eda080' AS TEXT)", ("search", "study")),
    ("feedback", "verdict", "'perhaps'", ("saved",)),
    ("source", "status", "'yesterday'", ("sources",)),
    ("subscription", "weekday", "9223372036854775807", ("subscribe", "list")),
]


@pytest.mark.parametrize(("table", "column", "value", "command"), DAMAGE)
def test_a_command_says_in_one_line_that_a_value_is_damaged(
    tidings: Tidings,
    tmp_path: Path,
    table: str,
    column: str,
    value: str,
    command: tuple[str, ...],
) -> None:
    fill(tmp_path / "archive.db")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection, connection:
        connection.create_function("spaced", 1, str)
        changed = connection.execute(f"UPDATE {table} SET {column} = {value}")  # noqa: S608
        assert changed.rowcount > 0
    ran = tidings(*command)
    assert ran.code == 1
    (line,) = ran.err.splitlines()
    assert line.startswith("tidings: ")
    assert "damaged; restore a backup" in line
