"""Offers: what models and graphics cards cost, and what is free, from public lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from core.errors import ConfigError, FetchError
from core.items import Item
from core.sources import Batch
from fetchers.git_files import GitFiles
from fetchers.offer_lists import (
    FREE_TIERS,
    GPU_RENTAL,
    LLM_API,
    SOURCE,
    parse_free_tiers,
    parse_gpu_rental,
    parse_llm_prices,
)
from fetchers.source import HttpFetcher, Source, ends_fetch, joined, option
from net.client import SourceSession

_LISTS = (LLM_API, GPU_RENTAL, FREE_TIERS)
_NAME = re.compile(r"[a-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersOptions:
    """Prices of models and graphics cards, and free tiers, from public lists."""

    lists: tuple[str, ...] = option(_LISTS, f"lists to read: {', '.join(_LISTS)}")
    providers: tuple[str, ...] = option(
        ("anthropic", "deepseek", "google", "groq", "mistral", "openai"),
        "providers of models whose prices are read (files of pydantic/genai-prices)",
    )
    api_url: str = option("https://api.github.com", "URL that lists the files")
    raw_url: str = option("https://raw.githubusercontent.com", "URL of the files")
    mirror_url: str = option("https://cdn.jsdelivr.net", "URL of the files, the second way")

    def __post_init__(self) -> None:
        """Check the names.

        Raises:
            ConfigError: for a list that is not known, or what is no provider's name.
        """
        for name in self.lists:
            if name not in _LISTS:
                raise ConfigError(f"sources.offers.lists: {name!r} is none of {', '.join(_LISTS)}")
        for name in self.providers:
            if not _NAME.fullmatch(name):
                raise ConfigError(f"sources.offers.providers: {name!r} is not like anthropic")


class _Where(NamedTuple):
    """The files of a list: a repository, a folder in it, and the names."""

    name: str
    repository: str
    folder: str
    names: tuple[str, ...]

    def beginning(self, file: str) -> str:
        """Return how the names of the offers in a file begin."""
        provider = f"{file.rpartition('.')[0]}/" if self.name == LLM_API else ""
        return f"{self.name}/{provider}"


class OffersFetcher(HttpFetcher[OffersOptions]):
    """Reads the lists of prices."""

    source = SOURCE
    windowed = True  # the first look gives all, later ones the files that changed

    def read(
        self,
        session: SourceSession,
        since: datetime,  # noqa: ARG002  the lists know no since
        batch: Batch,
    ) -> Iterator[Item]:
        """Yield what the lists offer now.

        Raises:
            FetchError: after what could be read, if a list could not.
        """
        files = GitFiles(
            session=session,
            source=SOURCE,
            api_url=self.options.api_url,
            raw_url=self.options.raw_url,
            mirror_url=self.options.mirror_url,
        )
        failures: list[FetchError] = []
        for name in self.options.lists:
            try:
                yield from self._list(name, files, batch)
            except FetchError as failure:
                failures.append(failure)
        if failures:
            raise joined(failures)

    def _list(self, name: str, files: GitFiles, batch: Batch) -> Iterator[Item]:
        if name == LLM_API:
            wanted = tuple(f"{provider}.yml" for provider in self.options.providers)
            where = _Where(name, "pydantic/genai-prices", "prices/providers", wanted)
            yield from self._files(files, where, parse_llm_prices, batch)
        elif name == GPU_RENTAL:
            where = _Where(name, "tardellirs/gpu-pricing", "src/data", ("offerings.json",))
            yield from self._files(files, where, parse_gpu_rental, batch)
        else:
            where = _Where(name, "cheahjs/free-llm-api-resources", "", ("README.md",))
            yield from self._files(files, where, parse_free_tiers, batch)

    def _files(
        self,
        files: GitFiles,
        where: _Where,
        parse: Callable[[bytes, str, datetime], list[Item]],
        batch: Batch,
    ) -> Iterator[Item]:
        missed: list[FetchError] = []
        listed = [
            one
            for one in files.listed(where.repository, where.folder, where.names)
            if one.name in where.names
        ]
        for file in listed:
            try:
                body = files.read(file)
                if body is not None:
                    items = parse(body, file.name, self.clock())
                    yield from items
                    beginning = where.beginning(file.name)
                    batch.listed[beginning] = frozenset(item.key.external_id for item in items)
            except FetchError as failure:
                if ends_fetch(failure):
                    raise
                missed.append(failure)
        if missed:
            raise joined(missed)
        if gone := sorted(set(where.names) - {one.name for one in listed}):
            batch.add_note(f"{where.repository} has no {', '.join(gone)}")


DECLARATION = Source(
    name=SOURCE,
    options=OffersOptions,
    make=OffersFetcher,
    every=timedelta(hours=12),
    pace=timedelta(seconds=1),
    gives="prices of models and graphics cards, free tiers",
    second_way="a mirror of the files",
)
