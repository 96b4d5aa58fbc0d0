"""From a command to a message in the channel, with the real dispatcher in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from bot.notices import Notices
from core.deliveries import DeliveryState
from core.people import Interest
from delivery.dispatcher import Dispatcher
from tests.bot.environment import Town, answer_to, said
from tests.bot.library import ALL, GRAPHS, papers
from tests.stand_ins.discord import POST_MESSAGE, Fault, Permission
from tests.stand_ins.discord.invocations import Value


@contextmanager
def dispatching(town: Town) -> Iterator[None]:
    """Let the dispatcher deliver what waits, on the bot's loop; for it time goes on from now."""
    start, begun = town.clock(), time.monotonic()
    dispatcher = Dispatcher(
        outbox=town.storage.outbox,
        subscriptions=town.storage.subscriptions,
        deliverers={"discord": town.deliverer},
        clock=lambda: start + timedelta(seconds=time.monotonic() - begun),
        notice=Notices(
            connection=town.connection, subscriptions=town.storage.subscriptions
        ).turned_off,
    )
    task = town.run(_started(dispatcher.run))
    try:
        yield
    finally:
        town.loop.call_soon_threadsafe(dispatcher.stop)
        town.run(_ended(task))


async def _started(run: Callable[[], Awaitable[None]]) -> asyncio.Future[None]:
    return asyncio.ensure_future(run())


async def _ended(task: asyncio.Future[None]) -> None:
    await task


def post(town: Town) -> None:
    """Subscribe the channel and ask for a digest now."""
    options: dict[str, Value] = {
        "schedule": "daily",
        "at": "8",
        "channel": town.channel,
        "interests": "graph neural networks",
    }
    answer_to(town.server.slash(town.eve, town.channel, "subscribe", options))
    used = town.server.slash(town.eve, town.channel, "admin post", {"channel": town.channel})
    assert "on its way" in said(used)


def test_a_digest_that_is_asked_for_arrives_once_and_its_buttons_work(town: Town) -> None:
    town.stores(*ALL)
    post(town)

    with dispatching(town):
        town.server.expect_messages(town.channel, 1, by=town.server.bot).wait()

    (message,) = town.server.messages(town.channel)
    assert GRAPHS.title in message.text
    (delivery,) = town.storage.outbox.deliveries()
    assert (delivery.state, delivery.remote_id) == (DeliveryState.SENT, str(message.id))
    assert "Saved" in said(town.server.click(town.ada, message, f"save:{GRAPHS.key}"))
    town.knows(town.ada, interests=(Interest(text="graph neural networks"),))
    picks = town.server.click(town.ada, message, message.buttons["My picks"])
    assert GRAPHS.title in said(picks)


def test_a_long_digest_goes_on_in_a_thread(town: Town) -> None:
    town.stores(*papers(10, more_words="and its limits in practice " * 4))
    post(town)

    with dispatching(town):
        town.server.expect(
            "the thread's message",
            lambda: any(c.messages for c in town.guild.channels.values() if c.thread),
        ).wait()

    (first,) = town.server.messages(town.channel, by=town.server.bot)
    thread = town.guild.channels[first.id]
    text = first.text + "".join(one.text for one in town.server.messages(thread))
    assert all(f"part {n}]" in text for n in range(10))


def test_an_answer_that_is_lost_doubles_nothing(town: Town) -> None:
    town.stores(*ALL)
    post(town)
    town.server.plan(POST_MESSAGE, Fault(cut=True, after=True))

    with dispatching(town):
        tally = town.server.tally
        town.server.expect("the second try", lambda: tally.deduplicated).wait()

    assert len(town.server.messages(town.channel, by=town.server.bot)) == 1
    (delivery,) = town.storage.outbox.deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 2)


def test_a_refused_subscription_is_off_and_its_maker_hears_of_it(town: Town) -> None:
    town.stores(*ALL)
    post(town)
    town.server.overwrite(town.channel, town.server.bot, deny=Permission.SEND_MESSAGES)

    with dispatching(town):
        dm = town.server.dm(town.eve)
        town.server.expect_messages(dm, 1, by=town.server.bot).wait()

    (notice,) = town.server.messages(dm)
    assert "was turned off" in notice.text
    (order,) = town.storage.subscriptions.subscriptions()
    assert "50013" in order.off or "Missing Permissions" in order.off
    listed = said(town.server.slash(town.eve, town.channel, "subscriptions"))
    assert "off: " in listed
