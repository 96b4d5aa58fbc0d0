"""Values in the database that nobody stored: SQLite finds damage to its pages, not within them."""

from __future__ import annotations

import zlib

from core.errors import StorageError

ADVICE = "a part of it is missing or damaged; restore a backup, or move it away to start again"

UNREADABLE = (ValueError, LookupError, TypeError, OverflowError, zlib.error)
"""What reading such a value raises."""


def damaged(what: str, error: Exception) -> StorageError:
    """Return the error for a stored value that cannot be read."""
    return StorageError(
        f"the archive holds {what} that cannot be read ({type(error).__name__}): {ADVICE}"
    )
