"""A past week made again from the archive, to see what other interests would have changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from core.digests import Budget, Delivered, Digest, Period, RankedItem
from core.errors import UsageError
from core.impressions import DEADLINES, OUTSIDE, Impression
from core.items import Item, ItemKey
from core.people import Interest, Profile
from core.ports.clock import Clock
from core.ports.storage import ImpressionLog, Store
from core.search import Filter
from core.weeks import week_name, week_of
from services.digests.candidates import DigestRequest, unique
from services.digests.make import Digests
from services.digests.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A week as it would have been.

    Attributes:
        week: its name.
        logged: whether it is compared with what was delivered then; else with the same week made
            with the stored interests.
        before: number of picks that it is compared with.
        digest: the week with the interests that are tried.
        enters: picks that were none before.
        leaves: what was a pick before and is none now, with what stops it.
        missed: what the person saved of that week and would miss now, with what stops it.
    """

    week: str
    logged: bool
    before: int
    digest: Digest
    enters: tuple[RankedItem, ...]
    leaves: tuple[Trace, ...]
    missed: tuple[Trace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """What is known of the week as it was: its picks in order, and what had come before it."""

    period: Period
    picks: tuple[ItemKey, ...]
    got: Mapping[ItemKey, Delivered]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replays:
    """Makes past weeks again; nothing is recorded.

    Attributes:
        store: the archive.
        log: what was delivered.
        digests: gives the maker of digests for a clock.
        clock: tells the time.
    """

    store: Store
    log: ImpressionLog
    digests: Callable[[Clock], Digests]
    clock: Clock

    def replay(
        self, profile: Profile, week: str, *, tried: tuple[Interest, ...], items: int, most: int
    ) -> Replay:
        """Make a week again as of its end, or as of now while it runs, and compare it.

        What the person said later is left out, and so is what came before that week. It holds as
        many items as were delivered then, so that nothing enters or leaves for want of room alone.

        Args:
            profile: the person as stored.
            week: as ISO 8601 writes it, in the person's zone.
            tried: interests in place of the stored ones; the same for no change.
            items: how many items it holds where nothing was delivered.
            most: how many it holds at the most; 0 for any number.

        Raises:
            UsageError: if it is no week, lies ahead, or the archive holds nothing of it.
            StorageError: if the archive cannot be read.
        """
        start, end = self._so_far(week, profile.zone)
        past = self._past(profile, Period(start=start, end=end))
        then = replace(
            profile,
            feedback=tuple(said for said in profile.feedback if said.at < end),
            surprise=False,
        )
        room = len(past.picks) or items
        request = DigestRequest(
            profile=then,
            subscription="",
            since=past.period.start,
            budget=Budget(items=min(room, most) if most else room),
            reminders=False,
            got=past.got,
        )
        digests = self.digests(lambda: end)
        old = self._old(past, digests, request)
        of_week = [
            item for item in profile.saved if start <= item.appeared_at < end or item.key in old
        ]
        asked = unique([*old.values(), *of_week])
        made, traces = digests.trace(
            replace(request, profile=replace(then, interests=tried)), asked
        )
        stopped = {trace.item.key: trace for trace in traces if not trace.shown}
        return Replay(
            week=week_name(start, ZoneInfo(profile.zone)),
            logged=bool(past.picks),
            before=len(old),
            digest=made,
            enters=tuple(one for one in made.picks if one.members.isdisjoint(old)),
            leaves=tuple(stopped[key] for key in old if key in stopped),
            missed=tuple(stopped[item.key] for item in of_week if item.key in stopped),
        )

    def _so_far(self, week: str, zone: str) -> tuple[datetime, datetime]:
        start, end = week_of(week, ZoneInfo(zone))
        name, now = week_name(start, ZoneInfo(zone)), self.clock()
        if start > now:
            raise UsageError(f"{name} is in the future; a week can be replayed once it has begun")
        end = min(end, now)
        if not self.store.count(Filter(since=start, until=end)):
            raise UsageError(f"the archive has no items from {name}")
        return start, end

    def _past(self, profile: Profile, week: Period) -> _Past:
        shown = self.log.shown(profile.name, before=week.end)
        then = [one for one in shown if one.made_at >= week.start]
        picks = [one.key for one in then if one.section not in {DEADLINES, OUTSIDE}]
        start = min([week.start, *(one.since for one in then)])
        return _Past(
            period=Period(start=start, end=week.end),
            picks=tuple(dict.fromkeys(picks)),
            got=_delivered([one for one in shown if one.made_at < week.start]),
        )

    def _old(self, past: _Past, digests: Digests, request: DigestRequest) -> Mapping[ItemKey, Item]:
        """Return the picks that the week is compared with, in order."""
        if not past.picks:
            made, _ = digests.trace(request, ())
            return {pick.item.key: pick.item for pick in made.picks}
        stored = {item.key: item for item in self.store.items_of(past.picks)}
        return {key: stored[key] for key in past.picks if key in stored}


def _delivered(shown: Sequence[Impression]) -> Mapping[ItemKey, Delivered]:
    return {one.key: Delivered(digest=one.digest, version=one.version) for one in shown}
