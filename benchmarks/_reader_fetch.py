"""Fetches feeds with the ``reader`` library (BSD-3), in a process of its own."""

from __future__ import annotations

import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.refresh import MAX_THREADS

ROOT = Path(__file__).parents[1]

# reader 3.26 holds a copy of feedparser that imports sgmllib, but does not ask for it; the package
# that feedparser itself asks for is the same under another name.
sys.modules.setdefault("sgmllib", importlib.import_module("feedparser_sgmllib"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What ``reader`` found and how long the process took that fetched it, in seconds."""

    entries: frozenset[tuple[str, str]]
    seconds: float


def read_by_reader(urls: Sequence[str]) -> Readings | None:
    """Read feeds with as many workers as Tidings has; None if ``reader`` is not installed."""
    if importlib.util.find_spec("reader") is None:
        return None
    from reader import make_reader

    with tempfile.TemporaryDirectory() as folder:
        database = f"{folder}/reader.db"
        reader = make_reader(database)
        for url in urls:
            reader.add_feed(url)
        reader.close()
        begun = time.perf_counter()
        subprocess.run(  # noqa: S603 -- our own interpreter and code
            [sys.executable, "-m", "benchmarks._reader_fetch", database],
            check=True,
            cwd=ROOT,
            env={**os.environ, "NO_PROXY": "*"},
        )
        seconds = time.perf_counter() - begun
        found = make_reader(database).get_entries()
        entries = frozenset((entry.title or "", entry.link or "") for entry in found)
    return Readings(entries=entries, seconds=seconds)


def main() -> None:
    """Read the feeds that were added to a database."""
    from reader import make_reader

    make_reader(sys.argv[1]).update_feeds(workers=MAX_THREADS)


if __name__ == "__main__":
    main()
