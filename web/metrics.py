"""Metrics in the text format of Prometheus, in a registry of our own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from core.sources import FetchReport, SourceState

METHODS = frozenset({"GET", "HEAD", "POST"})
"""Methods with a label of their own; clients can make up any others."""

LATENCY_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCounts:
    """What the archive holds at the moment.

    Attributes:
        sources: state of each source that was ever fetched.
        deliveries: number of parts by state, such as ``in doubt``.
        digests: number of digests made.
        items: number of items.
    """

    sources: Mapping[str, SourceState]
    deliveries: Mapping[str, int]
    digests: int
    items: int


class Metrics:
    """Counts events of this process, and reads the rest from the archive."""

    def __init__(self, counts: Callable[[], ArchiveCounts]) -> None:
        """Take what reads the archive; it is called each time the metrics are read."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tidings_web_requests",
            "Requests to the web page.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "tidings_web_request_seconds",
            "Time to answer a request.",
            ("route",),
            buckets=LATENCY_BUCKETS,
            registry=self._registry,
        )
        self._fetches = Counter(
            "tidings_fetches",
            "Fetches of sources, by result.",
            ("source", "status"),
            registry=self._registry,
        )
        self._new = Counter("tidings_new_items", "New items.", ("source",), registry=self._registry)
        ProcessCollector(registry=self._registry)
        self._registry.register(_Archive(counts))

    @contextmanager
    def request(self, route: str, method: str) -> Iterator[Callable[[int], None]]:
        """Time a request; call what is yielded with its status."""
        started = time.perf_counter()

        def ended(status: int) -> None:
            name = method if method in METHODS else "other"
            self._requests.labels(route, name, str(status)).inc()
            self._seconds.labels(route).observe(time.perf_counter() - started)

        yield ended

    def fetched(self, reports: Iterable[FetchReport]) -> None:
        """Count fetches of sources."""
        for report in reports:
            self._fetches.labels(report.source, report.status.value).inc()
            self._new.labels(report.source).inc(report.new)

    def text(self) -> bytes:
        """Return everything as a page for Prometheus.

        Raises:
            StorageError: if the archive cannot be read.
        """
        return generate_latest(self._registry)


@dataclass(frozen=True)
class _Archive(Collector):
    """Gauges that are read from the archive on demand."""

    counts: Callable[[], ArchiveCounts]

    def describe(self) -> Iterable[Metric]:
        """Describe nothing: that would read the archive when this is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        counts = self.counts()
        success = GaugeMetricFamily(
            "tidings_source_last_success_timestamp_seconds",
            "When a source was last fetched in full; 0 is never.",
            labels=("source",),
        )
        for name, state in counts.sources.items():
            at = state.last_success.timestamp() if state.last_success else 0
            success.add_metric((name,), at)
        parts = GaugeMetricFamily(
            "tidings_deliveries", "Parts of digests in the outbox, by state.", labels=("state",)
        )
        for state_name, count in counts.deliveries.items():
            parts.add_metric((state_name,), count)
        yield success
        yield parts
        yield GaugeMetricFamily("tidings_digests", "Digests made.", counts.digests)
        yield GaugeMetricFamily("tidings_items", "Items in the archive.", counts.items)
