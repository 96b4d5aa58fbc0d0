"""The bot's life: what it asks Discord for, when it syncs, how it starts, fails and leaves."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.client import TidingsClient
from bot.commands import COMMANDS
from bot.connection import Connection, point_at
from bot.services import Services
from core.errors import ConfigError, LaterError, StorageError
from core.people import Interest, Profile
from services.people import People
from storage.opening import Storage
from storage.store import SqlStore
from tests.bot.environment import (
    BotEnvironment,
    FakeProbe,
    answer_to,
    form_of,
    running_bot,
    said,
    services_for,
)
from tests.bot.library import ALL, papers
from tests.fakes import FakeClock
from tests.stand_ins.discord import DiscordStandIn, Fault, pointed_at
from tests.stand_ins.discord.waiting import PATIENCE

SYNC = "PUT /applications/{application_id}/commands"


@dataclass
class TroubledStore:
    """The archive, whose profiles cannot be read as usual."""

    store: SqlStore
    failure: Exception | None = None
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def fails(self, failure: Exception) -> TroubledStore:
        self.failure = failure
        self.go_on.set()
        return self

    def profile(self, name: str) -> Profile | None:
        self.reached.set()
        self.go_on.wait(PATIENCE)
        if self.failure is not None:
            raise self.failure
        return self.store.profile(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


def troubled(env: BotEnvironment) -> TroubledStore:
    """Let the bot go on with an archive in trouble."""
    store = TroubledStore(env.storage.store)
    people = People(store=store, clock=env.clock, default=Profile(name="default"))
    client = env.connection.client()
    client.services = replace(env.services, people=people)  # type: ignore[attr-defined]  # ours has it
    return store


@pytest.fixture
def server(clock: FakeClock) -> Iterator[DiscordStandIn]:
    with DiscordStandIn(clock=clock) as started:
        started.add_guild()
        yield started
        started.assert_clean()


@pytest.fixture
def services(storage: Storage, clock: FakeClock) -> Services:
    return services_for(storage, clock, FakeProbe())


def connection(services: Services, token: str) -> Connection:
    return Connection(
        token=token,
        make_client=lambda: TidingsClient(services=services, guild_ready_timeout=0.02),
        retry_seconds=0.01,
    )


def enter(server: DiscordStandIn, services: Services, token: str) -> None:
    async def use() -> None:
        async with connection(services, token) as made:
            await made.client().wait_until_ready()

    with pointed_at(server):
        asyncio.run(use())


def test_it_asks_for_no_intent_but_that_of_servers(
    server: DiscordStandIn, services: Services
) -> None:
    enter(server, services, server.token)

    (identify,) = server.platform.gateway.identifies
    assert identify["intents"] == 1


def test_commands_are_synced_once_and_again_when_they_change(
    server: DiscordStandIn, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(server, services, server.token)
    enter(server, services, server.token)
    assert len(server.calls(SYNC)) == 1

    monkeypatch.setattr(COMMANDS[0], "description", "Another description")
    enter(server, services, server.token)
    assert len(server.calls(SYNC)) == 2


def test_every_command_of_the_surface_is_there(env: BotEnvironment) -> None:
    names = {command["name"] for command in env.server.commands}

    assert names == {
        *("start", "help", "digest", "subscribe", "subscriptions", "search", "ask", "questions"),
        *("similar", "trending", "deadlines", "saved", "why", "privacy", "admin", "email"),
        *("interests", "stats"),
        *("Find related", "Save"),
    }


@pytest.mark.parametrize(
    ("token", "line"), [("", "has no token"), ("wrong.token.here", "refuses the token")]
)
def test_a_missing_or_wrong_token_is_one_clear_line(
    server: DiscordStandIn, services: Services, token: str, line: str
) -> None:
    with pytest.raises(ConfigError, match=line) as error:
        enter(server, services, token)

    assert "TIDINGS_DISCORD__TOKEN" in str(error.value)
    assert token not in str(error.value) or not token


def test_a_token_that_is_taken_back_ends_the_bot(
    server: DiscordStandIn, services: Services
) -> None:
    async def use() -> None:
        async with connection(services, server.token) as made:
            await made.client().wait_until_ready()
            server.close_gateway(4004)
            await made.ended()

    with pointed_at(server), pytest.raises(ConfigError, match="refuses the token"):
        asyncio.run(use())


def test_it_keeps_trying_while_discord_is_out_of_reach(
    server: DiscordStandIn, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    server.plan("GET /users/@me", Fault(cut=True), times=2)

    async def use() -> None:
        async with connection(services, server.token) as made:
            with pytest.raises(LaterError, match="not logged in"):
                made.client()
            await server.expect_connected()

    with pointed_at(server), caplog.at_level(logging.WARNING, "bot.connection"):
        asyncio.run(use())

    assert "Discord cannot be reached" in caplog.text


def test_it_leaves_while_discord_is_out_of_reach(
    server: DiscordStandIn, services: Services
) -> None:
    async def use() -> None:
        async with connection(services, server.token):
            pass

    with pointed_at(server):  # puts back at the end what is set here
        point_at("http://127.0.0.1:9/api/v10", "ws://127.0.0.1:9/")
        asyncio.run(use())


def test_an_address_from_settings_takes_the_place_of_discords(
    server: DiscordStandIn, services: Services
) -> None:
    with pointed_at(server):  # puts back at the end what is set here
        point_at("http://127.0.0.1:9", "ws://127.0.0.1:9/")
        point_at(f"{server.api_url}/", server.gateway_url)
        point_at()

        async def use() -> None:
            async with connection(services, server.token) as made:
                await made.client().wait_until_ready()

        asyncio.run(use())


def test_a_cut_connection_is_resumed(env: BotEnvironment) -> None:
    resumed = env.server.expect_resumed()

    env.server.cut_gateway()

    resumed.wait()
    assert "Nothing saved yet" in said(env.server.slash(env.ada, env.channel, "saved"))


def test_a_form_that_was_open_at_a_restart_is_answered(
    server: DiscordStandIn, storage: Storage, services: Services
) -> None:
    (guild,) = server.platform.world.guilds.values()
    channel, ada = server.add_channel(guild, "digests"), server.add_user("ada")
    server.join(guild, ada)
    with running_bot(server, services):
        opened = form_of(server.slash(ada, channel, "start"))

    with running_bot(server, services):
        sent = server.submit_modal(opened, {"In your own words": "causal inference"})
        assert "I look for “causal inference”" in said(sent)

    assert storage.store.profile(f"discord:{ada.id}") is not None


def test_it_keeps_no_members_and_no_messages(env: BotEnvironment) -> None:
    env.server.say(env.ada, env.channel, "hello")
    env.settled()

    client = env.connection.client()

    (guild,) = client.guilds
    assert [member.id for member in guild.members] == [env.server.bot.id]
    assert not client.cached_messages


def test_a_bug_is_told_with_a_reference_that_the_log_has(
    env: BotEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    troubled(env).fails(ZeroDivisionError("made for the test"))
    with caplog.at_level(logging.ERROR, "bot.errors"):
        text = said(env.server.slash(env.ada, env.channel, "saved"))

    assert text.startswith("Something went wrong here (reference ")
    reference = text.partition("reference ")[2].partition(")")[0]
    assert f"reference {reference}" in caplog.text
    assert "made for the test" not in text


def test_a_database_that_cannot_be_used_is_told_as_such(env: BotEnvironment) -> None:
    troubled(env).fails(StorageError("database is locked"))

    assert "is not available at the moment" in said(env.server.slash(env.ada, env.channel, "saved"))


def test_a_button_that_goes_wrong_tells_so_beside_its_message(env: BotEnvironment) -> None:
    env.stores(*papers(7))
    listed = answer_to(env.server.slash(env.ada, env.channel, "search", {"query": "graph"}))
    before = listed.text

    troubled(env).fails(StorageError("database is locked"))
    used = env.server.click(env.ada, listed, listed.buttons["Next ▶"])

    env.server.expect("the line", lambda: used.followups).wait()
    assert "is not available at the moment" in used.followups[0].text
    assert used.followups[0].ephemeral
    assert listed.text == before


def log_says(words: str, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Return what is set once the log of errors says these words."""
    told, handler = threading.Event(), logging.Handler()

    def look(record: logging.LogRecord) -> None:
        if words in record.getMessage():
            told.set()

    handler.emit = look  # type: ignore[method-assign]  # a handler needs nothing more
    monkeypatch.setattr(logging.getLogger("bot.errors"), "handlers", [handler])
    return told


def test_an_answer_that_comes_too_late_is_let_go(
    env: BotEnvironment,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = troubled(env)
    used = env.server.slash(env.ada, env.channel, "saved")
    assert store.reached.wait(PATIENCE)
    used.acknowledged.wait()
    told = log_says("came too late", monkeypatch)
    with caplog.at_level(logging.WARNING, "bot.errors"):
        clock.advance(timedelta(minutes=16))
        store.go_on.set()
        # The bot tries to answer before it can answer this one.
        assert "Nothing saved yet" in said(env.server.slash(env.eve, env.channel, "saved"))
        assert told.wait(PATIENCE)

    assert not used.answered.done
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_commands_work_in_direct_messages(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=(Interest(text="graph neural networks"),))

    used = env.server.slash(env.ada, env.server.dm(env.ada), "digest now")

    assert "graph neural networks" in said(used)


def test_a_slow_use_case_is_acknowledged_first(env: BotEnvironment) -> None:
    store = troubled(env)
    used = env.server.slash(env.ada, env.channel, "saved")

    used.acknowledged.wait()
    assert not used.answered.done
    store.go_on.set()
    assert "Nothing saved yet" in said(used)
