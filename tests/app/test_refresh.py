from __future__ import annotations

from threading import Lock

from app.refresh import _threads
from core.ports.sources import Fetcher
from core.sources import FetchReport, SourceStatus
from tests.fakes import FakeFetcher

NAMES = [f"feed:{number}" for number in range(6)]


def test_sources_under_suspicion_are_read_last_and_alone() -> None:
    under_way: list[str] = []
    company: dict[str, list[str]] = {}
    order: list[str] = []
    lock = Lock()

    def look(fetcher: Fetcher) -> FetchReport:
        with lock:
            under_way.append(fetcher.source)
            company[fetcher.source] = list(under_way)
            order.append(fetcher.source)
        with lock:
            under_way.remove(fetcher.source)
        return FetchReport(source=fetcher.source, status=SourceStatus.EMPTY)

    alone = {"feed:0", "feed:3"}
    reports = _threads(4, alone)(look, [FakeFetcher(source=name) for name in NAMES])
    assert [report.source for report in reports] == NAMES
    assert order[-2:] == ["feed:0", "feed:3"]
    assert (company["feed:0"], company["feed:3"]) == (["feed:0"], ["feed:3"])
