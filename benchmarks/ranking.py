"""How well the ranker finds what people wanted, on any folder in the benchmarks' format.

    ./run bench ranking --data DIR [--run-out FILE] [--semantic [MODEL]] [--json]

DIR is a task (a folder with a ``task.json``) or holds tasks at any depth. ``--run-out`` writes the
rankings (scores where pairs are judged) for an outside scorer: into FILE for one task, for several
into a folder FILE. The ranker that runs is the product's, without age and popularity, which these
data do not have. ``--semantic`` adds scores by the sentence model in the folder MODEL, else
by that of the extra "semantic"; a bag of words says nothing to a model of sentences, so there it
does not apply.

What a task allows is respected: ``relevant`` is read by the metrics alone, candidates that are new
are no part of what is learned from, and every person is scored by what they wrote and liked
themselves.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks._embeddings import model_files
from benchmarks._ranking_figures import Scores, figures, ordered
from benchmarks._ranking_tasks import (
    BadTaskError,
    Task,
    find_tasks,
    read_items,
    read_prose,
    read_task,
)
from benchmarks._ranking_worker import Worker
from core.errors import TidingsError
from language.embedder import ModelFiles

WRONG_USE = 2
"""Exit code: the command does not fit what it finds (EX_USAGE of most shells)."""


@dataclass(frozen=True)
class Result:
    """What came of one task.

    Attributes:
        task: its name.
        users: number of cases.
        figures: the metrics that the task names, None where one is not known.
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
    parser.add_argument("--run-out", type=Path, help="where to write the rankings")
    parser.add_argument("--semantic", nargs="?", const="", metavar="MODEL")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    try:
        model = None if options.semantic is None else model_files(options.semantic)
        results = _run(options.data, options.run_out, model)
    except (BadTaskError, OSError, TidingsError) as error:
        print(f"bench ranking: {error}", file=sys.stderr)
        return WRONG_USE
    print(
        json.dumps([asdict(one) for one in results], indent=1) if options.json else _table(results)
    )
    return 0


def _run(data: Path, run_out: Path | None, model: ModelFiles | None) -> list[Result]:
    """Run all tasks, and write their runs as soon as there are any."""
    tasks = {folder: read_task(folder) for folder in find_tasks(data)}
    files = _run_files(run_out, data, tasks)
    results = {}
    for worker, members in _grouped(tasks, model):
        for folder in members:
            task = tasks[folder]
            begin = time.process_time()
            scores = {case.user: worker.scores(case) for case in task.cases}
            spent = (time.process_time() - begin) / len(task.cases) * 1000
            found = figures(task, scores)
            results[folder] = Result(task.name, len(task.cases), found, worker.learning, spent)
            if folder in files:
                _write(task, scores, files[folder])
    return [results[folder] for folder in tasks]


def _grouped(
    tasks: Mapping[Path, Task], model: ModelFiles | None
) -> Iterator[tuple[Worker, list[Path]]]:
    """Bring together the tasks that may learn from the same items, so that it is done once."""
    groups: dict[tuple[Path, frozenset[str]], list[Path]] = defaultdict(list)
    for folder, task in tasks.items():
        pools = {case.candidates for case in task.cases} if task.new else set()
        groups[task.items, frozenset[str]().union(*pools)].append(folder)
    texts: dict[Path, dict[str, str]] = {}
    for (items, new), members in groups.items():
        if items not in texts:
            texts = {items: read_items(items)}
        cases = [case for folder in members for case in tasks[folder].cases]
        phrases = [p for case in cases for p in case.interests]
        prose = read_prose(items) if model else {}
        if model and not prose:
            names = ", ".join(tasks[folder].name for folder in members)
            print(f"--semantic does not apply to bags of words: {names}", file=sys.stderr)
        yield Worker(texts[items], phrases, new, model=model, prose=prose), members


def _run_files(run_out: Path | None, data: Path, folders: Mapping[Path, Task]) -> dict[Path, Path]:
    """Return where each task's run goes: one file, or one each, named by the folders."""
    if run_out is None:
        return {}
    if len(folders) == 1:
        return dict.fromkeys(folders, run_out)
    return {
        folder: run_out / f"{'-'.join(folder.relative_to(data).parts) or folder.name}.jsonl"
        for folder in folders
    }


def _write(task: Task, scores: Mapping[str, Scores], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        for case in task.cases:
            mine = scores[case.user]
            row = (
                {"scores": mine}
                if task.kind == "graded-pairs"
                else {"ranking": ordered(mine, case, task.kind)}
            )
            out.write(json.dumps({"user": case.user, **row}) + "\n")


def _table(results: Sequence[Result]) -> str:
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
