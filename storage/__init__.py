"""The archive: items, works, sources' states, profiles and digests in one SQLite file.

``open_storage`` is the only way in; what it returns speaks the ports of ``core.ports.storage``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.opening import Storage

BUSY_SECONDS = 30.0
"""How long a writer waits for another process before it gives up."""


def open_storage(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Storage:
    """Open the archive, making the file, its folder and its tables where they are missing.

    Args:
        url: SQLAlchemy's form of a database address, such as ``sqlite:///var/tidings.db`` or
            ``sqlite:////absolute/path.db``.
        busy_seconds: how long to wait for a lock that another process holds.

    Raises:
        StorageError: if the address is not understood, or the file cannot be opened, is locked,
            damaged, no archive, or of a newer version.
    """
    # SQLAlchemy takes half a second to import: only a command that opens the archive pays it.
    from storage.opening import open_database

    return open_database(url, busy_seconds=busy_seconds)


__all__ = ["BUSY_SECONDS", "open_storage"]
