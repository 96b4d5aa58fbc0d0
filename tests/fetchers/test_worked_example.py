"""The source that ``docs/adding-a-source.md`` shows as an example works as it stands there."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from net.client import HttpClient
from tests.fakes import NOON, FakeClock
from tests.fetchers.harness import fetch, fixture
from tests.net.fakes import FakeTimer, FakeValidatorStore
from tests.stand_ins.sources.server import SourceServer

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-source.md"
NEWEST = "/newest.json"
STORIES = [
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


@pytest.fixture
def lobsters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path / "lobsters.py"
    file.write_text(code, encoding="utf-8")
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
