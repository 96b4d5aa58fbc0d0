"""Feeds: RSS, Atom and JSON Feed, named in the settings or added by members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from core.errors import FetchError
from core.feeds import PREFIX, FeedPreview
from core.items import Item
from core.ports.clock import Clock
from core.sources import Batch
from fetchers.feed_parsing import ParsedFeed, feed_named_by, parse_feed
from fetchers.source import HttpFetcher, MalformedError, Source, option
from net.client import HttpClient, SourceSession
from net.response import Response, StatusError

_ACCEPT = {
    "Accept": "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """A feed: RSS, Atom or JSON Feed."""

    url: str = option("", "URL of the feed")


class FeedFetcher(HttpFetcher[FeedOptions]):
    """Reads one feed."""

    windowed = True  # an answer of "not modified" gives nothing

    def __init__(self, name: str, options: FeedOptions, http: HttpClient, clock: Clock) -> None:
        super().__init__(options, http, clock)
        self.source = PREFIX + name

    def read(self, session: SourceSession, _since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield all that the feed holds, however old: what the archive lacks is new there.

        Raises:
            FetchError: if it does not answer, answers something else, or breaks off: then after
                what could be read.
        """
        try:
            response = _get(session, self.source, self.options.url, if_changed=True)
        except _GoneError:
            batch.gone = True
            raise
        if response.unchanged:
            batch.moved_to = response.moved_to
            return
        parsed = _parsed(response, self.source, self.options.url, self.clock())
        batch.moved_to = response.moved_to  # known to be a feed there
        yield from parsed.items
        if not parsed.whole:
            raise MalformedError(self.source, f"{self.source}: the feed is incomplete")


def feed_source(name: str) -> Source[FeedOptions]:
    """Return the source of the feed with this name, to be used like those in ``FETCHERS``."""
    return Source(
        name=PREFIX + name,
        options=FeedOptions,
        make=partial(FeedFetcher, name),
        every=timedelta(hours=6),
        pace=timedelta(seconds=5),
        gives="entries",
        second_way="none",
    )


class FeedReader:
    """``core.ports.sources.FeedProbe``: reads an address that a member named."""

    def __init__(self, *, http: HttpClient, clock: Clock) -> None:
        """Read with a client that must be guarded (``HttpClient.guarded``).

        Raises:
            ValueError: if it is not.
        """
        if http.guard is None:
            raise ValueError("addresses of members are read through the guard only")
        self._http = http
        self._clock = clock

    def preview(self, url: str) -> FeedPreview:
        """Read the feed at an address, latest entries first.

        If there is a web page instead that names its feed, that one is read.
        """
        source = f"{PREFIX}{urlsplit(url).hostname}"  # it has no name yet, and errors show this
        with self._http.session(source) as session:
            response = _get(session, source, url, if_changed=False)
            try:
                parsed = _parsed(response, source, url, self._clock())
            except MalformedError:
                url = feed_named_by(response.body, response.url)
                if not url:
                    raise
                response = _get(session, source, url, if_changed=False)
                parsed = _parsed(response, source, url, self._clock())
        latest = sorted(parsed.items, key=lambda item: item.appeared_at, reverse=True)
        return FeedPreview(url=url, title=parsed.title, items=tuple(latest))


class _GoneError(FetchError):
    """The server says that the feed will not come back."""


def _get(session: SourceSession, source: str, url: str, *, if_changed: bool) -> Response:
    try:
        return session.get(url, headers=_ACCEPT, if_changed=if_changed)
    except StatusError as failure:
        if failure.response.status == 410:
            line = f"{source}: the feed is gone for good; remove it"
            raise _GoneError(source, line) from failure
        raise


def _parsed(response: Response, source: str, asked: str, now: datetime) -> ParsedFeed:
    return parse_feed(
        response.body,
        source=source,
        url=response.url,
        content_type=response.headers.get("Content-Type", ""),
        now=now,
        asked=asked,
    )
