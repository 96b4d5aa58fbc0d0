"""What is counted, in the text format of Prometheus; a registry of our own, nothing global."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from core.sources import FetchReport, SourceState

CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST"})
"""Methods that are counted by name; anybody can make up others."""

SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the archive says when it is asked.

    Attributes:
        sources: state of each source that was ever read.
        deliveries: number of parts by state, such as ``in doubt``.
        digests: number of digests that were made.
        items: number of items.
    """

    sources: Mapping[str, SourceState]
    deliveries: Mapping[str, int]
    digests: int
    items: int


class Metrics:
    """Counts what happens in this process, and asks the archive for the rest."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        """Take what asks the archive; it is called each time that metrics are read."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tidings_web_requests",
            "Requests to the web page.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "tidings_web_request_seconds",
            "How long answering took.",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._fetches = Counter(
            "tidings_fetches",
            "Looks at sources, by how they ended.",
            ("source", "status"),
            registry=self._registry,
        )
        self._new = Counter(
            "tidings_new_items", "Items never seen before.", ("source",), registry=self._registry
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(_Archive(figures))

    @contextmanager
    def request(self, route: str, method: str) -> Iterator[Callable[[int], None]]:
        """Time a request; what is handed out has to be told its status."""
        started = time.perf_counter()

        def ended(status: int) -> None:
            name = method if method in METHODS else "other"
            self._requests.labels(route, name, str(status)).inc()
            self._seconds.labels(route).observe(time.perf_counter() - started)

        yield ended

    def fetched(self, reports: Iterable[FetchReport]) -> None:
        """Count looks at sources."""
        for report in reports:
            self._fetches.labels(report.source, report.status.value).inc()
            self._new.labels(report.source).inc(report.new)

    def text(self) -> bytes:
        """Return everything as a page for Prometheus.

        Raises:
            StorageError: if the archive cannot be read.
        """
        return generate_latest(self._registry)


class _Archive(Collector):
    """What is read from the archive when somebody looks."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._figures = figures

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand: that would read the archive when this is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        figures = self._figures()
        success = GaugeMetricFamily(
            "tidings_source_last_success_timestamp_seconds",
            "When a source was last read in full; 0 is never.",
            labels=("source",),
        )
        for name, state in figures.sources.items():
            at = state.last_success.timestamp() if state.last_success else 0
            success.add_metric((name,), at)
        parts = GaugeMetricFamily(
            "tidings_deliveries", "Parts of digests in the outbox, by state.", labels=("state",)
        )
        for state_name, count in figures.deliveries.items():
            parts.add_metric((state_name,), count)
        yield success
        yield parts
        yield GaugeMetricFamily("tidings_digests", "Digests that were made.", figures.digests)
        yield GaugeMetricFamily("tidings_items", "Items in the archive.", figures.items)
