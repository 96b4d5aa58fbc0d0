"""A reader's whole way, in a real browser: without scripts, and with axe-core looking at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from core.mail import AddressState
from core.signed_links import LinkPurpose
from tests.digests.examples import example
from tests.web.browser.chromium import THEMES, WIDTHS, is_too_wide, offences
from tests.web.people import ADDRESS, Reader, confirmation, subscribed
from tests.web.running import Running
from tests.web.test_mails import monday_mail

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SMALLEST = 320


@contextmanager
def window(chromium: Browser, url: str, *, width: int = 600, **options: Any) -> Iterator[Page]:
    """Open a window; anything that it asks elsewhere or complains about fails the test."""
    context = chromium.new_context(
        base_url=url,
        viewport={"width": width, "height": 800},
        **options,
    )
    asked: list[str] = []
    complaints: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert context.cookies() == []
    context.close()
    assert [address for address in asked if not address.startswith(f"{url}/")] == []
    ours = [line for line in complaints if "Failed to load resource" not in line]  # 404s, wanted
    assert ours == []


def heading(page: Page) -> str:
    shown: str = page.locator("h1").inner_text()
    return shown


def test_all_of_it_works_without_scripts(chromium: Browser, page: Running) -> None:
    with window(chromium, page.url, java_script_enabled=False) as tab:
        tab.goto("/")
        tab.get_by_label("Email address").fill(ADDRESS)
        tab.get_by_label("Your interests").fill("graph neural networks\ndrug discovery")
        tab.get_by_label("every day").check()
        tab.get_by_role("button", name="Subscribe").click()
        assert heading(tab) == "Check your inbox"

        page.settle()
        tab.goto(confirmation(page))
        assert ADDRESS in tab.locator("main").inner_text()
        tab.get_by_role("button", name="Confirm").click()
        assert heading(tab) == "Confirmed"
        assert Reader(page).address.state is AddressState.CONFIRMED

        tab.get_by_role("link", name="Archive").click()
        tab.get_by_label("Search all editions").fill("equivariant")
        tab.get_by_role("button", name="Search").click()
        assert "2 items contain" in tab.locator("main").inner_text()
        tab.get_by_role("link", name="2026-W46").click()
        assert heading(tab) == "Edition 2026-W46"

        tab.goto(Reader(page).path(LinkPurpose.PREFERENCES))
        tab.get_by_role("radio", name="once a week").check()
        tab.get_by_label("Day, for a weekly digest").select_option("Friday")
        tab.get_by_label("Time of day").fill("17:45")
        tab.get_by_label("Time zone").select_option("Europe/Berlin")
        tab.get_by_label("Items per digest").fill("5")
        tab.get_by_role("button", name="Save").click()
        said = tab.get_by_role("status").inner_text()
        assert said == "Saved. Next digest: Friday 27 November 2026, 16:45 UTC."

        tab.goto(Reader(page).path(LinkPurpose.UNSUBSCRIBE))
        assert Reader(page).address.state is AddressState.CONFIRMED
        tab.get_by_role("button", name="Unsubscribe").click()
        assert heading(tab) == "You are unsubscribed"
        assert Reader(page).address.state is AddressState.OFF

        tab.goto(Reader(page).path(LinkPurpose.PREFERENCES))
        tab.get_by_role("button", name="Resume").click()
        assert Reader(page).address.state is AddressState.CONFIRMED
        tab.get_by_role("link", name="Delete everything").click()
        tab.get_by_role("button", name="Delete").click()
        assert heading(tab) == "Deleted"
    assert page.application.storage.addresses.addresses() == []


def every_page(page: Running) -> list[str]:
    """Return the paths of all pages that a reader meets, each with something on it."""
    reader = subscribed(page)
    asks = confirmation(page)
    week = reader.gets(example())
    page.application.store.upsert([pick.item for pick in week.picks], now=page.clock())
    monday_mail(reader)
    preferences = reader.path(LinkPurpose.PREFERENCES)
    feedback = reader.path(LinkPurpose.FEEDBACK, str(week.picks[0].item.key))
    return [
        "/",
        "/subscribe",
        "/archive",
        "/archive?q=equivariant",
        "/archive?q=nothing-has-this",
        "/archive/2026-W47",
        "/deadlines",
        "/search",
        "/search?q=equivariant",
        "/search?q=nothing-has-this",
        "/audit",
        "/nothing-here",
        *(f"{feedback}/{verdict}" for verdict in ("save", "more", "less")),
        asks,
        reader.path(LinkPurpose.VIEW, "2026-W47"),
        reader.path(LinkPurpose.UNSUBSCRIBE),
        preferences,
        f"{preferences}/stats",
        f"{preferences}/delete",
        reader.path(LinkPurpose.VIEW, "2020-W01"),
    ]


def feedback_path(page: Running) -> str:
    """Return the path where the reader can save the first pick of the week."""
    key = str(example().picks[0].item.key)
    return f"{Reader(page).path(LinkPurpose.FEEDBACK, key)}/save"


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_any_page(chromium: Browser, page: Running, theme: str) -> None:
    found = {}
    with window(chromium, page.url, color_scheme=theme) as tab:
        for path in every_page(page):
            tab.goto(path)
            found[re.sub(r"/[\w.-]{40,}", "", path)] = offences(tab)
        tab.goto("/subscribe")
        tab.get_by_label("Email address").fill("a@b")
        tab.get_by_label("Your interests").fill("x")
        tab.get_by_role("button", name="Subscribe").click()
        assert tab.get_by_role("alert").count() == 1
        found["refused"] = offences(tab)
        tab.goto(Reader(page).path(LinkPurpose.PREFERENCES))
        tab.get_by_role("button", name="Save").click()
        found["saved"] = offences(tab)
        tab.get_by_role("button", name="Revoke all my links").click()
        assert heading(tab) == "New links"
        found["renewed"] = offences(tab)
        tab.goto(feedback_path(page))
        tab.get_by_role("button", name="Save it").click()
        found["recorded"] = offences(tab)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert len(found) > 20


def test_axe_notices_what_is_wrong(chromium: Browser, page: Running) -> None:
    with window(chromium, page.url) as tab:
        tab.set_content(
            "<html><body><img src='data:,'><p style='color: #eee'>pale</p></body></html>"
        )
        rules = {line.partition(":")[0] for line in offences(tab)}
        tab.goto("/")
    assert {"image-alt", "color-contrast", "html-has-lang"} <= rules


@pytest.mark.parametrize("width", [*WIDTHS, SMALLEST])
def test_no_page_scrolls_sideways(chromium: Browser, page: Running, width: int) -> None:
    too_wide = []
    with window(chromium, page.url, width=width) as tab:
        for path in every_page(page):
            tab.goto(path)
            if is_too_wide(tab):
                too_wide.append(path)
    assert too_wide == []


@pytest.mark.parametrize("width", WIDTHS)
def test_one_pick_stands_apart_from_the_next(chromium: Browser, page: Running, width: int) -> None:
    with window(chromium, page.url, width=width) as tab:
        tab.goto("/archive/2026-W47")
        gaps = tab.evaluate(
            "[...document.querySelectorAll('article + article')].map(one => Math.round("
            "one.getBoundingClientRect().top"
            " - one.previousElementSibling.getBoundingClientRect().bottom))"
        )
    assert len(gaps) > 3
    assert min(gaps) >= 6, gaps
