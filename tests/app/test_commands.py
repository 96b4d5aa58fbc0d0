"""Taking feedback back, feeds of one's own, backups, completion: commands beside reading."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.commands import COMMANDS, GROUPS
from tests.app.conftest import Tidings
from tests.app.processes import QUIET, ROOT, started

PAPER = "arxiv/1706.03762"


@pytest.fixture
def taught(tidings: Tidings) -> Tidings:
    tidings("digest", "--offline")
    tidings("profile", "set", "ann", "--interests", "attention; graph networks")
    return tidings


def test_what_is_saved_is_listed_latest_first(taught: Tidings) -> None:
    assert "nothing saved yet" in taught("saved").out
    for item in (PAPER, "microsoft/LoRA"):
        taught("feedback", item, "save", "--profile", "ann")
    taught("feedback", PAPER, "more", "--profile", "ann")
    keys = [one["key"] for one in taught("saved", "--profile", "ann", "--json").data["saved"]]
    assert keys == ["github/microsoft/lora", PAPER]
    assert "https://arxiv.org/abs/1706.03762\n" in taught("saved", "--profile", "ann").out


def test_what_is_popular_is_listed_with_its_counts(taught: Tidings) -> None:
    found = taught("trending", "--kind", "repository", "--limit", "3", "--json").data["trending"]
    assert {one["kind"] for one in found} == {"repository"}
    assert "stars" in taught("trending", "--source", "github").out
    assert "no item of this time" in taught("trending", "--kind", "conference").out


def test_feedback_is_taken_back_the_last_first(taught: Tidings) -> None:
    assert taught("undo", "--profile", "ann").code == 2
    taught("feedback", PAPER, "save", "--profile", "ann")
    taught("feedback", PAPER, "more", "--profile", "ann")
    assert taught("undo", "--profile", "ann").out.startswith("taken back: more: Attention")
    assert "save:" in taught("profile", "show", "ann").out
    assert taught("undo", PAPER, "--profile", "ann").out.startswith("taken back: save: Attention")
    assert taught("profile", "show", "ann", "--json").data["feedback"] == []
    refused = taught("undo", PAPER, "--profile", "ann")
    assert (refused.code, "no feedback to take back" in refused.err) == (2, True)


def test_a_pick_is_named_by_its_number_in_the_last_digest(taught: Tidings) -> None:
    shown = taught("digest", "--offline", "--profile", "ann", "--json").data["digest"]["sections"]
    found = [one for part in shown if part["title"] != "Deadlines" for one in part["items"]]
    picks = [one["key"] for one in sorted(found, key=lambda one: one["number"])]
    assert taught("feedback", "2", "more", "--profile", "ann", "--json").data["key"] == picks[1]
    assert picks[1] in taught("undo", "2", "--profile", "ann").out
    text = taught("digest", "--offline", "--profile", "ann", "--format", "text").out
    assert f"\n{len(picks)}. " in text
    for number in ("0", str(len(picks) + 1), "1000", "9" * 5000):
        refused = taught("feedback", number, "more", "--profile", "ann")
        assert (refused.code, f"it has 1 to {len(picks)}" in refused.err) == (2, True)


def test_a_number_without_a_digest_before_it_is_refused(tidings: Tidings) -> None:
    refused = tidings("feedback", "3", "more")
    assert (refused.code, "no digest was shown yet" in refused.err) == (2, True)


def test_a_profile_is_deleted_with_all_that_belongs_to_it(taught: Tidings, tmp_path: Path) -> None:
    name = "quirkyname-7391"
    taught("profile", "set", name, "--interests", "attention")
    taught("digest", "--offline", "--profile", name)
    assert taught("profile", "delete", "quirkyname-7319").err == (
        f"tidings: there is no profile 'quirkyname-7319'; did you mean {name}?\n"
    )
    assert "deleted 1 profiles" in taught("profile", "delete", name).out
    left = b"".join(file.read_bytes() for file in tmp_path.glob("archive.db*"))
    assert name.encode() not in left
    refused = taught("feedback", "1", "more", "--profile", name)
    assert (refused.code, "no digest was shown yet" in refused.err) == (2, True)


def test_feeds_are_listed_and_removed_by_whoever_added_them(taught: Tidings) -> None:
    assert "no feeds yet" in taught("feeds", "list").out
    for url in ("ftp://example.org/feed", "http://127.0.0.1:9/feed"):
        refused = taught("feeds", "add", url)
        assert refused.code in {1, 2}
        assert refused.err.startswith("tidings: ")
        assert refused.err.count("\n") == 1
    assert taught("feeds", "list", "--json").data == {"feeds": []}
    refused = taught("feeds", "remove", "nothing")
    assert (refused.code, "see tidings feeds list" in refused.err) == (2, True)


def test_a_backup_is_made_while_serve_runs_and_restored_once_it_has_stopped(
    live: Tidings, tmp_path: Path
) -> None:
    live("fetch")
    live("profile", "set", "ann", "--interests", "graphs")
    with started(tmp_path, "serve", **QUIET) as serving:
        assert serving.stderr is not None
        assert serving.stderr.readline().startswith("serving")
        assert live("db", "backup", "copy.db").code == 0
        live("profile", "set", "bob", "--interests", "graphs")
        refused = live("db", "restore", "copy.db")
        assert (refused.code, "stop tidings serve" in refused.err) == (69, True)
        assert "bob" in live("profile", "list").out
        serving.terminate()
        assert serving.wait(timeout=30) == 0
    restored = live("db", "restore", "copy.db")
    assert (restored.code, restored.out.startswith("restored: ")) == (0, True)
    assert live("profile", "list").out == "ann: graphs\n"
    again = live("db", "backup", "copy.db")
    assert (again.code, "already exists" in again.err) == (2, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_the_shell_is_printed(tidings: Tidings, shell: str) -> None:
    ran = tidings("completion", shell)
    assert (ran.code, "_TIDINGS_COMPLETE" in ran.out) == (0, True)
    assert tidings("completion", "bsh").err.endswith("did you mean bash?\n")


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("tidings tren", "trending"),
        ("tidings profile we", "weaken"),
        ("tidings email exp", "export"),
        ("tidings search --kind pa", "paper"),
        ("tidings search --source gi", "github"),
        ("tidings fetch ka", "kaggle"),
        ("tidings digest --format ma", "markdown"),
        ("tidings feedback 3 sa", "save"),
        ("tidings help email dec", "decide"),
        ("tidings subscribe add a@example.org --schedule week", "weekdays"),
        ("tidings profile set ann --zone Europe/Ber", "Europe/Berlin"),
    ],
)
def test_a_shell_is_told_what_could_be_typed_next(
    tmp_path: Path, typed: str, proposed: str
) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()"],
        env={
            "PYTHONPATH": str(ROOT),
            "_TIDINGS_COMPLETE": "complete_bash",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(typed.split()) - 1),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert proposed in asked.stdout.split()


def test_the_help_page_shows_the_commands_in_groups(tidings: Tidings) -> None:
    page = tidings("--help").out
    places = [page.index(f"─ {title} ─") for title in GROUPS]
    assert places == sorted(places)
    assert all(f" {name} " in page for name in COMMANDS)
