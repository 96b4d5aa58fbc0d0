"""arXiv: new papers of some categories, from the daily RSS, for longer windows the API.

Where neither can be read, OAI-PMH stands in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.errors import ConfigError, FetchError
from core.items import Item, ItemKey
from core.sources import Batch
from fetchers.arxiv_api import search
from fetchers.arxiv_oai import REQUEST_SECONDS, harvest
from fetchers.arxiv_rss import SOURCE, Announcement, parse_rss
from fetchers.arxiv_schedule import latest_announcement, window_closed
from fetchers.arxiv_wanted import Wanted, in_categories
from fetchers.source import HttpFetcher, MalformedError, Source, option
from net.client import SourceSession
from net.dates import parse_date
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
    oai_url: str = option("https://oaipmh.arxiv.org", "URL of OAI-PMH, the third way")

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
    the window, that is all there is to read; otherwise the API is asked for the window. So it is
    if the RSS leaves a doubt: entries of an earlier day, of other categories, or none of one that
    was asked for. Where one of the two has to stand in for the other and papers may be missing,
    the fetch fails after what there was, so that the window is read again.
    """

    source = SOURCE
    windowed = True

    def read(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield what was announced since then, and new versions of older papers.

        Raises:
            FetchError: if no way gives an answer that can be used.
        """
        seen: set[ItemKey] = set()
        nothing_reached = False
        try:
            last = self._last_announcement(session)
        except FetchError as failure:
            nothing_reached = failure.unreached
            usual = self._without_rss(session, since, batch, failure)
        else:
            usual = self._with_rss(session, last, since, batch)
        try:
            for item in usual:
                seen.add(item.key)
                yield item
        except FetchError as failure:
            # arXiv's limits hold for all its addresses together.
            if (nothing_reached and failure.unreached) or _is_refusal(failure):
                raise
            yield from self._third_way(since, batch, seen, failure)

    def _with_rss(
        self, session: SourceSession, last: Announcement, since: datetime, batch: Batch
    ) -> Iterator[Item]:
        if self._covers(last, since):
            yield from last.items
        else:
            yield from self._both(session, last, since, batch)
        if not last.whole:
            raise MalformedError(SOURCE, "arxiv: the RSS is incomplete")

    def _without_rss(
        self, session: SourceSession, since: datetime, batch: Batch, failure: FetchError
    ) -> Iterator[Item]:
        some = False
        for item in self._papers(session, since, batch):
            some = True
            yield item
        if not some and latest_announcement(self.clock()) > since:
            line = f"arxiv: the API has no papers, which the RSS cannot confirm: {failure}"
            raise FetchError(SOURCE, line, retry_at=failure.retry_at) from failure
        batch.add_note(f"read from the API only: {failure}")

    def _third_way(
        self, since: datetime, batch: Batch, seen: Collection[ItemKey], missed: FetchError
    ) -> Iterator[Item]:
        """Yield what OAI-PMH has of the window and the other two have not given."""
        patient = replace(
            self._http, request_seconds=REQUEST_SECONDS, session_seconds=2 * REQUEST_SECONDS
        )
        try:
            with patient.session(SOURCE) as session:
                items = harvest(session, self.options.oai_url, self._wanted(since))
                yield from (item for item in items if item.key not in seen)
        except FetchError as failure:
            raise missed from failure
        batch.add_note(f"read through OAI-PMH: {missed}")

    def _last_announcement(self, session: SourceSession) -> Announcement:
        path = "+".join(self.options.categories)
        url = f"{self.options.rss_url.rstrip('/')}/rss/{path}"
        response = session.get(url, if_changed=True)
        if response.unchanged:  # what it holds was stored the last time
            written = parse_date(session.known(url).last_modified)
            if written is not None:
                announced = latest_announcement(written)
                return Announcement(announced=announced, items=(), unchanged=True)
            response = session.get(url)  # of which day it is, only the list itself can tell
        return parse_rss(response.body, self.options.categories).as_of(self.clock())

    def _covers(self, last: Announcement, since: datetime) -> bool:
        """Tell whether nothing but the last announcement was made since then."""
        latest = latest_announcement(self.clock())
        if latest <= since:  # a weekend
            return True
        return self._names_all(last) and last.reaches(since, latest)

    def _names_all(self, last: Announcement) -> bool:
        """Tell whether each category has papers in it; one that is out of order would have none."""
        named = [item.tags for item in last.items]
        return last.unchanged or all(
            any(in_categories(tags, (category,)) for tags in named)
            for category in self.options.categories
        )

    def _papers(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Ask the API for what was announced since then."""
        most = self.options.max_results
        count = 0
        for item in search(session, self.options.api_url, self._wanted(since), most=most):
            count += 1
            yield item
        if count == most:
            batch.add_note(f"took the latest {most} papers only (max_results)")

    def _wanted(self, since: datetime) -> Wanted:
        # What was submitted up to this cut-off was announced before.
        start = window_closed(latest_announcement(since))
        return Wanted(categories=self.options.categories, since=start, until=self.clock())

    def _both(
        self, session: SourceSession, last: Announcement, since: datetime, batch: Batch
    ) -> Iterator[Item]:
        """Yield what the API has, and from the RSS what it has not: new versions above all.

        If the API is out of order, the last announcement is better than nothing; and it is all
        there is to read if nothing else was announced but, perhaps, in the last hours.
        """
        seen: set[ItemKey] = set()
        problem: FetchError | None = None
        try:
            for item in self._papers(session, since, batch):
                seen.add(item.key)
                yield item
        except FetchError as error:
            problem = error
        yield from (item for item in last.items if item.key not in seen)
        recent = latest_announcement(self.clock() - _FRESH)
        if problem is None:
            new = last.new if since < last.announced else 0
            if new and not seen and not last.reaches(since, recent):
                line = f"arxiv: the API says that there are no papers, the RSS has {new}"
                raise MalformedError(SOURCE, line)
            if not seen and last.announced < recent and since < recent:
                line = "arxiv: the API has no papers, which an RSS of an earlier day cannot confirm"
                raise MalformedError(SOURCE, line)
            return
        # A list that breaks off half-way is no fallback: the rest of the window would be lost.
        if seen or not (last.items and last.reaches(since, recent) and _is_outage(problem)):
            raise problem
        batch.add_note(f"only the announcement of {last.announced:%d %B}, from the RSS: {problem}")


_FRESH = timedelta(hours=6)
"""How long after an announcement the next look still reaches behind it (``OVERLAP`` is 12 h)."""


def _is_refusal(error: FetchError) -> bool:
    """Tell whether arXiv wants no further request for now."""
    return isinstance(error, StatusError) and error.response.status in {403, 429}


def _is_outage(error: FetchError) -> bool:
    """Tell whether the API is out of order, as against answering nonsense."""
    if isinstance(error, StatusError):
        return error.response.status == 429 or error.response.status >= 500
    return not isinstance(error, MalformedError)


DECLARATION = Source(
    name=SOURCE,
    options=ArxivOptions,
    make=ArxivFetcher,
    every=timedelta(hours=6),
    # arXiv's terms ask for at most one request in three seconds, over all its addresses together.
    pace=timedelta(seconds=3),
    gives="papers",
    second_way="the RSS feed and the API for each other, then OAI-PMH",
)
