"""The sources: each fetches in its own format and gives items.

A new source is one module and one line in ``FETCHERS``; ``docs/adding-a-source.md`` shows how.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from core.feeds import PREFIX
from fetchers.arxiv import ArxivFetcher, ArxivOptions
from fetchers.feeds import feed_source
from fetchers.github import GithubFetcher, GithubOptions
from fetchers.kaggle import KaggleFetcher, KaggleOptions
from fetchers.source import Source

__all__ = ["FETCHERS", "Source", "source_named"]

FETCHERS: Mapping[str, Source[Any]] = MappingProxyType(
    {
        # arXiv's terms ask for at most one request in three seconds, over API and RSS together.
        "arxiv": Source(
            options=ArxivOptions,
            make=ArxivFetcher,
            every=timedelta(hours=6),
            pace=timedelta(seconds=3),
        ),
        "github": Source(
            options=GithubOptions,
            make=GithubFetcher,
            every=timedelta(hours=12),
            pace=timedelta(seconds=1),
        ),
        "kaggle": Source(
            options=KaggleOptions,
            make=KaggleFetcher,
            every=timedelta(hours=6),
            pace=timedelta(seconds=1),
        ),
    }
)
"""Every source by its name, in the order in which they are shown."""


def source_named(name: str) -> Source[Any]:
    """Return a source by its name, which for a feed is ``feed:<name>``.

    Raises:
        KeyError: if there is none of that name.
    """
    if name.startswith(PREFIX):
        return feed_source(name.removeprefix(PREFIX))
    return FETCHERS[name]
