"""Requests for digests that somebody asks for now, with the settings for what they leave open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.digests import Budget
from core.people import Profile
from core.ports.clock import Clock
from core.sources import SourceState
from services.digests.candidates import DigestRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRequests:
    """Builds requests; each attribute but the clock is what holds if a caller says nothing.

    Attributes:
        since: how far back a digest reaches.
        items: how many it holds at the most.
        minutes: of reading at the most; None for any number.
        guild: the community in which it is looked at; "" for none.
        health: returns how each source fared.
        clock: tells the time.
    """

    since: timedelta
    items: int
    minutes: float | None
    health: Callable[[], tuple[SourceState, ...]]
    clock: Clock
    guild: str = ""

    def build(
        self,
        profile: Profile,
        *,
        since: datetime | None = None,
        items: int | None = None,
        health: tuple[SourceState, ...] | None = None,
        recorded: bool = False,
        sample: bool = False,
    ) -> DigestRequest:
        """Return the request for a digest.

        Args:
            profile: for whom.
            since: start of its period (aware UTC).
            items: how many it holds at the most.
            health: how each source fared.
            recorded: whether what it shows counts as delivered to this profile.
            sample: whether the archive holds the sample day only.

        Raises:
            StorageError: if the archive cannot be read.
        """
        return DigestRequest(
            profile=profile,
            subscription=f"profile:{profile.name}" if recorded else "",
            since=since or self.clock() - self.since,
            budget=Budget(items=items or self.items, minutes=self.minutes),
            guild=self.guild,
            health=self.health() if health is None else health,
            sample=sample,
        )
