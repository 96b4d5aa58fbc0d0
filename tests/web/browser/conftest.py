from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.digests.examples import example
from tests.web.browser.chromium import Missing, launched
from tests.web.people import edition
from tests.web.running import BASE, Running, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    try:
        with launched() as browser:
            yield browser
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A web page with two editions."""
    with running(tmp_path_factory.mktemp("page"), base_url=BASE) as started:
        for week in ("2026-W46", "2026-W47"):
            edition(started, week, example())
        yield started
