"""The metrics of each kind of ranking task, as its outside scorer takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks import _ranking_metrics as metrics
from benchmarks._ranking_tasks import Case, Task

BEST = 300
"""Candidates of a ``ranking`` task that are kept for each person: recall@300 looks no further."""

Scores = Mapping[str, float]


def ordered(scores: Scores, case: Case, kind: str) -> list[str]:
    """Return the ids best first, ties by id; what was liked already is no find among many."""
    known = set(case.liked) if case.shared else set()
    order = sorted((one for one in scores if one not in known), key=lambda one: (-scores[one], one))
    return order[:BEST] if kind == "ranking" else order


def figures(task: Task, scores: Mapping[str, Scores]) -> dict[str, float | None]:
    """Return the metrics that the task names, or all of its kind; None for one that is unknown."""
    found = {"ranking": _of_sets, "graded-ranking": _of_grades, "graded-pairs": _of_pairs}[
        task.kind
    ](task, scores)
    return {name: found.get(name) for name in task.metrics or found}


def _of_sets(task: Task, scores: Mapping[str, Scores]) -> dict[str, float | None]:
    """A set of relevant items among many candidates."""
    measures: dict[str, Callable[[Sequence[str], Any], float]] = {
        **{f"recall@{n}": _cut(metrics.recall, n) for n in (20, 50, 100, 200, 300)},
        "precision@10": _cut(metrics.precision, 10),
        "ndcg@10": _cut(metrics.ndcg, 10),
        "ndcg@20": _cut(metrics.ndcg, 20),
        "mrr": metrics.reciprocal_rank,
        "map@200": _cut(metrics.average_precision, 200),
    }
    return _means(task, scores, measures, set)


def _of_grades(task: Task, scores: Mapping[str, Scores]) -> dict[str, float | None]:
    """Every candidate has a grade; from 2 on it is relevant."""
    measures: dict[str, Callable[[Sequence[str], Any], float]] = {
        "ndcg%20": lambda order, grades: metrics.graded_ndcg(order, grades, 0.2),
        "precision@20": lambda order, grades: metrics.precision(
            order, _good(grades), min(20, len(order))
        ),
        "map": lambda order, grades: metrics.average_precision(order, _good(grades), len(order)),
        "r_precision": lambda order, grades: metrics.r_precision(order, _good(grades)),
    }
    return _means(task, scores, measures, dict)


def _good(grades: Mapping[str, float]) -> set[str]:
    return {one for one, grade in grades.items() if grade >= 2}


def _of_pairs(task: Task, scores: Mapping[str, Scores]) -> dict[str, float | None]:
    """Pairs of differently judged candidates, added up over all cases."""
    each = [(scores[user], grades) for user, grades in task.relevant.items()]
    losses = [metrics.pair_loss(mine, grades) for mine, grades in each]
    easy = [metrics.pairs_right(mine, grades, low=2, high=4) for mine, grades in each]
    hard = [metrics.pairs_right(mine, grades, low=4, high=4) for mine, grades in each]
    named = (("loss", losses), ("easy_accuracy", easy), ("hard_accuracy", hard))
    return {name: _ratio([n for n, _ in found], [n for _, n in found]) for name, found in named}


def _means(
    task: Task,
    scores: Mapping[str, Scores],
    measures: Mapping[str, Callable[[Sequence[str], Any], float]],
    wanted: Callable[[Any], Any],
) -> dict[str, float | None]:
    """Return the mean of each measure, over the folds' means where cases belong to folds."""
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for case in task.cases:
        order = ordered(scores[case.user], case, task.kind)
        for name, measure in measures.items():
            value = measure(order, wanted(task.relevant[case.user]))
            values[name][task.fold[case.user]].append(value)
    return {
        name: _mean([_mean(values_of) for values_of in folds.values()])
        for name, folds in values.items()
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _cut(
    measure: Callable[[Sequence[str], set[str], int], float], count: int
) -> Callable[[Sequence[str], Any], float]:
    return lambda order, relevant: measure(order, relevant, count)


def _ratio(parts: Sequence[float], wholes: Sequence[float]) -> float | None:
    return sum(parts) / sum(wholes) if sum(wholes) else None
