"""Texts that have broken programs, through a mail: its headers, its text and its markup."""

from __future__ import annotations

from collections import Counter

import pytest
from lxml import etree, html  # type: ignore[import-untyped]

from digests.render.mail import render
from digests.render.markdown import render as markdown
from tests.digests.hostile import digest_of
from tests.digests.render.mails import LINKS, Read, an_envelope
from tests.naughty import naughty

Shape = Counter[tuple[str, ...]]

ALL = naughty()
FEW = 60


def parsed(markup: str) -> html.HtmlElement:
    """Read a page as libxml2 mends it, which is not how css-inline's html5ever does."""
    return html.document_fromstring(markup.encode(), parser=html.HTMLParser(encoding="utf-8"))


def shape(markup: str) -> Shape:
    """Count elements by tag and names of attributes."""
    return Counter(
        (str(element.tag), *sorted(map(str, element.attrib)))
        for element in parsed(markup).iter()
        if isinstance(element.tag, str)
    )


def mended(markup: str) -> str:
    """Write a page again as a program does that stores what it parsed: mXSS lives from this."""
    return str(etree.tostring(parsed(markup), method="html", encoding="unicode"))


HARMLESS = Read.of(render(digest_of("harmless"), an_envelope(), LINKS))


@pytest.mark.parametrize("start", range(0, len(ALL), FEW))
def test_no_text_adds_an_element_an_attribute_or_a_header_to_a_mail(start: int) -> None:
    allowed = shape(HARMLESS.html)
    for hostile in ALL[start : start + FEW]:
        if not hostile.strip():
            continue  # no title is blank
        mail = Read.of(render(digest_of(hostile), an_envelope(), LINKS))
        assert mail.message.keys() == HARMLESS.message.keys(), hostile
        assert len(str(mail.message["Subject"])) <= 60
        assert shape(mail.html) <= allowed, hostile
        assert shape(mended(mail.html)) <= allowed, hostile
        assert mail.html.count("<!--") == HARMLESS.html.count("<!--"), hostile
        hrefs = [str(a.get("href")) for a in parsed(mail.html).iter("a")]
        assert all(href.startswith("https://") for href in hrefs), hostile
        assert "\x1b" not in mail.text
        assert "\x00" not in mail.text


@pytest.mark.parametrize("start", range(0, len(ALL), FEW))
def test_no_text_adds_anything_to_markdown(start: int) -> None:
    for hostile in ALL[start : start + FEW]:
        if hostile.strip():
            written = markdown(digest_of(hostile))
            assert "<script" not in written.replace("\\<", ""), hostile
