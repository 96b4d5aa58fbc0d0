"""The shared budget of requests, and who is exempt from it."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest

from bot.requests import Pace, trace, watched
from tests.stand_ins.discord import DiscordStandIn, Fault


async def ask(server: DiscordStandIn, path: str, times: int, pace: Pace) -> float:
    """Make requests at once; return how long they took together."""
    headers = {"Authorization": f"Bot {server.token}"}
    async with aiohttp.ClientSession(trace_configs=[trace(pace)], headers=headers) as session:
        started = time.monotonic()

        async def one() -> None:
            async with session.get(server.api_url + path) as answer:
                await answer.read()

        await asyncio.gather(*(one() for _ in range(times)))
        return time.monotonic() - started


def test_requests_keep_the_pace() -> None:
    with DiscordStandIn() as server:
        took = asyncio.run(ask(server, "/users/@me", 31, Pace(per_second=40)))

    # The first dozen may make up for 0.3 s in which nobody asked.
    assert took >= 30 / 40 - 0.31
    assert not server.refusals


@pytest.mark.parametrize("path", ["/webhooks/1/token/messages/2", "/interactions/1/x/callback"])
def test_interactions_do_not_wait(path: str) -> None:
    with DiscordStandIn() as server:
        took = asyncio.run(ask(server, path, 10, Pace(per_second=1)))

    assert took < 9


def test_a_loop_that_stood_still_lets_no_crowd_pass() -> None:
    async def use() -> list[float]:
        pace, loop = Pace(per_second=20), asyncio.get_running_loop()
        taken: list[float] = []

        async def one() -> None:
            await pace.turn()
            taken.append(loop.time())

        waiting = asyncio.gather(*(one() for _ in range(30)))
        await asyncio.sleep(0.1)
        time.sleep(0.4)  # noqa: ASYNC251 -- the loop stands still
        await waiting
        return taken

    taken = asyncio.run(use())

    assert all(later - earlier >= 1.0 for earlier, later in zip(taken, taken[20:], strict=False))


@pytest.mark.parametrize(
    ("fault", "uncertain"),
    [
        (Fault(status=500, after=True), True),
        (Fault(cut=True), True),
        (Fault(code=50013), False),
        (Fault(retry_after=1.0), False),
        (None, False),
    ],
)
def test_the_fate_of_a_request_is_known(fault: Fault | None, uncertain: bool) -> None:
    async def use(server: DiscordStandIn) -> bool:
        with watched() as fate:
            try:
                await ask(server, "/users/@me", 1, Pace())
            except aiohttp.ClientError:
                return fate.uncertain
            return fate.uncertain

    with DiscordStandIn() as server:
        if fault:
            server.plan("GET /users/@me", fault)
        assert asyncio.run(use(server)) is uncertain


def test_a_refused_connection_leaves_nothing_open() -> None:
    async def use() -> bool:
        with watched() as fate:
            async with aiohttp.ClientSession(trace_configs=[trace(Pace())]) as session:
                with pytest.raises(aiohttp.ClientConnectorError):
                    await session.get("http://127.0.0.1:9/api/v10/users/@me")
            return fate.uncertain

    assert asyncio.run(use()) is False
