"""A whole copy of the database while it is in use, and back again while it is not."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from core.errors import StorageError, UnavailableError, UsageError
from storage.engine import explained, make_folder
from storage.migrations import HEAD
from storage.opening import open_database

WAIT = 30.0
"""Seconds to wait for whoever is writing."""

_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def back_up(database: Path, target: Path) -> None:
    """Copy the database as it is at one moment, also while others read and write.

    The copy is there whole or not at all, and only its owner may read it.

    Raises:
        UsageError: if there is a file of that name.
        StorageError: if the database cannot be read, or the copy not be written.
    """
    if target.exists() or target.is_symlink():  # also a link that leads nowhere
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

    A copy of the copy is upgraded and looked through first. Then it is one transaction: after a
    failure or a power cut all is as it was before.

    Raises:
        UsageError: if the copy is none of a database of ours.
        UnavailableError: if another process has the database open.
        StorageError: if the copy cannot be read, or the database not be written.
    """
    _check(source)
    if database.exists() and database.samefile(source):
        raise UsageError(f"{source} is the database itself; name a copy of it")
    make_folder(database.parent)
    part = database.with_name(f".{database.name}.part")
    try:
        _stage(source, part)
        _replace(database, part)
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                part.with_name(f"{part.name}{end}").unlink(missing_ok=True)


def _stage(source: Path, part: Path) -> None:
    """Copy a backup, and upgrade the copy if it is of an earlier version.

    Raises:
        UsageError: if it has not all the tables that there have to be.
        StorageError: if the copy cannot be written.
    """
    part.unlink(missing_ok=True)
    with explained(part), closing(_opened(source)) as backup, closing(_opened(part)) as copy:
        backup.backup(copy, progress=_patience())
    try:
        with (
            open_database(f"sqlite:///{part}", busy_seconds=WAIT) as storage,
            storage.database.reading() as connection,
        ):
            found = set(inspect(connection).get_table_names())
    except (StorageError, DBAPIError) as error:
        raise UsageError(
            f"{source} is no backup of Tidings' database; nothing was changed"
        ) from error
    if not found.issuperset(SQLModel.metadata.tables):
        raise UsageError(f"{source} lacks tables of Tidings' database; nothing was changed")


def _replace(database: Path, part: Path) -> None:
    with closing(_opened(database, wait=1.0)) as held:
        try:
            held.execute("PRAGMA locking_mode = EXCLUSIVE")
            if not _is_alone(held):
                raise UnavailableError(
                    f"{database} is in use: stop tidings serve and all other commands, then try "
                    "again"
                )
            with closing(_opened(part)) as copy:
                copy.backup(held, progress=_patience())
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in _BROKEN:
                raise StorageError(
                    f"{database} is damaged, so nothing can be put into it: move it away, then "
                    "try again"
                ) from error
            with explained(database):
                raise


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
