"""Whether the full ranker serves a person better than a simpler one, tried on their own digests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from core.digests import Digest, RankedItem
from core.impressions import DEADLINES, OUTSIDE, RankerName
from core.interleaving import LIMIT, Evidence, judge, outcome
from core.items import ItemKey
from core.people import Profile, Verdict
from core.ports.storage import ImpressionLog
from core.works import Work, work_of

COMPARES_ONE_IN = 3
"""One in so many of a person's digests compares the two rankers."""

LEAST_VERDICTS = 5
"""Verdicts from which on it is tried: who says nothing would never decide it, and two rankings
cost twice."""


def baseline_profile(profile: Profile) -> Profile:
    """Return what the simpler ranker may know of a person: what they ordered.

    Orders are written interests, what is followed, and "less like this". What is left out is what
    would be learned from likes, and popularity.
    """
    unwanted = tuple(said for said in profile.feedback if said.verdict is Verdict.LESS)
    return replace(profile, feedback=unwanted, popularity=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which ranker makes a digest, and why, in words."""

    ranker: RankerName
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiments:
    """Plans which ranker makes a digest, by the log of what was shown and what came of it.

    Every method raises ``StorageError`` if the log cannot be read.
    """

    log: ImpressionLog

    def plan(self, profile: Profile, digest: str, now: datetime, *, recorded: bool) -> Plan:
        """Return which ranker makes a digest; the same for the same digest and log.

        Args:
            profile: whose digest it is.
            digest: its id.
            now: what was logged or said later is left out (aware UTC).
            recorded: whether it will be logged; a preview compares nothing.
        """
        if len(profile.opinions) < LEAST_VERDICTS:
            text = (
                f"the full one; it is compared with a simpler one from {LEAST_VERDICTS} verdicts on"
            )
            return Plan(ranker=RankerName.FULL, text=text)
        if recorded and blake2b(f"trial {digest}".encode()).digest()[0] % COMPARES_ONE_IN == 0:
            text = "both, mixed: this digest compares the full one with the simpler one"
            return Plan(ranker=RankerName.BOTH, text=text)
        found = self.evidence(profile.name, now)
        return Plan(ranker=found.used, text=explain(found))

    def evidence(self, profile: str, now: datetime) -> Evidence:
        """Return what a person's comparing digests say."""
        shown = self.log.logged_digests(profile=profile, ranker=RankerName.BOTH, before=now)
        return judge(outcome(logged) for logged in shown)


def explain(found: Evidence) -> str:
    """Say which ranker is used, and on what evidence."""
    name = "the full one" if found.used is RankerName.FULL else "the simpler one"
    score = f"{found.wins} won, {found.losses} lost"
    if not found.decided:
        return f"{name}, not decided yet: {score}, evidence {found.ratio:+.1f} of {LIMIT:.1f}"
    won = "wins" if found.used is RankerName.FULL else "does not win"
    return f"{name}: the full one {won} by your verdicts ({score})"


def picked_works(
    digest: Digest, ranked: Sequence[RankedItem], works: Mapping[ItemKey, Work]
) -> list[str]:
    """Return the works that a ranker alone would show, in its own order.

    Reminders and what was drawn at random are nobody's picks.
    """
    place = {entry.item.key: number for number, entry in enumerate(ranked)}
    picks = [
        entry.item.key
        for section in digest.sections
        if section.kind not in {DEADLINES, OUTSIDE}
        for entry in section.items
    ]
    return [work_of(key, works) for key in sorted(picks, key=lambda key: place[key])]


def mixed(
    drafted: Sequence[tuple[str, bool]],
    full: Sequence[RankedItem],
    simple: Sequence[RankedItem],
    works: Mapping[ItemKey, Work],
) -> tuple[list[RankedItem], Mapping[str, RankerName]]:
    """Return the drafted works in order, then the rest in the full ranker's order, and the teams.

    All members of a drafted work are taken from the ranker that drafted it, so that its card is
    the one that this ranker alone would show.
    """
    by_work = [_by_work(ranked, works) for ranked in (full, simple)]
    teams = {work: RankerName.FULL if of_full else RankerName.SIMPLE for work, of_full in drafted}
    top = [entry for work, of_full in drafted for entry in by_work[not of_full][work]]
    rest = [entry for entry in full if work_of(entry.item.key, works) not in teams]
    return [*top, *rest], teams


def _by_work(
    ranked: Sequence[RankedItem], works: Mapping[ItemKey, Work]
) -> Mapping[str, list[RankedItem]]:
    groups: dict[str, list[RankedItem]] = defaultdict(list)
    for entry in ranked:
        groups[work_of(entry.item.key, works)].append(entry)
    return groups
