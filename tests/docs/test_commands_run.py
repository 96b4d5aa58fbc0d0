from __future__ import annotations

import os
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.conftest import Tidings
from tests.docs.markdown import ROOT, Page, page

SCRIPT_VERBS = ("test", "lint", "check", "bench", "lock")
MOST_WORDS = 760
"""What is read in three minutes at 238 words a minute (Brysbaert 2019), rounded up a little."""


def lines(written: Page) -> list[list[str]]:
    """Return the commands of a page's shell blocks, split as a shell would, without comments."""
    text = "\n".join(written.blocks("sh"))
    return [words for line in text.splitlines() if (words := shlex.split(line, comments=True))]


def served(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Start ``serve`` on a new archive; tell it to stop once it has read the sources."""
    command = [sys.executable, "-c", "from app.cli import main; main()", *arguments]
    changed = {
        "PYTHONPATH": str(ROOT),
        "TIDINGS_LOG__LEVEL": "info",
        "TIDINGS_STORAGE__URL": f"sqlite:///{folder / 'served.db'}",
    }
    with subprocess.Popen(  # noqa: S603 -- our own command
        command, stderr=subprocess.PIPE, text=True, env=os.environ | changed
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "kaggle: ok" in line:
                process.send_signal(signal.SIGTERM)
                break
        rest = process.stderr.read()
    return process.returncode, rest.splitlines()[-1]


@pytest.mark.parametrize("name", ["README.md", "docs/cli.md"])
def test_every_command_of_a_page_runs(
    live: Tidings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    live("fetch")
    for first, *words in lines(page(name)):
        if first == "export":
            [(variable, value)] = [word.split("=", 1) for word in words]
            monkeypatch.setenv(variable, value)
            continue
        assert first in {"./run", "tidings"}, f"{first}: not a command of ours"
        if words[:1] and words[0] in SCRIPT_VERBS:
            assert re.search(rf"^{words[0]}\)", (ROOT / "run").read_text(), re.MULTILINE)
        elif words[:1] == ["serve"]:
            assert served(words, tmp_path) == (0, "stopped")
        else:
            ran = live(*(words or ["digest"]))
            assert ran.code == 0, f"{words}: {ran.err}"


def test_the_readme_shows_both_commands_first_and_is_read_in_three_minutes() -> None:
    readme = page("README.md")
    assert lines(readme)[:2] == [["./run"], ["./run", "test"]]
    assert len(readme.source.split()) <= MOST_WORDS


def test_the_backup_of_operations_is_whole(live: Tidings, tmp_path: Path) -> None:
    live("fetch")
    (tmp_path / "var").mkdir()
    (tmp_path / "archive.db").rename(tmp_path / "var" / "tidings.db")
    [text] = page("docs/operations.md").section("Backups").blocks("text")
    [command] = [line for line in text.splitlines() if line.startswith("python3")]
    _, *arguments = shlex.split(command)
    subprocess.run([sys.executable, *arguments], cwd=tmp_path, check=True)  # noqa: S603
    with sqlite3.connect(tmp_path / "backup.db") as backup:
        assert backup.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        [(count,)] = backup.execute("SELECT count(*) FROM item")
    backup.close()
    assert count > 50


def test_the_units_of_operations_start_commands_that_exist(tidings: Tidings) -> None:
    units = "\n".join(page("docs/operations.md").blocks("ini"))
    started = re.findall(r"^ExecStart=\S+/tidings (.+)$", units, re.MULTILINE)
    assert len(started) == 2
    for line in started:
        assert tidings(*shlex.split(line), "--help").code == 0
