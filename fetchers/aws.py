"""AWS What's New: what is about AI, from the RSS feed, else from the directory as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from core.errors import FetchError
from core.items import Item
from core.sources import Batch
from fetchers.clean import one_line, running_text, web_address
from fetchers.cloud_rows import News, items_about_ai
from fetchers.feed_dates import read_date
from fetchers.markup import Element, html_text, parse_xml
from fetchers.rows import Row, inner, inner_rows, line, moment, read_json
from fetchers.source import HttpFetcher, MalformedError, Source, ends_fetch, option
from net.client import SourceSession

SOURCE = "aws"

_SITE = "https://aws.amazon.com/"
_MOST = 100
_PATH = re.compile(r"/about-aws/whats-new/(\d{4}/\d{2}/[\w.-]+)/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsOptions:
    """What is new at AWS about AI."""

    url: str = option("https://aws.amazon.com", "URL of the site with the feed")
    api_url: str = option("https://aws.amazon.com", "URL of the directory, the second way")


def parse_rss(body: bytes) -> list[News]:
    """Read the RSS feed. Its tags stand in one element, with commas between them, or nowhere.

    Raises:
        MalformedError: if it is no RSS, or none of its entries can be read.
    """
    entries = parse_xml(body, SOURCE, "rss").findall("channel/item")
    return _read([_entry(entry) for entry in entries], "entries")


def parse_directory(body: bytes) -> list[News]:
    """Read the directory.

    Raises:
        MalformedError: if it is none, or none of its records can be read.
    """
    data = read_json(body, SOURCE)
    if not isinstance(data, Mapping) or not isinstance(data.get("items"), list):
        raise MalformedError(SOURCE, "aws: the directory has no list of items")
    return _read([_record(row) for row in inner_rows(data, "items")], "records")


class AwsFetcher(HttpFetcher[AwsOptions]):
    """Reads AWS What's New."""

    source = SOURCE
    windowed = True

    def read(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield the news about AI since then.

        Raises:
            FetchError: if neither way can be read.
        """
        feed = f"{self.options.url.rstrip('/')}/about-aws/whats-new/recent/feed/"
        try:
            response = session.get(feed, if_changed=True)
            if response.unchanged:
                return
            items = items_about_ai(parse_rss(response.body), SOURCE, since=since, now=self.clock())
        except FetchError as missed:
            # Both are on one host unless the settings say otherwise.
            if ends_fetch(missed) and self.options.url == self.options.api_url:
                raise
            try:
                items = self._directory(session, since)
            except FetchError as failure:
                raise missed from failure
            batch.add_note(f"read from the directory: {missed}")
        yield from items

    def _directory(self, session: SourceSession, since: datetime) -> list[Item]:
        parameters = {
            "item.directoryId": "whats-new-v2",
            "item.locale": "en_US",
            "sort_by": "item.additionalFields.postDateTime",
            "sort_order": "desc",
            "size": str(_MOST),
        }
        url = f"{self.options.api_url.rstrip('/')}/api/dirs/items/search"
        body = session.get(url, params=parameters).body
        return items_about_ai(parse_directory(body), SOURCE, since=since, now=self.clock())


def _read(found: list[News | None], what: str) -> list[News]:
    news = [one for one in found if one is not None]
    if not news:  # there is always something new at AWS
        raise MalformedError(SOURCE, f"aws: none of {len(found)} {what} can be read")
    return news


def _entry(entry: Element) -> News | None:
    at = read_date(entry.findtext("pubDate"))
    packed = ",".join(one.text or "" for one in entry.findall("category"))
    tags = [one.rpartition("/")[2] for one in packed.split(",")]
    return _news(entry.findtext("link"), entry.findtext("title"), entry.findtext("description"), at,
                 tags)  # fmt: skip


def _record(row: Row) -> News | None:
    fields = inner(inner(row, "item"), "additionalFields")
    tags = [line(tag, "id").rpartition("#")[2] for tag in inner_rows(row, "tags")]
    text = fields.get("postBody") or fields.get("postSummary")
    return _news(
        fields.get("headlineUrl"),
        fields.get("headline"),
        text,
        moment(fields, "postDateTime"),
        tags,
    )


def _news(
    address: object, title: object, text: object, at: datetime | None, tags: list[str]
) -> News | None:
    url, name = web_address(address, _SITE), one_line(title)
    found = _PATH.fullmatch(urlsplit(url).path)
    if not (found and name and at):
        return None
    summary = running_text(html_text(text)) if isinstance(text, str) else ""
    named = tuple(tag for one in tags if (tag := one_line(one)))
    return News(id=found[1].lower(), title=name, url=url, at=at, summary=summary, tags=named)


DECLARATION = Source(
    name=SOURCE,
    options=AwsOptions,
    make=AwsFetcher,
    every=timedelta(hours=6),
    pace=timedelta(seconds=2),
    gives="what is new at AWS about AI",
    second_way="the directory as JSON if the feed fails",
)
