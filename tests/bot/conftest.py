"""The environment in which the bot's tests run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.delivery import DiscordDeliverer
from storage.opening import Storage
from tests.bot.environment import BotEnvironment, FakeProbe, running_bot, services_for
from tests.fakes import FakeClock
from tests.stand_ins.discord import DiscordStandIn, Permission


class PendingConnection:
    """A connection that is known only later: the deliverer needs it, and services need that."""

    def __init__(self) -> None:
        self.connection: object = None

    def __getattr__(self, name: str) -> object:
        return getattr(self.connection, name)


@pytest.fixture
def env(storage: Storage, clock: FakeClock) -> Iterator[BotEnvironment]:
    """A server with a channel, a member and a manager, and the bot connected."""
    with DiscordStandIn(clock=clock) as server:
        guild = server.add_guild()
        channel = server.add_channel(guild, "digests")
        ada, eve = server.add_user("ada"), server.add_user("eve")
        manager = server.add_role(guild, "manager", Permission.MANAGE_GUILD)
        server.join(guild, ada)
        server.join(guild, eve, roles=(manager,))
        probe, pending = FakeProbe(), PendingConnection()
        deliverer = DiscordDeliverer(connection=pending, outbox=storage.outbox, clock=clock)  # type: ignore[arg-type]  # stands for the connection
        services = services_for(storage, clock, probe, deliverers={"discord": deliverer})
        with running_bot(server, services) as (connection, loop):
            pending.connection = connection
            yield BotEnvironment(
                server=server,
                guild=guild,
                channel=channel,
                ada=ada,
                eve=eve,
                storage=storage,
                clock=clock,
                services=services,
                probe=probe,
                deliverer=deliverer,
                connection=connection,
                loop=loop,
            )
        server.assert_clean()
