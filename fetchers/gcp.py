"""Google Cloud release notes: Colab Enterprise, Vertex AI and what else is chosen, day by day.

The feed has one entry a day, in which each product has a heading. What a product says on a day is
an item. Where that feed cannot be read, each product has a feed of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import ConfigError, FetchError
from core.items import Item, ItemKey, ItemKind
from core.sources import Batch
from fetchers.clean import one_line, running_text, web_address
from fetchers.feed_dates import read_date
from fetchers.markup import html_text, parse_html, parse_xml
from fetchers.source import HttpFetcher, MalformedError, Source, ends_fetch, joined, option
from net.client import SourceSession

SOURCE = "gcp"

_ATOM = "{http://www.w3.org/2005/Atom}"
_NOTES = "https://docs.cloud.google.com/release-notes"
_FEED = re.compile(r"[a-z0-9-]{1,60}")
_LONGEST_TITLE = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class GcpOptions:
    """Release notes of Google Cloud, of chosen products."""

    url: str = option("https://docs.cloud.google.com", "URL of the site with the feeds")
    products: tuple[str, ...] = option(
        ("Colab Enterprise", "Vertex AI"),
        "products; all whose name holds one of these are taken",
    )
    feeds: tuple[str, ...] = option(
        ("colab", "vertex-ai", "generative-ai-on-vertex-ai"),
        "feeds of single products, the second way (feeds/NAME-release-notes.xml)",
    )

    def __post_init__(self) -> None:
        """Check the names.

        Raises:
            ConfigError: without a product, or for what is no feed's name.
        """
        if not any(name.strip() for name in self.products):
            raise ConfigError("sources.gcp.products: name at least one, such as Vertex AI")
        for name in self.feeds:
            if not _FEED.fullmatch(name):
                raise ConfigError(f"sources.gcp.feeds: {name!r} is not like vertex-ai")


def parse_notes(
    body: bytes, products: tuple[str, ...], now: datetime, *, product: str = ""
) -> list[Item]:
    """Read a feed of release notes.

    Args:
        body: Atom.
        products: which to take.
        now: the present (aware UTC).
        product: whose feed it is, if it is that of one; then its entries have no such headings.

    Raises:
        MalformedError: if it is no such feed, or no entry has a product.
    """
    root = parse_xml(body, SOURCE, f"{_ATOM}feed")
    entries = root.findall(f"{_ATOM}entry")
    wanted = re.compile("|".join(rf"\b{re.escape(name.strip())}\b" for name in products if name))
    items: list[Item] = []
    headings = 0
    for entry in entries:
        day = read_date(entry.findtext(f"{_ATOM}updated"))
        content = entry.findtext(f"{_ATOM}content") or ""
        found = [(product, [content])] if product else list(_sections(content))
        headings += len(found)
        link = entry.find(f"{_ATOM}link")
        url = web_address(link.get("href") if link is not None else "") or _NOTES
        for name, parts in found:
            if day and (product or wanted.search(name)):
                items.append(_item(name, parts, day, url, now))
    if not headings:
        raise MalformedError(SOURCE, f"gcp: none of {len(entries)} entries names a product")
    return items


class GcpFetcher(HttpFetcher[GcpOptions]):
    """Reads the release notes of Google Cloud."""

    source = SOURCE
    windowed = True

    def read(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield what the products said since then.

        Raises:
            FetchError: if neither the feed of all nor those of the products can be read.
        """
        try:
            response = session.get(self._url("gcp"), if_changed=True)
            if response.unchanged:
                return
            items = parse_notes(response.body, self.options.products, self.clock())
        except FetchError as missed:
            if ends_fetch(missed):
                raise
            try:
                items = self._single(session)
            except FetchError as failure:
                raise missed from failure
            batch.add_note(f"read from the feeds of single products: {missed}")
        # A day's entry grows until the day is over everywhere.
        yield from (item for item in items if item.appeared_at >= since - timedelta(days=1))

    def _single(self, session: SourceSession) -> list[Item]:
        items: list[Item] = []
        failures: list[FetchError] = []
        for name in self.options.feeds:
            try:
                body = session.get(self._url(name)).body
                title = one_line(parse_xml(body, SOURCE, f"{_ATOM}feed").findtext(f"{_ATOM}title"))
                product = re.split(r"\s+[-|]\s+", title)[0] or name
                items += parse_notes(body, self.options.products, self.clock(), product=product)
            except FetchError as failure:
                failures.append(failure)
        if not items:
            raise joined(failures or [MalformedError(SOURCE, "gcp: the feeds hold nothing")])
        return items

    def _url(self, name: str) -> str:
        return f"{self.options.url.rstrip('/')}/feeds/{name}-release-notes.xml"


def _sections(content: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each product of a day with the HTML that follows its heading."""
    from lxml import etree  # type: ignore[import-untyped]

    root = parse_html(content.encode())
    if root is None:
        return
    name, parts = "", list[str]()
    for element in root.iter("body"):
        for child in element:
            if child.tag == "h2":
                if name:
                    yield name, parts
                name, parts = one_line("".join(child.itertext())), []
            elif name:
                parts.append(etree.tostring(child, encoding="unicode"))
    if name:
        yield name, parts


def _item(product: str, parts: list[str], day: datetime, url: str, now: datetime) -> Item:
    texts = [html_text(part) for part in parts]
    kinds = [text for part, text in zip(parts, texts, strict=True) if part.startswith("<h3")]
    said = " ".join(
        text for part, text in zip(parts, texts, strict=True) if not part.startswith("<h3")
    )
    summary = running_text(said)
    first = re.split(r"(?<=\.)\s", summary, maxsplit=1)[0]
    if len(first) > _LONGEST_TITLE:
        first = f"{first[:_LONGEST_TITLE].rsplit(' ', 1)[0]}…"
    slug = re.sub(r"[^a-z0-9]+", "-", product.lower()).strip("-")
    return Item(
        key=ItemKey(SOURCE, f"{day:%Y-%m-%d}/{slug}"),
        kind=ItemKind.ARTICLE,
        title=f"{product}: {first}" if first else f"{product}: release notes",
        url=url,
        appeared_at=min(day, now),
        published_at=day,
        summary=summary,
        tags=(product, *dict.fromkeys(filter(None, map(one_line, kinds)))),
    )


DECLARATION = Source(
    name=SOURCE,
    options=GcpOptions,
    make=GcpFetcher,
    every=timedelta(hours=12),
    pace=timedelta(seconds=2),
    gives="release notes of Colab Enterprise and Vertex AI",
    second_way="the feeds of single products",
)
