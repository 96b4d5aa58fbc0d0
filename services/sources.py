"""The sources of an installation: which are read, when, how far back, and how they fared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ports.clock import Clock
from core.ports.sources import Fetcher
from core.ports.storage import FeedStore, Store
from core.sources import NEVER_READ, FetchReport, SourceState, SourceStatus

RETRY = timedelta(minutes=15)
"""How soon a source that failed is asked again, if it named no time itself."""

OVERLAP = timedelta(hours=12)
"""How far before its last success a source is read again: late arrivals; repeats cost nothing.

Longer would reach behind arXiv's last announcement on most days, and need its API every time."""

MAX_LOOK_BACK = timedelta(days=30)
"""After a long silence a source is read no further back than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Knows the sources of the settings, and the feeds that members added.

    Every method raises ``StorageError`` if the archive cannot be read or written.

    Attributes:
        every: time between two fetches of each source of the settings, in their order.
        every_feed: the same for each feed that a member added.
        enabled: names of the sources of the settings that are read, in their order.
        first: how far back a source is read for the first time.
        store: the archive.
        feeds: members' feeds.
        clock: tells the time.
    """

    every: Mapping[str, timedelta]
    every_feed: timedelta
    enabled: tuple[str, ...]
    first: timedelta
    store: Store
    feeds: FeedStore
    clock: Clock

    def readable(self) -> tuple[str, ...]:
        """Return the names of all sources, enabled or not, and of members' feeds."""
        return (*self.every, *(feed.source for feed in self.feeds.feeds()))

    def health(self) -> tuple[SourceState, ...]:
        """Return the state of each enabled source in the settings' order, read before or not."""
        states, now = self.store.source_states(), self.clock()
        return tuple(states.get(name) or _never_read(name, now) for name in self.enabled)

    def has_live_items(self) -> bool:
        """Return whether the archive holds more than the sample day."""
        return not self.store.has_only_sample()

    def due(self, fetchers: Sequence[Fetcher]) -> list[Fetcher]:
        """Return the fetchers whose source is to be asked now.

        A source is due when its last attempt is ``every`` ago, or ``RETRY`` ago if it failed; a
        skipped one always, since asking costs nothing until what it lacks is there. A clock that
        was set back makes it due at once. Never before the time that it asked us to wait for, but
        where the clock was set back by more than that pause.
        """
        states, now = self.store.source_states(), self.clock()
        return [
            fetcher
            for fetcher in fetchers
            if _is_due(
                states.get(fetcher.source), self.every.get(fetcher.source, self.every_feed), now
            )
        ]

    def look_back(self) -> Callable[[str], datetime]:
        """Return how far back to read each source: to its last success and a little before."""
        states, now = self.store.source_states(), self.clock()

        def since(source: str) -> datetime:
            state = states.get(source)
            if state is None or state.last_success is None:
                return now - self.first
            return max(state.last_success - OVERLAP, now - MAX_LOOK_BACK)

        return since


def _never_read(source: str, now: datetime) -> SourceState:
    report = FetchReport(source=source, status=SourceStatus.SKIPPED, note=NEVER_READ)
    return SourceState(report=report, last_attempt=now)


def _is_due(state: SourceState | None, every: timedelta, now: datetime) -> bool:
    if state is None or state.report.status is SourceStatus.SKIPPED:
        return True
    if state.next_attempt is not None:
        asked_for = state.next_attempt - state.last_attempt
        if state.last_attempt - asked_for <= now < state.next_attempt:
            return False
    pause = every if state.report.status.succeeded else min(every, RETRY)
    return now - state.last_attempt >= pause or state.last_attempt > now
