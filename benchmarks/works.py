"""Which items are found to be one work, against judged pairs, and how long joining takes.

``./run bench works [--data DIR] [--items N] [--json]`` reads ``DIR/pairs.jsonl.gz`` (by default
that of ``../shared/bench/works``) and the corpora in ``DIR/../../corpus``, else those in
``../shared/corpus``, and stores everything through the product's own store, as fetches would:
papers of arXiv and of Hugging Face's daily list, repositories, models, data sets and spaces,
stories of Hacker News, questions, competitions, and releases of repositories and discussions of
papers to make up the number of items. What a pair names and no corpus holds is stored by its name
alone; but a reading list gets a text that links to every paper it cites.

It does so twice, in two orders drawn at random, and again in memory (``core.works``): all three
must give the same works. A pair is found to be the same if one work holds or shares both. Pairs
that are not known to be the same or not are left out. The time is that of the slower of both
orders, storing included. Last line with ``--json``: ``{"precision", "recall", "pairs",
"seconds"}``. It fails when the orders differ, or below the floors.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from benchmarks._works_corpus import Pair, archive, read_pairs
from core.items import Item, ItemKey
from core.links import key_identifier
from core.search import Filter
from core.work_claims import node_of
from core.works import Work, group_into_works
from services.fetching import ITEMS_PER_TRANSACTION
from storage import open_storage

SHARED = Path(__file__).resolve().parents[2] / "shared"
LEAST_PRECISION, LEAST_RECALL, MOST_SECONDS = 0.99, 0.90, 60.0
MISSING = 69
"""Exit code: a needed service is missing (EX_UNAVAILABLE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of it: shares of pairs, number of judged pairs, seconds of the slower order."""

    precision: float
    recall: float
    pairs: int
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; fail below a floor, or if the order of arrival made a difference."""
    parser = argparse.ArgumentParser(prog="bench works")
    parser.add_argument("--data", type=Path, default=SHARED / "bench" / "works")
    parser.add_argument("--items", type=int, default=100_000, help="default %(default)s")
    parser.add_argument("--wrong", action="store_true", help="list the pairs judged otherwise")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    path = options.data / "pairs.jsonl.gz"
    if not path.is_file():
        print(f"bench works: needs {path}; name its folder with --data", file=sys.stderr)
        return MISSING
    pairs = read_pairs(path)
    beside = options.data.resolve().parents[1] / "corpus"
    corpus = beside if beside.is_dir() else SHARED / "corpus"
    items = archive(pairs, corpus, least=options.items)
    works, seconds, alike = join(items)
    found = same_works(pairs, items, works)
    figures = judged(found, seconds)
    agreed = "the same in any order" if alike else "NOT the same in each order"
    print(f"{len(items):,} items, {len(works):,} works, {agreed}, {seconds} s")
    print(*table(found), sep="\n")
    if options.wrong:
        for pair in (pair for pair, same in found.items() if same is not pair.same):
            print(f"  {pair.kind} {pair.a} {pair.b} is {pair.same}: {pair.how}")
    print(
        f"precision {figures.precision:.4f}, recall {figures.recall:.4f} of {figures.pairs} pairs"
    )
    if options.json:
        print(json.dumps(asdict(figures)))
    fine = figures.precision >= LEAST_PRECISION and figures.recall >= LEAST_RECALL
    return 0 if fine and alike and figures.seconds <= MOST_SECONDS else 1


def join(items: Sequence[Item]) -> tuple[tuple[Work, ...], float, bool]:
    """Store the items in two orders; return the works, the slower time, whether all agree."""
    expected = group_into_works(map(node_of, items))
    slowest, alike = 0.0, True
    for seed in (1, 2):
        order = Random(seed).sample(items, len(items))  # noqa: S311 -- an order, no secret
        works, seconds = through_store(order)
        slowest, alike = max(slowest, seconds), alike and works == expected
    return expected, round(slowest, 1), alike


def through_store(items: Sequence[Item]) -> tuple[tuple[Work, ...], float]:
    """Store the items in this order in a new archive; return its works and the seconds taken."""
    now = datetime.now(UTC)
    with (
        tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder,
        open_storage(f"sqlite:///{folder}/tidings.db") as storage,
    ):
        begun = time.perf_counter()
        for start in range(0, len(items), ITEMS_PER_TRANSACTION):
            storage.store.upsert(items[start : start + ITEMS_PER_TRANSACTION], now=now)
        seconds = time.perf_counter() - begun
        stored = [item.key for item in storage.store.items(Filter())]
        works = set(storage.store.works(stored).values())
    return tuple(sorted(works, key=lambda work: work.id)), seconds


def keys_of(items: Sequence[Item]) -> Mapping[str, Collection[ItemKey]]:
    """Return the items that are each thing, by its identifier; a list of works is one as well."""
    keys: dict[str, list[ItemKey]] = defaultdict(list)
    for item in items:
        keys[key_identifier(item.key)].append(item.key)
    return keys


def same_works(
    pairs: Sequence[Pair], items: Sequence[Item], works: Sequence[Work]
) -> Mapping[Pair, bool]:
    """Return of each judged pair whether a work holds or shares both."""
    keys = keys_of(items)
    having: dict[ItemKey, set[str]] = defaultdict(set)
    for work in works:
        for key in (*work.members, *work.shared):
            having[key].add(work.id)

    def of(name: str) -> set[str]:
        return set().union(*(having[key] for key in keys.get(name, ())))

    return {pair: not of(pair.a).isdisjoint(of(pair.b)) for pair in pairs if pair.same is not None}


def judged(found: Mapping[Pair, bool], seconds: float) -> Figures:
    """Return the figures of what was found; a share of nothing is 1."""
    right = sum(same for pair, same in found.items() if pair.same)
    said, true = sum(found.values()), sum(bool(pair.same) for pair in found)
    return Figures(
        precision=round(right / said, 4) if said else 1.0,
        recall=round(right / true, 4) if true else 1.0,
        pairs=len(found),
        seconds=seconds,
    )


def table(found: Mapping[Pair, bool]) -> list[str]:
    """Return a line for each kind of pair and judgement: how many were found to be the same."""
    counts = Counter((pair.kind, pair.same, same) for pair, same in found.items())
    lines = []
    for kind, same in sorted({(kind, bool(same)) for kind, same, _ in counts}):
        yes, no = counts[kind, same, True], counts[kind, same, False]
        judgement = "the same" if same else "not the same"
        lines.append(f"{kind:>14} {judgement:>13}: {yes:>5} of {yes + no:>5} found to be")
    return lines


if __name__ == "__main__":
    sys.exit(main())
