"""How good a first digest is: real weeks of several sources, with a judge's grades.

    ./run bench digest --data DIR [--semantic [MODEL]] [--saves K] [--run-out FILE]

DIR is a week (a folder with ``items.jsonl.gz``) or holds weeks. The way is the product's: items
into a store, a profile with the interests, a digest of the week as anybody gets it, without an item
drawn at random. A run holds thirty places a person: the ten that are shown, top to bottom, and what
would come next. What lies below the bar never comes, so a run may be shorter.

``--semantic`` adds scores by the sentence model in the folder MODEL, else by that of the extra
"semantic". ``--saves K`` records the
first K items of ``saved.jsonl`` as saved before the week. ``--run-out`` writes the rankings for an
outside scorer: into FILE for one week, for several into a folder FILE. Beside the product one full
text query of all phrases is scored (BM25). Of ``people.jsonl`` only the interests are read: the
rest is for the judge.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks._digest_metrics import METRICS, Grades, figures
from benchmarks._embeddings import model_files
from core.digests import Budget, RankedItem
from core.errors import TidingsError
from core.items import Item, ItemKey, ItemKind
from core.people import Feedback, Interest, Profile, Verdict
from core.search import Filter
from language.embedder import LocalEmbedder
from ranking.ranker import ContentRanker
from services.digests.candidates import DigestRequest
from services.digests.make import Digests
from services.embeddings import Embeddings, VectorLookup
from services.training import TrainingSet
from storage import open_storage
from storage.opening import Storage

SHOWN, PLACES = 10, 30
"""Items of a digest, and places of a run."""

WRONG_USE = 2
"""Exit code: the command does not fit what it finds (EX_USAGE of most shells)."""

Runs = dict[str, list[str]]
"""Ids of items by user, as shown."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """A judged week.

    Attributes:
        name: of its folder.
        items: of the week and of those before.
        begin: when it begins (aware UTC).
        end: when it ends.
        interests: phrases by user.
        saved: what each user saved before, best first.
        grades: the judgements of each user.
    """

    name: str
    items: Mapping[str, Item]
    begin: datetime
    end: datetime
    interests: Mapping[str, Sequence[str]]
    saved: Mapping[str, Sequence[str]]
    grades: Mapping[str, Grades]


@dataclass(slots=True)
class _Remembering:
    """The product's ranker, whose last order can be asked for."""

    ranker: ContentRanker
    order: Sequence[ItemKey] = field(default=(), init=False)

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,
        *,
        archive: Sequence[Item] = (),
    ) -> Sequence[RankedItem]:
        """Rank, and remember the reading order."""
        ranked = self.ranker.rank(profile, candidates, now, archive=archive)
        self.order = [one.item.key for one in ranked]
        return ranked

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        """Return the candidates most like an item."""
        return self.ranker.similar(item, candidates, limit=limit)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the digests of each week and print how good they are."""
    parser = argparse.ArgumentParser(
        prog="./run bench digest",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="a week, or a folder of weeks")
    parser.add_argument("--run-out", type=Path, help="where to write the rankings")
    parser.add_argument("--semantic", nargs="?", const="", metavar="MODEL")
    parser.add_argument("--saves", type=int, default=0, metavar="K", help="items saved before")
    options = parser.parse_args(arguments)
    try:
        weeks = [read_week(folder) for folder in _folders(options.data)]
        files = None if options.semantic is None else model_files(options.semantic)
        embedder = LocalEmbedder(files) if files else None
        for week in weeks:
            runs = _run(week, embedder, options.saves)
            print(_table(week, runs))
            if options.run_out is not None:
                path = (
                    options.run_out if len(weeks) == 1 else options.run_out / f"{week.name}.jsonl"
                )
                _write(runs["tidings"], path)
    except (OSError, ValueError, KeyError, TidingsError) as error:
        print(f"bench digest: {error}", file=sys.stderr)
        return WRONG_USE
    return 0


def read_week(folder: Path) -> Week:
    """Read a judged week.

    Raises:
        OSError: if a file is missing.
        ValueError: if a file is not as the data's README says, or no item is new.
    """
    with gzip.open(folder / "items.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    days = [_day(row["day"]) for row in rows if row["new"]]
    if not days:
        raise ValueError(f"no item in {folder} is new")
    grades: dict[str, dict[str, tuple[int, int | None]]] = {}
    for row in _rows(folder / "judgements.jsonl"):
        grades.setdefault(row["user"], {})[row["id"]] = row["grade"], row["interest"]
    return Week(
        name=folder.name,
        items={row["id"]: _item(row) for row in rows},
        begin=min(days),
        end=max(days) + timedelta(days=1),
        interests={row["user"]: row["interests"] for row in _rows(folder / "people.jsonl")},
        saved={row["user"]: row["saved"] for row in _rows(folder / "saved.jsonl")},
        grades=grades,
    )


def _run(week: Week, embedder: LocalEmbedder | None, saves: int) -> dict[str, Runs]:
    """Return the run of the product, and of what it is compared with."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_storage(f"sqlite:///{folder}/archive.db") as storage,
    ):
        _store(week, storage)
        profiles = {user: _profile(user, week, saves) for user in week.interests}
        digests, ranker = _digests(week, storage, embedder)
        product = {user: _product(week, digests, ranker, one) for user, one in profiles.items()}
        where = Filter(since=week.begin, until=week.end)
        plain = {
            user: [
                str(one.key) for one in storage.index.find(" ".join(said), where=where, limit=30)
            ]
            for user, said in week.interests.items()
        }
        return {"tidings": product, "one full text query (BM25)": plain}


