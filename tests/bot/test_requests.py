"""The shared budget of requests, and who is exempt from it."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

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
        pace = Pace(per_second=20)
        taken: list[float] = []

        async def one() -> None:
            taken.append(await pace.turn())
            pace.answered(taken[-1])

        waiting = asyncio.gather(*(one() for _ in range(30)))
        await asyncio.sleep(0.1)
        time.sleep(0.4)  # noqa: ASYNC251 -- the loop stands still
        await waiting
        return taken

    taken = asyncio.run(use())

    # An answer that comes at once is taken for the way there and back, which is not waited for.
    assert all(later - earlier > 0.99 for earlier, later in zip(taken, taken[20:], strict=False))


def test_requests_that_are_held_up_on_their_way_break_no_limit() -> None:
    with DiscordStandIn() as server:

        def hold_up() -> None:
            for _ in range(4):
                server.on_loop(lambda: time.sleep(0.4))

        with ThreadPoolExecutor() as pool:
            asyncio.run(ask(server, "/users/@me", 1, pace := Pace()))
            held_up = pool.submit(hold_up)
            asyncio.run(ask(server, "/users/@me", 100, pace))
            held_up.result()

    assert not server.refusals


def test_with_all_requests_on_their_way_the_next_waits_for_an_answer() -> None:
    async def use() -> bool:
        pace = Pace(per_second=2)
        turns = [await pace.turn() for _ in range(2)]
        third = asyncio.create_task(pace.turn())
        await asyncio.wait([third], timeout=1.5)
        waited = not third.done()
        pace.answered(turns[0])
        await third
        return waited

    assert asyncio.run(use())


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
def test_the_outcome_of_a_request_is_known(fault: Fault | None, uncertain: bool) -> None:
    async def use(server: DiscordStandIn) -> bool:
        with watched() as outcome:
            try:
                await ask(server, "/users/@me", 1, Pace())
            except aiohttp.ClientError:
                return outcome.uncertain
            return outcome.uncertain

    with DiscordStandIn() as server:
        if fault:
            server.plan("GET /users/@me", fault)
        assert asyncio.run(use(server)) is uncertain


def test_a_refused_connection_leaves_nothing_open() -> None:
    async def use() -> bool:
        with watched() as outcome:
            async with aiohttp.ClientSession(trace_configs=[trace(Pace())]) as session:
                with pytest.raises(aiohttp.ClientConnectorError):
                    await session.get("http://127.0.0.1:9/api/v10/users/@me")
            return outcome.uncertain

    assert asyncio.run(use()) is False
