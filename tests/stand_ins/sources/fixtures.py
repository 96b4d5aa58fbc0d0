"""The fixture that serves the sources; import it in a ``conftest.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stand_ins.sources.server import SourceServer


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Iterator[SourceServer]:
    """The sources on loopback, reached directly even where the environment names a proxy."""
    monkeypatch.setenv("NO_PROXY", "*")
    with SourceServer() as server:
        yield server
