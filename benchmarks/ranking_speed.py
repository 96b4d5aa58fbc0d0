"""What ranking costs: one person, many people, and beside them a classifier over the whole corpus.

    ./run bench ranking-speed [--data DIR] [--people N] [--svm-people N] [--json]

DIR is a task of kind ``ranking`` in the ranking benchmarks' format. Its people are repeated, with
their likes in another order, until there are N; where a folder of the same name with
``-first-day-words`` lies beside it, they also write the five words that it gives them.

The other side is the recipe of arxiv-sanity-lite, written afresh: for each person a linear
support vector machine (scikit-learn's ``LinearSVC``, class weights balanced, C = 0.01) on the
TF-IDF vectors of the whole corpus, what they liked against everything else. It gets its vectors for
nothing, reads likes only, and so do we where recall is compared. ``./run extra bench`` installs
scikit-learn; without it, this side is left out.

All times are processor time. One core is used.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.runtime import use_one_core
from benchmarks._ranking_metrics import recall
from benchmarks._ranking_tasks import BadTaskError, Case, Task, read_items, read_task
from core.items import Item, ItemKey, ItemKind
from core.people import Feedback, Interest, Profile, Verdict

if TYPE_CHECKING:
    from ranking.model import Model

FOLD = (
    Path(__file__).resolve().parents[2] / "shared" / "bench" / "ranking" / "citeulike-t" / "fold0"
)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
T = TypeVar("T")

NEW = 5_000
"""New items that are ranked."""

PICKS = 10
"""Picks of a usual digest."""

SEEN = 400
"""Places of a ranking that recall at 100 looks at, with room for what was liked already."""

SAMPLE = 100
"""People over whom the costs of a single one are averaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run measured; seconds and milliseconds of processor time, megabytes.

    Attributes:
        archive: items that were learned from.
        learning_s: to learn from them, once.
        reading_s: to read the new items, once.
        training_ms: to learn from one person's verdicts, where everyone has new ones; what several
            liked is read once.
        first_ms: the same for the first people, whose likes nobody has read before.
        scoring_ms: to score all new items for one person.
        picks_ms: to score them for one person, pick ten and write their reasons.
        people: how many are ranked at once.
        ranking_s: to rank all new items for all of them.
        learning_mb: the most memory that the process took to learn.
        ranking_mb: the most that it took from then on, the people and their models included.
        recall: our mean recall at 100 for the people of the other side, from likes alone.
        svm_ms: to train and score one person with the support vector machine, or None; it is
            trained anew for everyone, every day.
        svm_recall: its mean recall at 100.
        times_new: ``svm_ms`` divided by what we take to train and rank for one of the many.
        times_same: the same for a person without new verdicts.
    """

    archive: int
    learning_s: float
    reading_s: float
    training_ms: float
    first_ms: float
    scoring_ms: float
    picks_ms: float
    people: int
    ranking_s: float
    learning_mb: float
    ranking_mb: float
    recall: float
    svm_ms: float | None
    svm_recall: float | None
    times_new: float | None
    times_same: float | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="./run bench ranking-speed", description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLD, help="a ranking task")
    parser.add_argument("--people", type=_count, default=10_000, help="ranked at once")
    parser.add_argument("--svm-people", type=_count, default=30, help="of the other side")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    use_one_core()
    try:
        figures = measure(options.data, options.people, options.svm_people)
    except BadTaskError as error:
        print(f"bench ranking-speed: {error}", file=sys.stderr)
        return 2
    print(json.dumps(asdict(figures)) if options.json else _table(figures))
    return 0


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of people")
    return int(text)


def measure(data: Path, people: int, svm_people: int) -> Figures:
    """Measure both sides.

    Raises:
        BadTaskError: if the data is no task.
    """
    from ranking.ranker import ContentRanker

    task = read_task(data)
    items = {one: _item(n, text) for n, (one, text) in enumerate(read_items(task.items).items())}
    pool = task.cases[0].candidates
    new = [items[one] for one in pool[:NEW]]
    archive = [item for one, item in items.items() if one not in set(pool)]
    known = {item.key: one for one, item in items.items()}
    profiles = _profiles(task, items, _words(data), people)
    few, first = profiles[:SAMPLE], profiles[: len(task.cases)]
    learning, model = _timed(lambda: _model(archive))
    learning_mb = _peak_mb()
    _forget_peak()
    reading, many = _timed(lambda: _Many(new, model))
    first_new = many.rank(first)
    all_new = first_new + many.rank(profiles[len(first) :])
    ranking = many.rank(profiles)
    again = many.score_each(few)
    peak = _peak_mb()
    ranker = ContentRanker()
    ranker.fit(archive)
    deque(ranker.rank_many(few, new, NOW, limit=PICKS), maxlen=0)
    picks, _ = _timed(lambda: list(ranker.rank_many(few, new, NOW, limit=PICKS)))
    cases = task.cases[:svm_people]
    ours = [
        [known[entry.item.key] for entry in found]
        for found in ranker.rank_many(
            [_profile(case, items, (), 0) for case in cases],
            [items[one] for one in pool],
            NOW,
            limit=SEEN,
        )
    ]
    other = _svm(cases, list(items), [item.summary for item in items.values()])
    each, each_new = (spent / len(profiles) * 1000 for spent in (ranking, all_new))
    return Figures(
        archive=len(archive),
        learning_s=round(learning, 2),
        reading_s=round(reading, 2),
        training_ms=round(each_new - each, 2),
        first_ms=round(first_new / len(first) * 1000 - each, 2),
        scoring_ms=round(again / len(few) * 1000, 2),
        picks_ms=round(picks / len(few) * 1000, 2),
        people=len(profiles),
        ranking_s=round(ranking, 2),
        learning_mb=round(learning_mb, 1),
        ranking_mb=round(peak, 1),
        recall=round(_recall(task, cases, ours), 4),
        svm_ms=round(other.ms, 1) if other else None,
        svm_recall=round(_recall(task, cases, other.rankings), 4) if other else None,
        times_new=round(other.ms / each_new, 1) if other else None,
        times_same=round(other.ms / each, 1) if other else None,
    )


def _model(archive: Sequence[Item]) -> Model:
    from ranking.lexicon import Tokenizer
    from ranking.ranker import fit_model

    return fit_model(archive, Tokenizer())


class _Many:
    """Picks for many people, without reasons.

    Args:
        items: what is ranked.
        model: of the archive.
    """

    def __init__(self, items: Sequence[Item], model: Model) -> None:
        from ranking.features import CandidateFeatures
        from ranking.lexicon import Tokenizer
        from ranking.metadata import MetadataFeatures
        from ranking.users import ModelCache

        self._features = CandidateFeatures.of(items, model, Tokenizer())
        self._metadata = MetadataFeatures(items, NOW)
        self._users = ModelCache()

    def rank(self, profiles: Sequence[Profile]) -> float:
        """Return what it takes to rank for some people, seconds."""
        return _timed(lambda: self._rank(profiles))[0]

    def score_each(self, profiles: Sequence[Profile]) -> float:
        """Return what it takes to score for people who are known, one by one, seconds."""
        self._users.scores(profiles, self._features)
        return _timed(lambda: [self._users.scores([one], self._features) for one in profiles])[0]

    def _rank(self, profiles: Sequence[Profile]) -> None:
        from ranking.users import BATCH_SIZE, best

        for begin in range(0, len(profiles), BATCH_SIZE):
            together = profiles[begin : begin + BATCH_SIZE]
            scores = self._users.scores(together, self._features)
            for profile, mine in zip(together, scores, strict=True):
                own, others = self._metadata.weights(profile)
                best(mine + own + others, PICKS)


@dataclass(frozen=True, slots=True)
class _Other:
    """What the support vector machines took, milliseconds a person, and what they ranked."""

    ms: float
    rankings: list[list[str]]


def _svm(cases: Sequence[Case], ids: Sequence[str], texts: Sequence[str]) -> _Other | None:
    """Train one classifier a person on all texts, and rank the candidates by it."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC
    except ImportError:
        print(
            "bench ranking-speed: the other side is left out, since scikit-learn is missing: "
            "./run extra bench installs it",
            file=sys.stderr,
        )
        return None
    import numpy as np

    vectors = TfidfVectorizer(max_features=20_000, sublinear_tf=True)
    corpus = vectors.fit_transform(texts)
    at = {one: row for row, one in enumerate(ids)}
    rankings = []
    begin = time.process_time()
    for case in cases:
        liked = np.zeros(len(ids), dtype=np.int8)
        liked[[at[one] for one in case.liked if one in at]] = 1
        machine = LinearSVC(
            class_weight="balanced", C=0.01, max_iter=10_000, tol=1e-6, random_state=0
        )
        scores = machine.fit(corpus, liked).decision_function(corpus)
        order = sorted(case.candidates, key=lambda one: -scores[at[one]])
        rankings.append(order[:SEEN])
    spent = time.process_time() - begin
    return _Other(spent / len(cases) * 1000, rankings)


