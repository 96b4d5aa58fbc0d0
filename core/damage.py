"""Values in the database that nobody stored: SQLite finds damage to its pages, not within them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from core.errors import StorageError

P = ParamSpec("P")
T = TypeVar("T")

ADVICE = "a part of it is missing or damaged; restore a backup, or move it away to start again"

UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
    zlib.error,
)
"""What reading such a value raises."""


def damaged(what: str, error: Exception) -> StorageError:
    """Return the error for a stored value that cannot be read."""
    return StorageError(
        f"the archive holds {what} that cannot be read ({type(error).__name__}): {ADVICE}"
    )


def decodes(what: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Mark a function that makes a value of a row: what it cannot read is damage.

    No such row has a column of bytes, but SQLite keeps them in one of texts.

    Args:
        what: the value, for people: "a subscription".
    """

    def marked(decode: Callable[P, T]) -> Callable[P, T]:
        @wraps(decode)
        def decoded(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                if any(isinstance(arg, Sequence) and _has_bytes(arg) for arg in args):
                    raise TypeError("bytes in place of a text")
                return decode(*args, **kwargs)
            except UNREADABLE as error:
                raise damaged(what, error) from error

        return decoded

    return marked


def _has_bytes(row: Sequence[object]) -> bool:
    return not isinstance(row, str) and any(isinstance(value, bytes) for value in row)
