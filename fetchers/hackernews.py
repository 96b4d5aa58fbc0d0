"""Hacker News: stories with some points, through Algolia's search (https://hn.algolia.com/api)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from core.errors import ConfigError, FetchError
from core.facets import facets
from core.items import Item, ItemKey, ItemKind
from core.sources import Batch
from fetchers.clean import one_line, web_address
from fetchers.markup import html_text, parse_xml
from fetchers.rows import NUMBER, Row, counts, epoch, line, lines, moment, read_json, read_rows
from fetchers.source import HttpFetcher, MalformedError, Source, option
from net.client import SourceSession
from net.dates import parse_date

SOURCE = "hackernews"

_LATER = timedelta(days=1)
"""How much longer than a fetch reaches back a story may take to get its points."""

_MOST = 200
_KINDS = {"ask_hn": "Ask HN", "show_hn": "Show HN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HackerNewsOptions:
    """Stories of Hacker News that got some points."""

    api_url: str = option("https://hn.algolia.com", "URL of the search")
    rss_url: str = option("https://news.ycombinator.com", "URL of the site, whose RSS stands in")
    query: str = option("", "words that a story must match; empty for all")
    points: int = option(50, "points that a story must have")

    def __post_init__(self) -> None:
        """Check the points.

        Raises:
            ConfigError: if they are negative.
        """
        if self.points < 0:
            raise ConfigError("sources.hackernews.points: must not be negative")


def parse_search(body: bytes, now: datetime) -> list[Item]:
    """Read an answer of the search.

    Raises:
        MalformedError: if it is none, or none of its stories can be read.
    """
    data = read_json(body, SOURCE)
    hits = data.get("hits") if isinstance(data, Mapping) else None
    always = {"url": str, "points": NUMBER, "num_comments": NUMBER, "author": str, "_tags": list}
    return read_rows(
        hits, lambda row: _story(row, now), source=SOURCE, what="stories", always=always
    )


def parse_rss(body: bytes, now: datetime) -> list[Item]:
    """Read the front page as RSS; its entries have no ids, but the address of their discussion.

    Raises:
        MalformedError: if it is no RSS, or holds no story that can be read.
    """
    entries = parse_xml(body, SOURCE, "rss").findall("channel/item")
    read: list[Item] = []
    for entry in entries:
        name = discussion_id(entry.findtext("comments"))
        title, made = one_line(entry.findtext("title")), parse_date(entry.findtext("pubDate"))
        if name and title and made:
            read.append(_item(name, title, web_address(entry.findtext("link")), min(made, now)))
    if not read:
        raise MalformedError(SOURCE, f"hackernews: none of {len(entries)} RSS entries can be read")
    return read


def discussion_id(address: str | None) -> str:
    """Return the number in the address of a discussion, "" if it is none."""
    try:
        number = parse_qs(urlsplit(address or "").query).get("id", [""])[0]
    except ValueError:
        return ""
    return number if number.isascii() and number.isdigit() else ""


class HackerNewsFetcher(HttpFetcher[HackerNewsOptions]):
    """Reads Hacker News."""

    source = SOURCE
    windowed = True

    def read(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield the stories since then, and those of a day more that got their points since.

        Raises:
            FetchError: if neither the search nor the RSS can be read.
        """
        start = int((since - _LATER).timestamp())
        parameters = {
            "tags": "story",
            "query": self.options.query,
            "numericFilters": f"created_at_i>{start},points>={self.options.points}",
            "hitsPerPage": str(_MOST),
        }
        url = f"{self.options.api_url.rstrip('/')}/api/v1/search_by_date"
        try:
            items = parse_search(session.get(url, params=parameters).body, self.clock())
        except FetchError as missed:
            try:
                rss = session.get(f"{self.options.rss_url.rstrip('/')}/rss")
                items = parse_rss(rss.body, self.clock())
            except FetchError as failure:
                raise missed from failure
            batch.add_note(f"read the front page's RSS, without points: {missed}")
        yield from items


def _story(row: Row, now: datetime) -> Item | None:
    name, title = line(row, "objectID"), line(row, "title")
    made = epoch(row, "created_at_i") or moment(row, "created_at")
    if not (name.isascii() and name.isdigit() and title and made):
        return None
    text, author = row.get("story_text"), line(row, "author")
    return replace(
        _item(name, title, web_address(row.get("url")), min(made, now)),
        summary=html_text(text) if isinstance(text, str) else "",
        authors=(author,) if author else (),
        tags=tuple(_KINDS[tag] for tag in lines(row, "_tags") if tag in _KINDS),
        metrics=counts(row, {"points": "points", "comments": "num_comments"}),
        facets=facets(last_activity=moment(row, "updated_at")),
    )


def _item(name: str, title: str, link: str, made: datetime) -> Item:
    return Item(
        key=ItemKey(SOURCE, name),
        kind=ItemKind.DISCUSSION,
        title=title,
        url=f"https://news.ycombinator.com/item?id={name}",
        appeared_at=made,
        published_at=made,
        related=(link,) if link and not discussion_id(link) else (),
    )


DECLARATION = Source(
    name=SOURCE,
    options=HackerNewsOptions,
    make=HackerNewsFetcher,
    every=timedelta(hours=3),
    pace=timedelta(seconds=1),
    gives="stories with some points",
    second_way="the front page's RSS if the search fails",
)
