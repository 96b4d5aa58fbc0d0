"""Stack Exchange: new, hot, unanswered, answered and bounty questions of some tags.

Reference: https://api.stackexchange.com/docs. Without a key 300 requests a day are allowed for one
address, with one 10,000; each answer says how many are left, and how long to wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import ConfigError, FetchError
from core.items import Item, ItemKey
from core.sources import Batch
from fetchers.rows import read_json
from fetchers.source import HttpFetcher, MalformedError, Source, option
from fetchers.stackexchange_feed import SITE, parse_questions_feed
from fetchers.stackexchange_rows import SOURCE, Answer, parse_questions, refusal
from net.client import SourceSession
from net.response import StatusError

_WEEK = timedelta(days=7)
_PAGE = "50"
_SITE = re.compile(r"[a-z0-9.-]{2,60}")
_TAG = re.compile(r"[^\s;]{1,50}")

_NEW, _HOT, _UNANSWERED, _ANSWERED, _BOUNTY = "new", "hot", "unanswered", "answered", "bounty"
_LISTS = (_NEW, _HOT, _UNANSWERED, _ANSWERED, _BOUNTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class StackExchangeOptions:
    """Questions of Stack Overflow and other Stack Exchange sites."""

    api_url: str = option("https://api.stackexchange.com", "URL of the API")
    feeds_url: str = option("https://stackoverflow.com", "URL of the feeds that stand in")
    key: str = option(
        "", "key from stackapps.com/apps/oauth/register; raises the daily quota", secret=True
    )
    sites: tuple[str, ...] = option(
        ("stackoverflow",), "sites to fetch, as the API calls them: datascience, stats, ai"
    )
    tags: tuple[str, ...] = option(
        ("machine-learning", "pytorch", "large-language-model", "huggingface-transformers"),
        "tags of the questions; each costs a request for each list",
    )
    lists: tuple[str, ...] = option(
        _LISTS, "lists to fetch: new, hot, unanswered, answered, bounty"
    )

    def __post_init__(self) -> None:
        """Check the names.

        Raises:
            ConfigError: for an unknown list, a site or tag that cannot be one, or nothing to read.
        """
        if not (self.sites and self.tags and self.lists):
            raise ConfigError("sources.stackexchange: name at least one site, one tag and one list")
        for key, names, form in (("sites", self.sites, _SITE), ("tags", self.tags, _TAG)):
            for name in names:
                if not form.fullmatch(name):
                    raise ConfigError(f"sources.stackexchange.{key}: {name!r} cannot be one")
        for name in self.lists:
            if name not in _LISTS:
                known = ", ".join(_LISTS)
                raise ConfigError(f"sources.stackexchange.lists: {name!r} is none of {known}")


class StackExchangeFetcher(HttpFetcher[StackExchangeOptions]):
    """Reads Stack Exchange."""

    source = SOURCE
    windowed = True

    def read(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield the questions of each list, and note what is left of the quota.

        Raises:
            FetchError: after what could be read, if the API refuses or asks for a pause.
        """
        seen: set[ItemKey] = set()
        try:
            for site in self.options.sites:
                for path, parameters in self._requests(since):
                    answer = self._ask(session, site, path, parameters)
                    batch.quota = answer.quota or batch.quota
                    wanted = [one for one in answer.items if set(one.tags) & set(self.options.tags)]
                    yield from (item for item in wanted if item.key not in seen)
                    seen.update(item.key for item in wanted)
        except FetchError as failure:
            if not seen and SITE in self.options.sites:
                yield from self._feeds(session, failure)
            raise

    def _feeds(self, session: SourceSession, missed: FetchError) -> Iterator[Item]:
        """Yield new questions from the feeds; what else the API would have given is missing.

        Raises:
            FetchError: the API's, if a feed cannot be read.
        """
        seen: set[ItemKey] = set()
        url = f"{self.options.feeds_url.rstrip('/')}/feeds/tag"
        for tag in self.options.tags:
            try:
                body = session.get(url, params={"tagnames": tag, "sort": "newest"}).body
                items = parse_questions_feed(body, self.clock())
            except FetchError as failure:
                raise missed from failure
            yield from (item for item in items if item.key not in seen)
            seen.update(item.key for item in items)

    def _requests(self, since: datetime) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield what is asked of a site: path and parameters.

        Several tags in one request would mean questions that have all of them.
        """
        lists, week = self.options.lists, self.clock() - _WEEK
        for tag in self.options.tags:
            if _NEW in lists:
                yield "questions", _dated("creation", since) | {"tagged": tag}
            if _HOT in lists:
                yield "questions", {"sort": "hot", "tagged": tag}
            if _UNANSWERED in lists:
                yield "questions/unanswered", _dated("votes", week) | {"tagged": tag}
            if _ANSWERED in lists:
                accepted = {"tagged": tag, "accepted": "True"}
                yield "search/advanced", _dated("activity", week) | accepted
        if _BOUNTY in lists:
            yield "questions/featured", {"sort": "creation", "pagesize": "100"}

    def _ask(
        self, session: SourceSession, site: str, path: str, parameters: dict[str, str]
    ) -> Answer:
        url = f"{self.options.api_url.rstrip('/')}/2.3/{path}"
        common = {"site": site, "order": "desc", "pagesize": _PAGE, "filter": "withbody"}
        key = {"key": self.options.key} if self.options.key else {}
        now = self.clock()
        try:
            body = session.get(url, params={**common, **parameters, **key}).body
        except StatusError as error:
            raise _explained(error, now) from error
        answer = parse_questions(body, site, now)
        session.hold(url, answer.backoff)
        if answer.quota is not None and answer.quota.left == 0:
            session.hold(url, _until_midnight(now))
        return answer


def _dated(sort: str, since: datetime) -> dict[str, str]:
    return {"sort": sort, "fromdate": f"{since.timestamp():.0f}"}


def _until_midnight(now: datetime) -> timedelta:
    """Return how long until the quota of the day begins anew, at midnight UTC."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(days=1) - now


def _explained(error: StatusError, now: datetime) -> FetchError:
    """Return what the API says of a refusal in its body, if it does."""
    try:
        told = read_json(error.response.body, SOURCE)
    except MalformedError:
        return error
    return (refusal(told, now) if isinstance(told, Mapping) else None) or error


DECLARATION = Source(
    name=SOURCE,
    options=StackExchangeOptions,
    make=StackExchangeFetcher,
    every=timedelta(hours=6),
    pace=timedelta(seconds=1),
    gives="new, hot, unanswered, answered and bounty questions of some tags",
    second_way="new questions from the feeds of Stack Overflow",
    access="none; a key raises the quota",
)
