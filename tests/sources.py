"""The sources of an installation, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.ports.clock import Clock
from services.sources import Sources
from storage.opening import Storage

EVERY = timedelta(hours=6)


def sources_of(
    storage: Storage, clock: Clock, enabled: Sequence[str] = (), *, off: Sequence[str] = ()
) -> Sources:
    """Return sources that are read every six hours, and for the first time a week back."""
    return Sources(
        every=dict.fromkeys((*enabled, *off), EVERY),
        every_feed=EVERY,
        enabled=tuple(enabled),
        first=timedelta(days=7),
        store=storage.store,
        feeds=storage.feeds,
        clock=clock,
    )
