from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.works import main

PAIRS: list[dict[str, object]] = [
    {"kind": "paper-repo", "a": "arxiv:2401.00001", "b": "github:o/code", "same": True},
    {"kind": "paper-repo", "a": "arxiv:2401.00002", "b": "github:o/code", "same": True},
    {"kind": "paper-paper", "a": "arxiv:2401.00001", "b": "arxiv:2401.00002", "same": False},
    {"kind": "paper-model", "a": "arxiv:2401.00001", "b": "hf:O/Model", "same": True},
    {"kind": "paper-space", "a": "arxiv:2401.00003", "b": "hf:spaces/o/demo", "same": True},
    {"kind": "paper-repo", "a": "arxiv:2401.00003", "b": "github:o/unknown", "same": None},
    {"kind": "paper-repo", "a": "arxiv:2401.00003", "b": "url:https://github.com/o", "same": None},
    {
        "kind": "paper-repo",
        "a": "arxiv:2401.00003",
        "b": "github:o/awesome-papers",
        "same": False,
        "how": "a reading list that cites the paper",
    },
]
ABSTRACTS = {
    "2401.00001": "Code: github.com/o/code, weights: https://hf.co/o/model.",
    "2401.00002": "Built as before, see https://github.com/O/Code.",
    "2401.00003": "A paper that names nothing.",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder, corpus = tmp_path / "bench" / "works", tmp_path / "corpus"
    folder.mkdir(parents=True)
    corpus.mkdir()
    rows: list[dict[str, object]] = [{"how": "by hand", **pair} for pair in PAIRS]
    papers: list[dict[str, object]] = [
        {
            "id": number,
            "title": f"A made-up paper {number}",
            "abstract": abstract,
            "authors": [],
            "announced": "2024-01-02",
        }
        for number, abstract in ABSTRACTS.items()
    ]
    _write(folder / "pairs.jsonl.gz", rows)
    _write(corpus / "arxiv.jsonl.gz", papers)
    return folder


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(f"{json.dumps(row)}\n" for row in rows)


def test_pairs_are_judged_by_what_the_store_joins(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["--data", str(data), "--items", "40", "--wrong", "--json"]) == 1
    )  # of four true pairs three are found: below the floor
    told = capsys.readouterr().out.splitlines()
    figures = json.loads(told[-1])
    assert figures.pop("seconds") < 60
    assert figures == {"precision": 1.0, "recall": 0.75, "pairs": 6}
    assert told[0].startswith("40 items, ")
    assert "the same in any order" in told[0]
    assert [line.split()[2] for line in told if line.startswith("  paper-space")] == [
        "space:huggingface/o/demo"
    ]


def test_without_data_it_says_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path)]) == 69
    assert "pairs.jsonl.gz" in capsys.readouterr().err
