"""Where the bot is built: its connection, what it may call, and the sender of digests."""

from __future__ import annotations

from dataclasses import dataclass

from app.wiring.application import Application
from bot.client import TidingsClient
from bot.connection import Connection, point_at
from bot.delivery import DiscordDeliverer
from bot.notices import Notices
from bot.requests import Pace
from bot.services import Services
from bot.targets import SCHEME
from delivery.dispatcher import Dispatcher
from delivery.policy import Policy
from delivery.sender import Sender
from services.deliveries import Deliveries
from services.runs import Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordPart:
    """The bot and what belongs to it.

    Attributes:
        connection: logged in while it is entered.
        sender: makes and sends digests.
        notices: writes to people what they would not see otherwise.
    """

    connection: Connection
    sender: Sender
    notices: Notices


def build(application: Application) -> DiscordPart:
    """Build the bot from the settings; nothing is connected yet."""
    settings, storage = application.loaded.settings.discord, application.storage
    point_at(settings.api_url, settings.gateway_url)
    pace = Pace()
    # The client is made when the bot logs in: by then there are the services, whose digests go out
    # by this same connection.
    connection = Connection(
        token=settings.token.get_secret_value(),
        make_client=lambda: TidingsClient(services=services, pace=pace),
    )
    deliverer = DiscordDeliverer(
        connection=connection, outbox=storage.outbox, clock=application.clock
    )
    deliverers = {deliverer.scheme: deliverer}
    runs = application.runs(deliverers, snapshots=storage.snapshots)
    services = _services(application, runs)
    notices = Notices(connection=connection, subscriptions=storage.subscriptions)
    dispatcher = Dispatcher(
        outbox=storage.outbox,
        subscriptions=storage.subscriptions,
        deliverers=deliverers,
        clock=application.clock,
        policy=Policy(resend_doubtful=settings.resend_doubtful),
        notice=notices.turned_off,
    )
    sender = Sender(runs=runs, dispatcher=dispatcher)
    return DiscordPart(connection=connection, sender=sender, notices=notices)


def _services(application: Application, runs: Runs) -> Services:
    storage, clock = application.storage, application.clock
    return Services(
        clock=clock,
        index=application.index,
        impressions=storage.impressions,
        key_values=storage.key_values,
        deliveries=Deliveries(outbox=storage.outbox, scheme=SCHEME, clock=clock),
        states=application.store.source_states,
        digests=application.digests,
        people=application.people,
        lookup=application.lookup,
        radar=application.radar(),
        subscriptions=application.subscriptions,
        runs=runs,
        questions=application.questions(),
        privacy=application.privacy,
        feeds=application.feeds(),
        email_subscriptions=application.email_subscriptions(),
        requests=application.requests,
        similar=application.similar,
        topics=application.loaded.settings.discord.topics,
        sources=application.sources.enabled,
        visible=application.visibility.feeds,
    )
