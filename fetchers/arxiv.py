"""arXiv: new papers of some categories, from the daily RSS and, for longer windows, the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import ConfigError, FetchError
from core.items import Item
from core.ports.clock import Clock
from fetchers.arxiv_api import query, search
from fetchers.arxiv_rss import SOURCE, Batch, parse_rss
from fetchers.arxiv_schedule import in_rss, latest_announcement, window_closed
from fetchers.source import MalformedError, option
from net.http import Http
from net.response import StatusError
from net.visit import Visit

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


class ArxivFetcher:
    """Reads arXiv.

    The RSS is one small request and holds the last announcement. If nothing else was announced in
    the window, that is all there is to read; otherwise the API is asked for the window.
    """

    source = SOURCE
    windowed = True

    def __init__(self, options: ArxivOptions, http: Http, clock: Clock) -> None:
        self._options = options
        self._http = http
        self._clock = clock
        self._visit: Visit | None = None
        self.note: str | None = None

    def fetch(self, since: datetime) -> Iterator[Item]:
        """Yield what was announced since then, and new versions of older papers.

        Raises:
            FetchError: if neither the RSS nor the API gives an answer that can be used.
        """
        self.note = None
        with self._http.visit(SOURCE) as visit:
            self._visit = visit
            try:
                batch = self._last_announcement(visit)
            except FetchError as failure:
                yield from self._papers(visit, since)
                self._remark(f"read from the API only: {failure}")
                return
            if self._covers(batch, since):
                yield from batch.items
            else:
                yield from self._both(visit, batch, since)

    def confirm(self) -> None:
        """Learn that all items are stored."""
        if self._visit is not None:
            self._visit.confirm()

    def _last_announcement(self, visit: Visit) -> Batch:
        path = "+".join(self._options.categories)
        answer = visit.get(f"{self._options.rss_url.rstrip('/')}/rss/{path}", if_changed=True)
        if answer.unchanged:  # what it holds was stored the last time
            return Batch(announced=in_rss(self._clock()), items=(), unchanged=True)
        return parse_rss(answer.body)

    def _covers(self, batch: Batch, since: datetime) -> bool:
        """Tell whether nothing but this batch was announced since then."""
        latest = latest_announcement(self._clock())
        if latest <= since:  # a weekend
            return True
        return (
            bool(batch.items or batch.unchanged)
            and not batch.cut
            and batch.announced == latest
            and latest_announcement(latest - _MOMENT) <= since
        )

    def _papers(self, visit: Visit, since: datetime) -> Iterator[Item]:
        """Ask the API for what was announced since then."""
        now = self._clock()
        # What was submitted up to this cut-off was announced before.
        start = window_closed(latest_announcement(since))
        text = query(self._options.categories, start, now)
        most = self._options.max_results
        count = 0
        for item in search(visit, self._options.api_url, text, most=most, now=now):
            count += 1
            yield item
        if count == most:
            self._remark(f"took the latest {most} papers only (max_results)")

    def _both(self, visit: Visit, batch: Batch, since: datetime) -> Iterator[Item]:
        """Yield what the API has, and from the RSS what it has not: new versions above all.

        If the API is out of order, the last announcement is better than nothing.
        """
        seen = set()
        problem: FetchError | None = None
        try:
            for item in self._papers(visit, since):
                seen.add(item.key)
                yield item
        except FetchError as error:
            problem = error
        yield from (item for item in batch.items if item.key not in seen)
        if problem is None:
            return
        # A list that breaks off half-way is no fallback: the rest of the window would be lost.
        if seen or not (batch.items and _is_outage(problem)):
            raise problem
        self._remark(f"only the announcement of {batch.announced:%d %B}, from the RSS: {problem}")

    def _remark(self, text: str) -> None:
        self.note = text if self.note is None else f"{self.note}; {text}"


_MOMENT = timedelta(seconds=1)


def _is_outage(error: FetchError) -> bool:
    """Tell whether the API is out of order, as against answering nonsense."""
    if isinstance(error, StatusError):
        return error.answer.status == 429 or error.answer.status >= 500
    return not isinstance(error, MalformedError)
