from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.running import BASE, Running, running


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A page that people reach at an https address, shared by the tests of a module."""
    with running(tmp_path_factory.mktemp("page"), base_url=BASE) as started:
        yield started


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Running]:
    """A page for this machine only."""
    with running(tmp_path) as started:
        yield started