def _profiles(
    task: Task, items: dict[str, Item], words: dict[str, tuple[str, ...]], count: int
) -> list[Profile]:
    """Return so many people, those of the task again and again with their likes turned round."""
    cases = task.cases
    return [
        _profile(cases[n % len(cases)], items, words.get(cases[n % len(cases)].user, ()), n)
        for n in range(count)
    ]


def _profile(case: Case, items: dict[str, Item], words: tuple[str, ...], number: int) -> Profile:
    liked = [one for one in case.liked if one in items]
    turn = number % max(1, len(liked))
    return Profile(
        name=f"{case.user}-{number}",
        interests=tuple(Interest(text=text) for text in words),
        feedback=tuple(
            Feedback(item=items[one], verdict=Verdict.MORE, at=NOW)
            for one in (*liked[turn:], *liked[:turn])
        ),
    )


def _words(data: Path) -> dict[str, tuple[str, ...]]:
    """Return the words that people of the task wrote, where they are known."""
    beside = data.with_name(f"{data.name}-first-day-words")
    if not (beside / "task.json").exists():
        return {}
    return {case.user: case.interests for case in read_task(beside).cases}


def _item(number: int, text: str) -> Item:
    return Item(
        key=ItemKey("bench", str(number)),
        kind=ItemKind.PAPER,
        title=".",
        url="https://example.org",
        appeared_at=NOW,
        summary=text,
    )


