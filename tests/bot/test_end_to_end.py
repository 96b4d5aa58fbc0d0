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
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.bot.library import ALL, GRAPHS, papers
from tests.stand_ins.discord import POST_MESSAGE, Fault, Permission
from tests.stand_ins.discord.invocations import Value


@contextmanager
def dispatching(env: BotEnvironment) -> Iterator[None]:
    """Let the dispatcher deliver what waits, on the bot's loop; for it time goes on from now."""
    start, begun = env.clock(), time.monotonic()
    dispatcher = Dispatcher(
        outbox=env.storage.outbox,
        subscriptions=env.storage.subscriptions,
        deliverers={"discord": env.deliverer},
        clock=lambda: start + timedelta(seconds=time.monotonic() - begun),
        notice=Notices(
            connection=env.connection, subscriptions=env.storage.subscriptions
        ).turned_off,
    )
    task = env.run(_started(dispatcher.run))
    try:
        yield
    finally:
        env.loop.call_soon_threadsafe(dispatcher.stop)
        env.run(_ended(task))


async def _started(run: Callable[[], Awaitable[None]]) -> asyncio.Future[None]:
    return asyncio.ensure_future(run())


async def _ended(task: asyncio.Future[None]) -> None:
    await task


def post(env: BotEnvironment, **more: Value) -> None:
    """Subscribe the channel and ask for a digest now."""
    options: dict[str, Value] = {
        "schedule": "daily",
        "at": "8",
        "channel": env.channel,
        "interests": "graph neural networks",
        **more,
    }
    answer_to(env.server.slash(env.eve, env.channel, "subscribe", options))
    used = env.server.slash(env.eve, env.channel, "admin post", {"channel": env.channel})
    assert "on its way" in said(used)


def test_a_digest_that_is_asked_for_arrives_once_and_its_buttons_work(env: BotEnvironment) -> None:
    env.stores(*ALL)
    post(env)

    with dispatching(env):
        env.server.expect_messages(env.channel, 1, by=env.server.bot).wait()

    (message,) = env.server.messages(env.channel)
    assert GRAPHS.title in message.text
    (delivery,) = env.storage.outbox.deliveries()
    assert (delivery.state, delivery.remote_id) == (DeliveryState.SENT, str(message.id))
    assert "Saved" in said(env.server.click(env.ada, message, f"save:{GRAPHS.key}"))
    env.knows(env.ada, interests=(Interest(text="graph neural networks"),))
    picks = said(env.server.click(env.ada, message, message.buttons["My picks"]))
    assert "picks from" in picks
    assert GRAPHS.title not in picks  # what was saved is known to who saved it


def test_a_long_digest_goes_on_in_a_thread(env: BotEnvironment) -> None:
    env.stores(*papers(16, more_words="and its limits in practice " * 2))
    post(env, items=16)

    with dispatching(env):
        env.server.expect(
            "the thread's message",
            lambda: any(c.messages for c in env.guild.channels.values() if c.thread),
        ).wait()

    (first,) = env.server.messages(env.channel, by=env.server.bot)
    thread = env.guild.channels[first.id]
    text = first.text + "".join(one.text for one in env.server.messages(thread))
    assert all(f"part {n}]" in text for n in range(16))


def test_an_answer_that_is_lost_doubles_nothing(env: BotEnvironment) -> None:
    env.stores(*ALL)
    post(env)
    env.server.plan(POST_MESSAGE, Fault(cut=True, after=True))

    with dispatching(env):
        tally = env.server.tally
        env.server.expect("the second try", lambda: tally.deduplicated).wait()

    assert len(env.server.messages(env.channel, by=env.server.bot)) == 1
    (delivery,) = env.storage.outbox.deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 2)


def test_a_refused_subscription_is_off_and_its_maker_hears_of_it(env: BotEnvironment) -> None:
    env.stores(*ALL)
    post(env)
    env.server.overwrite(env.channel, env.server.bot, deny=Permission.SEND_MESSAGES)

    with dispatching(env):
        dm = env.server.dm(env.eve)
        env.server.expect_messages(dm, 1, by=env.server.bot).wait()

    (notice,) = env.server.messages(dm)
    assert "was turned off" in notice.text
    (order,) = env.storage.subscriptions.subscriptions()
    assert "50013" in order.off or "Missing Permissions" in order.off
    listed = said(env.server.slash(env.eve, env.channel, "subscriptions"))
    assert "off: " in listed
