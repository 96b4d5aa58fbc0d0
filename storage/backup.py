"""A whole copy of the database while it is in use, and back again while it is not."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from core.errors import StorageError, UnavailableError, UsageError
from storage.engine import explained
from storage.migrations import HEAD

WAIT = 30.0
"""Seconds to wait for whoever is writing."""


def back_up(database: Path, target: Path) -> None:
    """Copy the database as it is at one moment, also while others read and write.

    The copy is there whole or not at all, and only its owner may read it.

    Raises:
        UsageError: if there is a file of that name.
        StorageError: if the database cannot be read, or the copy not be written.
    """
    if target.exists():
        raise UsageError(f"{target} already exists and was not changed; name another file")
    part = target.with_name(f".{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with explained(part), closing(_opened(database)) as source, closing(_opened(part)) as copy:
            source.backup(copy, progress=_patience())
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the source's is
        part.replace(target)
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def restore(database: Path, source: Path) -> None:
    """Put a copy in the place of what the database holds; nobody else may have it open.

    It is one transaction: after a failure or a power cut all is as it was before.

    Raises:
        UsageError: if the copy is none of a database of ours.
        UnavailableError: if another process has the database open.
        StorageError: if the copy cannot be read, or the database not be written.
    """
    _check(source)
    if database.exists() and database.samefile(source):
        raise UsageError(f"{source} is the database itself; name a copy of it")
    with explained(database), closing(_opened(database, wait=1.0)) as held:
        held.execute("PRAGMA locking_mode = EXCLUSIVE")
        if not _is_alone(held):
            raise UnavailableError(
                f"{database} is in use: stop tidings serve and all other commands, then try again"
            )
        with closing(_opened(source)) as copy:
            copy.backup(held, progress=_patience())


def _is_alone(connection: sqlite3.Connection) -> bool:
    """Whether no other connection has the file open: SQLite leaves WAL for nobody else."""
    try:
        [mode] = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return False
        raise
    return bool(mode == "delete")


def _check(source: Path) -> None:
    if not source.is_file():
        raise UsageError(f"there is no file {source}; name one that tidings db backup has written")
    try:
        with explained(source), closing(_opened(source)) as copy:
            [sound] = copy.execute("PRAGMA quick_check(1)").fetchone()
            [revision] = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError, ValueError, StorageError):
        raise UsageError(
            f"{source} is no backup of Tidings' database; nothing was changed"
        ) from None
    if sound != "ok":
        raise UsageError(f"{source} is damaged; nothing was changed")
    if revision > HEAD:
        raise UsageError(f"{source} is of a newer version; upgrade Tidings first")


def _patience() -> Callable[[int, int, int], None]:
    """Return what ends a copy that waits for a lock too long; SQLite's own loop would not end."""
    end = time.monotonic() + WAIT

    def check(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > end:
            raise UnavailableError("another process keeps the database locked; try again later")

    return check


def _opened(path: Path, *, wait: float = WAIT) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=wait, isolation_level=None)
