"""Stack Overflow's feeds of new questions by tag: what stands in for the API.

They have neither votes nor answers (https://stackoverflow.com/feeds).
"""

from __future__ import annotations

import re
from datetime import datetime

from core.facets import facets
from core.items import Item, ItemKey, ItemKind
from fetchers.clean import one_line, web_address
from fetchers.markup import Element, html_text, parse_xml
from fetchers.rows import parse_moment
from fetchers.source import MalformedError
from fetchers.stackexchange_rows import SOURCE

SITE = "stackoverflow"
"""The site that has these feeds under the address of the settings."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_ID = re.compile(r"https?://[^/]+/q(?:uestions)?/(\d{1,12})(?:/.*)?")
_LICENSE = re.compile(r"https?://creativecommons\.org/licenses/([a-z-]+)/([\d.]+)(?:/.*)?")


def parse_questions_feed(body: bytes, now: datetime) -> list[Item]:
    """Read the feed of a tag.

    Raises:
        MalformedError: if it is no Atom feed, or none of its entries can be read.
    """
    feed = parse_xml(body, SOURCE, f"{_ATOM}feed")
    entries = feed.findall(f"{_ATOM}entry")
    items = [item for entry in entries if (item := _item(entry, _license(feed), now)) is not None]
    if entries and not items:
        raise MalformedError(SOURCE, f"stackexchange: none of {len(entries)} entries can be read")
    return items


def _item(entry: Element, license_: str, now: datetime) -> Item | None:
    number = _ID.fullmatch(one_line(entry.findtext(f"{_ATOM}id")))
    title = one_line(entry.findtext(f"{_ATOM}title"))
    made = parse_moment(one_line(entry.findtext(f"{_ATOM}published")))
    link = entry.find(f"{_ATOM}link[@rel='alternate']")
    url = web_address("" if link is None else link.get("href"))
    if not (number and title and made and url):
        return None
    author = one_line(entry.findtext(f"{_ATOM}author/{_ATOM}name"))
    page = web_address(entry.findtext(f"{_ATOM}author/{_ATOM}uri"))
    facts = {"license": license_, "author_page": page}
    tags = (one_line(one.get("term")) for one in entry.findall(f"{_ATOM}category"))
    return Item(
        key=ItemKey(SOURCE, f"{SITE}/{number[1]}"),
        kind=ItemKind.QUESTION,
        title=title,
        url=url,
        appeared_at=min(made, now),
        published_at=made,
        summary=html_text(entry.findtext(f"{_ATOM}summary") or ""),
        authors=(author,) if author else (),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        facts={label: text for label, text in facts.items() if text},
        facets=facets(
            license=license_,
            last_activity=parse_moment(one_line(entry.findtext(f"{_ATOM}updated"))),
        ),
    )


def _license(feed: Element) -> str:
    """Return the licence of a feed in the API's words: "CC BY-SA 4.0"; "" if it names none."""
    named = [link.get("href") for link in feed.findall(f"{_ATOM}link[@rel='license']")]
    named += [one.text for one in feed.findall("{*}license")]
    found = (_LICENSE.fullmatch(one_line(address)) for address in named)
    return next((f"CC {one[1].upper()} {one[2]}" for one in found if one), "")
