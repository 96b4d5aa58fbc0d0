"""Making a digest for a person, and saying what became of one item on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.digests import Composition, Digest, RankedItem
from core.impressions import RankerName
from core.interleaving import coin_of, team_draft
from core.items import Item, ItemKey
from core.people import Profile
from core.ports.clock import Clock
from core.ports.ranking import Composer, Ranker
from core.ports.storage import SearchIndex, Store
from core.search import Filter
from core.works import Work, work_of
from services.digests.candidates import (
    HORIZON,
    Candidates,
    CandidateSet,
    DigestRequest,
    digest_id,
    unique,
)
from services.digests.experiments import Experiments, Plan, baseline_profile
from services.digests.interleaving import mixed, picked_works
from services.digests.log import log_entry_of
from services.digests.trace import Stage, Trace, after_ranking, before_ranking, ranking
from services.feeds.visibility import VisibleFeeds, every_feed

__all__ = ["HORIZON", "DigestRequest", "Digests", "Stage", "Trace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A digest on its way: what it was made from, and what came of it.

    Attributes:
        pool: what it chose from.
        plan: which ranker made it.
        ranked: candidates and reminders in reading order.
        teams: the ranker that drafted each work, in a digest made by both.
        composition: the digest and what became of each candidate.
    """

    pool: CandidateSet
    plan: Plan
    ranked: Sequence[RankedItem]
    teams: Mapping[str, RankerName]
    composition: Composition


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
        trials: Experiments | None = None,
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
            trials: compares the ranker with a simpler one and says which is used; without them
                there is no other.
        """
        self._store = store
        self._candidates = Candidates(store=store, index=index, visible=visible)
        self._ranker = ranker
        self._composer = composer
        self._clock = clock
        self._surprise = surprise
        self._trials = trials

    def make(self, request: DigestRequest) -> Digest:
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

    def prepare(self, request: DigestRequest) -> Digest:
        """Make a digest and leave recording it to the caller, who may have more to record with it.

        Raises:
            StorageError: if the archive cannot be read.
        """
        made = self._make(request, self._clock())
        digest = made.composition.digest
        if not request.subscription:
            return digest
        works = self._works(made.ranked) if made.teams else {}
        making = log_entry_of(
            digest,
            made.ranked,
            made.pool.candidates,
            ranker=made.plan.ranker,
            by=lambda key: made.teams.get(work_of(key, works), made.plan.ranker),
        )
        return replace(digest, log_entry=making)

    def explain(self, request: DigestRequest, item: Item) -> Trace:
        """Say which stage let an item through or stopped it, and how it scores.

        The whole digest is made again in memory, so the answer is what happens, not a guess. An
        item that was stopped before ranking is ranked all the same, to show its reasons.

        Raises:
            StorageError: if the archive cannot be read.
        """
        _, traces = self.look(request, [item])
        return traces[0]

    def look(self, request: DigestRequest, items: Sequence[Item]) -> tuple[Digest, Sequence[Trace]]:
        """Make a digest in memory, and say of each of these items what ``explain`` would.

        Raises:
            StorageError: if the archive cannot be read.
        """
        now = self._clock()
        made = self._make(request, now)
        known = {entry.item.key: entry for entry in made.ranked}
        others = [item for item in items if item.key not in known]
        if others:
            ranked = self._ranked(request.profile, made.pool, now, *others)
            known |= {entry.item.key: entry for entry in ranked if entry.item.key not in known}
        stopped = {item.key for item in others}
        traces = [
            self._trace(
                request, made, known[item.key].explained(), now, ranked=item.key not in stopped
            )
            for item in items
        ]
        return made.composition.digest, traces

    def _trace(
        self, request: DigestRequest, made: _Made, entry: RankedItem, now: datetime, *, ranked: bool
    ) -> Trace:
        item = entry.item
        stages = before_ranking(item, request, made.pool, now)
        if not ranked:
            return Trace(item=item, stages=tuple(stages), ranked=entry, shown=False)
        shown = any(_shows(pick, item.key) for pick in made.composition.digest.picks)
        stages.append(Stage(name="ranker", passed=True, text=made.plan.text))
        stages.append(ranking(made.ranked, item.key))
        outcome = made.composition.outcomes[item.key]
        stages += after_ranking(item, outcome, request, made.pool, shown=shown)
        return Trace(item=item, stages=tuple(stages), ranked=entry, shown=shown)

    def _make(self, request: DigestRequest, now: datetime) -> _Made:
        pool = self._candidates.pool(request, now)
        plan = self._plan(request, now)
        teams: Mapping[str, RankerName] = {}
        if self._trials is not None and plan.ranker is not RankerName.FULL:
            simple = self._ranked(baseline_profile(request.profile), pool, now)
            ranked = simple
            if plan.ranker is RankerName.BOTH:
                full = self._ranked(request.profile, pool, now)
                ranked, teams = self._mixed(request, pool, full, simple, now)
        else:
            ranked = self._ranked(request.profile, pool, now)
        composition = self._compose(request, pool, ranked, now)
        digest = composition.digest
        told = tuple(
            replace(section, items=tuple(pick.explained() for pick in section.items))
            for section in digest.sections
        )
        composition = replace(composition, digest=replace(digest, sections=told))
        return _Made(pool=pool, plan=plan, ranked=ranked, teams=teams, composition=composition)

    def _plan(self, request: DigestRequest, now: datetime) -> Plan:
        if self._trials is None:
            return Plan(ranker=RankerName.FULL, text="the full one")
        name, recorded = digest_id(request, now), bool(request.subscription)
        return self._trials.plan(request.profile, name, now, recorded=recorded)

    def _mixed(
        self,
        request: DigestRequest,
        pool: CandidateSet,
        full: Sequence[RankedItem],
        simple: Sequence[RankedItem],
        now: datetime,
    ) -> tuple[Sequence[RankedItem], Mapping[str, RankerName]]:
        """Draft a digest from what each ranker alone would show."""
        works = self._works(full)
        orders = [
            picked_works(self._compose(request, pool, ranked, now).digest, ranked, works)
            for ranked in (full, simple)
        ]
        drafted = team_draft(orders[0], orders[1], coin_of(digest_id(request, now)))
        return mixed(drafted, full, simple, works)

    def _ranked(
        self, profile: Profile, pool: CandidateSet, now: datetime, *more: Item
    ) -> Sequence[RankedItem]:
        """Rank candidates and reminders together, so that their scores can be compared."""
        together = unique([*pool.candidates, *pool.reminders, *more])
        return self._ranker.rank(profile, together, now, archive=pool.archive)

    def _works(self, ranked: Sequence[RankedItem]) -> Mapping[ItemKey, Work]:
        return self._store.works(entry.item.key for entry in ranked)

    def _compose(
        self,
        request: DigestRequest,
        pool: CandidateSet,
        ranked: Sequence[RankedItem],
        now: datetime,
    ) -> Composition:
        candidates = {item.key for item in pool.candidates}
        reminders = {item.key for item in pool.reminders}
        works = self._works(ranked)
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


def _shows(pick: RankedItem, key: ItemKey) -> bool:
    """Whether a pick is the item, or the card of the work that it belongs to."""
    return key in {pick.item.key, *(link.key for link in pick.links)}
