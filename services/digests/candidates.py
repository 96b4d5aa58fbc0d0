"""What a digest is asked to hold, and the items of a period that it chooses from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.digests import Budget, Delivered, Period
from core.editions import one_each
from core.feeds import Viewer
from core.items import Item, ItemKey, ItemKind
from core.moves import price_in_words
from core.people import LIKES, Profile, muting_word
from core.ports.storage import MoveStore, SearchIndex, Store
from core.search import Filter
from core.sources import SourceState
from core.withdrawal import is_withdrawn
from core.works import Work
from services.feeds.visibility import VisibleFeeds

MAX_CANDIDATES = 2500
"""Up to so many items of a period are all ranked; of more, those that retrieval finds."""

MAX_RETRIEVED = 1500
"""Items that retrieval by text yields at the most, shared among the queries."""

MAX_QUERIES = 40
"""Written interests and liked items that are looked up at the most, latest first."""

MAX_ARCHIVE_HITS = 10
"""Best archive items per interest, from which the ranker learns what is near to it."""

HORIZON = timedelta(days=60)
"""How far ahead a deadline may lie to be shown."""

_LISTED = frozenset({ItemKind.CONFERENCE, ItemKind.OFFER})
"""Kinds whose items are no news by being on a list: a conference is reminded of, and both come as
updates when what they say has moved."""

_CHANGED = "Changed or corrected"
_PRICES = 4
"""Prices of one offer that its card names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRequest:
    """What kind of digest is wanted.

    Attributes:
        profile: for whom.
        subscription: under which name it is recorded, so that nothing comes twice; empty for a
            preview, which is not recorded.
        since: start of its period (aware UTC).
        period: name of the local period it is for; empty for the local day on which it is made.
        budget: how much it may hold.
        health: how each source fared, to be shown to the reader.
        sources: names of the sources to take items from; empty means all.
        sample: whether the archive holds the sample day only.
        guild: the community that it is for, whose feeds it may take items from; empty for none.
        reminders: whether a bar at its top may remind of deadlines.
        got: what the reader is assumed to have received, if there is no subscription.
    """

    profile: Profile
    subscription: str
    since: datetime
    budget: Budget
    health: tuple[SourceState, ...] = ()
    sources: tuple[str, ...] = ()
    sample: bool = False
    period: str = ""
    guild: str = ""
    reminders: bool = True
    got: Mapping[ItemKey, Delivered] = field(default_factory=dict)

    @property
    def viewer(self) -> Viewer:
        """Whose feeds it may take items from."""
        return Viewer(person=self.profile.name, guild=self.guild)

    def digest_id(self, now: datetime) -> str:
        """Return the id of the digest if it is made now: its subscription and its local period."""
        day = now.astimezone(ZoneInfo(self.profile.zone)).date()
        return f"{self.subscription or 'preview'}@{self.period or day.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSet:
    """The items that a digest may choose from.

    Attributes:
        request: the digest that is asked for.
        period: whose items they are; it ends when the digest is made.
        seen: what the reader may see, and wants to.
        candidates: what is ranked and may be picked.
        reminders: what has a deadline ahead, whenever it appeared.
        archive: what interests are widened by.
        considered: number of items in the period.
        delivered: what the reader got before the digest that is asked for.
        updates: candidates that have changed since the reader got them.
        joined: members that came to a work after the reader had got another one of it.
        works: the work of each candidate and reminder that has related items.
        related: the other members of these works, as far as the reader may see them.
        complete: whether all of the period that the person may want is among the candidates.
    """

    request: DigestRequest
    period: Period
    seen: Filter
    candidates: tuple[Item, ...]
    reminders: tuple[Item, ...]
    archive: tuple[Item, ...]
    considered: int
    delivered: Mapping[ItemKey, Delivered]
    updates: frozenset[ItemKey]
    joined: frozenset[ItemKey]
    works: Mapping[ItemKey, Work]
    related: tuple[Item, ...]
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Finds what a digest may choose from."""

    store: Store
    index: SearchIndex
    visible: VisibleFeeds
    moves: MoveStore | None = None

    def find(self, request: DigestRequest, now: datetime) -> CandidateSet:
        """Return the candidates of a period, and what is known of them; each is read once."""
        period = Period(start=request.since, end=now)
        seen = Filter(sources=request.sources, feeds=self.visible(request.viewer))
        where = replace(seen, since=period.start, until=period.end)
        considered = self.store.count(where)
        complete = considered <= MAX_CANDIDATES
        found = self.store.items(where, limit=MAX_CANDIDATES if complete else MAX_RETRIEVED)
        if not complete:
            found = unique([*self._retrieve(request.profile, where), *found])[:MAX_CANDIDATES]
        delivered, updates = request.got, list[Item]()
        if request.subscription:
            delivered = self.store.delivered(
                request.subscription, other_than=request.digest_id(now)
            )
            got = self.store.items_of(delivered)
            updates = [item for item in got if item.version != delivered[item.key].version]
        offers = self._moved_offers(period, seen)
        updates = [one for one in updates if one.kind is not ItemKind.OFFER or one.key in offers]
        judged = request.profile.judged
        new = [item for item in found if item.key not in judged and item.kind not in _LISTED]
        candidates = _welcome(unique([*new, *offers.values(), *updates]), request, seen, now)
        reminders = self._reminders(request, seen, now)
        ranked = {item.key for item in (*candidates, *reminders)}
        works = self.store.works(ranked)
        members = {key for work in works.values() for key in (*work.members, *work.shared)}
        return CandidateSet(
            request=request,
            period=period,
            seen=seen,
            candidates=candidates,
            reminders=reminders,
            archive=self._archive(
                request.profile,
                Filter(feeds=seen.feeds, until=now),
                {item.key for item in candidates},
            ),
            considered=considered,
            delivered=delivered,
            updates=frozenset(item.key for item in updates),
            joined=self._joined(works.values(), delivered),
            works=works,
            related=tuple(
                item
                for item in self.store.items_of(members - ranked)
                if Filter(feeds=seen.feeds).admits(item.key.source)
            ),
            complete=complete,
        )

    def _moved_offers(self, period: Period, seen: Filter) -> Mapping[ItemKey, Item]:
        """Return the offers whose price moved in a period, each with what it was."""
        if self.moves is None:
            return {}
        moved: dict[ItemKey, list[str]] = defaultdict(list)
        for move in self.moves.moves(since=period.start, until=period.end):
            if move.is_price:
                moved[move.key].append(price_in_words(move))
        items = self.store.items_of(key for key in moved if seen.admits(key.source))
        return {
            item.key: replace(item, summary=f"{_CHANGED}: {'; '.join(moved[item.key][:_PRICES])}")
            for item in items
        }

    def _joined(
        self, works: Iterable[Work], delivered: Mapping[ItemKey, Delivered]
    ) -> frozenset[ItemKey]:
        """Return the members that were stored after the reader got another one of their work."""
        got: dict[ItemKey, datetime] = {}
        for work in works:
            times = [delivered[key].at for key in work.members if key in delivered]
            known = [at for at in times if at is not None]
            if known and len(known) == len(times):
                got |= dict.fromkeys(work.members, max(known))
        stored = self.store.stored_at(got.keys() - delivered.keys())
        return frozenset(key for key, at in stored.items() if at > got[key])

    def _reminders(self, request: DigestRequest, seen: Filter, now: datetime) -> tuple[Item, ...]:
        """Return what ends soon, whenever it appeared."""
        if not request.reminders:
            return ()
        ending = self.store.with_deadlines(after=now, before=now + HORIZON)
        return tuple(one_each(_welcome(ending, request, seen, now)))

    def _retrieve(self, profile: Profile, where: Filter) -> list[Item]:
        """Find what the person may care about in a period that holds too much to rank whole."""
        liked = [f.item.title for f in profile.opinions if f.verdict in LIKES]
        queries = [interest.text for interest in profile.interests] + liked[::-1]
        queries = queries[:MAX_QUERIES]
        each = max(25, MAX_RETRIEVED // max(1, len(queries)))
        return [
            item for query in queries for item in self.index.find(query, where=where, limit=each)
        ]

    def _archive(self, profile: Profile, where: Filter, known: set[ItemKey]) -> tuple[Item, ...]:
        hits = [
            item
            for interest in profile.interests[:MAX_QUERIES]
            for item in self.index.find(interest.text, where=where, limit=MAX_ARCHIVE_HITS)
        ]
        return tuple(item for item in unique(hits) if item.key not in known)


def is_over(item: Item, now: datetime) -> bool:
    """Return whether it is a competition or a conference whose last deadline has passed."""
    return (
        item.kind in {ItemKind.COMPETITION, ItemKind.CONFERENCE}
        and bool(item.deadlines)
        and item.next_deadline(now) is None
    )


def _welcome(
    items: Sequence[Item], request: DigestRequest, seen: Filter, now: datetime
) -> tuple[Item, ...]:
    """Return what the person may want to see at all."""
    dismissed = request.profile.dismissed
    return tuple(
        item
        for item in items
        if seen.admits(item.key.source)
        and not is_over(item, now)
        and not is_withdrawn(item)
        and item.key not in dismissed
        and muting_word(request.profile, item) is None
    )


def unique(items: Sequence[Item]) -> list[Item]:
    """Return each item once, in the order in which they come first."""
    return list({item.key: item for item in items}.values())
