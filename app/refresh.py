"""Bringing the archive up to date before it is read: live sources, else the sample day.

All functions raise ``StorageError`` if the archive cannot be read or written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from app.wiring.application import Application
from core.ports.sources import Fetcher, Progress, SideBySide
from core.sources import FetchReport, SourceState, SourceStatus
from services.fetching import Collector, no_progress

MAX_THREADS = 8
"""Sources that are read side by side: enough that a slow one holds up nobody for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What the archive holds after a refresh.

    Attributes:
        health: how each source fared, in the order of the settings.
        sample: whether it is the sample day, since nothing else was to be had.
    """

    health: tuple[SourceState, ...]
    sample: bool


def refresh(
    application: Application, *, offline: bool, progress: Progress = no_progress
) -> Freshness:
    """Read the sources that are due; with nothing live to show, serve the sample day.

    Args:
        application: what to refresh.
        offline: ask no source; use the archive as it is, or the sample day if it is empty.
        progress: called with the counts while the sources are read.

    Raises:
        UnavailableError: if the settings want ranking by meaning, and it is not installed.
        ConfigError: if the model that they name for it is none.
    """
    application.embedding_model.check()
    reports = () if offline else fetch_due(application, progress=progress)
    sample = application.store.has_only_sample() and all(_nothing(report) for report in reports)
    served = _serve_sample(application) if sample else ()
    catch_up(application, progress=progress)
    health = served if sample and offline else application.sources.health()
    return Freshness(health=health, sample=sample)


def catch_up(application: Application, *, progress: Progress = no_progress) -> None:
    """Read what new items mean, where there is a model for it.

    Raises:
        UnavailableError: if it is not installed, or the model does not run.
        ConfigError: if the model is none.
    """
    application.embedding_model.catch_up(progress=lambda done: progress("meaning", done, None))


def fetch_due(
    application: Application, *, progress: Progress = no_progress
) -> tuple[FetchReport, ...]:
    """Read the sources whose time has come."""
    application.looks.settle()
    due = application.sources.due(application.fetchers())
    return fetch(application, due, progress=progress)


def fetch(
    application: Application,
    fetchers: Sequence[Fetcher],
    *,
    look_back: Callable[[str], datetime] | None = None,
    progress: Progress = no_progress,
) -> tuple[FetchReport, ...]:
    """Read these sources side by side and return their reports in the same order."""
    if not fetchers:
        return ()
    collector = Collector(
        store=application.store,
        clock=application.clock,
        validators=application.storage.validators,
        side_by_side=_threads(min(len(fetchers), MAX_THREADS), application.looks.suspects),
        progress=progress,
    )
    watched = application.looks.watched(fetchers)
    reports = collector.collect(watched, look_back or application.sources.look_back())
    application.feed_health.record(reports)
    return reports


def _nothing(report: FetchReport) -> bool:
    return report.status in {SourceStatus.FAILED, SourceStatus.SKIPPED}


def _serve_sample(application: Application) -> tuple[SourceState, ...]:
    from sample.server import serve

    now = application.clock()
    with serve(now) as addresses:
        collector = Collector(store=application.store, clock=application.clock, sample=True)
        fetchers = application.sample_fetchers(addresses)
        reports = collector.collect(fetchers, application.sources.look_back())
    return tuple(
        SourceState(report=report, last_attempt=now, last_success=now) for report in reports
    )


def _threads(count: int, alone: Collection[str]) -> SideBySide:
    """Run in so many threads, and those that are named one after the other when all are done."""
    alone = frozenset(alone)

    def side_by_side(
        function: Callable[[Fetcher], FetchReport], fetchers: Sequence[Fetcher], /
    ) -> Iterable[FetchReport]:
        pool = ThreadPoolExecutor(max_workers=count)
        try:
            together = [one for one in fetchers if one.source not in alone]
            reports = {report.source: report for report in pool.map(function, together)}
            reports |= {one.source: function(one) for one in fetchers if one.source in alone}
            return [reports[one.source] for one in fetchers]
        finally:
            # Ctrl-C must not wait for a slow source; after a normal end all threads are done.
            pool.shutdown(wait=False, cancel_futures=True)

    return side_by_side
