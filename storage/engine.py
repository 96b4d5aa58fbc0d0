"""Connections to the database: one writer at a time, readers beside it, errors in plain words."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from core import damage
from core.errors import StorageError
from language.plain import plain_line, shortened
from language.unspaced import spaced

CACHE_KIB = 32_000
"""Page cache of a writer; with SQLite's default of 2 MB the text index does not fit."""

DURABLE_CACHE_KIB = 500
"""Page cache of a durable writer, whose changes are small; more memory than that is given back."""

READING_CACHE_KIB = 500
"""Page cache of each reader. The system caches the file for all of them: reads took as long with
SQLite's default of 2 MB each."""

_SCRUB_PATIENCE = 1000
"""Milliseconds for which the log's emptying waits for readers of an earlier state."""
_PREFIX = "sqlite:///"
MAX_WORDS_LENGTH = 200
"""Characters of an error's own words that are repeated."""

_MAGIC = b"SQLite format 3\0"

_BUSY_HERE = "this process is still busy writing to it; try again in a moment"
_ADVICE = {
    sqlite3.SQLITE_BUSY: "another process is writing to it; try again when that one is done",
    sqlite3.SQLITE_LOCKED: "another process is writing to it; try again when that one is done",
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only; allow writing or choose "
    "another place with storage.url",
    sqlite3.SQLITE_PERM: "access is denied; allow it or choose another place with storage.url",
    sqlite3.SQLITE_FULL: "the disk is full; free some space and run the command again; stored "
    "data is safe",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written; check its free space and its health",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that it is a file in a writable "
    "folder, or choose another place with storage.url",
    sqlite3.SQLITE_CORRUPT: "it is damaged; restore a backup, or move it away to start again",
    sqlite3.SQLITE_NOTADB: "it is not a SQLite database; move it away or choose another place "
    "with storage.url",
    sqlite3.SQLITE_TOOBIG: "an item is too large to be stored",
}


_LACKING = re.compile(
    r"no such (table|column|index|view|module)|has no column named|has \d+ columns but"
    r"|malformed database schema|vtable constructor failed"
    r"|ON CONFLICT clause does not match|SQL logic error"
)
"""What SQLite says of a file whose tables are not those that Tidings made.

It has no code of its own for them; "SQL logic error" is what it says of a text index with parts
missing.
"""


