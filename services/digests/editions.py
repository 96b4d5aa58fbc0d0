"""Editions for everybody: one a week, without anything personal, the same for ever once it is over.

They are ranked for the interests in the settings, from the sources in the settings: neither what
members care about nor what they added can be seen in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from core.digests import Budget, Digest, RankedItem
from core.errors import UsageError
from core.mail import COMMUNITY
from core.people import Interest, Profile
from core.ports.clock import Clock
from core.ports.mail import SnapshotStore
from core.search import EVERYTHING
from core.weeks import week_name, week_of
from services.digests.candidates import DigestRequest
from services.digests.make import Digests
from services.sources import Sources

WEEK = timedelta(days=7)

RUNNING = "This week is still running: its edition is made anew each time"
UNFINISHED = "This edition was made before its week was over"

MAX_FOUND = 50
"""Items that a search of the editions yields at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionHit:
    """An item that an edition showed, and in which week."""

    week: str
    ranked: RankedItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Editions:
    """Makes, keeps and finds the editions for everybody.

    Every method raises ``StorageError`` if the archive cannot be read or written.

    Attributes:
        snapshots: where editions are kept.
        digests: gives the maker of digests for a clock.
        interests: what they are ranked for.
        budget: how much one holds.
        sources: those that are enabled are what everybody may see.
        clock: tells the time.
    """

    snapshots: SnapshotStore
    digests: Callable[[Clock], Digests]
    interests: tuple[Interest, ...]
    budget: Budget
    sources: Sources
    clock: Clock

    def make(self, week: str) -> Digest:
        """Return the edition of a week; one whose week is over is kept, made now if need be.

        It holds the seven days of the week. While the week runs it holds what has appeared so far,
        says so, and is made anew each time. That of the sample day says so and is not kept.

        Args:
            week: as ISO 8601 writes it: ``2026-W47``.

        Raises:
            UsageError: if it is no week, lies ahead, or there are no items yet.
        """
        start, end = week_of(week)
        name, now = week_name(start), self.clock()
        if start > now:
            raise UsageError(f"{name} is in the future; an edition needs items that have appeared")
        if not self.sources.has_live_items():
            return self._of_sample(name, end)
        if now < end:
            return _labelled(self._made(name, start, now), RUNNING)
        kept = self.snapshots.edition(name)
        if kept is not None and kept.made_at >= end:
            return kept
        made = self._made(name, start, end)
        return self.snapshots.keep_edition(name, made, "\n".join(map(_words, made.picks)))

    def edition(self, week: str) -> Digest | None:
        """Return the edition of a week, or None if there is none (also if it is no week).

        An earlier version kept editions of weeks that were not over; such a one says so.
        """
        try:
            start, end = week_of(week)
        except UsageError:
            return None
        kept = self.snapshots.edition(week_name(start))
        if kept is None or kept.made_at >= end:
            return kept
        return _labelled(kept, UNFINISHED)

    def weeks(self) -> tuple[str, ...]:
        """Return the weeks of which there is an edition, latest first."""
        return tuple(self.snapshots.weeks())

    def due(self) -> str:
        """Return the last week that is over if it has no edition yet, else ""."""
        name = week_name(self.clock() - WEEK)
        kept = self.snapshots.edition(name)
        whole = kept is not None and kept.made_at >= week_of(name)[1]
        return "" if whole or not self.sources.has_live_items() else name

    def search(self, text: str) -> tuple[EditionHit, ...]:
        """Return what editions showed whose text holds all words, latest first.

        Any text is a query; one without a word finds nothing.
        """
        words = text.casefold().split()
        if not words:
            return ()
        hits = (
            EditionHit(week=week, ranked=ranked)
            for week, digest in self.snapshots.editions_with(words, limit=MAX_FOUND)
            for ranked in digest.picks
            if all(word in _words(ranked) for word in words)
        )
        return tuple(islice(hits, MAX_FOUND))

    def _of_sample(self, week: str, end: datetime) -> Digest:
        """Make it as of when the sample day was served, so that it is the same each time.

        Raises:
            UsageError: if there are no items yet.
        """
        latest = self.sources.store.items(EVERYTHING, limit=1)
        if not latest:
            raise UsageError("there are no items yet; run tidings fetch first")
        # The instant itself lies outside of a period that ends there.
        end = min(end, latest[0].appeared_at + timedelta(seconds=1))
        return self._made(week, end - WEEK, end, sample=True)

    def _made(self, week: str, start: datetime, end: datetime, *, sample: bool = False) -> Digest:
        request = DigestRequest(
            profile=Profile(name=COMMUNITY, interests=self.interests),
            subscription=COMMUNITY,
            period=week,
            since=start,
            budget=self.budget,
            sources=self.sources.enabled,
            health=self.sources.health(),
            sample=sample,
        )
        return self.digests(lambda: end).prepare(request)


def _labelled(digest: Digest, what: str) -> Digest:
    """Say in its note that an edition does not hold its whole week."""
    made = digest.made_at
    label = f"{what}, and holds what appeared until {made.day} {made:%B, %H:%M} UTC."
    return replace(digest, note=f"{label} {digest.note}".rstrip())


def _words(ranked: RankedItem) -> str:
    item = ranked.item
    return " ".join([item.title, item.summary, *item.authors, *item.tags]).casefold()
