from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.digest import main, read_week

OURS = Path(__file__).parents[1] / "fixtures" / "digest"
SCORER = Path(__file__).resolve().parents[3] / "shared" / "bench" / "digest" / "score.py"


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """Return a week by hand: two people, one of whom saved something the week before."""
    folder = tmp_path / "week"
    folder.mkdir()
    for path in OURS.glob("*.jsonl"):
        text = path.read_bytes()
        if path.name == "items.jsonl":
            (folder / "items.jsonl.gz").write_bytes(gzip.compress(text))
        else:
            (folder / path.name).write_bytes(text)
    return folder


def runs(path: Path) -> dict[str, list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["user"]: row["ranking"] for row in map(json.loads, lines)}


def score(week: Path, run: Path) -> dict[str, Any]:
    command = [sys.executable, str(SCORER), str(week), str(run)]
    said = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_a_week_by_hand_gives_the_figures_worked_out_by_hand(
    week: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(week), "--run-out", str(tmp_path / "run.jsonl")]) == 0

    found = runs(tmp_path / "run.jsonl")
    assert set(found["baker"]) == {"arxiv/1", "github/oven/bread"}
    assert found["sailor"] == ["arxiv/2"]
    # Of ten places the baker has two good items and the sailor one; nobody has more.
    line = capsys.readouterr().out.splitlines()[1]
    assert "ndcg@10 1.000" in line
    assert "precision@10 0.150" in line
    assert "interests 1.000" in line
    assert "sources 1.500" in line


def test_of_what_lies_before_the_week_nothing_is_shown(week: Path, tmp_path: Path) -> None:
    main(["--data", str(week), "--saves", "1", "--run-out", str(tmp_path / "run.jsonl")])

    shown = {item for ids in runs(tmp_path / "run.jsonl").values() for item in ids}
    assert "arxiv/0" in read_week(week).items
    assert "arxiv/0" not in shown


def test_what_was_saved_before_the_week_counts(week: Path, tmp_path: Path) -> None:
    main(["--data", str(week), "--saves", "1", "--run-out", str(tmp_path / "saves.jsonl")])
    main(["--data", str(week), "--run-out", str(tmp_path / "none.jsonl")])

    assert "arxiv/3" in runs(tmp_path / "saves.jsonl")["sailor"]
    assert "arxiv/3" not in runs(tmp_path / "none.jsonl")["sailor"]


def test_the_line_about_a_person_is_for_the_judge_alone(week: Path) -> None:
    path = week / "people.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(json.dumps(row | {"who": "knits"}) + "\n" for row in rows))

    said = read_week(week)

    assert "knits" not in repr((said.interests, said.saved, said.grades))


def test_several_weeks_are_written_into_a_folder(week: Path, tmp_path: Path) -> None:
    assert main(["--data", str(tmp_path), "--run-out", str(tmp_path / "one")]) == 0
    assert (tmp_path / "one").is_file()

    (tmp_path / "again").mkdir()
    for path in week.iterdir():
        (tmp_path / "again" / path.name).write_bytes(path.read_bytes())
    assert main(["--data", str(tmp_path), "--run-out", str(tmp_path / "runs")]) == 0

    assert {path.name for path in (tmp_path / "runs").iterdir()} == {"again.jsonl", "week.jsonl"}


def test_a_folder_without_a_week_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path)]) == 2

    assert "holds no week" in capsys.readouterr().err


@pytest.mark.skipif(not SCORER.is_file(), reason="needs the judged weeks beside the clone")
def test_the_figures_are_those_of_the_scorer_that_comes_with_the_data(
    week: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--data", str(week), "--run-out", str(tmp_path / "run.jsonl")])

    line = capsys.readouterr().out.splitlines()[1]
    for name, value in score(week, tmp_path / "run.jsonl").items():
        if name in {"ndcg@10", "ndcg@10_judged", "precision@10", "interests", "sources"}:
            assert f"{name} {value:.3f}" in line
