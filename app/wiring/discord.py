"""Where the bot is built: its connection, what it may call, and the sender of digests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import core.due as timetable
from bot.client import TidingsClient
from bot.connection import Connection, point_at
from bot.delivery import DiscordDeliverer
from bot.notices import Notices
from bot.requests import Pace
from bot.services import Services
from core.digests import Budget
from core.errors import LaterError
from core.people import Profile
from delivery.dispatcher import Dispatcher
from delivery.policy import Policy
from services.digests.make import DigestRequest
from services.privacy import Privacy
from services.questions import Questions
from services.runs import Runs
from services.subscriptions import Subscriptions

if TYPE_CHECKING:
    from app.wiring.application import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordPart:
    """The bot and what belongs to it.

    Attributes:
        connection: logged in while it is entered.
        dispatcher: sends what waits in the outbox.
        runs: opens what is due.
        notices: tells people what they would not see otherwise.
        questions: watched questions.
        application: the rest.
    """

    connection: Connection
    dispatcher: Dispatcher
    runs: Runs
    notices: Notices
    questions: Questions
    application: Application

    async def open_due(self) -> None:
        """Make the digests that are due and let them be sent at once."""
        opened = await asyncio.to_thread(self.runs.open_due)
        if opened.opened:
            self.dispatcher.wake()

    async def tell_of_feeds(self) -> None:
        """Tell those who added a feed that it is read no more."""
        care = self.application.feed_health
        for notice in await asyncio.to_thread(care.notices):
            try:
                await self.notices.feed_stopped(notice)
            except LaterError:
                return  # while Discord is out of reach it would be lost
            await asyncio.to_thread(care.told, notice)

    async def tell_answers(self) -> None:
        """Tell whoever watches a question that the archive has an answer now."""
        matches = await asyncio.to_thread(
            lambda: list(self.questions.matches(self.application.clock()))
        )
        for match in matches:
            if await self.notices.answered(match):
                await asyncio.to_thread(self.questions.told, match)


def build(application: Application) -> DiscordPart:
    """Build the bot from the settings; nothing is connected yet."""
    settings = application.loaded.settings.discord
    point_at(settings.api_url, settings.gateway_url)
    pace = Pace()
    services: list[Services] = []
    connection = Connection(
        token=settings.token.get_secret_value(),
        make_client=lambda: TidingsClient(services=services[0], pace=pace),
    )
    storage = application.storage
    deliverer = DiscordDeliverer(
        connection=connection, outbox=storage.outbox, clock=application.clock
    )
    deliverers = {deliverer.scheme: deliverer}
    notices = Notices(connection=connection, subscriptions=storage.subscriptions)
    runs = Runs(
        subscriptions=storage.subscriptions,
        outbox=storage.outbox,
        digests=application.digests,
        profile=application.people.profile,
        deliverers=deliverers,
        timetable=timetable,
        health=application.health,
        has_live_items=lambda: not application.store.has_only_sample(),
        clock=application.clock,
    )
    questions = application.questions()
    services.append(_services(application, runs, questions))
    dispatcher = Dispatcher(
        outbox=storage.outbox,
        subscriptions=storage.subscriptions,
        deliverers=deliverers,
        clock=application.clock,
        policy=Policy(resend_doubtful=settings.resend_doubtful),
        notice=notices.turned_off,
    )
    return DiscordPart(
        connection=connection,
        dispatcher=dispatcher,
        runs=runs,
        notices=notices,
        questions=questions,
        application=application,
    )


def _services(application: Application, runs: Runs, questions: Questions) -> Services:
    storage, clock = application.storage, application.clock

    def request(
        profile: Profile,
        *,
        since: timedelta | None = None,
        items: int | None = None,
        minutes: float | None = None,
        sources: tuple[str, ...] = (),
        guild: str = "",
    ) -> DigestRequest:
        digest = application.loaded.settings.digest
        return DigestRequest(
            profile=profile,
            subscription="",
            since=clock() - (since or digest.since),
            budget=Budget(items=items or digest.limit, minutes=minutes or digest.minutes),
            sources=sources,
            guild=guild,
            health=application.health(),
        )

    return Services(
        clock=clock,
        store=application.store,
        index=application.index,
        memory=storage.memory,
        outbox=storage.outbox,
        digests=application.digests,
        people=application.people,
        lookup=application.lookup,
        subscriptions=Subscriptions(
            store=storage.subscriptions,
            timetable=timetable,
            clock=clock,
            sources=application.enabled,
            visible=application.visibility.feeds,
        ),
        runs=runs,
        questions=questions,
        privacy=Privacy(data=storage.personal, clock=clock),
        feeds=application.feeds(),
        email_subscriptions=application.email_subscriptions(),
        request=request,
        similar=application.similar,
        topics=application.loaded.settings.discord.topics,
        sources=application.enabled(),
        visible=application.visibility.feeds,
    )
