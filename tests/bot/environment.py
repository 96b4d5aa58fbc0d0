"""A stand-in of Discord with a server and members, and the real bot on a real archive beside it.

The bot lives in a thread with an event loop of its own, so that tests read from top to bottom.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from bot.client import TidingsClient
from bot.connection import Connection
from bot.delivery import DiscordDeliverer
from bot.escape import unescape
from bot.services import Services
from bot.targets import SCHEME
from core.errors import FetchError
from core.feeds import ANYBODY, FeedPreview
from core.items import Item
from core.people import Profile
from core.ports.clock import Clock
from ranking.ranker import ContentRanker
from services.deliveries import Deliveries
from services.digests.make import Digests
from services.digests.requests import DigestRequests
from services.feeds.members import Feeds
from services.feeds.visibility import Visibility
from services.lookup import Lookup
from services.people import People
from services.questions import Questions
from services.radar import Radar
from services.runs import Runs
from services.similar import SimilarItems
from services.subscriptions import Subscriptions
from storage.opening import Storage
from tests.email_environment import a_privacy, an_email_environment
from tests.sources import sources_of
from tests.stand_ins.discord import DiscordStandIn, Interaction, pointed_at
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.waiting import PATIENCE

T = TypeVar("T")

TOPICS = ("graph neural networks", "large language models", "efficient training")
SOURCES = ("arxiv", "github", "kaggle")
A_BLOG = "feed:a-blog"
"""A feed of the settings, whose items everybody sees."""


@dataclass
class FakeProbe:
    """Addresses that give the feeds that they are told to give."""

    previews: dict[str, FeedPreview] = field(default_factory=dict)

    def gives(self, url: str, *items: Item, title: str = "A blog") -> None:
        self.previews[url] = FeedPreview(url=url, title=title, items=items)

    def preview(self, url: str) -> FeedPreview:
        if url not in self.previews:
            raise FetchError("feed", f"{url} does not answer; is the address right?")
        return self.previews[url]


@dataclass
class BotEnvironment:
    """Discord, its people, the archive and the bot."""

    server: DiscordStandIn
    guild: w.Guild
    channel: w.Channel
    ada: w.User
    """A member."""
    eve: w.User
    """Who may manage the server."""
    storage: Storage
    clock: Clock
    services: Services
    probe: FakeProbe
    deliverer: DiscordDeliverer
    connection: Connection
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on the bot's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def stores(self, *items: Item) -> None:
        self.storage.store.upsert(items, now=self.clock())

    def knows(self, user: w.User, **changes: Any) -> Profile:
        """Give a member a profile."""
        profile = Profile(name=f"discord:{user.id}", **changes)
        self.storage.store.save_profile(profile)
        return profile

    def settled(self) -> None:
        """Wait until the bot has seen what was sent to it so far."""
        heartbeat = self.server.expect_heartbeat()
        self.server.ask_for_heartbeat()
        heartbeat.wait()


@contextmanager
def running_bot(
    server: DiscordStandIn, services: Services, *, token: str | None = None
) -> Iterator[tuple[Connection, asyncio.AbstractEventLoop]]:
    """Run the real client against the stand-in, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="bot")
    thread.start()
    connection = Connection(
        token=server.token if token is None else token,
        make_client=lambda: TidingsClient(services=services, guild_ready_timeout=0.02),
        retry_seconds=0.05,
    )

    def on_loop(work: Coroutine[Any, Any, object]) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE)

    try:
        with pointed_at(server):
            on_loop(connection.__aenter__())
            try:
                on_loop(connection.client().wait_until_ready())
                yield connection, loop
            finally:
                on_loop(connection.__aexit__(None, None, None))
    finally:
        on_loop(_cancel_the_rest())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


async def _cancel_the_rest() -> None:
    """Cancel what is left, as ``asyncio.run`` does."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def services_for(storage: Storage, clock: Clock, probe: FakeProbe, **more: Any) -> Services:
    """Wire the real use cases to an archive, as the application does."""
    store, index = storage.store, storage.index
    ranker = ContentRanker()
    visible = Visibility(store=storage.feeds, sources=lambda: (*SOURCES, A_BLOG)).feeds
    made = Digests(store=store, index=index, ranker=ranker, clock=clock, visible=visible)
    sources = sources_of(storage, clock, SOURCES)
    people = People(store=store, clock=clock, default=Profile(name="default"))
    values: dict[str, Any] = {
        "clock": clock,
        "index": index,
        "impressions": storage.impressions,
        "key_values": storage.key_values,
        "deliveries": Deliveries(outbox=storage.outbox, scheme=SCHEME, clock=clock),
        "states": store.source_states,
        "digests": lambda: made,
        "people": people,
        "lookup": Lookup(store=store),
        "radar": Radar(store=store, moves=storage.moves),
        "email_subscriptions": an_email_environment(storage, clock).service,
        "subscriptions": Subscriptions(
            store=storage.subscriptions,
            clock=clock,
            sources=SOURCES,
            visible=visible,
        ),
        "runs": Runs(
            subscriptions=storage.subscriptions,
            outbox=storage.outbox,
            digests=lambda: made,
            profile=people.profile,
            deliverers=more.pop("deliverers", {}),
            sources=sources,
            clock=clock,
            snapshots=storage.snapshots,
        ),
        "questions": Questions(
            store=store,
            index=index,
            questions=storage.questions,
            clock=clock,
            visible=visible,
        ),
        "privacy": a_privacy(storage, clock),
        "feeds": Feeds(probe=probe, store=storage.feeds, clock=clock),
        "requests": DigestRequests(
            since=timedelta(days=7), items=10, minutes=None, health=sources.health, clock=clock
        ),
        "similar": SimilarItems(index=index, ranker=lambda: ranker, feeds=visible(ANYBODY)),
        "topics": TOPICS,
        "sources": SOURCES,
        "visible": visible,
    }
    return Services(**values | more)


def answer_to(used: Interaction) -> w.Message:
    """Wait for the answer to what a member did; it is for them alone."""
    message = used.answered.wait()
    assert isinstance(message, w.Message)
    assert message.ephemeral
    return message


def said(used: Interaction) -> str:
    """Return what the answer says, without the backslashes of escaped text."""
    return unescape(answer_to(used).text)


def form_of(used: Interaction) -> Interaction:
    """Wait for the form that opens."""
    assert isinstance(used.answered.wait(), dict)
    return used
