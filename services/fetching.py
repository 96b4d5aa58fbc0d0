"""Fetching: store what the sources give, in batches, with one report for each source."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from core.coverage import EARLIER, Coverage, lost_fields
from core.errors import StorageError
from core.items import Stored
from core.ports.clock import Clock
from core.ports.sources import Fetcher, Progress, SideBySide, ValidatorStore
from core.ports.storage import Store
from core.search import Filter
from core.sources import Batch, FetchReport, SourceState, SourceStatus

log = logging.getLogger(__name__)

ITEMS_PER_TRANSACTION = 1000
"""Items stored in one transaction: large enough to be fast, small enough to lose little."""

SUSPICIOUS_SHARE = 0.4
"""A source that gives less than this share of its usual number of items is reported."""

USUAL_FROM = 3
"""Fetches after which a count says something where it depends on how far back is read: the first
fetch reaches further than those that follow."""

SUSPICIOUS_FROM = 10.0
"""Below this usual number of items a falling count says nothing."""


def no_progress(source: str, fetched: int, report: FetchReport | None) -> None:
    """Ignore how far the work is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Reads sources and stores what they give.

    Attributes:
        store: where items and reports go.
        clock: tells when each source was asked.
        validators: what the stored answers said about changes; None keeps nothing of it.
        sample: whether the items are the sample day: they are marked so, no report is recorded,
            and the first live success removes them.
        side_by_side: how to run the sources, such as ``ThreadPoolExecutor.map``; built-in
            ``map`` runs one after the other.
        progress: is called with the counts while it runs.
    """

    store: Store
    clock: Clock
    validators: ValidatorStore | None = None
    sample: bool = False
    side_by_side: SideBySide = map
    progress: Progress = no_progress

    def collect(
        self, fetchers: Sequence[Fetcher], since: Callable[[str], datetime]
    ) -> tuple[FetchReport, ...]:
        """Read each source; one source's failure harms no other.

        Args:
            fetchers: one per source.
            since: how far back to read a source of that name (aware UTC).

        Raises:
            StorageError: if no report at all can be recorded; nothing is lost then but this run.
        """
        states = self.store.source_states()

        unrecorded: list[StorageError] = []

        def one(fetcher: Fetcher) -> FetchReport:
            usual = _usual(fetcher, states.get(fetcher.source))
            report, problem = self._one(fetcher, since(fetcher.source), usual)
            unrecorded.extend([problem] if problem is not None else [])
            return report

        reports = tuple(self.side_by_side(one, fetchers))
        if unrecorded and len(unrecorded) == len(reports):
            raise unrecorded[0]
        if not self.sample and any(r.status.succeeded and r.fetched for r in reports):
            self.store.remove_sample()
        return reports

    def _one(
        self, fetcher: Fetcher, since: datetime, usual: float | None
    ) -> tuple[FetchReport, StorageError | None]:
        """Read a source; return its report, and why that could not be recorded, if so."""
        batch = fetcher.fetch(since)
        report = self._read(fetcher.source, batch, usual)
        problem: StorageError | None = None
        try:
            if not self.sample:
                self.store.record_fetch(report, now=self.clock())
            if report.status.succeeded and self.validators is not None:
                for url, validators in batch.validators.items():
                    self.validators.keep(url, validators)
        except StorageError as error:
            # The others may find the database free again.
            log.warning("%s: how its fetch ended cannot be recorded: %s", fetcher.source, error)
            problem, report = error, _unrecorded(report, error)
        self.progress(fetcher.source, report.fetched, report)
        return report, problem

    def _read(self, source: str, batch: Batch, usual: float | None) -> FetchReport:
        tally = Stored(new=0, updated=0, fetched=0)
        error: str | None = None
        before, now = Coverage(), Coverage()
        try:
            if not self.sample:
                before.add(self.store.items(Filter(sources=(source,)), limit=EARLIER))
            items = iter(batch.items)
            while chunk := list(islice(items, ITEMS_PER_TRANSACTION)):
                now.add(chunk)
                tally = tally + self.store.upsert(chunk, now=self.clock(), sample=self.sample)
                self.progress(source, tally.fetched, None)
            for beginning, names in batch.listed.items():
                self.store.withdraw_prices(source, beginning, names)
        except StorageError as problem:
            error = str(problem)
        except Exception:
            # One buggy fetcher must not silence the other sources; its traceback goes to the log.
            log.exception("%s: unexpected failure", source)
            error = "unexpected failure, see the log"
        failure = batch.failure if error is None else None
        if failure is not None and not failure.missing:
            error = str(failure)
        missing = failure.missing if failure is not None else None
        lost = lost_fields(before, now) if error is None and not missing else ""
        status = _status(tally.fetched, error, missing, usual)
        return FetchReport(
            source=source,
            status=SourceStatus.SUSPICIOUS if lost else status,
            new=tally.new,
            updated=tally.updated,
            fetched=tally.fetched,
            error=error,
            note=missing or lost or batch.note or _fall(tally.fetched, usual, error),
            quota=batch.quota,
            retry_at=failure.retry_at if failure is not None else None,
            unreached=failure is not None and failure.unreached,
            moved_to=batch.moved_to,
            gone=batch.gone,
        )


def _unrecorded(report: FetchReport, problem: StorageError) -> FetchReport:
    status = SourceStatus.PARTIAL if report.fetched else SourceStatus.FAILED
    return replace(report, status=status, error=report.error or str(problem))


def _status(
    fetched: int, error: str | None, missing: str | None, usual: float | None
) -> SourceStatus:
    if missing:
        return SourceStatus.PARTIAL if fetched else SourceStatus.SKIPPED
    if error:
        return SourceStatus.PARTIAL if fetched else SourceStatus.FAILED
    if _fell(fetched, usual):
        return SourceStatus.SUSPICIOUS
    return SourceStatus.OK if fetched else SourceStatus.EMPTY


def _usual(fetcher: Fetcher, state: SourceState | None) -> float | None:
    """Return how many items a fetch of this source usually gives, if that can be said."""
    needed = USUAL_FROM if fetcher.windowed else 1
    return state.usual if state is not None and state.answers >= needed else None


def _fell(fetched: int, usual: float | None) -> bool:
    # An honest "nothing today" (weekend, holiday) is said by the source itself and is EMPTY.
    return bool(usual and usual >= SUSPICIOUS_FROM and 0 < fetched < usual * SUSPICIOUS_SHARE)


def _fall(fetched: int, usual: float | None, error: str | None) -> str | None:
    if error or not _fell(fetched, usual) or usual is None:
        return None
    return f"gave {fetched} items, usually about {usual:.0f}"
