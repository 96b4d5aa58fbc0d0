"""Digests: what was picked, why, and how the sources fared."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from core.impressions import DEADLINES, OUTSIDE, LogEntry
from core.items import Item, ItemKey, ItemKind
from core.sources import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One term of a score, in words that a person uses.

    Attributes:
        text: "matches graph neural networks", "412 stars today", "8 days old".
        weight: what it adds to the score; negative if it speaks against the item.
        control: what a person can turn down to weaken it (an interest, a saved item, a tag), as the
            value that the command or button needs; empty where there is no such thing.
    """

    text: str
    weight: float
    control: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLink:
    """Another item of the same work: the code of a paper, the data of a competition."""

    kind: ItemKind
    key: ItemKey
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedItem:
    """An item with its score for one person.

    Attributes:
        item: what was ranked; never changed by ranking.
        score: ``math.fsum`` of the reasons' weights, exactly.
        reasons: strongest first; those with the same control stand together.
        moved: why it does not stand where its score would put it ("moved down: three like it
            above"), or None.
        links: the other items of its work, filled in when a digest is composed.
        update: what changed since this person got it ("version 2"), or empty for a new item.
        propensity: the probability with which it was drawn, if it was drawn at random.
        place: its place from 1 among the picks of its digest, best first; 0 where none was given,
            as in the deadlines bar and in digests kept by earlier versions.
        in_full: works out all reasons, where the ranker has only summed them up in two: what the
            person can turn down, and the rest; None where all are here.
    """

    item: Item
    score: float
    reasons: tuple[Reason, ...]
    moved: str | None = None
    links: tuple[WorkLink, ...] = ()
    update: str = ""
    propensity: float | None = None
    place: int = 0
    in_full: Callable[[], RankedItem] | None = field(default=None, compare=False, repr=False)

    @property
    def members(self) -> frozenset[ItemKey]:
        """The item and the others of its work, all of which one card shows."""
        return frozenset({self.item.key, *(link.key for link in self.links)})

    def explained(self) -> RankedItem:
        """Return the same with all its reasons; the score may change by what was rounded."""
        if self.in_full is None:
            return self
        full = self.in_full()
        return replace(self, score=full.score, reasons=full.reasons, in_full=None)

    @classmethod
    def of(cls, item: Item, reasons: Sequence[Reason], moved: str | None = None) -> Self:
        """Build it from its reasons, so that the score is their sum by construction."""
        together: dict[str, list[Reason]] = {}
        for number, reason in enumerate(reasons):
            together.setdefault(reason.control or f"\0{number}", []).append(reason)
        groups = sorted(together.values(), key=lambda group: -abs(sum(r.weight for r in group)))
        ordered = tuple(reason for group in groups for reason in group)
        score = math.fsum(reason.weight for reason in ordered)
        return cls(item=item, score=score, reasons=ordered, moved=moved)


class OutcomeKind(StrEnum):
    """What became of a candidate when its digest was composed."""

    SHOWN = "shown"
    DRAWN = "drawn"
    DELIVERED = "delivered"
    BELOW_BAR = "below the bar"
    SAME_WORK = "same work"
    NO_ROOM = "no room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a candidate, in words.

    Attributes:
        kind: which way it went.
        text: where it stands, or why it does not.
        match: how it compares with the reader's bar; empty where that was not asked.
        outside: about an item below the bar: why it was not drawn for the slot outside the
            reader's usual.
    """

    kind: OutcomeKind
    text: str
    match: str = ""
    outside: str = ""

    @property
    def shown(self) -> bool:
        """Whether it stands in the digest itself."""
        return self.kind in {OutcomeKind.SHOWN, OutcomeKind.DRAWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A half-open stretch of time, ``start <= t < end`` (aware UTC)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part of a digest; ``kind`` is its stable name (``papers``, ``deadlines`` …)."""

    kind: str
    title: str
    items: tuple[RankedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One issue for one reader; every renderer shows this value and nothing else.

    Attributes:
        id: from subscription and local period, so that making it twice makes it once.
        subscription: who gets it, as a stable name (``profile:ann``).
        period: whose items it holds.
        made_at: when it was made (aware UTC).
        zone: IANA zone in which its dates are written.
        interests: the phrases it was made for, as written.
        sections: in reading order, deadlines first; none in a week without picks.
        health: how each source fared, in the order of the settings.
        considered: number of items in the period that could have been picked.
        note: one line about the whole ("Only 2 this week: nothing else is a good match."), or
            empty.
        sample: whether the items are the sample day, not live data.
        log_entry: how it was made, logged with it; None for a preview.
    """

    id: str
    subscription: str
    period: Period
    made_at: datetime
    zone: str
    interests: tuple[str, ...]
    sections: tuple[Section, ...]
    health: tuple[SourceState, ...]
    considered: int
    note: str = ""
    sample: bool = False
    log_entry: LogEntry | None = None

    @property
    def reminders(self) -> tuple[RankedItem, ...]:
        """The lines of the deadlines bar, soonest first."""
        return tuple(e for s in self.sections if s.kind == DEADLINES for e in s.items)

    @property
    def in_order(self) -> tuple[RankedItem, ...]:
        """The picks as they are read and numbered: best first, what was drawn at random last.

        Digests kept by earlier versions have no places; their picks stand by score.
        """
        chosen = [e for s in self.sections if s.kind not in {DEADLINES, OUTSIDE} for e in s.items]
        chosen.sort(key=lambda entry: (entry.place, 0.0 if entry.place else -entry.score))
        drawn = (e for s in self.sections if s.kind == OUTSIDE for e in s.items)
        return (*chosen, *drawn)

    @property
    def picks(self) -> tuple[RankedItem, ...]:
        """All that it holds, in reading order: the deadlines bar, then the picks."""
        return (*self.reminders, *self.in_order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a subscription already got of an item.

    Attributes:
        digest: the one that showed it last.
        version: the item's version then.
        at: when that digest was made (aware UTC); None if it is not known.
    """

    digest: str
    version: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much a digest may hold: a number of items, or minutes of reading, or both."""

    items: int | None = 10
    minutes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A composed digest and what happened to each candidate on the way.

    Attributes:
        digest: what the reader gets.
        outcomes: for each ranked item why it is or is not in the digest.
    """

    digest: Digest
    outcomes: Mapping[ItemKey, Outcome]
