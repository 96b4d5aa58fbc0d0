"""Hugging Face: daily papers with their upvotes, and the models, data sets and spaces that trend.

Limits: https://huggingface.co/docs/hub/rate-limits; windows of five minutes, told in the field
``RateLimit`` of each answer, which ``net.client`` keeps to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from core.errors import ConfigError, FetchError
from core.items import Item, ItemKey, ItemKind
from core.sources import Batch
from fetchers.huggingface_rows import (
    SOURCE,
    parse_daily,
    parse_listed,
    parse_of_paper,
    parse_trending,
)
from fetchers.source import HttpFetcher, Source, ends_fetch, joined, option
from net.client import SourceSession
from net.response import StatusError

_MOST = 100
_DAYS = 7
"""Lists of earlier days that one fetch reads at most."""

_WEEKEND = (5, 6)
"""Days without a list of papers, for which the API may have an empty one or a refusal."""

_LISTS = {
    ItemKind.MODEL: (
        "models",
        (
            "createdAt downloads gated gguf lastModified library_name likes pipeline_tag "
            "safetensors tags trendingScore"
        ),
    ),
    ItemKind.DATASET: (
        "datasets",
        "cardData createdAt description downloads gated lastModified likes tags trendingScore",
    ),
    ItemKind.SPACE: ("spaces", "cardData createdAt lastModified likes sdk tags trendingScore"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HuggingFaceOptions:
    """Daily papers, and the models, data sets and spaces that trend."""

    api_url: str = option("https://huggingface.co", "URL of the API")
    token: str = option(
        "", "access token, without any permissions; raises the rate limit", secret=True,
        env=("HF_TOKEN",),
    )  # fmt: skip
    limit: int = option(30, "number of models, of data sets and of spaces to take, at most 100")
    papers: bool = option(default=True, help="whether to fetch daily papers")
    repositories: int = option(
        10, "most upvoted papers of the latest list whose models, data sets and spaces to fetch"
    )
    models: bool = option(default=True, help="whether to fetch trending models")
    datasets: bool = option(default=True, help="whether to fetch trending data sets")
    spaces: bool = option(default=True, help="whether to fetch trending spaces")

    def __post_init__(self) -> None:
        """Check that there is something to read.

        Raises:
            ConfigError: if there is not; an empty answer would look like a success.
        """
        if not 1 <= self.limit <= _MOST:
            raise ConfigError(f"sources.huggingface.limit: must be from 1 to {_MOST}")
        if not 0 <= self.repositories <= _MOST:
            raise ConfigError(f"sources.huggingface.repositories: must be from 0 to {_MOST}")
        if not (self.papers or self.kinds):
            raise ConfigError(
                "sources.huggingface: turn on at least one list, or set enabled = false"
            )

    @property
    def kinds(self) -> tuple[ItemKind, ...]:
        """The lists of what trends that are turned on."""
        wanted = {
            ItemKind.MODEL: self.models,
            ItemKind.DATASET: self.datasets,
            ItemKind.SPACE: self.spaces,
        }
        return tuple(kind for kind, on in wanted.items() if on)


class HuggingFaceFetcher(HttpFetcher[HuggingFaceOptions]):
    """Reads Hugging Face."""

    source = SOURCE
    windowed = True

    def read(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield the daily papers since then, and what trends now.

        Raises:
            FetchError: after what could be read, if a list could not.
        """
        failures: list[FetchError] = []
        latest: list[Item] = []
        trending: set[ItemKey] = set()
        if self.options.papers:
            yield from self._papers(session, since, latest, failures)
        for kind in self.options.kinds:
            if any(map(ends_fetch, failures)):
                break
            try:
                for item in self._listed(session, kind, batch):
                    trending.add(item.key)
                    yield item
            except FetchError as failure:
                failures.append(failure)
        if not any(map(ends_fetch, failures)):
            found = self._of_papers(session, latest, batch)
            yield from (item for item in found if item.key not in trending)
        if failures:
            raise joined(failures)

    def _papers(
        self,
        session: SourceSession,
        since: datetime,
        latest: list[Item],
        failures: list[FetchError],
    ) -> Iterator[Item]:
        """Yield the papers of the latest list and of each earlier day of the window.

        A list grows during its day, so that of yesterday is always read again. What the latest
        holds is added to ``latest``.
        """
        today = self.clock().date()
        earlier = min(max((today - since.date()).days, 1), _DAYS)
        days = [today - timedelta(days=back) for back in range(1, earlier + 1)]
        seen: set[ItemKey] = set()
        for day in (None, *days):
            parameters = {"limit": str(_MOST)} | ({"date": f"{day:%Y-%m-%d}"} if day else {})
            try:
                response = self._ask(session, "daily_papers", parameters)
                found = parse_daily(response, self.clock())
            except FetchError as failure:
                if day is not None and day.weekday() in _WEEKEND and _has_no_list(failure):
                    continue
                failures.append(failure)
                return
            yield from (item for item in found if item.key not in seen)
            seen.update(item.key for item in found)
            latest += [] if day else found

    def _of_papers(
        self, session: SourceSession, papers: list[Item], batch: Batch
    ) -> Iterator[Item]:
        """Yield the models, data sets and spaces that are the work of the most upvoted papers."""
        upvoted = sorted(papers, key=lambda item: -item.metrics.get("upvotes", 0.0))
        for paper in upvoted[: self.options.repositories]:
            name = quote(paper.key.external_id.removeprefix("paper/"), safe="")
            try:
                body = self._ask(session, f"arxiv/{name}/repos", {})
                found = parse_of_paper(body, paper, self.clock())
            except FetchError as failure:
                batch.add_note(f"without the models of some papers: {failure}")
                return
            yield from found

    def _listed(self, session: SourceSession, kind: ItemKind, batch: Batch) -> Iterator[Item]:
        """Yield what trends of a kind, from the short list if the full one cannot be read."""
        path, fields = _LISTS[kind]
        size = str(self.options.limit)
        parameters = [("sort", "trendingScore"), ("direction", "-1"), ("limit", size)]
        parameters += [("expand[]", field) for field in fields.split()]
        try:
            body = self._ask(session, f"{path}?{urlencode(parameters)}", {})
            yield from parse_listed(body, kind, self.clock())
        except FetchError as missed:
            if ends_fetch(missed):
                raise
            try:
                body = self._ask(session, "trending", {"type": kind.value, "limit": "20"})
                items = parse_trending(body, kind, self.clock())
            except FetchError as failure:
                raise missed from failure
            batch.add_note(f"read the short list of {path}: {missed}")
            yield from items

    def _ask(self, session: SourceSession, path: str, parameters: dict[str, str]) -> bytes:
        token = self.options.token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.options.api_url.rstrip('/')}/api/{path}"
        return session.get(url, params=parameters or None, headers=headers).body


def _has_no_list(failure: FetchError) -> bool:
    """Tell whether the API says that there is nothing of a day."""
    return isinstance(failure, StatusError) and failure.response.status in {400, 404}


DECLARATION = Source(
    name=SOURCE,
    options=HuggingFaceOptions,
    make=HuggingFaceFetcher,
    every=timedelta(hours=6),
    pace=timedelta(seconds=1),
    gives="daily papers, and models, data sets and spaces that trend",
    second_way="the short list of what trends if a full one fails; none for papers",
    access="none; one raises the limit",
)
