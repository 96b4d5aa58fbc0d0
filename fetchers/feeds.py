"""Feeds: RSS, Atom and JSON Feed, named in the settings or added by members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from core.errors import FetchError
from core.feeds import PREFIX, FeedFate, FeedPreview
from core.items import Item
from core.ports.clock import Clock
from fetchers.feed_parsing import ParsedFeed, parse_feed
from fetchers.source import Source, option
from net.http import Http, Visit
from net.response import Answer, StatusError

_ACCEPT = {
    "Accept": "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """A feed: RSS, Atom or JSON Feed."""

    url: str = option("", "URL of the feed")


class FeedFetcher:
    """Reads one feed.

    Attributes:
        fate: what the last look told of its address.
    """

    def __init__(self, name: str, options: FeedOptions, http: Http, clock: Clock) -> None:
        self.source = PREFIX + name
        self.windowed = True
        self.note: str | None = None
        self.fate = FeedFate()
        self._options = options
        self._http = http
        self._clock = clock
        self._visit: Visit | None = None

    def fetch(self, since: datetime) -> Iterator[Item]:
        """Yield what the feed holds since then.

        Raises:
            FetchError: if it does not answer, or answers something else.
        """
        with self._http.visit(self.source) as visit:
            self._visit = visit
            try:
                answer = _get(visit, self.source, self._options.url, if_changed=True)
            except _GoneError:
                self.fate = FeedFate(gone=True)
                raise
        parsed = None if answer.unchanged else _parsed(answer, self.source, self._clock())
        self.fate = FeedFate(moved_to=answer.moved_to)  # known to be a feed there
        yield from (i for i in (parsed.items if parsed else ()) if i.appeared_at >= since)

    def confirm(self) -> None:
        """Learn that all items are stored."""
        if self._visit is not None:
            self._visit.confirm()


def feed_source(name: str) -> Source[FeedOptions]:
    """Return the source of the feed with this name, to be used like those in ``FETCHERS``."""
    return Source(
        options=FeedOptions,
        make=partial(FeedFetcher, name),
        every=timedelta(hours=6),
        pace=timedelta(seconds=5),
    )


class FeedReader:
    """``core.ports.sources.FeedProbe``: reads an address that a member named."""

    def __init__(self, *, http: Http, clock: Clock) -> None:
        """Read through a way out that must be guarded (``Http.guarded``).

        Raises:
            ValueError: if it is not.
        """
        if http.guard is None:
            raise ValueError("addresses of members are read through the guard only")
        self._http = http
        self._clock = clock

    def look(self, url: str) -> FeedPreview:
        """Read the feed at an address, latest entries first."""
        source = f"{PREFIX}{urlsplit(url).hostname}"  # it has no name yet, and errors show this
        with self._http.visit(source) as visit:
            answer = _get(visit, source, url, if_changed=False)
        parsed = _parsed(answer, source, self._clock())
        latest = sorted(parsed.items, key=lambda item: item.appeared_at, reverse=True)
        return FeedPreview(url=url, title=parsed.title, items=tuple(latest))


class _GoneError(FetchError):
    """The server says that the feed will not come back."""


def _get(visit: Visit, source: str, url: str, *, if_changed: bool) -> Answer:
    try:
        return visit.get(url, headers=_ACCEPT, if_changed=if_changed)
    except StatusError as failure:
        if failure.answer.status == 410:
            line = f"{source}: the feed is gone for good; remove it"
            raise _GoneError(source, line) from failure
        raise


def _parsed(answer: Answer, source: str, now: datetime) -> ParsedFeed:
    return parse_feed(
        answer.body,
        source=source,
        url=answer.url,
        content_type=answer.headers.get("Content-Type", ""),
        now=now,
    )
