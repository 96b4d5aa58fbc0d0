"""The source that ``docs/adding-a-source.md`` shows as an example works as it stands there.

Its module and its line are all that the program needs: a copy of the program that has them reads,
shows, finds and sets the new source. If that ever takes another place, the last test fails.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from net.client import HttpClient
from tests.fakes import NOON, FakeClock
from tests.fetchers.harness import fetch, fixture
from tests.net.fakes import FakeTimer, FakeValidatorStore
from tests.stand_ins.sources.server import SourceServer

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "adding-a-source.md"
NEWEST = "/newest.json"
STORIES: list[dict[str, Any]] = [
    {
        "short_id": "abc123",
        "title": "Attention Is All You Need",
        "created_at": "2026-11-22T03:00:00.000-06:00",
        "url": "https://arxiv.org/abs/1706.03762",
        "score": 41,
        "tags": ["ai"],
        "description_plain": "",
    },
    {"short_id": "old456", "title": "Old", "created_at": "2020-01-01T00:00:00.000-06:00"},
    {"short_id": None, "title": "half-filled"},
]


def shown(language: str) -> str:
    """The only block of a language on the page."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(code)


@pytest.fixture
def lobsters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    file = tmp_path / "lobsters.py"
    file.write_text(shown("python"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("lobsters_of_the_docs", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_the_example_fetches(lobsters: ModuleType, sources: SourceServer) -> None:
    sources.answer_if_changed(NEWEST, json.dumps(STORIES), etag='"1"')
    clock = FakeClock()
    seen = FakeValidatorStore()
    http = HttpClient(clock=clock, timer=FakeTimer(), validators=seen)
    reader = lobsters.LobstersFetcher(lobsters.LobstersOptions(api_url=sources.url), http, clock)
    outcome = fetch(reader, NOON - timedelta(days=7))
    (story,) = outcome.items
    assert str(story.key) == "lobsters/abc123"
    assert story.related == ("https://arxiv.org/abs/1706.03762",)
    seen.kept |= outcome.batch.validators
    assert fetch(reader, NOON - timedelta(days=7)).items == []


@pytest.mark.parametrize("body", [b"", b"{}", b"[{}]", fixture("login.html")])
def test_the_example_takes_no_bad_answer_for_nothing_new(
    lobsters: ModuleType, sources: SourceServer, body: bytes
) -> None:
    sources.answer(NEWEST, body)
    http = HttpClient(clock=FakeClock(), timer=FakeTimer())
    options = lobsters.LobstersOptions(api_url=sources.url)
    reader = lobsters.LobstersFetcher(options, http, FakeClock())
    assert fetch(reader, NOON - timedelta(days=7)).failed


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
    """The program with the example's module and line added, and nothing else changed."""
    copy = tmp_path / "program"
    copy.mkdir()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for package in project["tool"]["importlinter"]["root_packages"]:
        if package != "fetchers":
            (copy / package).symlink_to(ROOT / package)
    shutil.copytree(ROOT / "fetchers", copy / "fetchers")
    (copy / "fetchers" / "lobsters.py").write_text(shown("python"), encoding="utf-8")
    registry = copy / "fetchers" / "__init__.py"
    text = registry.read_text(encoding="utf-8")
    imported = "from fetchers.source import Source\n"
    last = "    }\n)\n"
    assert (text.count(imported), text.count(last)) == (1, 1)
    text = text.replace(
        imported, f"from fetchers.lobsters import LobstersFetcher, LobstersOptions\n{imported}"
    )
    registry.write_text(text.replace(last, shown("text") + last), encoding="utf-8")
    return copy


def test_the_module_and_its_line_are_all_that_the_program_needs(
    program: Path, tmp_path: Path, sources: SourceServer
) -> None:
    story = STORIES[0] | {"created_at": datetime.now(UTC).isoformat()}
    sources.answer(NEWEST, json.dumps([story]))
    settings = {
        "PYTHONPATH": str(program),
        "NO_PROXY": "*",
        "TIDINGS_STORAGE__URL": f"sqlite:///{tmp_path / 'archive.db'}",
        "TIDINGS_DIGEST__INTERESTS": "attention",
        "TIDINGS_SOURCES__LOBSTERS__API_URL": sources.url,
        "TIDINGS_SOURCES__LOBSTERS__PACE": "0s",
    }

    commands = [
        ["fetch", "lobsters", "--json"],
        ["sources"],
        ["search", "attention", "--source", "lobsters"],
        ["digest", "--offline"],
        ["config", "init", "new.toml"],
    ]
    ran = subprocess.run(  # noqa: S603 -- our own interpreter and code
        [sys.executable, "-c", RUN_EACH, json.dumps(commands)],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if not k.startswith("TIDINGS_")} | settings,
        check=True,
        capture_output=True,
        text=True,
    )
    fetched, listed, found, digest, _ = ran.stdout.split("\0")
    (report,) = json.loads(fetched)["sources"]
    assert (report["source"], report["status"], report["new"]) == ("lobsters", "ok", 1)
    assert "lobsters" in listed
    assert story["title"] in found
    assert story["title"] in digest
    assert "Lobsters" in digest
    assert "41 points" in digest
    assert "[sources.lobsters]" in (tmp_path / "new.toml").read_text(encoding="utf-8")
