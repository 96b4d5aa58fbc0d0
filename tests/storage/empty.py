"""Empty archives by the hundred, for properties."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage import open_storage
from storage.opening import Storage


@contextmanager
def empty_archive() -> Iterator[Storage]:
    """Give an archive of its own; migrating anew for each would take most of a test's time."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tidings.db"
        path.write_bytes(_empty_file())
        with open_storage(f"sqlite:///{path}") as storage:
            yield storage


@cache
def _empty_file() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tidings.db"
        open_storage(f"sqlite:///{path}").close()
        return path.read_bytes()
