"""Short ways to log digests and what was said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.digests import Digest, Period, RankedItem, Section
from core.impressions import LogEntry, Placement, RankerName
from core.items import Item, ItemKey
from core.people import Feedback, Interest, Profile, Verdict
from storage.opening import Storage
from tests.fakes import NOON, an_item


def placement(
    key: str,
    position: int = 1,
    *,
    ranker: RankerName = RankerName.FULL,
    section: str = "papers",
    band: int = 0,
    propensity: float | None = None,
) -> Placement:
    return Placement(
        key=ItemKey.parse(key),
        position=position,
        rank=position,
        score=1.0 / max(1, position),
        section=section,
        band=band,
        ranker=ranker,
        propensity=propensity,
    )


def a_digest(
    *placements: Placement,
    name: str = "",
    subscription: str = "profile:ann",
    made_at: datetime = NOON,
    ranker: RankerName = RankerName.FULL,
    candidates: Mapping[str, Sequence[int]] | None = None,
) -> Digest:
    items = [an_item(str(one.key)) for one in placements]
    picks = tuple(RankedItem.of(item, []) for item in items)
    return Digest(
        id=name or f"{subscription}@{made_at:%Y-%m-%d}",
        subscription=subscription,
        period=Period(start=made_at - timedelta(days=7), end=made_at),
        made_at=made_at,
        zone="UTC",
        interests=("graphs",),
        sections=(Section(kind="papers", title="Papers", items=picks),) if picks else (),
        health=(),
        considered=len(items),
        log_entry=LogEntry(ranker=ranker, placements=placements, candidates=candidates or {}),
    )


def says(
    storage: Storage,
    verdict: Verdict,
    *keys: str,
    profile: str = "ann",
    at: datetime = NOON + timedelta(hours=1),
) -> None:
    """Let a person say something of items, which are stored where they are missing."""
    items: list[Item] = [an_item(key) for key in keys]
    storage.store.upsert(items, now=NOON)
    if storage.store.profile(profile) is None:
        storage.store.save_profile(Profile(name=profile, interests=(Interest(text="graphs"),)))
    for item in items:
        storage.store.add_feedback(profile, Feedback(item=item, verdict=verdict, at=at))
