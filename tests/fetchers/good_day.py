"""A day on which every source works: what the contract test reads, source by source.

A new source adds one function here, and the contract test covers it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fetchers.harness import fixture
from tests.stand_ins.sources import paths
from tests.stand_ins.sources.server import SourceServer

Serve = Callable[[SourceServer, str, bytes], None]
"""Makes a path give a body, well or badly."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """How one source answers.

    Attributes:
        answers: body by path.
        options: what the settings of the source say, beside the addresses.
        now: when it is read.
        back: how far back it is read.
        least: number of items that it gives at least.
    """

    answers: Mapping[str, bytes]
    least: int
    options: Mapping[str, Any] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)
    back: timedelta = timedelta(days=60)


GOOD_DAYS: Mapping[str, Day] = {
    "arxiv": Day(
        answers={
            paths.arxiv_rss("cs.CL", "cs.LG"): fixture("arxiv/rss.xml"),
            paths.ARXIV_API: fixture("arxiv/api_new.xml"),
        },
        options={"categories": ("cs.CL", "cs.LG")},
        now=datetime(2024, 1, 9, 12, tzinfo=UTC),
        least=6,
    ),
    "github": Day(
        answers={
            paths.GITHUB_TRENDING: fixture("github/trending.html"),
            paths.GITHUB_SEARCH: fixture("github/search.json"),
            paths.releases("pytorch/pytorch"): fixture("github/releases.atom"),
        },
        options={"languages": ("any",), "follow": ("pytorch/pytorch",)},
        least=4,
    ),
    "kaggle": Day(
        answers={
            paths.KAGGLE_COMPETITIONS: fixture("kaggle/competitions.json"),
            paths.KAGGLE_DATASETS: fixture("kaggle/datasets.json"),
            paths.KAGGLE_KERNELS: fixture("kaggle/kernels.json"),
        },
        options={"token": "t0k3n"},
        least=4,
    ),
}
