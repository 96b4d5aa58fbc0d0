"""How good the picks were, by what people said of them afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.estimates import Estimate, mean, ndcg, share
from core.impressions import OUTSIDE, JudgedPlacement, LoggedDigest, RankerName
from core.interleaving import Evidence, judge, outcome
from core.people import LIKES, Verdict
from core.ports.storage import ImpressionLog

PLACES = 10
"""Places from the top that are measured, where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What was said of some picks.

    Attributes:
        shown: how many there were.
        liked: saved, or more of it wanted.
        disliked: less of it wanted.
        known: known already, which says nothing for or against a pick.
    """

    shown: int
    liked: int
    disliked: int
    known: int

    @property
    def judged(self) -> int:
        """Picks of which anything was said; silence is no verdict."""
        return self.liked + self.disliked + self.known

    @property
    def precision(self) -> Estimate | None:
        """Share of liked ones among those that were liked or disliked."""
        return share(self.liked, self.liked + self.disliked)

    @property
    def at_least(self) -> Estimate | None:
        """The same if silence meant no: a bound from below."""
        return share(self.liked, self.shown - self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How good some digests were.

    Attributes:
        digests: how many.
        first: what was said of the first places of each.
        ndcg: how far up what was liked stands, of digests with anything liked there.
        gains: the same of each of these digests, oldest first.
        sources: what was said of all picks, by source.
        outside: what was said of those drawn at random: all that could be drawn were equally
            likely, so this is an unbiased estimate for all of them.
        rankers: what comparing digests say.
    """

    digests: int
    first: Counts
    ndcg: Estimate | None
    gains: Sequence[float]
    sources: Mapping[str, Counts]
    outside: Counts
    rankers: Evidence


def measure(log: ImpressionLog, *, profile: str = "", at: int = PLACES) -> Mapping[str, Stats]:
    """Measure the digests of each person, by the name of their profile.

    Args:
        log: what was shown and what came of it.
        profile: only this person; empty means all.
        at: places from the top that precision and nDCG look at.

    Raises:
        StorageError: if the log cannot be read.
    """
    people: dict[str, list[LoggedDigest]] = {}
    for logged in log.logged_digests(profile=profile):
        people.setdefault(logged.profile, []).append(logged)
    return {name: stats_of(shown, at) for name, shown in sorted(people.items())}


def stats_of(digests: Sequence[LoggedDigest], at: int) -> Stats:
    """Measure one person's digests, oldest first."""
    tops = [_by_rank(logged)[:at] for logged in digests]
    measured = (ndcg([pick.verdict in LIKES for pick in top]) for top in tops)
    gains = [gain for gain in measured if gain is not None]
    picks = [pick for logged in digests for pick in logged.picks]
    ranked = [pick for pick in picks if pick.placement.section != OUTSIDE]
    names = sorted({pick.placement.key.source for pick in ranked})
    return Stats(
        digests=len(digests),
        first=_counts(pick for top in tops for pick in top),
        ndcg=mean(gains),
        gains=gains,
        sources={
            name: _counts(pick for pick in ranked if pick.placement.key.source == name)
            for name in names
        },
        outside=_counts(pick for pick in picks if pick.placement.section == OUTSIDE),
        rankers=judge(outcome(logged) for logged in digests if logged.ranker is RankerName.BOTH),
    )


def _by_rank(logged: LoggedDigest) -> list[JudgedPlacement]:
    """Return what the ranker picked, in its order: reading order is by section."""
    ranked = [pick for pick in logged.picks if pick.placement.section != OUTSIDE]
    return sorted(ranked, key=lambda pick: pick.placement.rank)


def _counts(picks: Iterable[JudgedPlacement]) -> Counts:
    verdicts = [pick.verdict for pick in picks]
    return Counts(
        shown=len(verdicts),
        liked=sum(verdict in LIKES for verdict in verdicts),
        disliked=verdicts.count(Verdict.LESS),
        known=verdicts.count(Verdict.KNOWN),
    )
