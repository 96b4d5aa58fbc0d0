"""GitHub: trending repositories, and releases of followed ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from core.errors import ConfigError, FetchError
from core.items import Item
from core.ports.clock import Clock
from fetchers.github_releases import parse_releases
from fetchers.github_search import headers, limited_until, parameters, parse_search
from fetchers.github_trending import SLUG, SOURCE, Repository, merge, parse_trending, to_item
from fetchers.source import option
from net.http import Http
from net.response import StatusError
from net.visit import Visit

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
                raise ConfigError(f"sources.github.follow: {slug!r} is not like owner/repo")


class GithubFetcher:
    """Reads GitHub."""

    source = SOURCE
    windowed = False

    def __init__(self, options: GithubOptions, http: Http, clock: Clock) -> None:
        self._options = options
        self._http = http
        self._clock = clock
        self._visit: Visit | None = None
        self.note: str | None = None

    def fetch(self, since: datetime) -> Iterator[Item]:
        """Yield what trends now, and the releases since then.

        Raises:
            FetchError: after what could be read, if a list or a feed could not.
        """
        self.note = None
        failures: list[FetchError] = []
        with self._http.visit(SOURCE) as visit:
            self._visit = visit
            yield from self._trending(visit, failures)
            for slug in self._options.follow:
                yield from self._releases(visit, slug, since, failures)
        if failures:
            raise _joined(failures)

    def confirm(self) -> None:
        """Learn that all items are stored."""
        if self._visit is not None:
            self._visit.confirm()

    def _trending(self, visit: Visit, failures: list[FetchError]) -> Iterator[Item]:
        lists: list[list[Repository]] = []
        missed: list[FetchError] = []
        for language in self._options.languages:
            for period in _PERIODS:
                try:
                    lists.append(self._list(visit, language, period))
                except FetchError as failure:
                    missed.append(failure)
                if missed and not lists:  # the page itself is out of order: do not insist
                    yield from self._searched(visit, missed[0], failures)
                    return
        day = _start_of_day(self._clock())
        yield from (to_item(repository, day) for repository in merge(lists))
        failures.extend(missed)

    def _list(self, visit: Visit, language: str, period: str) -> list[Repository]:
        path = "" if language == _ANY else f"/{quote(language, safe='')}"
        url = f"{self._options.web_url.rstrip('/')}/trending{path}"
        return parse_trending(visit.get(url, params={"since": period}).body)

    def _searched(
        self, visit: Visit, missed: FetchError, failures: list[FetchError]
    ) -> Iterator[Item]:
        """Yield what the search API finds in place of the trending page."""
        now = self._clock()
        url = f"{self._options.api_url.rstrip('/')}/search/repositories"
        try:
            answer = visit.get(url, params=parameters(now), headers=headers(self._options.token))
            items, partly = parse_search(answer.body, _start_of_day(now))
        except FetchError as failure:
            failures += [missed, _limited(failure, now)]
            return
        yield from items
        incomplete = ", incomplete" if partly else ""
        self.note = f"most starred new repositories from the search{incomplete}: {missed}"

    def _releases(
        self, visit: Visit, slug: str, since: datetime, failures: list[FetchError]
    ) -> Iterator[Item]:
        url = f"{self._options.web_url.rstrip('/')}/{slug}/releases.atom"
        try:
            answer = visit.get(url, if_changed=True)
            items = [] if answer.unchanged else parse_releases(answer.body, slug)
        except FetchError as failure:
            gone = isinstance(failure, StatusError) and failure.answer.status == 404
            missing = FetchError(SOURCE, f"github: there is no repository {slug} (follow)")
            failures.append(missing if gone else failure)
            return
        yield from (item for item in items if item.appeared_at >= since)


def _limited(failure: FetchError, now: datetime) -> FetchError:
    """Add to a refusal of the API when it may be asked again."""
    if not isinstance(failure, StatusError) or failure.answer.status not in {403, 429}:
        return failure
    until = limited_until(failure.answer, now)
    if until is None:
        return failure
    return FetchError(SOURCE, "github: the search's rate limit is used up", retry_at=until)


def _joined(failures: list[FetchError]) -> FetchError:
    """Make one failure of several: the first with the number of the others, the latest pause."""
    if len(failures) == 1:
        return failures[0]
    pauses = [failure.retry_at for failure in failures if failure.retry_at is not None]
    line = f"{failures[0]}; {len(failures) - 1} more failed"
    unreached = all(failure.unreached for failure in failures)
    return FetchError(SOURCE, line, retry_at=max(pauses, default=None), unreached=unreached)


def _start_of_day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
