"""Azure updates: what is about AI, from the interface as JSON, else from the RSS feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import FetchError
from core.items import Item
from core.sources import Batch
from fetchers.clean import one_line, running_text
from fetchers.cloud_rows import News, items_about_ai
from fetchers.feed_dates import read_date
from fetchers.markup import Element, html_text, parse_xml
from fetchers.rows import Row, Shape, check_fields, line, lines, moment, read_json
from fetchers.source import HttpFetcher, MalformedError, Source, ends_fetch, option
from net.client import SourceSession

SOURCE = "azure"

_PAGE = "https://azure.microsoft.com/updates?id="
_MOST = 100
_ALWAYS: Mapping[str, Shape] = {
    "created": str,
    "modified": str,
    "description": str,
    "status": str,
    "products": list,
    "productCategories": list,
    "tags": list,
}
_UPDATED = "{http://www.w3.org/2005/Atom}updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureOptions:
    """Azure updates about AI."""

    api_url: str = option("https://www.microsoft.com", "URL of the interface")
    url: str = option("https://www.microsoft.com", "URL of the site with the feed, the second way")


def parse_updates(body: bytes) -> list[News]:
    """Read an answer of the interface (OData).

    Raises:
        MalformedError: if it is none, or none of its updates can be read.
    """
    data = read_json(body, SOURCE)
    rows = data.get("value") if isinstance(data, Mapping) else None
    if not isinstance(rows, list):
        raise MalformedError(SOURCE, "azure: the response has no list of updates")
    if rows:
        check_fields(rows, _ALWAYS, source=SOURCE, what="updates")
    return _read([_update(row) for row in rows if isinstance(row, Mapping)], "updates")


def parse_rss(body: bytes) -> list[News]:
    """Read the RSS feed, whose dates end in "Z" and which may begin with a byte order mark.

    Raises:
        MalformedError: if it is no RSS, or none of its entries can be read.
    """
    bare = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    entries = parse_xml(bare, SOURCE, "rss").findall("channel/item")
    return _read([_entry(entry) for entry in entries], "entries")


class AzureFetcher(HttpFetcher[AzureOptions]):
    """Reads Azure updates."""

    source = SOURCE
    windowed = True

    def read(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield the updates about AI since then.

        Raises:
            FetchError: if neither way can be read.
        """
        path = "releasecommunications/api/v2/azure"
        parameters = {"$top": str(_MOST), "$orderby": "modified desc"}
        try:
            url = f"{self.options.api_url.rstrip('/')}/{path}"
            news = parse_updates(session.get(url, params=parameters).body)
            items = items_about_ai(news, SOURCE, since=since, now=self.clock())
        except FetchError as missed:
            if ends_fetch(missed) and self.options.url == self.options.api_url:
                raise
            try:
                body = session.get(f"{self.options.url.rstrip('/')}/{path}/rss").body
                items = items_about_ai(parse_rss(body), SOURCE, since=since, now=self.clock())
            except FetchError as failure:
                raise missed from failure
            batch.add_note(f"read from the RSS: {missed}")
        yield from items


def _read(found: list[News | None], what: str) -> list[News]:
    news = [one for one in found if one is not None]
    if not news:  # the latest hundred are asked for
        raise MalformedError(SOURCE, f"azure: none of {len(found)} {what} can be read")
    return news


def _update(row: Row) -> News | None:
    availability = (
        ("general availability", "generalAvailabilityDate"),
        ("preview", "previewAvailabilityDate"),
    )
    dates = (f"{name} {day}" for name, field in availability if (day := line(row, field)))
    return _news(
        line(row, "id"),
        line(row, "title"),
        row.get("description"),
        moment(row, "modified", "created"),
        tags=(*lines(row, "products"), *lines(row, "productCategories"), *lines(row, "tags")),
        made=moment(row, "created"),
        state=line(row, "status"),
        facts={"availability": ", ".join(dates)},
    )


def _entry(entry: Element) -> News | None:
    tags = [text for one in entry.findall("category") if (text := one_line(one.text))]
    return _news(
        one_line(entry.findtext("guid")),
        one_line(entry.findtext("title")),
        entry.findtext("description"),
        read_date(entry.findtext(_UPDATED)) or read_date(entry.findtext("pubDate")),
        tags=tuple(tag for tag in tags if tag not in _STATES),
        made=read_date(entry.findtext("pubDate")),
        state=next((tag for tag in tags if tag in _STATES), ""),
        facts={},
    )


_STATES = frozenset({"Launched", "In preview", "In development"})


def _news(
    name: str,
    title: str,
    text: object,
    at: datetime | None,
    *,
    tags: tuple[str, ...],
    made: datetime | None,
    state: str,
    facts: Mapping[str, str],
) -> News | None:
    if not (name.isascii() and name.isalnum() and title and at):
        return None
    return News(
        id=name,
        title=title,
        url=f"{_PAGE}{name}",
        at=at,
        summary=running_text(html_text(text)) if isinstance(text, str) else "",
        tags=tags,
        made=made,
        state=state,
        facts={"status": state, **facts},
    )


DECLARATION = Source(
    name=SOURCE,
    options=AzureOptions,
    make=AzureFetcher,
    every=timedelta(hours=6),
    pace=timedelta(seconds=2),
    gives="updates of Azure about AI",
    second_way="the RSS if the interface fails",
)