def _recall(task: Task, cases: Sequence[Case], rankings: Sequence[list[str]]) -> float:
    """Return the mean recall at 100, what was liked already left out."""
    values = []
    for case, ranking in zip(cases, rankings, strict=True):
        order = [one for one in ranking if one not in set(case.liked)]
        values.append(recall(order, set(task.relevant[case.user]), 100))
    return sum(values) / len(values)


def _peak_mb() -> float:
    """Return the most memory that this process has taken since ``_forget_peak``."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = [one for one in status.read_text().splitlines() if one.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def _forget_peak() -> None:
    """Let the peak begin anew, where the system knows how (Linux: proc_pid_clear_refs(5))."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begin = time.process_time()
    done = work()
    return time.process_time() - begin, done


def _table(figures: Figures) -> str:
    lines = [
        f"learning from {figures.archive:,} items, once    {figures.learning_s:>9.2f} s",
        f"reading {NEW:,} new items, once          {figures.reading_s:>9.2f} s",
        f"training one person with new verdicts  {figures.training_ms:>9.2f} ms",
        f"the same, likes that nobody read       {figures.first_ms:>9.2f} ms",
        f"scoring {NEW:,} items for one person     {figures.scoring_ms:>9.2f} ms",
        f"scoring, with ten picks and reasons    {figures.picks_ms:>9.2f} ms",
        f"ranking {NEW:,} items for {figures.people:,} people  {figures.ranking_s:>9.2f} s",
        f"most memory while learning             {figures.learning_mb:>9.1f} MB",
        f"most memory while ranking              {figures.ranking_mb:>9.1f} MB",
        f"recall at 100 from likes alone         {figures.recall:>9.4f}",
    ]
    if figures.svm_ms is not None:
        lines += [
            f"one SVM a person over the whole corpus {figures.svm_ms:>9.1f} ms",
            f"its recall at 100, same people         {figures.svm_recall:>9.4f}",
            f"that is, for a person with new verdicts{figures.times_new:>9.1f} times ours",
            f"and for one without                    {figures.times_same:>9.1f} times ours",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