def _store(week: Week, storage: Storage) -> None:
    """Store the items in the order of their days, as they came."""
    items = sorted(week.items.values(), key=lambda item: (item.appeared_at, item.key))
    for begin in range(0, len(items), 1_000):
        storage.store.upsert(items[begin : begin + 1_000], now=week.end)


def _digests(
    week: Week, storage: Storage, embedder: LocalEmbedder | None
) -> tuple[Digests, _Remembering]:
    def clock() -> datetime:
        return week.end

    embeddings = None
    if embedder is not None:
        embeddings = Embeddings(embedder=embedder, vectors=storage.vectors, clock=clock)
        saved = {one for ids in week.saved.values() for one in ids}
        oldest = min([week.begin, *(week.items[one].appeared_at for one in saved)])
        embeddings.catch_up(limit=sum(one.appeared_at >= oldest for one in week.items.values()))
    training = TrainingSet(store=storage.store, clock=clock)
    lookup = VectorLookup(lambda: embeddings)
    ranker = _Remembering(ContentRanker(vectors=lookup, training=training.due))
    made = Digests(
        store=storage.store, index=storage.index, ranker=ranker, clock=clock, surprise=False
    )
    return made, ranker


def _product(week: Week, digests: Digests, ranker: _Remembering, profile: Profile) -> list[str]:
    """Return what the digest shows, and then what would come next."""

    def picks(items: int) -> list[ItemKey]:
        request = DigestRequest(
            profile=profile, subscription="", since=week.begin, budget=Budget(items=items)
        )
        return [pick.item.key for pick in digests.make(request).picks]

    shown = picks(SHOWN)
    following = set(picks(PLACES)) - set(shown)
    return [str(key) for key in (*shown, *(key for key in ranker.order if key in following))]


def _profile(user: str, week: Week, saves: int) -> Profile:
    saved = [week.items[one] for one in week.saved.get(user, ())[:saves]]
    return Profile(
        name=user,
        interests=tuple(Interest(text=phrase) for phrase in week.interests[user]),
        feedback=tuple(
            Feedback(item=item, verdict=Verdict.SAVE, at=item.appeared_at) for item in saved
        ),
    )


def _table(week: Week, runs: Mapping[str, Runs]) -> str:
    names = max(map(len, runs))
    lines = [f"{week.name} ({len(week.grades)} people)"]
    first: Mapping[str, float] = {}
    for name, run in runs.items():
        found = figures(run, week.grades)
        first = first or found
        ratio = found["ndcg@10"] and first["ndcg@10"] / found["ndcg@10"]
        parts = "  ".join(f"{metric} {found[metric]:.3f}" for metric in METRICS)
        lines.append(f"  {name:{names}}  {parts}  ({ratio:.2f} x in ndcg@10)")
    return "\n".join(lines)


def _write(run: Runs, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps({"user": user, "ranking": ids}) + "\n" for user, ids in run.items()]
    path.write_text("".join(rows), encoding="utf-8")


def _folders(data: Path) -> list[Path]:
    folders = [data, *sorted(path for path in data.iterdir() if path.is_dir())]
    weeks = [folder for folder in folders if (folder / "items.jsonl.gz").is_file()]
    if not weeks:
        raise ValueError(f"{data} holds no week: no items.jsonl.gz")
    return weeks


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


_ADDRESS: Mapping[str, Callable[[str], str]] = {
    "arxiv": "https://arxiv.org/abs/{}".format,
    "github": "https://github.com/{}".format,
    "stackoverflow": "https://stackoverflow.com/questions/{}".format,
}
"""Addresses by source, so that what belongs together is found; the others say nothing."""


def _item(row: Mapping[str, Any]) -> Item:
    """Build an item; only its day is known, so it appeared at noon."""
    key = ItemKey.parse(row["id"])
    return Item(
        key=key,
        kind=ItemKind(row["kind"]),
        title=row["title"],
        url=_ADDRESS.get(key.source, f"https://{key.source}.example/{{}}".format)(key.external_id),
        appeared_at=_day(row["day"]) + timedelta(hours=12),
        summary=row["summary"],
        authors=tuple(row["authors"]),
        tags=tuple(row["tags"]),
        metrics=_numbers(row["metrics"]),
        related=tuple(row["related"]),
    )


def _numbers(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Read numbers; Kaggle's own table writes them as text ("2,816"), and prizes ("$55000")."""
    texts = {name: str(value).replace(",", "") for name, value in metrics.items()}
    return {n: float(text) for n, text in texts.items() if text.replace(".", "", 1).isdecimal()}


if __name__ == "__main__":
    sys.exit(main())
