"""Making a digest for a person, and saying what became of one item on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.digests import Digest, Period, RankedItem, SourceState
from core.items import Item, ItemKey, ItemKind
from core.people import Profile, Verdict, muting_word
from core.ports import (
    Budget,
    Clock,
    Composer,
    Composition,
    Delivered,
    Filter,
    Ranker,
    SearchIndex,
    Store,
)

ALL_CANDIDATES = 2500
"""Up to so many items of a period are all ranked; of more, those that retrieval finds."""

RETRIEVED = 1500
"""Items that retrieval by text yields at the most, shared among the queries."""

QUERIES = 40
"""Written interests and liked items that are looked up at the most, latest first."""

ARCHIVE_HITS = 10
"""Best archive items per interest, from which the ranker expands it (Rocchio)."""

HORIZON = timedelta(days=60)
"""How far ahead a deadline may lie to be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What kind of digest is wanted.

    Attributes:
        profile: for whom.
        subscription: under which name it is recorded, so that nothing comes twice; empty for a
            look that leaves no trace.
        since: start of its period (aware UTC).
        period: name of the local period it is for; empty for the local day on which it is made.
        budget: how much it may hold.
        health: how each source fared, to be told to the reader.
        sources: names of the sources to take items from; empty means all.
        sample: whether the archive holds the sample day only.
    """

    profile: Profile
    subscription: str
    since: datetime
    budget: Budget
    health: tuple[SourceState, ...] = ()
    sources: tuple[str, ...] = ()
    sample: bool = False
    period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step between a source and a reader, and whether it let an item through."""

    name: str
    passed: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The way of one item towards one digest, and the reasons of its score."""

    item: Item
    stages: tuple[Stage, ...]
    ranked: RankedItem

    @property
    def shown(self) -> bool:
        """Whether the item stands in the digest."""
        return all(stage.passed for stage in self.stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """The items of a period, those worth ranking among them, and what stopped the others."""

    period: Period
    candidates: tuple[Item, ...]
    reminders: tuple[Item, ...]
    archive: tuple[Item, ...]
    considered: int
    muted: Mapping[ItemKey, str]
    updates: frozenset[ItemKey]
    complete: bool


class Digests:
    """Makes digests and explains them."""

    def __init__(
        self,
        *,
        store: Store,
        index: SearchIndex,
        ranker: Ranker,
        composer: Composer,
        clock: Clock,
    ) -> None:
        self._store = store
        self._index = index
        self._ranker = ranker
        self._composer = composer
        self._clock = clock

    def make(self, request: Request) -> Digest:
        """Make a digest, and record it if it has a subscription.

        Made again in the same local period it has the same id; what it showed then may stand in
        it again, what an earlier period showed comes only as an update.

        Raises:
            StorageError: if the archive cannot be read, or the digest not recorded.
        """
        digest = self.prepare(request)
        if request.subscription:
            self._store.save_digest(digest)
        return digest

    def prepare(self, request: Request) -> Digest:
        """Make a digest and leave recording it to the caller, who may have more to record with it.

        Raises:
            StorageError: if the archive cannot be read.
        """
        now = self._clock()
        pool = self._pool(request, now)
        return self._compose(request, pool, self._rank(request, pool, now), now).digest

    def explain(self, request: Request, item: Item) -> Trace:
        """Say which stage let an item through or stopped it, and how it scores.

        The whole digest is made again in memory, so the answer is what happens, not a guess. An
        item that was stopped before ranking is ranked all the same, to show its reasons.

        Raises:
            StorageError: if the archive cannot be read.
        """
        now = self._clock()
        pool = self._pool(request, now)
        ranked = self._rank(request, pool, now)
        composition = self._compose(request, pool, ranked, now)
        stages = [_stored(item), _in_period(item, pool), _alive(item, now)]
        stages += [_not_dismissed(item, request.profile), _not_muted(item, pool)]
        stages.append(_retrieved(item, pool))
        place = next((n for n, r in enumerate(ranked, 1) if r.item.key == item.key), None)
        if place is None:
            pool_with_it = (*pool.candidates, item)
            order = self._ranker.rank(request.profile, pool_with_it, now, archive=pool.archive)
            return Trace(item=item, stages=tuple(stages), ranked=_find(order, item.key))
        outcome = composition.outcomes.get(item.key, "a reminder only; the deadlines bar is full")
        shown = any(_shows(pick, item.key) for pick in composition.digest.picks)
        stages.append(
            Stage(
                name="ranked", passed=True, text=f"number {place} of {len(ranked)} in reading order"
            )
        )
        stages.append(Stage(name="digest", passed=shown, text=outcome))
        return Trace(item=item, stages=tuple(stages), ranked=_find(ranked, item.key))

    def _rank(self, request: Request, pool: _Pool, now: datetime) -> Sequence[RankedItem]:
        """Rank candidates and reminders together, so that their scores can be compared."""
        together = _unique([*pool.candidates, *pool.reminders])
        return self._ranker.rank(request.profile, together, now, archive=pool.archive)

    def _pool(self, request: Request, now: datetime) -> _Pool:
        period = Period(start=request.since, end=now)
        where = Filter(sources=request.sources, since=period.start, until=period.end)
        considered = self._store.count(where)
        complete = considered <= ALL_CANDIDATES
        found = self._store.items(where, limit=ALL_CANDIDATES if complete else RETRIEVED)
        if not complete:
            found = _unique([*self._retrieve(request.profile, where), *found])[:ALL_CANDIDATES]
        updates = self._updates(request, now)
        wanted = _unique([*found, *updates])
        muted = {i.key: word for i in wanted if (word := muting_word(request.profile, i))}
        candidates = tuple(item for item in wanted if _welcome(item, request, now))
        return _Pool(
            period=period,
            candidates=candidates,
            reminders=self._reminders(request, now),
            archive=self._archive(request.profile, {item.key for item in candidates}),
            considered=considered,
            muted=muted,
            updates=frozenset(item.key for item in updates),
            complete=complete,
        )

    def _reminders(self, request: Request, now: datetime) -> tuple[Item, ...]:
        """Return what ends soon, whenever it appeared."""
        ending = self._store.with_deadlines(after=now, before=now + HORIZON)
        return tuple(item for item in ending if _welcome(item, request, now))

    def _retrieve(self, profile: Profile, where: Filter) -> list[Item]:
        """Find what the person may care about in a period that holds too much to rank whole."""
        liked = [f.item.title for f in profile.feedback if f.verdict in _LIKES]
        queries = [interest.text for interest in profile.interests] + liked[::-1]
        queries = queries[:QUERIES]
        each = max(25, RETRIEVED // max(1, len(queries)))
        return [
            hit.item
            for query in queries
            for hit in self._index.search(query, where=where, limit=each)
        ]

    def _archive(self, profile: Profile, known: set[ItemKey]) -> tuple[Item, ...]:
        hits = [
            hit.item
            for interest in profile.interests[:QUERIES]
            for hit in self._index.search(interest.text, limit=ARCHIVE_HITS)
        ]
        return tuple(item for item in _unique(hits) if item.key not in known)

    def _updates(self, request: Request, now: datetime) -> list[Item]:
        """Return what this subscription got before and what has a newer version since."""
        if not request.subscription:
            return []
        got = self._delivered(request, now)
        return [item for item in self._store.items_of(got) if item.version != got[item.key].version]

    def _delivered(self, request: Request, now: datetime) -> Mapping[ItemKey, Delivered]:
        if not request.subscription:
            return {}
        return self._store.delivered(request.subscription, other_than=digest_id(request, now))

    def _compose(
        self, request: Request, pool: _Pool, ranked: Sequence[RankedItem], now: datetime
    ) -> Composition:
        candidates = {item.key for item in pool.candidates}
        reminders = {item.key for item in pool.reminders}
        works = self._store.works(entry.item.key for entry in ranked)
        members = {key for work in works.values() for key in work.members}
        draft = Digest(
            id=digest_id(request, now),
            subscription=request.subscription,
            period=pool.period,
            made_at=now,
            zone=request.profile.zone,
            interests=tuple(interest.text for interest in request.profile.interests),
            sections=(),
            health=request.health,
            considered=pool.considered,
            sample=request.sample,
        )
        return self._composer.compose(
            draft,
            [entry for entry in ranked if entry.item.key in candidates],
            budget=request.budget,
            works=works,
            delivered=self._delivered(request, now),
            deadlines=[entry for entry in ranked if entry.item.key in reminders],
            company=self._store.items_of(members - candidates - reminders),
        )


_LIKES = frozenset({Verdict.MORE, Verdict.SAVE})


def digest_id(request: Request, now: datetime) -> str:
    """Return the id of a digest: its subscription and its local period."""
    day = now.astimezone(ZoneInfo(request.profile.zone)).date()
    return f"{request.subscription or 'preview'}@{request.period or day.isoformat()}"


def _welcome(item: Item, request: Request, now: datetime) -> bool:
    """Whether the person may want to see an item at all."""
    from_there = not request.sources or any(
        item.key.source == name or (name.endswith(":") and item.key.source.startswith(name))
        for name in request.sources
    )
    return (
        from_there
        and _alive(item, now).passed
        and _not_dismissed(item, request.profile).passed
        and muting_word(request.profile, item) is None
    )


def _unique(items: Sequence[Item]) -> list[Item]:
    return list({item.key: item for item in items}.values())


def _find(ranked: Sequence[RankedItem], key: ItemKey) -> RankedItem:
    return next(entry for entry in ranked if entry.item.key == key)


def _shows(pick: RankedItem, key: ItemKey) -> bool:
    """Whether a pick is the item, or the card of the work that it belongs to."""
    return key in {pick.item.key, *(link.key for link in pick.links)}


def _stored(item: Item) -> Stage:
    return Stage(name="stored", passed=True, text=f"{item.key}, read from {item.key.source}")


def _in_period(item: Item, pool: _Pool) -> Stage:
    appeared = f"appeared {item.appeared_at:%Y-%m-%d %H:%M} UTC"
    if item.key in pool.updates:
        return Stage(name="period", passed=True, text=f"{appeared}, has changed since you got it")
    if any(reminder.key == item.key for reminder in pool.reminders):
        return Stage(name="period", passed=True, text=f"{appeared}, has a deadline ahead")
    passed = pool.period.start <= item.appeared_at < pool.period.end
    place = "within" if passed else "outside"
    text = f"{appeared}, {place} the period from {pool.period.start:%Y-%m-%d %H:%M} UTC"
    return Stage(name="period", passed=passed, text=text)


def _alive(item: Item, now: datetime) -> Stage:
    ended = (
        item.kind in {ItemKind.COMPETITION, ItemKind.CONFERENCE}
        and bool(item.deadlines)
        and item.next_deadline(now) is None
    )
    text = "its last deadline has passed" if ended else "not over"
    return Stage(name="alive", passed=not ended, text=text)


def _not_dismissed(item: Item, profile: Profile) -> Stage:
    said = next((f.verdict for f in profile.feedback if f.item.key == item.key), None)
    dismissed = said in {Verdict.KNOWN, Verdict.LESS}
    text = f"you said {said.value!r} of it" if said else "you said nothing of it yet"
    return Stage(name="feedback", passed=not dismissed, text=text)


def _not_muted(item: Item, pool: _Pool) -> Stage:
    word = pool.muted.get(item.key)
    text = f"holds the muted word {word!r}" if word else "holds no muted word"
    return Stage(name="muted", passed=word is None, text=text)


def _retrieved(item: Item, pool: _Pool) -> Stage:
    if pool.complete:
        text = f"all {pool.considered} items of the period are ranked"
    else:
        text = f"{len(pool.candidates)} of {pool.considered} items of the period are ranked"
    passed = any(entry.key == item.key for entry in (*pool.candidates, *pool.reminders))
    return Stage(name="retrieved", passed=passed, text=text)
