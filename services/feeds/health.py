"""Members' feeds over time: moved, gone, or failing until they are given up.

::

    read ──ok──→ trouble forgotten
      ├──moved for good──→ its address is changed
      ├──failed──→ counted; 10 times in a row and 3 days long → stopped, owners notified once
      └──gone (410)──→ stopped at once; removed when its owners were notified
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from core.errors import StorageError, UsageError
from core.feeds import AddedFeed, Feed, FeedTrouble
from core.ports.clock import Clock
from core.ports.storage import FeedStore
from core.sources import FetchReport, SourceState, SourceStatus
from services.feeds.members import feed_address

log = logging.getLogger(__name__)

MAX_FAILURES = 10
"""Failures in a row after which a feed may be given up …"""

MIN_FAILING_TIME = timedelta(days=3)
"""… if they took at least so long: a weekend without electricity is no end."""

ONLINE_PERIOD = timedelta(days=1)
"""If no source at all answered for so long, it is our own network that fails."""

GONE = "its server says that it is gone for good (status 410)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNotice:
    """That a feed is read no more, for those who added it.

    Attributes:
        trouble: what became of it.
        owners: who added it, such as ``discord:123``.
        removed: whether it is removed, and not only stopped.
    """

    trouble: FeedTrouble
    owners: tuple[str, ...]
    removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """Looks after the feeds that members added; ``states`` are those of all sources.

    Every method raises ``StorageError`` if the archive cannot be read or written.
    """

    store: FeedStore
    states: Callable[[], Mapping[str, SourceState]]
    clock: Clock

    def readable(self) -> Sequence[Feed]:
        """Return the feeds that were not given up, by name."""
        stopped = {one.feed.name for one in self.store.troubles() if one.stopped_at}
        return [feed for feed in self.store.feeds() if feed.name not in stopped]

    def record(self, reports: Sequence[FetchReport]) -> None:
        """Record how fetches ended; those of sources that are no member's feed are ignored.

        What cannot be recorded of one feed is logged, and harms no other.
        """
        feeds = {feed.source: feed for feed in self.store.feeds()} if reports else {}
        known = {one.feed.name: one for one in self.store.troubles()} if feeds else {}
        for report in reports:
            feed = feeds.get(report.source)
            if feed is None:
                continue
            try:
                self._record(feed, known.get(feed.name), report)
            except StorageError as error:
                log.warning("%s: its health cannot be recorded: %s", feed.source, error)

    def _record(self, feed: Feed, before: FeedTrouble | None, report: FetchReport) -> None:
        if report.status is SourceStatus.FAILED:
            self.store.save_trouble(self._worse(feed, before, report))
        elif before is not None:
            self.store.end_trouble(feed.name)
        if report.moved_to and report.status is not SourceStatus.FAILED:
            self._move(feed, report.moved_to)

    def notices(self) -> Sequence[FeedNotice]:
        """Return the notices that owners of stopped feeds have not received yet."""
        return [
            FeedNotice(
                trouble=one,
                owners=tuple(dict.fromkeys(a.owner for a in self._having(one.feed))),
                removed=one.error == GONE,
            )
            for one in self.store.troubles()
            if one.stopped_at and not one.notified
        ]

    def mark_notified(self, notice: FeedNotice) -> None:
        """Record that a notice was given; a feed that is gone goes with it."""
        self.store.save_trouble(replace(notice.trouble, notified=True))
        if notice.removed:
            for added in self._having(notice.trouble.feed):
                self.store.remove(added.feed.name, owner=added.owner, guild=added.guild)

    def _worse(self, feed: Feed, before: FeedTrouble | None, report: FetchReport) -> FeedTrouble:
        now = self.clock()
        trouble = before or FeedTrouble(feed=feed, failures=0, since=now, error="")
        failures = trouble.failures + 1
        lasting = failures >= MAX_FAILURES and now - trouble.since >= MIN_FAILING_TIME
        stopped = report.gone or (lasting and self._online())
        return replace(
            trouble,
            failures=failures,
            error=GONE if report.gone else report.error or "",
            stopped_at=trouble.stopped_at or (now if stopped else None),
        )

    def _online(self) -> bool:
        """Whether any source answered lately."""
        now = self.clock()
        answers = (state.last_success for state in self.states().values())
        return any(at is not None and now - at <= ONLINE_PERIOD for at in answers)

    def _move(self, feed: Feed, url: str) -> None:
        try:
            address = feed_address(url)
        except UsageError:
            return  # it was read there, by the guard's leave, but no member could have named it
        # A way back from https would let anybody on the way change what is read from now on.
        loses_cipher = feed.url.startswith("https:") and address.startswith("http:")
        if address != feed.url and not loses_cipher:
            self.store.moved(feed.name, address)

    def _having(self, feed: Feed) -> Sequence[AddedFeed]:
        return [added for added in self.store.added() if added.feed.name == feed.name]
