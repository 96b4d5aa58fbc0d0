"""The Chromium of this machine, driven by Playwright; ``./run extra browser`` installs that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from tests.digests.render.browser import FLAGS, installed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
WIDTHS = (600, 380)


class Missing(Exception):  # noqa: N818  not an error: a reason to skip
    """What is not there that browser tests need."""


@contextmanager
def launched() -> Iterator[Browser]:
    """Start a browser without a window.

    Raises:
        Missing: if Playwright or Chromium is not there, or does not start.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise Missing("Playwright is not installed: ./run extra browser") from None
    program = installed()
    if program is None:
        raise Missing("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        except Error as error:
            raise Missing(f"{program} does not start: {error}") from None
        try:
            yield browser
        finally:
            browser.close()


def is_too_wide(page: Page) -> bool:
    """Whether a page can be scrolled sideways."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wide


def offences(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response
    # Every rule but the experimental ones; "incomplete" is what axe cannot decide by itself.
    return [
        f"{rule['id']}: {node['html']} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
