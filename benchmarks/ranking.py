"""How well the ranker finds what people wanted, on any folder in the benchmarks' format.

    ./run bench ranking --data DIR [--run-out FILE] [--json]

DIR is a task (a folder with a ``task.json``) or holds tasks at any depth. ``--run-out`` writes the
scores for an outside scorer: into FILE for one task, for several into a folder FILE. The ranker
that runs is the product's, without age and popularity, which these data do not have.

What a task allows is respected: ``relevant`` is read by the metrics alone, candidates that are new
are no part of what is learnt from, and every person is scored by what they wrote and liked
themselves.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.items import Item, ItemKey, ItemKind
from core.people import Interest, Verdict
from ranking import metrics
from ranking.interests import Queries, queries
from ranking.lexicon import Reader
from ranking.model import Described, Model
from ranking.scoring import score
from ranking.sparse import SparseRows
from ranking.taste import learn
from ranking.vocabulary import Columns

BEST = 300
"""Candidates of a ranking task that are kept for each person: recall@300 looks no further."""

_WHEN = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """What the ranker may know of one case: never what was relevant."""

    user: str
    interests: tuple[str, ...]
    liked: tuple[str, ...]
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """One task as its files give it; ``relevant`` and ``group`` are for the metrics alone."""

    name: str
    kind: str
    metrics: tuple[str, ...]
    items: Path
    new: bool
    cases: tuple[Case, ...]
    relevant: Mapping[str, Any]
    group: Mapping[str, str]


@dataclass(frozen=True)
class Figures:
    """What came of one task.

    Attributes:
        task: its name.
        users: number of cases.
        figures: the metrics that the task names.
        learning: processor time to learn from the archive, in seconds.
        per_user: processor time to train and score one person, in milliseconds.
    """

    task: str
    users: int
    figures: Mapping[str, float | None]
    learning: float
    per_user: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tasks in a folder and print their figures."""
    parser = argparse.ArgumentParser(prog="./run bench ranking", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a task, or a folder of tasks")
    parser.add_argument("--run-out", type=Path, help="where to write the scores")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    folders = sorted(path.parent for path in options.data.rglob("task.json"))
    if not folders:
        print(f"{options.data} holds no task.json", file=sys.stderr)
        return 2
    results = []
    for worker, tasks in _grouped([read_task(folder) for folder in folders]):
        for task in tasks:
            result, scores = worker.run(task)
            results.append(result)
            if options.run_out:
                _write(scores, _run_file(options.run_out, task, several=len(folders) > 1))
    results.sort(key=lambda result: result.task)
    print(
        json.dumps([asdict(one) for one in results], indent=1) if options.json else _table(results)
    )
    return 0


def read_task(folder: Path) -> Task:
    """Read a task's files but for its items."""
    told = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    shared = told.get("candidates_file")
    everyone = tuple((folder / shared).read_text(encoding="utf-8").split()) if shared else ()
    rows = list(_lines(folder / told["users"]))
    cases = [
        Case(
            user=row["user"],
            interests=tuple(row.get("interests", ())),
            liked=tuple(row.get("liked", ())),
            candidates=tuple(row["candidates"]) if "candidates" in row else everyone,
        )
        for row in rows
    ]
    return Task(
        name=told["task"],
        kind=told["kind"],
        metrics=tuple(told["metrics"]),
        items=(folder / told["items"]).resolve(),
        new=bool(told.get("candidates_are_new")),
        cases=tuple(cases),
        relevant={row["user"]: row["relevant"] for row in rows},
        group={row["user"]: row.get("group", row["user"]) for row in rows},
    )


class Worker:
    """Scores the cases of tasks that share items and what may be learnt from.

    Args:
        items: path of the items file.
        phrases: all written interests of the tasks.
        new: ids that nothing may be learnt from.
    """

    def __init__(self, items: Path, phrases: Sequence[str], new: frozenset[str]) -> None:
        begin = time.process_time()
        rows = list(_lines(items))
        self._at = {row["id"]: number for number, row in enumerate(rows)}
        self._items = [_item(row) for row in rows]
        reader = Reader(capacity=len(rows))
        texts, written = reader.items(self._items), reader.phrases(phrases)
        old = [self._items[number] for number in self._order(new)]
        keys, stems = [item.key for item in old], reader.lexicon.stems
        self._model = Model.learn(keys, reader.items(old), stems)
        self.learning = time.process_time() - begin
        columns = Columns(self._model.vocabulary, stems, texts, written)
        counts = columns.counts(texts)
        self._texts = self._model.describe(columns, counts)
        self._relevance = columns.relevance(counts)
        interests = [Interest(text=phrase) for phrase in phrases]
        self._asked = queries(interests, written, columns, self._model)
        self._phrase = {phrase: number for number, phrase in enumerate(phrases)}
        self._pool: tuple[tuple[str, ...], Described, SparseRows] | None = None

    def _order(self, new: frozenset[str]) -> list[int]:
        """Return what may be learnt from, in an order that has nothing to do with subjects."""
        allowed = [one for one in self._at if one not in new]
        return [self._at[one] for one in sorted(allowed, key=lambda one: zlib.crc32(one.encode()))]

    def run(self, task: Task) -> tuple[Figures, dict[str, dict[str, float]]]:
        """Score all cases of a task; only then look at what was relevant."""
        begin = time.process_time()
        keep = BEST if task.kind == "ranking" else None
        scores = {case.user: _first(self._scores(case), case, keep) for case in task.cases}
        spent = (time.process_time() - begin) / max(1, len(task.cases)) * 1000
        found = _KINDS[task.kind](task, scores)
        figures = {name: found.get(name) for name in task.metrics}
        return Figures(task.name, len(task.cases), figures, self.learning, spent), scores

    def _scores(self, case: Case) -> dict[str, float]:
        import numpy as np

        pool, relevance = self._candidates(case.candidates)
        liked = [self._at[one] for one in case.liked]
        verdicts = {self._items[number].key: Verdict.MORE for number in liked}
        examples = self._texts.take(np.array(liked, dtype=np.int64))
        taste = learn(verdicts, examples, self._model)
        asked = self._queries([self._phrase[phrase] for phrase in case.interests])
        values = score(asked, taste, relevance, pool, self._model).scores(pool).tolist()
        return dict(zip(case.candidates, values, strict=True))

    def _queries(self, numbers: list[int]) -> Queries:
        import numpy as np

        chosen = np.array(numbers, dtype=np.int64)
        asked = self._asked
        return Queries(
            asked.words.take(chosen), asked.directions[chosen], asked.weights[chosen], asked.pairs
        )

    def _candidates(self, ids: tuple[str, ...]) -> tuple[Described, SparseRows]:
        """Return the candidates as numbers; most cases of a task share them."""
        import numpy as np

        if self._pool is None or self._pool[0] is not ids:
            rows = np.array([self._at[one] for one in ids], dtype=np.int64)
            self._pool = (ids, self._texts.take(rows), self._relevance.take(rows))
        return self._pool[1], self._pool[2]


def _first(scores: dict[str, float], case: Case, keep: int | None) -> dict[str, float]:
    """Return the best scores; of thousands of candidates the metrics see no more than these."""
    if keep is None:
        return scores
    known = set(case.liked)
    order = sorted((one for one in scores if one not in known), key=lambda one: -scores[one])
    return {one: scores[one] for one in order[:keep]}


def _grouped(tasks: Sequence[Task]) -> Iterator[tuple[Worker, list[Task]]]:
    """Bring together the tasks that may learn from the same items, so that it is done once."""
    groups: dict[tuple[Path, frozenset[str]], list[Task]] = defaultdict(list)
    for task in tasks:
        new = frozenset(one for case in task.cases for one in case.candidates if task.new)
        groups[task.items, new].append(task)
    for (items, new), members in groups.items():
        phrases = sorted({p for task in members for case in task.cases for p in case.interests})
        yield Worker(items, phrases, new), members


def _item(row: Mapping[str, Any]) -> Item:
    """Build an item; the words of a bag stand in no order, so none of them form a pair."""
    bag = " . ".join(row.get("tokens", "").split())
    return Item(
        key=ItemKey("bench", row["id"]),
        kind=ItemKind.PAPER,
        title=row.get("title") or ".",
        url="https://example.org",
        appeared_at=_WHEN,
        summary=row.get("abstract") or bag,
    )


def _of_sets(task: Task, scores: Mapping[str, Mapping[str, float]]) -> dict[str, float | None]:
    """The metrics of ``ranking`` tasks: a set of relevant items among many candidates."""
    measures: dict[str, Callable[[Sequence[str], set[str]], float]] = {
        **{f"recall@{n}": _cut(metrics.recall, n) for n in (50, 100, 200, 300)},
        "precision@10": _cut(metrics.precision, 10),
        "ndcg@10": _cut(metrics.ndcg, 10),
        "map@200": _cut(metrics.average_precision, 200),
    }
    return _means(task, scores, measures, lambda user: set(task.relevant[user]))


def _of_grades(task: Task, scores: Mapping[str, Mapping[str, float]]) -> dict[str, float | None]:
    """The metrics of ``graded-ranking`` tasks: every candidate has a grade, relevant from 2 on."""
    measures: dict[str, Callable[[Sequence[str], Mapping[str, float]], float]] = {
        "ndcg%20": lambda order, grades: metrics.graded_ndcg(order, grades, 0.2),
        "precision@20": lambda order, grades: metrics.precision(order, _good(grades), 20),
        "map": lambda order, grades: _whole_map(order, _good(grades)),
        "r_precision": lambda order, grades: metrics.r_precision(order, _good(grades)),
    }
    return _means(task, scores, measures, lambda user: task.relevant[user])


def _good(grades: Mapping[str, float]) -> set[str]:
    return {one for one, grade in grades.items() if grade >= 2}


def _whole_map(order: Sequence[str], relevant: set[str]) -> float:
    return metrics.average_precision(order, relevant, len(order)) if relevant else 0.0


def _of_pairs(task: Task, scores: Mapping[str, Mapping[str, float]]) -> dict[str, float | None]:
    """The metrics of ``graded-pairs`` tasks, added up over all cases."""
    each = [(scores[user], grades) for user, grades in task.relevant.items()]
    losses = [metrics.pair_loss(mine, grades) for mine, grades in each]
    easy = [metrics.pairs_right(mine, grades, low=2, high=4) for mine, grades in each]
    hard = [metrics.pairs_right(mine, grades, low=4, high=4) for mine, grades in each]
    named = (("loss", losses), ("easy_accuracy", easy), ("hard_accuracy", hard))
    return {name: _ratio([n for n, _ in found], [n for _, n in found]) for name, found in named}


_KINDS = {"ranking": _of_sets, "graded-ranking": _of_grades, "graded-pairs": _of_pairs}


def _means(
    task: Task,
    scores: Mapping[str, Mapping[str, float]],
    measures: Mapping[str, Callable[..., float]],
    wanted: Callable[[str], Any],
) -> dict[str, float | None]:
    sums: dict[str, float] = defaultdict(float)
    for case in task.cases:
        mine = scores[case.user]
        order = sorted(mine, key=lambda one: (-mine[one], one))
        for name, measure in measures.items():
            sums[name] += measure(order, wanted(case.user))
    return {name: total / len(task.cases) for name, total in sums.items()}


def _cut(
    measure: Callable[[Sequence[str], set[str], int], float], count: int
) -> Callable[[Sequence[str], set[str]], float]:
    return lambda order, relevant: measure(order, relevant, count)


def _ratio(parts: Sequence[float], wholes: Sequence[float]) -> float | None:
    return sum(parts) / sum(wholes) if sum(wholes) else None


def _write(scores: Mapping[str, Mapping[str, float]], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        for user, mine in scores.items():
            out.write(json.dumps({"user": user, "scores": mine}) + "\n")


def _run_file(path: Path, task: Task, *, several: bool) -> Path:
    return path / f"{task.name.replace('/', '-')}.jsonl" if several else path


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _table(results: Sequence[Figures]) -> str:
    lines = []
    for one in results:
        figures = "  ".join(
            f"{name} {'-' if value is None else format(value, '.4f')}"
            for name, value in one.figures.items()
        )
        times = f"learning {one.learning:.1f} s, {one.per_user:.1f} ms of processor time a person"
        lines += [f"{one.task} ({one.users} cases; {times})", f"    {figures}"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
