from __future__ import annotations

import subprocess

import pytest

from digests.render.html import render
from tests.digests.examples import NOTHING, draft, example
from tests.digests.hostile import TEXTS, digest_of
from tests.digests.render.browser import Browser, installed

WIDTHS = (380, 320)
FIXED = "<!doctype html><body style='margin: 0'><p style='width: 300px'>x</p>"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    program = installed()
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    browser = Browser(program=program, folder=tmp_path_factory.mktemp("browser"))
    try:
        works = browser.sizes([(FIXED, 380)]) != []
    except (OSError, subprocess.SubprocessError):
        works = False
    if not works:  # a confined one, for example, may not read the folders of tests
        pytest.skip(f"{program} does not lay out a page here")
    return browser


def test_no_digest_scrolls_sideways_on_a_small_telephone(browser: Browser) -> None:
    digests = [example(sample=True), draft(note=NOTHING), *map(digest_of, TEXTS)]
    pages = [(render(digest), width) for digest in digests for width in WIDTHS]
    too_wide = [
        (place, width, taken)
        for place, ((_, width), (taken, _)) in enumerate(
            zip(pages, browser.sizes(pages), strict=True)
        )
        if taken > width
    ]
    assert too_wide == []


def test_a_page_that_does_scroll_is_noticed(browser: Browser) -> None:
    unbroken = render(digest_of("W" * 5000)).replace("overflow-wrap: anywhere", "")
    sizes = browser.sizes([(FIXED, 300), (FIXED, 299), (unbroken, 380)])
    fits, scrolls, long = (width for width, _ in sizes)
    assert (fits, scrolls) == (300, 300)
    assert long > 1000
