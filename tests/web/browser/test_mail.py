"""What a mail program shows of a mail: both themes, narrow, from right to left, without styles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from core.digests import Digest
from digests.render.mail import html
from digests.view import view
from tests.digests.examples import NOTHING, draft, example
from tests.digests.hostile import TEXTS, digest_of
from tests.digests.render.mails import LINKS, an_envelope
from tests.web.browser.chromium import THEMES, is_too_wide, offences

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RIGHT_TO_LEFT = digest_of("مقدمة في الشبكات العصبية البيانية for graphs")


def mail(digest: Digest) -> str:
    return html(view(digest), an_envelope(), LINKS)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "digest", [example(), example(sample=True), draft(note=NOTHING), RIGHT_TO_LEFT]
)
def test_axe_finds_nothing_in_a_mail(chromium: Browser, theme: Any, digest: Digest) -> None:
    context = chromium.new_context(color_scheme=theme)
    page = context.new_page()
    page.set_content(mail(digest))
    found = offences(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("width", [600, 380, 320])
def test_no_mail_scrolls_sideways_with_its_styles_or_without(chromium: Browser, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    too_wide = []
    for digest in (example(), RIGHT_TO_LEFT, *map(digest_of, TEXTS)):
        whole = mail(digest)
        for shown in (whole, re.sub(r"(?s)<style.*?</style>", "", whole)):
            page.set_content(shown)
            if is_too_wide(page):
                too_wide.append(shown[:200])
    page.close()
    assert too_wide == []


def test_titles_of_both_directions_stand_at_the_side_where_the_page_begins(
    chromium: Browser,
) -> None:
    page = chromium.new_page(viewport={"width": 600, "height": 800})
    page.set_content(mail(RIGHT_TO_LEFT))
    left = page.locator("h3 a").last.bounding_box()
    page.set_content(mail(digest_of("From left to right")))
    other = page.locator("h3 a").last.bounding_box()
    page.close()
    assert left is not None
    assert other is not None
    assert left["x"] == other["x"]
