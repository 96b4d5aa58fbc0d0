"""Lobsters: the newest stories of some tags (https://lobste.rs/t/ai.json)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.errors import ConfigError, FetchError
from core.items import Item, ItemKey, ItemKind
from core.sources import Batch
from fetchers.clean import one_line, running_text, web_address
from fetchers.markup import html_text, parse_xml
from fetchers.rows import NUMBER, Row, counts, inner, line, lines, moment, read_json, read_rows
from fetchers.source import HttpFetcher, MalformedError, Source, ends_fetch, option
from net.client import SourceSession
from net.dates import parse_date

SOURCE = "lobsters"

_TAG = re.compile(r"[a-z0-9+_.-]{1,40}")
_PAGE = re.compile(r"https?://[^/]+/s/([a-z0-9]{4,12})(?:/.*)?")
_NAME = re.compile(r"[a-z0-9]{4,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LobstersOptions:
    """The newest stories of some tags of lobste.rs."""

    api_url: str = option("https://lobste.rs", "address of the site")
    tags: tuple[str, ...] = option(("ai",), "tags to fetch (lobste.rs/tags); empty for all stories")

    def __post_init__(self) -> None:
        """Check the tags.

        Raises:
            ConfigError: for something that is no tag.
        """
        for tag in self.tags:
            if not _TAG.fullmatch(tag):
                raise ConfigError(f"sources.lobsters.tags: {tag!r} is not a tag such as ai")


def parse_stories(body: bytes, now: datetime) -> list[Item]:
    """Read a list of stories.

    Raises:
        MalformedError: if it is no list, or none of its stories can be read.
    """
    rows = read_json(body, SOURCE)
    always = {
        "url": str,
        "score": NUMBER,
        "comment_count": NUMBER,
        "tags": list,
        "submitter_user": (str, dict),
    }
    return read_rows(
        rows, lambda row: _story(row, now), source=SOURCE, what="stories", always=always
    )


def parse_rss(body: bytes, now: datetime) -> list[Item]:
    """Read the same list as RSS, which has no points.

    Raises:
        MalformedError: if it is no RSS, or none of its entries can be read.
    """
    entries = parse_xml(body, SOURCE, "rss").findall("channel/item")
    items: list[Item] = []
    for entry in entries:
        found = _PAGE.fullmatch(one_line(entry.findtext("guid") or entry.findtext("comments")))
        title, made = one_line(entry.findtext("title")), parse_date(entry.findtext("pubDate"))
        if not (found and title and made):
            continue
        tags = tuple(tag for one in entry.findall("category") if (tag := one_line(one.text)))
        items.append(
            _item(found[1], title, web_address(entry.findtext("link")), min(made, now), tags)
        )
    if entries and not items:
        raise MalformedError(SOURCE, f"lobsters: none of {len(entries)} RSS entries can be read")
    return items


class LobstersFetcher(HttpFetcher[LobstersOptions]):
    """Reads lobste.rs."""

    source = SOURCE
    windowed = False

    def read(
        self,
        session: SourceSession,
        since: datetime,  # noqa: ARG002  what the archive lacks of the list is new
        batch: Batch,
    ) -> Iterator[Item]:
        """Yield the newest stories, from the RSS if the list cannot be read.

        Raises:
            FetchError: if neither can be read.
        """
        path = f"t/{','.join(self.options.tags)}" if self.options.tags else "newest"
        url = f"{self.options.api_url.rstrip('/')}/{path}"
        try:
            response = session.get(f"{url}.json", if_changed=True)
            items = [] if response.unchanged else parse_stories(response.body, self.clock())
        except FetchError as missed:
            if ends_fetch(missed):
                raise
            try:
                items = parse_rss(session.get(f"{url}.rss").body, self.clock())
            except FetchError as failure:
                raise missed from failure
            batch.add_note(f"read from the RSS, without points: {missed}")
        yield from items


def _story(row: Row, now: datetime) -> Item | None:
    name, title, made = line(row, "short_id"), line(row, "title"), moment(row, "created_at")
    if not (_NAME.fullmatch(name) and title and made):
        return None
    told = row.get("description_plain")
    html = row.get("description")
    text = running_text(told) or (html_text(html) if isinstance(html, str) else "")
    author = line(row, "submitter_user") or line(inner(row, "submitter_user"), "username")
    item = _item(name, title, web_address(row.get("url")), min(made, now), lines(row, "tags"))
    metrics = counts(row, {"points": "score", "comments": "comment_count"})
    return replace(item, summary=text, authors=(author,) if author else (), metrics=metrics)


def _item(name: str, title: str, link: str, made: datetime, tags: tuple[str, ...]) -> Item:
    return Item(
        key=ItemKey(SOURCE, name),
        kind=ItemKind.DISCUSSION,
        title=title,
        url=f"https://lobste.rs/s/{name}",
        appeared_at=made,
        published_at=made,
        tags=tags,
        related=(link,) if link and not _PAGE.fullmatch(link) else (),
    )


DECLARATION = Source(
    name=SOURCE,
    options=LobstersOptions,
    make=LobstersFetcher,
    every=timedelta(hours=6),
    pace=timedelta(seconds=1),
    gives="the newest stories of some tags",
    second_way="the RSS if the list fails",
)