_EARLIEST, _LATEST = (
    round(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000 for year in (1000, 9000)
)


def _time(stored: bytes) -> int:
    number = int(stored)
    if not _EARLIEST <= number <= _LATEST:
        raise ValueError("a time is out of range")
    return number


class _UnreadableError(ValueError):
    """A value that its column cannot have."""


def _converter(read: Callable[[bytes], object]) -> Callable[[bytes], object]:
    def convert(stored: bytes) -> object:
        try:
            return read(stored)
        except ValueError as error:
            raise _UnreadableError("a value that nobody stored") from error

    return convert


# SQLite keeps any value in any column. Each is read by the function of its column's declared type,
# wherever a query gives a column as it is; all columns of 64 bits are times. Not texts, since the
# module gives None for an empty one.
_TYPES: dict[str, Callable[[bytes], object]] = {
    "BIGINT": _time,
    "BOOLEAN": (b"0", b"1").index,
    "FLOAT": float,
    "INTEGER": int,
}
for _declared, _read in _TYPES.items():
    sqlite3.register_converter(_declared, _converter(_read))


class Database:
    """The connections to one database file; may be used from any thread.

    Writers take the write lock at the start of their transaction (``BEGIN IMMEDIATE``): taken
    later, SQLite answers "database is locked" at once to whoever read first, without waiting.
    Threads of this process queue for the single write connection, which is fairer than SQLite's
    own polling; other processes wait up to ``busy_seconds``.

    All methods raise ``StorageError`` if the database cannot be read or written.
    """

    def __init__(self, url: str, *, busy_seconds: float) -> None:
        """Prepare connections, making the file's folder where it is missing.

        Raises:
            StorageError: if the address names no SQLite file, or the folder cannot be made.
        """
        parsed = _sqlite_url(url)
        self.path = Path(str(parsed.database))
        make_folder(self.path.parent)
        _check_header(self.path)
        _make_private(self.path)
        self._writer = _engine(parsed, busy_seconds, pool_size=1)
        self._reader = _engine(parsed, busy_seconds, pool_size=5)
        event.listen(self._writer, "connect", _prepare_writer)
        event.listen(self._writer, "begin", _begin_immediate)
        event.listen(self._reader, "connect", _prepare_reader)
        event.listen(self._reader, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection on which all reads see the same moment."""
        try:
            with explained(self.path), self._reader.begin() as connection:
                yield connection
        except (ValueError, LookupError) as error:  # a value that we never stored
            raise StorageError(f"{self.path}: {_said(error)}: {damage.ADVICE}") from error

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[Connection]:
        """Give the connection that may write; commits at the end, rolls back on an error.

        Args:
            durable: whether the commit must survive a power cut. Deliveries need that: a commit
                that is lost would send a message twice. It waits for the disk, which makes it
                about ten times slower.
        """
        writer = self._writer.execution_options(durable=durable)  # the same connection
        with explained(self.path), writer.begin() as connection:
            yield connection

    def rewrite(self) -> None:
        """Write the whole file anew, so that nothing deleted can be read from its bytes.

        Deleted rows stay readable in free pages, in the gaps of used ones and in the write-ahead
        log: VACUUM leaves out the former, emptying the log the latter. Takes free space on the
        disk of about twice the file.

        Raises:
            StorageError: also if another process keeps reading an earlier state of it.
        """
        pooled = self._writer.raw_connection()  # VACUUM allows no transaction around it
        try:
            with explained(self.path):
                pooled.cursor().execute("PRAGMA temp_store = FILE")  # the copy may be large
                pooled.cursor().execute("VACUUM")
                pooled.cursor().execute("PRAGMA temp_store = MEMORY")
                patience = pooled.cursor().execute("PRAGMA busy_timeout").fetchone()[0]
                # Meanwhile nobody can write, and a reader may take its time: it is tried again.
                waits = min(patience, _SCRUB_PATIENCE)
                pooled.cursor().execute(f"PRAGMA busy_timeout = {waits}")
                log = pooled.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                (busy, *_) = log.fetchone()
                pooled.cursor().execute(f"PRAGMA busy_timeout = {patience}")
        finally:
            pooled.close()
        if busy:
            raise StorageError(
                f"{self.path}: rows were deleted, but another process still reads the file, so "
                "traces of them remain; run the command again once that process has ended"
            )

    def close(self) -> None:
        """Close all connections; what was committed is in the file."""
        self._reader.dispose()
        self._writer.dispose()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the database's expected failures into one line that names the file.

    Wrong SQL and broken constraints pass through: they are bugs.

    Raises:
        StorageError: if the database is locked, full, damaged, unreadable or unwritable.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", None)
        # The low byte is the kind of error, the others tell where it happened.
        if code is None and "Could not decode" in str(cause):
            code = sqlite3.SQLITE_CORRUPT  # damage that SQLite itself did not notice
        advice = None if code is None else _ADVICE.get(code & 0xFF)
        if advice is None and code == sqlite3.SQLITE_ERROR and _LACKING.search(str(cause)):
            advice = damage.ADVICE
        if advice is None:
            raise
        raise StorageError(f"{path}: {_said(cause)}: {advice}") from error
    except (UnicodeDecodeError, _UnreadableError) as error:
        raise StorageError(f"{path}: {_said(error)}: {_ADVICE[sqlite3.SQLITE_CORRUPT]}") from error
    except PoolTimeoutError as error:
        raise StorageError(f"{path}: {_BUSY_HERE}") from error


def _said(error: object) -> str:
    """Return an error's words as one line; some repeat what is stored, however long."""
    return shortened(plain_line(str(error)), MAX_WORDS_LENGTH)


def _sqlite_url(url: str) -> URL:
    path = url.removeprefix(_PREFIX)
    if path != url and path not in {"", ":memory:"} and not path.startswith("file:"):
        return URL.create("sqlite", database=path)  # all of it is a path, a "?" in it too
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError(
            f"storage.url {url!r} is not a database URL; write sqlite:///path/to/tidings.db"
        ) from None
    if parsed.get_backend_name() != "sqlite":
        raise StorageError(
            f"storage.url names a {parsed.get_backend_name()} database; only SQLite can be used: "
            "write sqlite:///path/to/tidings.db"
        )
    if parsed.database in {None, "", ":memory:"} or str(parsed.database).startswith("file:"):
        raise StorageError(
            f"storage.url {url!r} does not name a file; write sqlite:///path/to/tidings.db"
        )
    return parsed


def make_folder(folder: Path) -> None:
    """Make the folder of a database where it is missing; only its owner may look into it.

    Raises:
        StorageError: if it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{folder}: the database folder cannot be created ({error.strerror}); "
            "choose another place with storage.url"
        ) from error


def _make_private(path: Path) -> None:
    """Let only the owner read and write the database; ``-wal`` and ``-shm`` take its permissions.

    Whose file belongs to somebody else is left to them, what cannot be made to SQLite to complain.
    """
    with suppress(OSError):
        # Only where there is none: closing a file that SQLite has open would drop its locks.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with suppress(OSError):
        for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            if file.is_file() and file.stat().st_mode & 0o077:
                file.chmod(0o600)


def _check_header(path: Path) -> None:
    """Refuse a file of another kind; SQLite itself would take a short one for an empty database.

    Whatever cannot be read is left to SQLite to complain of.
    """
    try:
        with path.open("rb") as file:
            header = file.read(len(_MAGIC))
    except OSError:
        return
    if header and header != _MAGIC:
        raise StorageError(f"{path}: {_ADVICE[sqlite3.SQLITE_NOTADB]}")


def _engine(url: URL, busy_seconds: float, *, pool_size: int) -> Engine:
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=busy_seconds,
        connect_args={
            "timeout": busy_seconds,
            "check_same_thread": False,
            "detect_types": sqlite3.PARSE_DECLTYPES,
        },
    )


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    _add_functions(connection)
    connection.isolation_level = None  # transactions begin where we say, not where sqlite3 guesses
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")


def _prepare_reader(connection: sqlite3.Connection, _record: object) -> None:
    _add_functions(connection)
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")
    connection.execute(f"PRAGMA cache_size = -{READING_CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")


def _add_functions(connection: sqlite3.Connection) -> None:
    connection.create_function("spaced", 1, spaced, deterministic=True)  # of the text index


def _begin_immediate(connection: Connection) -> None:
    # NORMAL survives a crash of the process in any case; a power cut may undo the last commits,
    # which the next fetch brings again. It cannot be changed within a transaction.
    durable = connection.get_execution_options().get("durable", False)
    connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    cache = DURABLE_CACHE_KIB if durable else CACHE_KIB
    connection.exec_driver_sql(f"PRAGMA cache_size = -{cache}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
