from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.app.conftest import Tidings
from tests.app.weeks import store_past_weeks, weeks_ago

ANN = ("--profile", "ann")
WEEK = weeks_ago(3)


@pytest.fixture
def reader(tidings: Tidings, tmp_path: Path) -> Tidings:
    """An archive of past weeks, and somebody who saved a paper of one."""
    store_past_weeks(tmp_path / "archive.db")
    tidings("profile", "set", "ann", "--interests", "graph neural networks")
    tidings("feedback", "arxiv/graphs-3-1", "save", *ANN)
    return tidings


def subjects(rows: list[dict[str, str]]) -> set[str]:
    return {row["key"].removeprefix("arxiv/").rpartition("-")[0] for row in rows}


def test_other_interests_show_what_enters_leaves_and_would_be_missed(reader: Tidings) -> None:
    ran = reader("digest", "--replay", WEEK, "--interests", "drug discovery", *ANN, "--json")
    found = ran.data
    assert (ran.code, found["week"], found["compared_with"]) == (0, WEEK, "stored interests")
    assert subjects(found["enters"]) == {"drugs-3"}
    assert subjects(found["leaves"]) == {"graphs-3"}
    assert [row["key"] for row in found["missed"]] == ["arxiv/graphs-3-1"]
    assert {row["stage"] for row in found["leaves"]} == {"bar"}
    assert found["digest"]["period"]["to"] > found["digest"]["period"]["from"]


def test_the_terminal_tells_the_same(reader: Tidings) -> None:
    ran = reader("digest", "--replay", WEEK, "--interests", "drug discovery", *ANN)
    lines = ran.out.splitlines()
    assert f"{WEEK} for ann, compared with the same week with stored interests (6 picks)" in lines
    assert "Enters: 6" in lines
    assert "Leaves: 6" in lines
    assert "You saved it and would miss it: 1" in lines


def test_a_replay_asks_no_source_and_writes_nothing(reader: Tidings, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    reader("digest", "--replay", WEEK, *ANN, "--json")
    before = hashlib.sha256(archive.read_bytes()).hexdigest()
    for _ in range(2):
        again = reader("digest", "--replay", WEEK, *ANN, "--json").data
        assert (again["enters"], again["leaves"], again["missed"]) == ([], [], [])
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == before
    assert reader("audit", "--json").data["sources"] == []
    assert reader("sources", "--json").data == {"sources": []}


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--replay", "last week"), "is not a week such as 2026-W47"),
        (("--replay", "2999-W01"), "is in the future"),
        (("--replay", "1999-W01"), "the archive has no items from 1999-W01"),
        (("--replay", WEEK, "--since", "7d"), "--replay goes with"),
        (("--replay", WEEK, "--format", "html"), "--replay goes with"),
        (("--replay", WEEK, "--interests", " ; "), "--interests has no words"),
        (("--replay", WEEK, "--profile", "nobody"), "there is no profile"),
    ],
)
def test_what_cannot_be_replayed_is_one_line_and_exit_code_2(
    reader: Tidings, arguments: tuple[str, ...], line: str
) -> None:
    ran = reader("digest", *arguments)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert line in ran.err
