"""What the library remembers of channels' limits stays small."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from discord.http import HTTPClient, Ratelimit

from bot.buckets import SWEEP_FROM, Buckets


def left_of(channels: int, of_one: Callable[[Ratelimit], None]) -> int:
    """Return how many limits are left of so many channels, all of them in the same state."""

    async def use() -> int:
        http, buckets = HTTPClient(asyncio.get_running_loop(), max_ratelimit_timeout=45), Buckets()
        for number in range(channels):
            of_one(http.get_ratelimit(f"bucket:{number}"))
            buckets.sweep(http)
        return len(http._buckets)

    return asyncio.run(use())


def over(limit: Ratelimit) -> None:
    limit.expires = limit._loop.time() - 1


def on_its_way(limit: Ratelimit) -> None:
    over(limit)
    limit.outgoing = 1


def waited_for(limit: Ratelimit) -> None:
    over(limit)
    limit._pending_requests.append(limit._loop.create_future())


def still_counting(limit: Ratelimit) -> None:
    limit.expires = limit._loop.time() + 60


def test_limits_that_are_over_are_forgotten() -> None:
    assert left_of(10 * SWEEP_FROM, over) < SWEEP_FROM


def test_limits_that_somebody_needs_are_kept() -> None:
    for needed in (on_its_way, waited_for, still_counting):
        assert left_of(2 * SWEEP_FROM, needed) == 2 * SWEEP_FROM


def test_few_limits_are_left_alone() -> None:
    assert left_of(SWEEP_FROM - 1, over) == SWEEP_FROM - 1
