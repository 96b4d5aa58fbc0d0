"""The schema's history, applied when a database is opened.

A new revision is a new file in ``versions`` whose ``down_revision`` is the one before. Released
revisions are never changed. ``docs/adding-a-column.md`` shows how.
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from core.errors import StorageError
from storage.engine import Database

HEAD = max(path.name[1:5] for path in Path(__file__).parent.glob("versions/v*.py"))
"""The newest revision, by the file names: importing alembic takes a quarter of a second."""

_REVISION = re.compile("[0-9]{4}")


def bring_up_to_date(database: Database) -> None:
    """Make the tables, or change those of an older version; does nothing where all is in place.

    Processes that start at once take turns: the first one migrates, the others find it done.

    Raises:
        StorageError: if the file belongs to another program or a newer version, or cannot be
            written.
    """
    with database.reading() as connection:
        if _revision(connection) == HEAD:
            return
    with database.writing() as connection:
        revision = _revision(connection)
        if revision == HEAD:
            return
        if revision is None and inspect(connection).get_table_names():
            raise StorageError(
                f"{database.path}: contains the tables of another program; choose another file "
                "with storage.url"
            )
        _upgrade(connection, database, revision)


def _revision(connection: Connection) -> str | None:
    """Return the schema's revision, or None if the database has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection, database: Database, revision: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    if revision is not None and not _REVISION.fullmatch(str(revision)):
        advice = "it is damaged; restore a backup, or move it away to start again"
        raise StorageError(f"{database.path}: {revision!r} is no version of its tables: {advice}")
    try:
        if revision is not None:
            ScriptDirectory.from_config(config).get_revision(revision)
    except CommandError:
        raise StorageError(
            f"{database.path} was written by a newer Tidings ({revision}; this one knows {HEAD}); "
            "upgrade Tidings, or choose another file with storage.url"
        ) from None
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
