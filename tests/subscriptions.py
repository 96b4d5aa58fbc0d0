"""Made-up subscriptions, digests and parts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from core.deliveries import Cadence, DueRun, Part, Schedule, Subscription
from core.digests import Digest, Period
from tests.fakes import NOON

DAILY = Schedule(cadence=Cadence.DAILY, at=time(8), zone="UTC")


def a_subscription(id_: str = "order", **changes: Any) -> Subscription:
    """Build a plausible subscription."""
    values: dict[str, Any] = {
        "id": id_,
        "owner": "fake:ann",
        "profile": "ann",
        "target": f"fake:room:{id_}",
        "schedule": DAILY,
        "created_at": NOON - timedelta(days=30),
    }
    return Subscription(**values | changes)


def a_run(period: str = "2026-11-22", **changes: Any) -> DueRun:
    """Build a run that is due."""
    values: dict[str, Any] = {
        "period": period,
        "due_at": NOON,
        "since": NOON - timedelta(days=1),
    }
    return DueRun(**values | changes)


def a_digest(subscription: str = "order", period: str = "2026-11-22", **changes: Any) -> Digest:
    """Build a digest without picks."""
    values: dict[str, Any] = {
        "id": f"{subscription}@{period}",
        "subscription": subscription,
        "period": Period(start=NOON - timedelta(days=1), end=NOON),
        "made_at": NOON,
        "zone": "UTC",
        "interests": (),
        "sections": (),
        "health": (),
        "considered": 0,
    }
    return Digest(**values | changes)


def some_parts(
    subscription: Subscription, period: str = "2026-11-22", count: int = 1
) -> list[Part]:
    """Build the parts of a run: their texts are ``id period 0`` and so on."""
    return [
        Part(
            key=f"{subscription.id}:{period}:{n}",
            target=subscription.target,
            payload=f"{subscription.id} {period} {n}",
            position=n,
        )
        for n in range(count)
    ]


def at(hour: int, minute: int = 0, *, day: int = 22) -> datetime:
    """Return a moment in November 2026 (aware UTC)."""
    return NOON.replace(day=day, hour=hour, minute=minute)
