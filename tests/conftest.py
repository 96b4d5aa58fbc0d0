"""Fixtures that all tests share: a clock, an archive, and no network beyond loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from storage import open_storage
from storage.opening import Storage
from tests.fakes import FakeClock

# The same cases on every machine and every day: a failure can be repeated, and none is by chance
# or because the machine is busy.
settings.register_profile("tidings", derandomize=True, print_blob=True, deadline=None)
settings.load_profile("tidings")

Generated = Callable[[Path, str], None]
"""Compares a file with what the code makes of it, or writes it anew."""

LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0"}  # noqa: S104 -- compared, not bound


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail any test that connects to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the files be written that are made from the code, and long tests be asked for whole."""
    parser.addoption("--write", action="store_true", help="write the files made from the code anew")
    parser.addoption("--whole", action="store_true", help="try all that is else tried by a sample")


@pytest.fixture
def generated(request: pytest.FixtureRequest) -> Generated:
    """Compare a file with its text, or write it with ``./run test --write``."""

    def check(file: Path, text: str) -> None:
        if request.config.getoption("--write"):
            file.write_text(text, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == text, f"write {file.name}: ./run test --write"

    return check


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at noon."""
    return FakeClock()


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """An empty archive in a file of its own."""
    opened = open_storage(f"sqlite:///{tmp_path / 'tidings.db'}")
    yield opened
    opened.close()
