"""Making a digest for a person, and saying what became of one item on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.digests import Composition, Digest, RankedItem
from core.impressions import RankerName
from core.interleaving import coin_of, team_draft
from core.items import Item, ItemKey
from core.people import Profile
from core.ports.clock import Clock
from core.ports.ranking import Ranker
from core.ports.storage import MoveStore, SearchIndex, Store
from core.works import work_of
from digests.compose import compose
from digests.gather import RankedCandidates
from services.digests.candidates import Candidates, CandidateSet, DigestRequest, unique
from services.digests.experiments import (
    Experiments,
    Plan,
    baseline_profile,
    mixed,
    picked_works,
)
from services.digests.log import log_entry_of
from services.digests.trace import Stage, Trace, after_ranking, before_ranking, ranking
from services.feeds.visibility import VisibleFeeds, every_feed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A digest, what it was made from, and what came of that.

    Attributes:
        found: what it chose from.
        plan: which ranker made it.
        ranked: candidates and reminders in reading order.
        teams: the ranker that drafted each work, in a digest made by both.
        composition: the digest and what became of each candidate.
    """

    found: CandidateSet
    plan: Plan
    ranked: Sequence[RankedItem]
    teams: Mapping[str, RankerName]
    composition: Composition

    @property
    def digest(self) -> Digest:
        """The digest itself."""
        return self.composition.digest

    def ranker_of(self, key: ItemKey) -> RankerName:
        """Return whose pick an item is."""
        return self.teams.get(work_of(key, self.found.works), self.plan.ranker)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """Makes digests and explains them.

    Every method raises ``StorageError`` if the archive cannot be read or written.

    Attributes:
        store: the archive.
        index: full text search over it.
        ranker: orders what may be picked.
        clock: tells the time.
        surprise: whether a digest may hold one item drawn at random; a profile may refuse it.
        visible: returns the feeds that a reader sees.
        experiments: compares the ranker with a simpler one and says which is used; without them
            there is no other.
        moves: prices that moved, which make an offer news; without them none is.
    """

    store: Store
    index: SearchIndex
    ranker: Ranker
    clock: Clock
    surprise: bool = True
    visible: VisibleFeeds = every_feed
    experiments: Experiments | None = None
    moves: MoveStore | None = None

    def make(self, request: DigestRequest) -> Digest:
        """Make a digest, and record it if it has a subscription.

        Made again in the same local period it has the same id; what it showed then may stand in
        it again, what an earlier period showed comes only as an update.
        """
        digest = self.prepare(request)
        if request.subscription:
            self.store.save_digest(digest)
        return digest

    def introduce(self, request: DigestRequest, subscription: str) -> Digest:
        """Make a first digest for a new subscription, and record it as shown to it.

        What the subscription got before may stand in it, since somebody may begin anew; what it
        shows comes again only as an update.
        """
        digest = self._make(replace(request, subscription="")).digest
        name = f"{subscription}@start {digest.made_at:%Y-%m-%dT%H:%M:%SZ}"
        digest = replace(digest, id=name, subscription=subscription)
        self.store.save_digest(digest)
        return digest

    def prepare(self, request: DigestRequest) -> Digest:
        """Make a digest that the caller records, together with what else there is to record."""
        made = self._make(request)
        if not request.subscription:
            return made.digest
        log_entry = log_entry_of(
            made.digest,
            made.ranked,
            made.found.candidates,
            ranker=made.plan.ranker,
            by=made.ranker_of,
        )
        return replace(made.digest, log_entry=log_entry)

    def explain(self, request: DigestRequest, item: Item) -> Trace:
        """Say which stage let an item through or stopped it, and how it scores.

        The whole digest is made again in memory, so the answer is what happens, not a guess. An
        item that was stopped before ranking is ranked all the same, to show its reasons.
        """
        _, traces = self.trace(request, [item])
        return traces[0]

    def trace(
        self, request: DigestRequest, items: Sequence[Item]
    ) -> tuple[Digest, Sequence[Trace]]:
        """Make a digest in memory, and say of each of these items what ``explain`` would."""
        made = self._make(request)
        known = {entry.item.key: entry for entry in made.ranked}
        stopped = [item for item in items if item.key not in known]
        if stopped:
            ranked = self._ranked(request.profile, made.found, *stopped)
            known = {entry.item.key: entry for entry in ranked} | known
        return made.digest, [_trace(made, known[item.key].explained()) for item in items]

    def _make(self, request: DigestRequest) -> _Made:
        candidates = Candidates(
            store=self.store, index=self.index, visible=self.visible, moves=self.moves
        )
        found = candidates.find(request, self.clock())
        plan = self._plan(found)
        teams: Mapping[str, RankerName] = {}
        if self.experiments is None or plan.ranker is RankerName.FULL:
            ranked = self._ranked(request.profile, found)
        else:
            ranked = self._ranked(baseline_profile(request.profile), found)
            if plan.ranker is RankerName.BOTH:
                full = self._ranked(request.profile, found)
                ranked, teams = self._drafted(found, full, ranked)
        composition = self._compose(found, ranked)
        sections = tuple(
            replace(section, items=tuple(pick.explained() for pick in section.items))
            for section in composition.digest.sections
        )
        digest = replace(composition.digest, sections=sections)
        composition = replace(composition, digest=digest)
        return _Made(found=found, plan=plan, ranked=ranked, teams=teams, composition=composition)

    def _plan(self, found: CandidateSet) -> Plan:
        if self.experiments is None:
            return Plan(ranker=RankerName.FULL, text="the full one")
        request, now = found.request, found.period.end
        recorded = bool(request.subscription)
        name = request.digest_id(now)
        return self.experiments.plan(request.profile, name, now, recorded=recorded)

    def _drafted(
        self, found: CandidateSet, full: Sequence[RankedItem], simple: Sequence[RankedItem]
    ) -> tuple[Sequence[RankedItem], Mapping[str, RankerName]]:
        """Draft a digest from what each ranker alone would show."""
        alone = [self._compose(found, ranked).digest for ranked in (full, simple)]
        drafted = team_draft(
            picked_works(alone[0], full, found.works),
            picked_works(alone[1], simple, found.works),
            coin_of(alone[0].id),
        )
        return mixed(drafted, full, simple, found.works)

    def _ranked(self, profile: Profile, found: CandidateSet, *more: Item) -> Sequence[RankedItem]:
        """Rank candidates and reminders together, so that their scores can be compared."""
        together = unique([*found.candidates, *found.reminders, *more])
        return self.ranker.rank(profile, together, found.period.end, archive=found.archive)

    def _compose(self, found: CandidateSet, ranked: Sequence[RankedItem]) -> Composition:
        request = found.request
        draft = Digest(
            id=request.digest_id(found.period.end),
            subscription=request.subscription,
            period=found.period,
            made_at=found.period.end,
            zone=request.profile.zone,
            interests=tuple(interest.text for interest in request.profile.interests),
            sections=(),
            health=request.health,
            considered=found.considered,
            sample=request.sample,
        )
        new = {item.key for item in found.candidates}
        reminders = {item.key for item in found.reminders}
        candidates = RankedCandidates(
            new=[entry for entry in ranked if entry.item.key in new],
            reminders=[entry for entry in ranked if entry.item.key in reminders],
            works=found.works,
            delivered=found.delivered,
            joined=found.joined,
            related=found.related,
        )
        surprise = self.surprise and request.profile.surprise
        return compose(draft, candidates, request.budget, surprise=surprise)


def _trace(made: _Made, entry: RankedItem) -> Trace:
    """Say what became of an item."""
    item = entry.item
    stages = before_ranking(item, made.found)
    outcome = made.composition.outcomes.get(item.key)
    if outcome is None:
        return Trace(item=item, stages=tuple(stages), ranked=entry, shown=False)
    shown = any(item.key in pick.members for pick in made.digest.picks)
    stages.append(Stage(name="ranker", passed=True, text=made.plan.text))
    stages.append(ranking(made.ranked, item.key))
    stages += after_ranking(item, outcome, made.found, shown=shown)
    return Trace(item=item, stages=tuple(stages), ranked=entry, shown=shown)
