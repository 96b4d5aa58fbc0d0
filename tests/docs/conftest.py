"""Commands in a folder of their own, as the tests of the command line run them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.conftest import live, tidings

__all__ = ["live", "tidings"]


@pytest.fixture(autouse=True)
def user_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep what commands leave in the user's folder out of the real one."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("HOME", str(tmp_path))
