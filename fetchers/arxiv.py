"""arXiv: new papers of some categories, from the daily RSS and, for longer windows, the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import ConfigError, FetchError
from core.items import Item
from core.sources import Batch
from fetchers.arxiv_api import query, search
from fetchers.arxiv_rss import SOURCE, Announcement, parse_rss
from fetchers.arxiv_schedule import in_rss, latest_announcement, window_closed
from fetchers.source import HttpFetcher, MalformedError, option
from net.client import SourceSession
from net.response import StatusError

_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]{2}(?:[a-z-]+)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArxivOptions:
    """New papers of chosen categories."""

    categories: tuple[str, ...] = option(
        ("cs.AI", "cs.CL", "cs.CV", "cs.LG"), "categories to fetch (arxiv.org/category_taxonomy)"
    )
    max_results: int = option(2000, "most papers to take from the API in one fetch, latest first")
    api_url: str = option("https://export.arxiv.org", "URL of the API")
    rss_url: str = option("https://rss.arxiv.org", "URL of the daily RSS feed")

    def __post_init__(self) -> None:
        """Check what would otherwise become an unclear answer of arXiv.

        Raises:
            ConfigError: for something that is not a category, or no room for results.
        """
        if not self.categories:
            raise ConfigError("sources.arxiv.categories: name at least one, such as cs.LG")
        for category in self.categories:
            if not _CATEGORY.fullmatch(category):
                raise ConfigError(
                    f"sources.arxiv.categories: {category!r} is not a category such as cs.LG"
                )
        if self.max_results < 1:
            raise ConfigError("sources.arxiv.max_results: must be at least 1")


class ArxivFetcher(HttpFetcher[ArxivOptions]):
    """Reads arXiv.

    The RSS is one small request and holds the last announcement. If nothing else was announced in
    the window, that is all there is to read; otherwise the API is asked for the window.
    """

    source = SOURCE
    windowed = True

    def read(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield what was announced since then, and new versions of older papers.

        Raises:
            FetchError: if neither the RSS nor the API gives an answer that can be used.
        """
        try:
            last = self._last_announcement(session)
        except FetchError as failure:
            yield from self._papers(session, since, batch)
            batch.add_note(f"read from the API only: {failure}")
            return
        if self._covers(last, since):
            yield from last.items
        else:
            yield from self._both(session, last, since, batch)

    def _last_announcement(self, session: SourceSession) -> Announcement:
        path = "+".join(self.options.categories)
        response = session.get(f"{self.options.rss_url.rstrip('/')}/rss/{path}", if_changed=True)
        if response.unchanged:  # what it holds was stored the last time
            return Announcement(announced=in_rss(self.clock()), items=(), unchanged=True)
        return parse_rss(response.body)

    def _covers(self, last: Announcement, since: datetime) -> bool:
        """Tell whether nothing but the last announcement was made since then."""
        latest = latest_announcement(self.clock())
        if latest <= since:  # a weekend
            return True
        return (
            bool(last.items or last.unchanged)
            and not last.cut
            and last.announced == latest
            and latest_announcement(latest - _MOMENT) <= since
        )

    def _papers(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Ask the API for what was announced since then."""
        now = self.clock()
        # What was submitted up to this cut-off was announced before.
        start = window_closed(latest_announcement(since))
        text = query(self.options.categories, start, now)
        most = self.options.max_results
        count = 0
        for item in search(session, self.options.api_url, text, most=most, now=now):
            count += 1
            yield item
        if count == most:
            batch.add_note(f"took the latest {most} papers only (max_results)")

    def _both(
        self, session: SourceSession, last: Announcement, since: datetime, batch: Batch
    ) -> Iterator[Item]:
        """Yield what the API has, and from the RSS what it has not: new versions above all.

        If the API is out of order, the last announcement is better than nothing.
        """
        seen = set()
        problem: FetchError | None = None
        try:
            for item in self._papers(session, since, batch):
                seen.add(item.key)
                yield item
        except FetchError as error:
            problem = error
        yield from (item for item in last.items if item.key not in seen)
        if problem is None:
            return
        # A list that breaks off half-way is no fallback: the rest of the window would be lost.
        if seen or not (last.items and _is_outage(problem)):
            raise problem
        batch.add_note(f"only the announcement of {last.announced:%d %B}, from the RSS: {problem}")


_MOMENT = timedelta(seconds=1)


def _is_outage(error: FetchError) -> bool:
    """Tell whether the API is out of order, as against answering nonsense."""
    if isinstance(error, StatusError):
        return error.response.status == 429 or error.response.status >= 500
    return not isinstance(error, MalformedError)
