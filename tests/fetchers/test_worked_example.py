"""The source that ``docs/adding-a-source.md`` shows as an example works as it stands there.

The four changes of the page are made in a copy of the project, and nothing else: there the new
source can be read, shown, found and set, and it passes the tests of every source.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.stand_ins.sources.server import SourceServer

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-source.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))
"""What the page writes into each file."""

MADE = {"config.toml", "docs/configuration.md", "docs/sources.md"}
"""Files that are written by the tests."""

ARTICLE: dict[str, Any] = {
    "id": 1706,
    "title": "Attention Is All You Need",
    "url": "https://dev.to/ada/attention",
    "published_at": "2026-11-21T09:00:00Z",
    "positive_reactions_count": 41,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with the four changes of the page."""
    copy = tmp_path / "project"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "var", "pictures")
    shutil.copytree(ROOT, copy, ignore=ignored, symlinks=True)
    for name, block in BLOCKS.items():
        file = copy / name
        if file.suffix == ".py":
            assert not file.exists()
            file.write_text(block, encoding="utf-8")
    _insert(copy / "docs/sources.md", before="\n## A source that ends the program\n")
    _insert(copy / "CHANGELOG.md", before="\n## [", text=BLOCKS["CHANGELOG.md"])
    return copy


def _insert(file: Path, *, before: str, text: str = "") -> None:
    whole = file.read_text(encoding="utf-8")
    above, mark, below = whole.partition(before)
    assert mark
    added = text or f"\n{BLOCKS[f'docs/{file.name}']}"
    file.write_text(f"{above}{added}{mark}{below}", encoding="utf-8")


def changed(copy: Path) -> set[str]:
    """The files that are not as they are here."""
    files = [file for file in copy.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    names = {file.relative_to(copy).as_posix(): file.read_bytes() for file in files}
    return {
        name
        for name, content in names.items()
        if not name.startswith(".")
        and not ((ROOT / name).is_file() and (ROOT / name).read_bytes() == content)
    }


def run(copy: Path, *arguments: str, **settings: str) -> str:
    """Run our interpreter in the copy; return what it printed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TIDINGS_")}
    ran = subprocess.run(  # noqa: S603 -- our own interpreter and code
        [sys.executable, *arguments],
        cwd=copy,
        env=kept | {"PYTHONPATH": str(copy), "NO_PROXY": "*"} | settings,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.timeout(300)  # starts pytest twice, on a machine that may be busy
def test_a_source_is_four_changes_and_passes_the_tests_of_every_source(project: Path) -> None:
    assert changed(project) == set(BLOCKS)
    assert len(BLOCKS) == 4
    pages = [
        "tests/app/test_settings.py::test_the_tracked_file_is_what_config_init_writes_and_holds_the_defaults",
        "tests/docs/test_configuration.py",
        "tests/docs/test_sources.py",
    ]
    every_source = ["tests/fetchers/test_contract.py", "tests/fetchers/test_metrics.py"]
    pytest_ = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
    wanted = ["-k", "devto or tracked_file or every_setting or tables_that_the_code_makes"]
    run(project, *pytest_, *wanted, *pages, "--write")
    assert changed(project) == set(BLOCKS) | MADE
    run(project, *pytest_, *wanted, *pages, *every_source, "tests/fetchers/test_devto.py")


RUN_EACH = """
import json, sys
from app.cli import main
for place, arguments in enumerate(json.loads(sys.argv[1])):
    print("\\0" * bool(place), end="")
    sys.argv = ["tidings", *arguments]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
"""
"""Runs several command lines in one process, with a zero byte between what they print."""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program with the example's module added, and nothing else changed."""
    copy = tmp_path / "program"
    copy.mkdir()
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for package in pyproject["tool"]["importlinter"]["root_packages"]:
        if package != "fetchers":
            (copy / package).symlink_to(ROOT / package)
    shutil.copytree(ROOT / "fetchers", copy / "fetchers")
    (copy / "fetchers" / "devto.py").write_text(BLOCKS["fetchers/devto.py"], encoding="utf-8")
    return copy


def test_the_module_is_all_that_the_program_needs(
    program: Path, tmp_path: Path, sources: SourceServer
) -> None:
    article = ARTICLE | {"published_at": datetime.now(UTC).isoformat()}
    sources.answer("/api/articles", json.dumps([article]))
    commands = [
        ["fetch", "devto", "--json"],
        ["sources"],
        ["search", "attention", "--source", "devto"],
        ["digest", "--offline"],
        ["config", "init", str(tmp_path / "new.toml")],
    ]
    ran = run(
        program,
        "-c",
        RUN_EACH,
        json.dumps(commands),
        TIDINGS_STORAGE__URL=f"sqlite:///{tmp_path / 'archive.db'}",
        TIDINGS_DIGEST__INTERESTS="attention",
        TIDINGS_SOURCES__DEVTO__API_URL=sources.url,
        TIDINGS_SOURCES__DEVTO__PACE="0s",
    )
    fetched, listed, found, digest, _ = ran.split("\0")
    (report,) = json.loads(fetched)["sources"]
    assert (report["source"], report["status"], report["new"]) == ("devto", "ok", 1)
    assert "devto" in listed
    assert article["title"] in found
    assert article["title"] in digest
    assert "Devto" in digest
    assert "41 likes" in digest
    assert "[sources.devto]" in (tmp_path / "new.toml").read_text(encoding="utf-8")
