"""What is kept of a digest to measure it by: what it chose from, and where each pick stood.

Nothing of this is shown to the reader, and it is forgotten after ``KEPT``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.items import ItemKey
from core.people import Verdict

KEPT = timedelta(days=365)
"""How long it is kept: long enough to compare two rankers for somebody who reads once a week."""

DEADLINES = "deadlines"
"""Kind of the section of reminders, which nobody picked: it is logged, and never measured."""

OUTSIDE = "outside"
"""Kind of the section with the one item that was drawn at random."""


class RankerName(StrEnum):
    """Which ranker made an order."""

    FULL = "full"
    SIMPLE = "simple"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an item stood in a digest.

    Attributes:
        key: the item.
        position: its place in reading order from 1, the deadlines bar left out (there it is 0).
        rank: its place from 1 among the picks in the order of the ranker, before they were sorted
            into sections; 0 in the deadlines bar.
        score: what the ranker gave it.
        section: the stable name of its section.
        band: how popular it is among its like, as ``core.metrics.Standings.band``.
        ranker: whose pick it is; of a digest made by both, the one that drafted it.
        propensity: the probability with which it was drawn, if it was drawn at random.
    """

    key: ItemKey
    position: int
    rank: int
    score: float
    section: str
    band: int
    ranker: RankerName
    propensity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """How a digest was made.

    Attributes:
        ranker: which ranker ordered it.
        placements: one for each pick, in reading order.
        candidates: for each source, how many candidates of each band there were, band 0 first.
    """

    ranker: RankerName
    placements: tuple[Placement, ...]
    candidates: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPlacement:
    """A placement, and what the person said of the item after it was shown, if anything."""

    placement: Placement
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDigest:
    """One logged digest.

    Attributes:
        digest: its id.
        profile: name of the profile that it was ranked for.
        made_at: aware UTC.
        ranker: which ranker ordered it.
        picks: what stood in it without the deadlines bar, by position.
    """

    digest: str
    profile: str
    made_at: datetime
    ranker: RankerName
    picks: tuple[JudgedPlacement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impression:
    """That somebody got an item.

    Attributes:
        key: the item.
        version: which one of it.
        digest: the id of the digest that held it.
        made_at: when that was made (aware UTC).
        since: where the period of that digest began (aware UTC).
        section: where it stood; empty where that was forgotten.
    """

    key: ItemKey
    version: str
    digest: str
    made_at: datetime
    since: datetime
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Candidates and picks of one source and popularity band, summed over digests."""

    source: str
    band: int
    candidates: int
    picks: int
