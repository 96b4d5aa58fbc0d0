"""GitHub: trending repositories, and releases of followed ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from core.errors import ConfigError, FetchError
from core.items import Item
from core.sources import Batch
from fetchers.github_releases import parse_releases
from fetchers.github_search import headers, limited_until, parameters, parse_search
from fetchers.github_trending import (
    SLUG,
    SOURCE,
    Repository,
    breaks_off,
    merge,
    parse_trending,
    to_item,
)
from fetchers.source import HttpFetcher, Source, joined, option
from net.client import SourceSession
from net.response import StatusError

_PERIODS = ("daily", "weekly")
_ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubOptions:
    """Trending repositories, and releases of those that you follow."""

    languages: tuple[str, ...] = option(
        (_ANY, "python", "jupyter-notebook"),
        'trending lists to fetch, as in github.com/trending/python; "any" means all languages',
    )
    follow: tuple[str, ...] = option((), "repositories whose releases to fetch, as owner/repo")
    web_url: str = option("https://github.com", "URL of the web pages")
    api_url: str = option("https://api.github.com", "URL of the API")
    token: str = option(
        "", "token for the API, without any permissions; raises the rate limit", secret=True,
        env=("GITHUB_TOKEN",),
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Check the names.

        Raises:
            ConfigError: for a followed repository that is not ``owner/repo``, or nothing to read.
        """
        if not (self.languages or self.follow):
            raise ConfigError("sources.github: name a language or a repository to follow")
        for slug in self.follow:
            if not SLUG.fullmatch(slug):
                raise ConfigError(f"sources.github.follow: {slug!r} must look like owner/repo")


class GithubFetcher(HttpFetcher[GithubOptions]):
    """Reads GitHub."""

    source = SOURCE
    windowed = True  # the first look gives all releases, later ones those of changed lists

    def read(self, session: SourceSession, _since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield what trends now, and all releases that are listed: what the archive lacks is new.

        Raises:
            FetchError: after what could be read, if a list or a feed could not.
        """
        failures: list[FetchError] = []
        yield from self._trending(session, batch, failures)
        for slug in self.options.follow:
            yield from self._releases(session, slug, failures)
        if failures:
            raise joined(failures)

    def _trending(
        self, session: SourceSession, batch: Batch, failures: list[FetchError]
    ) -> Iterator[Item]:
        lists: list[list[Repository]] = []
        missed: list[FetchError] = []
        for language in self.options.languages:
            for period in _PERIODS:
                try:
                    body = self._page(session, language, period)
                    lists.append(parse_trending(body))
                    missed += filter(None, [breaks_off(body)])
                except FetchError as failure:
                    missed.append(failure)
                if missed and not lists:  # the page itself is out of order: do not insist
                    yield from self._searched(session, missed[0], batch, failures)
                    return
        day = _start_of_day(self.clock())
        yield from (to_item(repository, day) for repository in merge(lists))
        failures.extend(missed)

    def _page(self, session: SourceSession, language: str, period: str) -> bytes:
        path = "" if language == _ANY else f"/{quote(language, safe='')}"
        url = f"{self.options.web_url.rstrip('/')}/trending{path}"
        return session.get(url, params={"since": period}).body

    def _searched(
        self,
        session: SourceSession,
        missed: FetchError,
        batch: Batch,
        failures: list[FetchError],
    ) -> Iterator[Item]:
        """Yield what the search API finds in place of the trending page."""
        now = self.clock()
        url = f"{self.options.api_url.rstrip('/')}/search/repositories"
        try:
            response = session.get(url, params=parameters(now), headers=headers(self.options.token))
            found = parse_search(response.body, _start_of_day(now))
        except FetchError as failure:
            failures += [missed, _limited(failure, now)]
            return
        yield from found.items
        if not found.whole:
            failures += [missed, FetchError(SOURCE, "github: the search's answer breaks off")]
            return
        incomplete = ", incomplete" if found.partly else ""
        batch.add_note(f"most starred new repositories from the search{incomplete}: {missed}")

    def _releases(
        self, session: SourceSession, slug: str, failures: list[FetchError]
    ) -> Iterator[Item]:
        url = f"{self.options.web_url.rstrip('/')}/{slug}/releases.atom"
        try:
            response = session.get(url, if_changed=True)
            if response.unchanged:
                return
            releases = parse_releases(response.body, slug)
        except FetchError as failure:
            gone = isinstance(failure, StatusError) and failure.response.status == 404
            missing = FetchError(
                SOURCE, f"github: there is no repository {slug}; check sources.github.follow"
            )
            failures.append(missing if gone else failure)
            return
        yield from releases.items
        if not releases.whole:
            failures.append(FetchError(SOURCE, f"github: the releases of {slug} break off"))


def _limited(failure: FetchError, now: datetime) -> FetchError:
    """Add to a refusal of the API when it may be asked again."""
    if not isinstance(failure, StatusError) or failure.response.status not in {403, 429}:
        return failure
    until = limited_until(failure.response, now)
    if until is None:
        return failure
    return FetchError(SOURCE, "github: the search's rate limit is used up", retry_at=until)


def _start_of_day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


DECLARATION = Source(
    name=SOURCE,
    options=GithubOptions,
    make=GithubFetcher,
    every=timedelta(hours=12),
    pace=timedelta(seconds=1),
    gives="trending repositories, releases of followed ones",
    second_way="the search API if the trending page fails",
    access="none; one raises the limit of the search",
)
