from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.ranking import main
from tests.model import needs_extra, without_extra

OURS = Path(__file__).parents[1] / "fixtures" / "ranking"
SCORER = Path(__file__).resolve().parents[3] / "shared" / "bench" / "ranking" / "score.py"

# By hand. Sets: baker and sailor find both of theirs in ten places, player and stranger one (the
# stranger, of whom nothing is known, gets the order of the ids). Grades: in fold a two of five are
# good and come first, in fold b the only good one is first, then second: a map of (1 + .75) / 2.
# Pairs: 3 of a weight of 4 + 4 + 3 are lost, by the player whose word on bread nothing foretells.
SETS = {"recall@50": 1.0, "ndcg@10": 1.0, "precision@10": 0.15, "map@200": 1.0}
SETS |= {"recall@20": 1.0, "ndcg@20": 1.0, "mrr": 1.0}
GRADES = {"ndcg%20": 0.75, "precision@20": 0.3, "map": 0.875, "r_precision": 0.75}
PAIRS = {"loss": 3 / 11, "easy_accuracy": 0.75, "hard_accuracy": None}


def figures(data: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    assert main(["--data", str(data), "--json", *more]) == 0
    return {one["task"]: one["figures"] for one in json.loads(capsys.readouterr().out)}


def runs(path: Path) -> dict[str, dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["user"]: row for row in map(json.loads, lines)}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OURS, tmp_path / "data"))


def changed(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def test_the_figures_are_those_worked_out_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(OURS, capsys)
    assert found["ours/sets"] == pytest.approx(SETS | {"serendipity@5": None})
    assert found["ours/grades"] == pytest.approx(GRADES)
    assert found["ours/pairs"] == pytest.approx(PAIRS)


def test_a_run_holds_rankings_or_where_pairs_are_judged_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures(OURS, capsys, "--run-out", str(tmp_path / "runs"))

    sets = runs(tmp_path / "runs" / "sets.jsonl")
    assert set(sets["baker"]["ranking"][:2]) == {"bread/2", "bröd-4"}
    assert set(sets["sailor"]["ranking"]) >= {"empty", "nowhere"}
    assert "chess#2" not in sets["player"]["ranking"]  # liked already
    grades = runs(tmp_path / "runs" / "nested-grades.jsonl")
    assert grades["tides:1 result"]["ranking"][0] == "tides:2"
    assert {len(row["ranking"]) for row in grades.values()} == {5}
    pairs = runs(tmp_path / "runs" / "nested-pairs.jsonl")
    assert set(pairs["baker/1"]["scores"]) == {"bread/2", "bröd-4", "tides:2", "chess#2", "chess#4"}


def test_one_task_is_written_to_one_file_and_gzip_changes_nothing(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = (copy / "items.jsonl").read_bytes()
    (copy / "items.jsonl.gz").write_bytes(gzip.compress(plain))
    (copy / "items.jsonl").unlink()
    changed(copy / "sets" / "task.json", lambda text: text.replace(".jsonl", ".jsonl.gz", 1))

    found = figures(copy / "sets", capsys, "--run-out", str(tmp_path / "run.jsonl"))

    assert found["ours/sets"] == pytest.approx(SETS | {"serendipity@5": None})
    assert set(runs(tmp_path / "run.jsonl")) == {"baker", "sailor", "player", "stranger"}


def test_what_is_withheld_and_what_was_relevant_change_no_score(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = copy / "nested" / "pairs"
    figures(pairs, capsys, "--run-out", str(tmp_path / "before.jsonl"))
    changed(
        pairs / "users.jsonl",
        lambda text: text.replace(', "tides:1"], "withheld"', '], "withheld"').replace(
            ": 4", ": 1"
        ),
    )
    figures(pairs, capsys, "--run-out", str(tmp_path / "after.jsonl"))
    assert runs(tmp_path / "before.jsonl") == runs(tmp_path / "after.jsonl")


@pytest.mark.skipif(not SCORER.exists(), reason="needs ../shared/bench/ranking")
@pytest.mark.parametrize(("task", "expected"), [("nested/grades", GRADES), ("nested/pairs", PAIRS)])
def test_the_outside_scorer_agrees(
    task: str, expected: dict[str, float | None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures(OURS / task, capsys, "--run-out", str(tmp_path / "run.jsonl"))
    command = [sys.executable, str(SCORER), str(OURS / task), str(tmp_path / "run.jsonl")]
    scored = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603
    assert {name: scored[name] for name in expected} == pytest.approx(expected, abs=1e-4)
    assert scored["run_problems"] == {}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("sets/task.json", "{", "task.json: Expecting"),
        ("sets/task.json", "[]", "'kind' is missing"),
        ("sets/task.json", '{"kind": "quiz", "users": "u", "items": "i"}', "kind is 'quiz'"),
        ("sets/users.jsonl", "\n", "holds no case"),
        ("sets/users.jsonl", '\n{"user": "a"', "users.jsonl:2: Expecting"),
        ("sets/users.jsonl", '{"user": "a"}', "users.jsonl:1: not a case: 'relevant' is missing"),
        ("sets/users.jsonl", "7", "users.jsonl:1: not a case"),
        ("sets/candidates.txt", None, "candidates.txt: No such file"),
        ("items.jsonl", None, "items.jsonl: No such file"),
        ("items.jsonl", '{"title": "no id"}', "items.jsonl:1: an item needs an id"),
        ("items.jsonl", '{"id": "a"}\nnot JSON', "items.jsonl:2: Expecting"),
    ],
)
def test_a_broken_task_gives_one_line_that_says_where(
    name: str, text: str | None, said: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is None:
        (copy / name).unlink()
    else:
        (copy / name).write_text(text, encoding="utf-8")
    assert main(["--data", str(copy)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.count("\n") == 1


def test_a_folder_that_is_missing_or_holds_no_task_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder, said in ((tmp_path / "none", "is not a folder"), (tmp_path, "holds no task.json")):
        assert main(["--data", str(folder)]) == 2
        assert said in capsys.readouterr().err


@without_extra
def test_meaning_without_its_packages_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--data", str(OURS), "--semantic"]) == 2
    assert "./run extra semantic" in capsys.readouterr().err


@needs_extra
def test_meaning_without_a_model_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(OURS), "--semantic", str(tmp_path)]) == 2
    assert "no model.onnx" in capsys.readouterr().err


@needs_extra
def test_meaning_finds_what_no_word_foretells(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(OURS, capsys, "--semantic")
    assert found["ours/sets"]["recall@50"] == pytest.approx(SETS["recall@50"])
    assert found["ours/pairs"]["loss"] <= PAIRS["loss"]


@needs_extra
def test_bags_of_words_are_ranked_by_words_and_said_to_be(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def as_bags(text: str) -> str:
        rows = map(json.loads, text.splitlines())
        bags = [{"id": row["id"], "tokens": " ".join(map(str, row.values()))} for row in rows]
        return "\n".join(map(json.dumps, bags))

    changed(copy / "items.jsonl", as_bags)
    words = figures(copy, capsys)
    assert main(["--data", str(copy), "--json", "--semantic"]) == 0
    said = capsys.readouterr()
    assert {one["task"]: one["figures"] for one in json.loads(said.out)} == words
    assert "does not apply to bags of words: ours/" in said.err
