from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from core.sources import FetchReport, SourceState, SourceStatus
from tests.fakes import NOON
from web.metrics import ArchiveCounts, Metrics

REPORT = FetchReport(source="arxiv", status=SourceStatus.OK, new=3, fetched=9)


def metrics() -> Metrics:
    figures = ArchiveCounts(
        sources={
            "arxiv": SourceState(report=REPORT, last_attempt=NOON, last_success=NOON),
            "kaggle": SourceState(report=REPORT, last_attempt=NOON),
        },
        deliveries={"sent": 7, "in doubt": 1},
        digests=5,
        items=1200,
    )
    return Metrics(lambda: figures)


def value(counted: Metrics, name: str, **labels: str) -> float | None:
    """Return the value of a sample, None if there is none."""
    for family in text_string_to_metric_families(counted.text().decode()):
        for sample in family.samples:
            if (sample.name, sample.labels) == (name, labels):
                return sample.value
    return None


def test_looks_at_sources_are_counted_by_source_and_status() -> None:
    counted = metrics()
    failed = FetchReport(source="arxiv", status=SourceStatus.FAILED, error="gone")
    counted.fetched([REPORT, REPORT, failed])
    assert value(counted, "tidings_fetches_total", source="arxiv", status="ok") == 2
    assert value(counted, "tidings_fetches_total", source="arxiv", status="failed") == 1
    assert value(counted, "tidings_new_items_total", source="arxiv") == 6


def test_the_archive_is_asked_when_somebody_looks() -> None:
    counted = metrics()
    success = "tidings_source_last_success_timestamp_seconds"
    assert value(counted, success, source="arxiv") == NOON.timestamp()
    assert value(counted, success, source="kaggle") == 0
    assert value(counted, "tidings_deliveries", state="in doubt") == 1
    assert value(counted, "tidings_digests") == 5
    assert value(counted, "tidings_items") == 1200
    assert (value(counted, "process_resident_memory_bytes") or 0) > 1e6


def test_requests_are_counted_by_route_and_made_up_methods_are_one() -> None:
    counted = metrics()
    for method in ("GET", "BREW", "SPLIT"):
        with counted.request("/view/{token}", method) as ended:
            ended(200)
    requests = "tidings_web_requests_total"
    one, route = {"status": "200"}, {"route": "/view/{token}"}
    assert value(counted, requests, method="GET", **one, **route) == 1
    assert value(counted, requests, method="other", **one, **route) == 2
    assert value(counted, "tidings_web_request_seconds_count", **route) == 3


def test_two_of_them_share_nothing() -> None:
    one, other = metrics(), metrics()
    one.fetched([REPORT])
    assert value(other, "tidings_new_items_total", source="arxiv") is None
