"""The command line in a clean folder, with the sample day's server as the live sources."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from fetchers import FETCHERS
from sample.server import serve
from tests.stand_ins.sources.fixtures import sources

__all__ = ["sources"]

SAMPLED = ("arxiv", "github", "kaggle")
"""The sources of the sample day; the others are off in these tests."""

ADDRESSES = {
    name: [option.name for option in fields(FETCHERS[name].options) if option.name.endswith("url")]
    for name in SAMPLED
}


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def keys(self) -> list[str]:
        """Keys of the picks of ``digest --json``, in order."""
        sections = self.data["digest"]["sections"]
        return [item["key"] for section in sections for item in section["items"]]


Tidings = Callable[..., Ran]


@pytest.fixture
def tidings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> Tidings:
    """Run a command line in an empty folder, with nothing reachable and no pace."""
    for name in os.environ:
        if name.startswith(("TIDINGS_", "KAGGLE_", "GITHUB_TOKEN")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv(
        "TIDINGS_RANKING__MODEL", "off"
    )  # where the extra is installed, it takes long
    monkeypatch.setenv("TIDINGS_STORAGE__URL", f"sqlite:///{tmp_path / 'archive.db'}")
    for source, names in ADDRESSES.items():
        point(monkeypatch, source, *(f"{name}=http://127.0.0.1:9" for name in names), "pace=0s")
    for source in set(FETCHERS) - set(SAMPLED):
        point(monkeypatch, source, "enabled=false")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["tidings", *arguments])
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run


def point(monkeypatch: pytest.MonkeyPatch, source: str, *settings: str) -> None:
    """Set options of a source, as ``name=value``."""
    for setting in settings:
        name, _, value = setting.partition("=")
        monkeypatch.setenv(f"TIDINGS_SOURCES__{source}__{name}".upper(), value)


@pytest.fixture
def live(tidings: Tidings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tidings]:
    """The same, with every source answering the sample day as if it were live."""
    with serve(datetime.now(UTC)) as options:
        for source, names in ADDRESSES.items():
            point(monkeypatch, source, *(f"{name}={options[source][name]}" for name in names))
        point(monkeypatch, "kaggle", "token=made-up")
        yield tidings
