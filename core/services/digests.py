"""Making a digest for a person, and saying what became of one item on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.digests import Digest, RankedItem
from core.items import Item, ItemKey
from core.ports import Clock, Composer, Composition, Filter, Ranker, SearchIndex, Store
from core.services.making import making_of
from core.services.pool import HORIZON, Candidates, Pool, Request, digest_id, unique
from core.services.stages import Stage, Trace, after_ranking, before_ranking, ranking
from core.services.visibility import VisibleFeeds, every_feed

__all__ = ["HORIZON", "Digests", "Request", "Stage", "Trace"]


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
        surprise: bool = True,
        visible: VisibleFeeds = every_feed,
    ) -> None:
        """Take the collaborators.

        Args:
            store: the archive.
            index: full text search over it.
            ranker: orders what may be picked.
            composer: fills the digest.
            clock: tells the time.
            surprise: whether a digest may hold one item drawn at random; a profile may refuse it.
            visible: tells the feeds that a reader sees.
        """
        self._store = store
        self._candidates = Candidates(store=store, index=index, visible=visible)
        self._ranker = ranker
        self._composer = composer
        self._clock = clock
        self._surprise = surprise

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
        pool = self._candidates.pool(request, now)
        ranked = self._rank(request, pool, now)
        digest = self._compose(request, pool, ranked, now).digest
        if not request.subscription:
            return digest
        return replace(digest, making=making_of(digest, ranked, pool.candidates))

    def explain(self, request: Request, item: Item) -> Trace:
        """Say which stage let an item through or stopped it, and how it scores.

        The whole digest is made again in memory, so the answer is what happens, not a guess. An
        item that was stopped before ranking is ranked all the same, to show its reasons.

        Raises:
            StorageError: if the archive cannot be read.
        """
        now = self._clock()
        pool = self._candidates.pool(request, now)
        ranked = self._rank(request, pool, now)
        composition = self._compose(request, pool, ranked, now)
        stages = before_ranking(item, request, pool, now)
        if not any(entry.item.key == item.key for entry in ranked):
            pool_with_it = (*pool.candidates, item)
            order = self._ranker.rank(request.profile, pool_with_it, now, archive=pool.archive)
            entry = _find(order, item.key)
            return Trace(item=item, stages=tuple(stages), ranked=entry, shown=False)
        entry = _find(ranked, item.key)
        shown = any(_shows(pick, item.key) for pick in composition.digest.picks)
        outcome = composition.outcomes.get(item.key)
        stages += [ranking(ranked, item.key), *after_ranking(entry, outcome, shown=shown)]
        return Trace(item=item, stages=tuple(stages), ranked=entry, shown=shown)

    def _rank(self, request: Request, pool: Pool, now: datetime) -> Sequence[RankedItem]:
        """Rank candidates and reminders together, so that their scores can be compared."""
        together = unique([*pool.candidates, *pool.reminders])
        return self._ranker.rank(request.profile, together, now, archive=pool.archive)

    def _compose(
        self, request: Request, pool: Pool, ranked: Sequence[RankedItem], now: datetime
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
            delivered=self._candidates.delivered(request, now),
            deadlines=[entry for entry in ranked if entry.item.key in reminders],
            company=[
                item
                for item in self._store.items_of(members - candidates - reminders)
                if Filter(feeds=pool.seen.feeds).admits(item.key.source)
            ],
            surprise=self._surprise and request.profile.surprise,
        )


def _find(ranked: Sequence[RankedItem], key: ItemKey) -> RankedItem:
    return next(entry for entry in ranked if entry.item.key == key)


def _shows(pick: RankedItem, key: ItemKey) -> bool:
    """Whether a pick is the item, or the card of the work that it belongs to."""
    return key in {pick.item.key, *(link.key for link in pick.links)}
