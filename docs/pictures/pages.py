"""Makes the pictures of the web page and of a mail; ``README.md`` here says how."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.signed_links import LinkPurpose
from digests.render.mail import html
from digests.view import view
from docs.pictures.week import rich
from tests.digests.render.mails import LINKS, an_envelope
from tests.web.browser.chromium import THEMES, WIDTHS, launched
from tests.web.people import edition, subscribed
from tests.web.running import BASE, Running, running

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
TEACHING = replace(LINKS, feedback="https://tidings.example/feedback/{}".format)
TALLEST = 1100
"""Pixels; more than a page of documentation should show, and than fits into 300 KB."""


def main() -> None:
    """Write all pictures beside this file."""
    with (
        launched() as browser,
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), base_url=BASE) as page,
    ):
        paths = _paths(page)
        for width in WIDTHS:
            for theme in THEMES:
                tab = browser.new_page(
                    base_url=page.url,
                    color_scheme=theme,
                    viewport={"width": width, "height": 600},
                )
                for name in _shown(tab, paths):
                    _take(tab, HERE / f"{name}-{width}-{theme}.png", width)
                tab.close()


def _paths(page: Running) -> dict[str, str]:
    """Return the pages to show, by the names of their pictures."""
    for week in ("2026-W46", "2026-W47"):
        edition(page, week, rich(saved=False))
    return {
        "web-front": "/",
        "web-search": "/archive?q=graph",
        "web-preferences": subscribed(page).path(LinkPurpose.PREFERENCES),
    }


def _shown(tab: Page, paths: dict[str, str]) -> Iterator[str]:
    """Show one after the other; yield the name of each while it stands there."""
    # The mail first: the policy of a page of ours would keep its styles out.
    tab.set_content(html(view(rich()), an_envelope(), TEACHING))
    yield "mail"
    for name, path in paths.items():
        tab.goto(path)
        yield name


def _take(tab: Page, to: Path, width: int) -> None:
    height = min(tab.evaluate("document.documentElement.scrollHeight"), TALLEST)
    tab.set_viewport_size({"width": width, "height": height})
    tab.screenshot(path=str(to))


if __name__ == "__main__":
    main()
