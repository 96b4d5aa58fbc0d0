"""How fast items are stored, beside raw ``sqlite3`` in the same run.

``./run bench ingest [--json] [--rows N] [--rounds N]`` stores the corpus of 26,809 papers and
46,423 rows of GitHub's trending lists through ``Store.upsert`` into a new file, in batches as
``collect`` makes them, then all of it once more, which must find nothing new. *Raw* is
``sqlite3.executemany`` of the same records, already made into tuples, in batches of the same size
into a file with the same tables, indices, text index and pragmas; it compares nothing, joins no
works, and leaves changed texts out of the text index. The tuples hold each item's hash and what it
links to; the second share counts the making of them too, which the store cannot do without.

Only storing is timed, not reading the corpus. Both sides take turns for some rounds and the best
time of each counts, since on a shared machine only the best says what the code costs; the share of
raw is of processor time for the same reason. Memory is the peak of this process.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from core.items import Item, ItemKey, ItemKind
from services.fetching import ITEMS_PER_TRANSACTION
from storage import open_storage
from storage.engine import CACHE_KIB
from storage.planning import ROW_COLUMNS, plan

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
PAPERS = CORPUS / "arxiv.jsonl.gz"
TRENDING = CORPUS / "github_trending.jsonl.gz"
MISSING = 69
"""Exit code: a needed service is missing (EX_UNAVAILABLE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run measured; speeds in items per second, sizes in megabytes."""

    items: int
    stored: int
    through_store: int
    through_store_cpu: int
    raw: int
    raw_cpu: int
    share_of_raw: float
    share_of_raw_and_tuples: float
    again: int
    again_new: int
    again_updated: int
    peak_memory_mb: float
    file_mb: float


@dataclass(slots=True)
class _Turn:
    """One turn of one side; times in seconds, ``making`` that of the tuples."""

    wall: float = 0.0
    cpu: float = 0.0
    preparing: float = 0.0
    items: int = 0
    new: int = 0
    updated: int = 0

    @contextmanager
    def timed(self) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="bench ingest")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rows", type=int, help="store only so many of each corpus")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each side (default 3)")
    options = parser.parse_args()
    missing = [str(path.name) for path in (PAPERS, TRENDING) if not path.exists()]
    if missing:
        print(f"bench ingest: needs {' and '.join(missing)} in ../shared/corpus", file=sys.stderr)
        return MISSING
    figures = measure(options.rows, options.rounds)
    print(json.dumps(asdict(figures)) if options.json else _table(figures))
    return 0


def measure(rows: int | None, rounds: int) -> Figures:
    """Store the corpus both ways, in turns.

    Args:
        rows: how many records of each corpus to take; all if None.
        rounds: how often each side has its turn, at least 1.
    """
    store, again, raw = [], [], []
    with tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder:
        for turn in range(rounds):
            path = Path(folder) / f"store-{turn}.db"
            store.append(_through_store(path, rows))
            again.append(_through_store(path, rows))
            raw.append(_raw(Path(folder) / f"raw-{turn}.db", rows))
            size = path.stat().st_size
    count = store[0].items
    cpu, raw_cpu = min(turn.cpu for turn in store), min(turn.cpu for turn in raw)
    return Figures(
        items=count,
        stored=store[0].new,
        through_store=round(count / min(turn.wall for turn in store)),
        through_store_cpu=round(count / cpu),
        raw=round(count / min(turn.wall for turn in raw)),
        raw_cpu=round(count / raw_cpu),
        share_of_raw=round(raw_cpu / cpu, 3),
        share_of_raw_and_tuples=round((raw_cpu + min(turn.preparing for turn in raw)) / cpu, 3),
        again=round(count / min(turn.wall for turn in again)),
        again_new=again[0].new,
        again_updated=again[0].updated,
        peak_memory_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        file_mb=round(size / 1e6, 1),
    )


def batches(rows: int | None) -> Iterator[list[Item]]:
    """Yield the corpus as items, ``ITEMS_PER_TRANSACTION`` at a time."""
    items = _items(rows)
    while batch := list(islice(items, ITEMS_PER_TRANSACTION)):
        yield batch


def _through_store(path: Path, rows: int | None) -> _Turn:
    turn, now = _Turn(), datetime.now(UTC)
    with open_storage(f"sqlite:///{path}") as storage:
        for batch in batches(rows):
            with turn.timed():
                stored = storage.store.upsert(batch, now=now)
            turn.items += len(batch)
            turn.new += stored.new
            turn.updated += stored.updated
    return turn


def _raw(path: Path, rows: int | None) -> _Turn:
    """Store the same records with plain ``executemany``."""
    open_storage(f"sqlite:///{path}").close()  # makes the tables
    turn = _Turn()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")
    for batch in batches(rows):
        start = time.process_time()
        records = [record for item in batch for record in _records(item)]
        turn.preparing += time.process_time() - start
        with turn.timed():
            connection.execute("BEGIN IMMEDIATE")
            newest = connection.execute("SELECT coalesce(max(id), 0) FROM item").fetchone()
            connection.executemany(_RAW_UPSERT, records)
            connection.execute(_RAW_INDEX, newest)
            connection.execute("COMMIT")
    connection.close()
    return turn


_SAME = ("fingerprint", "metrics", "appeared_at")
_SET = [name for name in ROW_COLUMNS if name not in {"source", "external_id", "stored_at"}]
_RAW_UPSERT = " ".join(
    (
        "INSERT INTO item(",
        ", ".join(ROW_COLUMNS),
        ") VALUES (",
        ", ".join("?" * len(ROW_COLUMNS)),
        ") ON CONFLICT(source, external_id) DO UPDATE SET",
        ", ".join(f"{name} = excluded.{name}" for name in _SET),
        "WHERE",
        " OR ".join(f"{name} <> excluded.{name}" for name in _SAME),
    )
)
_RAW_INDEX = (
    "INSERT INTO item_text(rowid, title, summary, authors, tags) "
    "SELECT id, title, summary, authors, tags FROM item WHERE id > ?"
)


def _records(item: Item) -> list[tuple[Any, ...]]:
    """Return the item as the tuple that the store would write if it knew nothing of it."""
    return plan({item.key: item}, {}, lambda _: {}, now=item.appeared_at, sample=False).rows


def _items(rows: int | None) -> Iterator[Item]:
    for path, make in ((PAPERS, _paper), (TRENDING, _repository)):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from (make(json.loads(line)) for line in islice(lines, rows))


def _paper(row: dict[str, Any]) -> Item:
    return Item(
        key=ItemKey("arxiv", row["id"]),
        kind=ItemKind.PAPER,
        title=row["title"],
        url=f"https://arxiv.org/abs/{row['id']}",
        summary=row["abstract"],
        appeared_at=_day(row["announced"]),
        authors=tuple(row["authors"]),
        tags=tuple(row["categories"]),
        facts={"comment": row["comment"]} if row["comment"] else {},
    )


def _repository(row: dict[str, Any]) -> Item:
    language = row["language"]
    return Item(
        key=ItemKey("github", row["repo"]),
        kind=ItemKind.REPOSITORY,
        title=row["repo"],
        url=f"https://github.com/{row['repo']}",
        summary=row["description"],
        appeared_at=_day(row["date"]),
        tags=(language,) if language else (),
        metrics={name: row[name] for name in ("stars", "forks", "stars_today")},
    )


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _table(figures: Figures) -> str:
    store_cpu = f"({figures.through_store_cpu:,} a second of processor time)"
    raw_cpu = f"({figures.raw_cpu:,} a second of processor time)"
    shares = f"{figures.share_of_raw:>8.0%}, {figures.share_of_raw_and_tuples:.0%} with its tuples"
    changes = f"{figures.again_new} new, {figures.again_updated} updated"
    lines = [
        f"{figures.items:,} items, {figures.stored:,} of them distinct, file {figures.file_mb} MB",
        f"through the store {figures.through_store:>8,} items/s {store_cpu}",
        f"raw executemany   {figures.raw:>8,} items/s {raw_cpu}",
        f"share of raw      {shares}",
        f"all once more     {figures.again:>8,} items/s: {changes}",
        f"peak memory       {figures.peak_memory_mb:>8} MB",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
