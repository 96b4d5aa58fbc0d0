"""Whether the full ranker serves a person better than a simpler one, tried on their own digests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from core.impressions import RankerName
from core.interleaving import LIMIT, Evidence, judge, outcome
from core.people import Profile, Verdict
from core.ports.storage import ImpressionLog

SHARE = 3
"""One in so many of a person's digests compares the two rankers."""

LEAST_SAID = 5
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


class Experiments:
    """Plans which ranker makes a digest.

    Args:
        log: what was shown and what came of it.
    """

    def __init__(self, *, log: ImpressionLog) -> None:
        self._log = log

    def plan(self, profile: Profile, digest: str, now: datetime, *, recorded: bool) -> Plan:
        """Return which ranker makes a digest; the same for the same digest and log.

        Args:
            profile: whose digest it is.
            digest: its id.
            now: what was logged or said later is left out (aware UTC).
            recorded: whether it will be logged; a look compares nothing.

        Raises:
            StorageError: if the log cannot be read.
        """
        if len(profile.feedback) < LEAST_SAID:
            text = f"the full one; it is compared with a simpler one from {LEAST_SAID} verdicts on"
            return Plan(ranker=RankerName.FULL, text=text)
        if recorded and blake2b(f"trial {digest}".encode()).digest()[0] % SHARE == 0:
            text = "both, mixed: this digest compares the full one with the simpler one"
            return Plan(ranker=RankerName.BOTH, text=text)
        found = self.evidence(profile.name, now)
        return Plan(ranker=found.used, text=explained(found))

    def evidence(self, profile: str, now: datetime) -> Evidence:
        """Return what a person's comparing digests say.

        Raises:
            StorageError: if the log cannot be read.
        """
        shown = self._log.logged_digests(profile=profile, ranker=RankerName.BOTH, before=now)
        return judge(outcome(logged) for logged in shown)


def explained(found: Evidence) -> str:
    """Say which ranker is used, and on what evidence."""
    name = "the full one" if found.used is RankerName.FULL else "the simpler one"
    score = f"{found.wins} won, {found.losses} lost"
    if not found.decided:
        return f"{name}, not decided yet: {score}, evidence {found.ratio:+.1f} of {LIMIT:.1f}"
    won = "wins" if found.used is RankerName.FULL else "does not win"
    return f"{name}: the full one {won} by your verdicts ({score})"
