"""The Discord stand-in, tried with a real discord.py client over real sockets."""

from __future__ import annotations

import asyncio
import functools
import io
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ParamSpec

import aiohttp
import discord
import pytest
import requests
from discord import app_commands, ui

from tests.stand_ins.discord import (
    FOREVER,
    GET_MESSAGES,
    POST_MESSAGE,
    DiscordStandIn,
    Fault,
    ImpossibleError,
    Interaction,
    NotAnsweredError,
    Permission,
    Settings,
    Upload,
    pointed_at,
)
from tests.stand_ins.discord import gateway as gw
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.waiting import PATIENCE

P = ParamSpec("P")
JsonObject = dict[str, Any]
EPHEMERAL, V2 = 64, 1 << 15


def in_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test that is a coroutine function in a loop of its own."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@dataclass(frozen=True)
class Town:
    """A stand-in with a guild, a channel and two members."""

    server: DiscordStandIn
    guild: w.Guild
    channel: w.Channel
    ada: w.User
    bob: w.User

    async def settled(self) -> None:
        """Wait until the bot's client has seen what was sent to it so far."""
        heartbeat = self.server.expect_heartbeat()
        self.server.ask_for_heartbeat()
        await heartbeat


def settle(server: DiscordStandIn) -> Town:
    guild = server.add_guild()
    channel = server.add_channel(guild, "digests")
    ada, bob = server.add_user("ada"), server.add_user("bob")
    server.join(guild, ada, bob)
    return Town(server, guild, channel, ada, bob)


@pytest.fixture
def town() -> Iterator[Town]:
    with DiscordStandIn() as server:
        yield settle(server)
        assert server.own_violations == []


class Bot(discord.Client):
    """A small bot with one of everything; it notes what it sees."""

    def __init__(self, **options: Any) -> None:
        intents = options.pop("intents", discord.Intents.default())
        super().__init__(intents=intents, guild_ready_timeout=0.02, **options)
        self.tree = app_commands.CommandTree(self)
        self.seen: list[str] = []
        self.ready = asyncio.Event()
        self.resumed = asyncio.Event()
        self.errors: list[BaseException] = []
        self.release = asyncio.Event()
        self.failed = asyncio.Event()
        _add_commands(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()
        self.add_view(Buttons())

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Not wait 5 seconds, as the library would before a second IDENTIFY."""

    async def on_ready(self) -> None:
        self.ready.set()

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def on_message(self, message: discord.Message) -> None:
        self.seen.append(message.content)


class Buttons(ui.View):
    """A persistent view."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="More", custom_id="more")
    async def more(self, interaction: discord.Interaction, _: ui.Button[Buttons]) -> None:
        await interaction.response.edit_message(content="edited")

    @ui.select(
        custom_id="topics",
        max_values=2,
        options=[discord.SelectOption(label=one) for one in ("nlp", "vision", "audio")],
    )
    async def topics(self, interaction: discord.Interaction, select: ui.Select[Buttons]) -> None:
        await interaction.response.send_message("+".join(select.values), ephemeral=True)

    @ui.button(label="Off", custom_id="off", disabled=True)
    async def off(self, interaction: discord.Interaction, _: ui.Button[Buttons]) -> None:
        raise AssertionError(interaction)


class Card(ui.LayoutView):
    """A components v2 message."""

    card: ui.Container[Card] = ui.Container(
        ui.TextDisplay("## Papers"),
        ui.Section(ui.TextDisplay("First"), accessory=ui.Button(label="Save", custom_id="save:1")),
        ui.Separator(),
        ui.ActionRow(ui.Button(label="Read", url="https://example.org/1")),
    )


class Wishes(ui.Modal, title="Your topics"):
    """A modal with the newer label layout and the older text input."""

    kind: ui.Label[Wishes] = ui.Label(
        text="Kind",
        component=ui.Select(
            custom_id="kind", options=[discord.SelectOption(label="papers", value="p")]
        ),
    )
    words: ui.TextInput[Wishes] = ui.TextInput(label="Words", custom_id="words", min_length=3)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        select = self.kind.component
        assert isinstance(select, ui.Select)
        said = f"{select.values[0]}: {self.words.value}"
        await interaction.response.send_message(said, ephemeral=True)


def _add_commands(bot: Bot) -> None:
    tree = bot.tree

    @tree.command(description="Greet someone")
    async def hello(interaction: discord.Interaction, name: str = "you") -> None:
        await interaction.response.send_message(f"hello {name}", ephemeral=True)

    @tree.command(description="Think, then speak")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await interaction.edit_original_response(content="thought")
        await interaction.followup.send("more", ephemeral=True)

    @tree.command(description="Wait to be told")
    async def late(interaction: discord.Interaction) -> None:
        await bot.release.wait()
        try:
            await interaction.response.send_message("late")
        except discord.HTTPException as error:
            bot.errors.append(error)
            bot.failed.set()

    @tree.command(description="Answer, wait, follow up")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("first")
        await bot.release.wait()
        try:
            await interaction.followup.send("second")
        except discord.HTTPException as error:
            bot.errors.append(error)
            bot.failed.set()

    @tree.command(description="Show buttons")
    async def buttons(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("press", view=Buttons())

    @tree.command(description="Open a modal")
    async def wishes(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Wishes())

    @tree.command(description="Export data")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def export(interaction: discord.Interaction, notes: discord.Attachment) -> None:
        data = await notes.read()
        file = discord.File(io.BytesIO(data[::-1]), "notes.txt")
        await interaction.response.send_message(file=file, ephemeral=True)

    @tree.command(description="Search")
    async def search(interaction: discord.Interaction, topic: str) -> None:
        assert topic == "trees"
        await interaction.response.send_message(view=Card())

    @search.autocomplete("topic")
    async def topics(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        known = ("transformers", "trees", "audio")
        return [app_commands.Choice(name=one, value=one) for one in known if current in one]

    @tree.context_menu(name="Find related")
    async def related(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(message.content.upper(), ephemeral=True)

    group = app_commands.Group(name="admin", description="Run it")

    @group.command(description="Ping a member")
    async def ping(
        interaction: discord.Interaction, who: discord.Member, where: discord.TextChannel
    ) -> None:
        await interaction.response.send_message(f"{who.mention} {where.mention}")

    tree.add_command(group)


@asynccontextmanager
async def running(server: DiscordStandIn, **options: Any) -> AsyncIterator[Bot]:
    """Run the bot until the block ends."""
    with pointed_at(server):
        bot = Bot(**options)
        task = asyncio.create_task(bot.start(server.token))
        ready = asyncio.create_task(bot.ready.wait())
        await asyncio.wait([task, ready], timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ready.cancel()
            await bot.close()
            task.result()
        assert bot.is_ready()
        try:
            yield bot
        finally:
            await bot.close()
            await asyncio.wait_for(task, PATIENCE)


def text_channel(bot: Bot, channel: w.Channel) -> discord.TextChannel:
    found = bot.get_channel(channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


class Raw:
    """A bare HTTP client with the bot's token, for what discord.py would not send."""

    def __init__(self, server: DiscordStandIn) -> None:
        self._api = server.api_url
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bot {server.token}"

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> requests.Response:
        return self._session.request(method, self._api + path, json=body, timeout=PATIENCE, **more)

    def post(self, channel: w.Channel, body: JsonObject) -> requests.Response:
        return self.ask("POST", f"/channels/{channel.id}/messages", body)


@pytest.fixture
def raw(town: Town) -> Iterator[Raw]:
    with Raw(town.server) as client:
        yield client


# Signing in


@in_loop
async def test_a_client_becomes_ready_and_knows_its_guild(town: Town) -> None:
    async with running(town.server) as bot:
        guild = bot.get_guild(town.guild.id)
        assert guild is not None
        assert [channel.name for channel in guild.text_channels] == ["digests"]
        assert guild.me.guild_permissions.manage_events
        assert bot.application_id == town.server.bot.id
        assert town.server.platform.gateway.identifies[0]["properties"]["browser"] == "discord.py"
    town.server.assert_clean()


@in_loop
async def test_a_wrong_token_is_refused(town: Town) -> None:
    with pointed_at(town.server):
        bot = Bot()
        with pytest.raises(discord.LoginFailure):
            await bot.login("wrong")
        await bot.close()
    assert town.server.platform.limits.invalid_requests == 1


@in_loop
async def test_a_privileged_intent_that_is_not_switched_on_is_refused(town: Town) -> None:
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(town.server, intents=discord.Intents.all()):
            pass


def test_all_intents_are_accepted_once_switched_on() -> None:
    @in_loop
    async def scenario() -> None:
        privileged = gw.GUILD_MEMBERS | 1 << 8 | gw.MESSAGE_CONTENT
        with DiscordStandIn(Settings(privileged_intents=privileged)) as server:
            town = settle(server)
            async with running(server, intents=discord.Intents.all()) as bot:
                guild = bot.get_guild(town.guild.id)
                assert guild is not None
                assert {member.name for member in guild.members} >= {"ada", "bob"}
                found = await guild.query_members("ad")
                assert [member.name for member in found] == ["ada"]
                also = await guild.query_members(user_ids=[town.bob.id])
                assert [member.name for member in also] == ["bob"]
                server.say(town.ada, town.channel, "not for every bot")
                await town.settled()
                assert bot.seen == ["not for every bot"]
            server.assert_clean()

    scenario()


@in_loop
async def test_a_sharded_client_becomes_ready(town: Town) -> None:
    with pointed_at(town.server):
        bot = discord.AutoShardedClient(
            intents=discord.Intents.default(), shard_count=1, guild_ready_timeout=0.02
        )
        ready = asyncio.Event()
        bot.event(_named("on_ready", ready.set))
        task = asyncio.create_task(bot.start(town.server.token))
        await asyncio.wait_for(ready.wait(), PATIENCE)
        assert town.server.platform.gateway.identifies[0]["shard"] == [0, 1]
        await bot.close()
        await task
    town.server.assert_clean()


def _named(name: str, act: Callable[[], None]) -> Callable[[], Coroutine[Any, Any, None]]:
    async def event() -> None:
        act()

    event.__name__ = name
    return event


# The gateway's ups and downs


@in_loop
async def test_a_cut_connection_is_resumed_and_missed_events_are_replayed(town: Town) -> None:
    async with running(town.server) as bot:
        resumed = town.server.expect_resumed()
        town.server.cut_gateway()
        town.server.say(town.ada, town.channel, f"missed {town.server.bot.mention}")
        await resumed
        await asyncio.wait_for(bot.resumed.wait(), PATIENCE)
        assert bot.seen == [f"missed {town.server.bot.mention}"]
        assert len(town.server.platform.gateway.identifies) == 1
        assert town.server.platform.gateway.connections[0].path == "/resume/"


@in_loop
async def test_op_7_makes_the_client_resume(town: Town) -> None:
    async with running(town.server) as bot:
        resumed = town.server.expect_resumed()
        town.server.ask_to_reconnect()
        await resumed
        await asyncio.wait_for(bot.resumed.wait(), PATIENCE)
        assert len(town.server.platform.gateway.identifies) == 1


@in_loop
async def test_op_9_makes_the_client_identify_again(town: Town) -> None:
    async with running(town.server) as bot:
        bot.ready.clear()
        identified = town.server.expect_identified()
        town.server.invalidate_sessions()
        await identified
        await asyncio.wait_for(bot.ready.wait(), PATIENCE)
        assert town.server.platform.gateway.resumes == 0


@in_loop
async def test_op_9_with_true_makes_the_client_resume(town: Town) -> None:
    async with running(town.server):
        resumed = town.server.expect_resumed()
        town.server.invalidate_sessions(resumable=True)
        await resumed


@pytest.mark.parametrize("why", ["forgotten", "too late"])
def test_a_session_that_is_gone_cannot_be_resumed(town: Town, why: str) -> None:
    @in_loop
    async def scenario() -> None:
        async with running(town.server) as bot:
            bot.ready.clear()
            identified = town.server.expect_identified()
            if why == "forgotten":
                town.server.forget_sessions()
                town.server.close_gateway(4000)
            else:
                gone = town.server.expect(
                    "no connection", lambda: not town.server.platform.gateway.connections
                )
                town.server.on_loop(lambda: _cut_and_age(town.server))
                await gone
            await identified
            await asyncio.wait_for(bot.ready.wait(), PATIENCE)

    scenario()


def _cut_and_age(server: DiscordStandIn) -> None:
    for connection in list(server.platform.gateway.connections):
        session = connection.session
        assert session is not None
        connection.cut()
        connection.session, session.connection = None, None
        session.left_at = server.clock() - timedelta(minutes=4)


@in_loop
async def test_a_heartbeat_that_is_asked_for_comes_at_once(town: Town) -> None:
    async with running(town.server):
        beat = town.server.expect_heartbeat()
        town.server.ask_for_heartbeat()
        await beat


HELLO_FRAME = {"op": gw.HEARTBEAT, "d": None}


def identify(server: DiscordStandIn, **changes: Any) -> JsonObject:
    properties = {"os": "linux", "browser": "test", "device": "test"}
    data = {"token": server.token, "intents": gw.GUILDS, "properties": properties, **changes}
    return {"op": gw.IDENTIFY, "d": data}


@asynccontextmanager
async def socket_to(
    server: DiscordStandIn, query: str = "v=10&encoding=json"
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{server.gateway_url}?{query}") as socket,
    ):
        yield socket


async def ended_with(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """Read to the end and return the close code."""
    async with asyncio.timeout(PATIENCE):
        async for _ in socket:
            pass
    return socket.close_code


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([{"op": 1, "d": "x" * 4096}], 4002),
        (["not json"], 4002),
        (["[]"], 4002),
        ([{"op": 99, "d": {}}], 4001),
        ([{"op": gw.PRESENCE, "d": {}}], 4003),
        (["identify", "identify"], 4005),
        ([{"token": "wrong"}], 4004),
        ([{"intents": 1 << 30}], 4013),
        ([{"intents": gw.MESSAGE_CONTENT}], 4014),
        ([{"shard": [2, 2]}], 4010),
        ([{"properties": {}}], 4002),
        ([{"op": gw.RESUME, "d": {"session_id": "x", "seq": 1, "token": "wrong"}}], 4004),
        ([HELLO_FRAME] * 121, 4008),
    ],
)
def test_a_frame_that_breaks_the_rules_closes_the_connection(
    town: Town, frames: list[JsonObject | str], code: int
) -> None:
    @in_loop
    async def scenario() -> None:
        async with socket_to(town.server) as socket:
            for frame in frames:
                await socket.send_str(_frame(town.server, frame))
            assert await ended_with(socket) == code

    scenario()


def _frame(server: DiscordStandIn, frame: JsonObject | str) -> str:
    if frame == "identify":
        return json.dumps(identify(server))
    if isinstance(frame, str):
        return frame
    return json.dumps(frame if "op" in frame else identify(server, **frame))


@in_loop
async def test_another_version_of_the_gateway_is_refused(town: Town) -> None:
    async with socket_to(town.server, "v=6&encoding=json") as socket:
        assert await ended_with(socket) == 4012


@in_loop
async def test_the_gateway_may_be_out_of_order_for_a_while(town: Town) -> None:
    town.server.refuse_gateway(times=1)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with socket_to(town.server):
            pass
    async with socket_to(town.server) as socket:
        assert (await socket.receive_json())["op"] == gw.HELLO


@in_loop
async def test_a_sequence_number_from_the_future_is_refused(town: Town) -> None:
    async with socket_to(town.server) as socket:
        await socket.receive_json()
        await socket.send_json(identify(town.server))
        ready = await socket.receive_json()
        await socket.close(code=4900)
    resume = {"session_id": ready["d"]["session_id"], "seq": 99, "token": town.server.token}
    async with socket_to(town.server) as socket:
        await socket.send_json({"op": gw.RESUME, "d": resume})
        assert await ended_with(socket) == 4007


@pytest.mark.parametrize(("code", "sessions"), [(1000, 0), (1001, 0), (4900, 1)])
def test_only_a_farewell_ends_the_session(town: Town, code: int, sessions: int) -> None:
    @in_loop
    async def scenario() -> None:
        gateway = town.server.platform.gateway
        async with socket_to(town.server) as socket:
            await socket.receive_json()
            await socket.send_json(identify(town.server))
            await socket.receive_json()
            assert len(gateway.sessions) == 1
            await socket.close(code=code)
        await town.server.expect("no connection", lambda: not gateway.connections)
        assert len(gateway.sessions) == sessions

    scenario()


@in_loop
async def test_a_client_without_heartbeats_is_dropped() -> None:
    with DiscordStandIn(Settings(heartbeat_interval=0.02)) as server:
        async with socket_to(server) as socket:
            assert await ended_with(socket) == 4000


@in_loop
async def test_a_heartbeat_gets_an_ack_unless_that_is_dropped(town: Town) -> None:
    async with socket_to(town.server) as socket:
        assert (await socket.receive_json())["op"] == gw.HELLO
        town.server.drop_acks(1)
        first, second = town.server.expect_heartbeat(), None
        await socket.send_json(HELLO_FRAME)
        await first
        second = town.server.expect_heartbeat()
        await socket.send_json(HELLO_FRAME)
        await second
        await socket.send_json({"op": 99})
        left = [json.loads(message.data)["op"] async for message in socket]
        assert left == [gw.ACK]


@in_loop
async def test_too_many_identifies_in_a_row_are_put_off() -> None:
    with DiscordStandIn(Settings(identify_pause=5)) as server:
        for expected in (gw.HELLO, gw.INVALID_SESSION):
            async with socket_to(server) as socket:
                await socket.receive_json()
                await socket.send_json(identify(server))
                answer = await socket.receive_json()
                assert answer["op"] == (0 if expected == gw.HELLO else gw.INVALID_SESSION)
        server.advance(timedelta(seconds=6))
        async with socket_to(server) as socket:
            await socket.receive_json()
            await socket.send_json(identify(server))
            assert (await socket.receive_json())["t"] == "READY"


@in_loop
async def test_events_come_by_intent_and_content_only_to_those_who_may_read(town: Town) -> None:
    intents = discord.Intents(guilds=True, guild_messages=True)
    async with running(town.server, intents=intents) as bot:
        town.server.say(town.ada, town.channel, "secret")
        town.server.say(town.ada, town.channel, f"hey {town.server.bot.mention}")
        town.server.say(town.ada, town.server.dm(town.ada), "no intent for DMs")
        await town.settled()
        assert bot.seen == ["", f"hey {town.server.bot.mention}"]


@in_loop
async def test_changes_of_the_world_reach_the_client(town: Town) -> None:
    async with running(town.server) as bot:
        guild = bot.get_guild(town.guild.id)
        assert guild is not None
        news = town.server.add_channel(town.guild, "news")
        role = town.server.add_role(town.guild, "reader")
        town.server.overwrite(town.channel, role, deny=Permission.VIEW_CHANNEL)
        town.server.set_permissions(town.guild, role, Permission.MANAGE_GUILD)
        thread = town.server.add_thread(town.channel, "talk", town.ada)
        town.server.archive(thread)
        await town.settled()
        assert text_channel(bot, news).name == "news"
        found = guild.get_role(role.id)
        assert found is not None
        assert found.permissions.manage_guild
        assert text_channel(bot, town.channel).overwrites_for(found).view_channel is False
        town.server.delete_channel(news)
        town.server.kick_bot(town.guild)
        await town.settled()
        assert list(bot.guilds) == []


# Commands and interactions


@in_loop
async def test_commands_are_synced_and_keep_their_ids(town: Town) -> None:
    async with running(town.server) as bot:
        before = {one["name"]: one["id"] for one in town.server.commands}
        assert {"hello", "search", "Find related", "admin"} <= before.keys()
        again = await bot.tree.sync()
        assert {one.name: str(one.id) for one in again} == before
        fetched = await bot.tree.fetch_commands()
        assert len(fetched) == len(before)
        bot.tree.copy_global_to(guild=discord.Object(town.guild.id))
        assert len(await bot.tree.sync(guild=discord.Object(town.guild.id))) == len(before)
    town.server.assert_clean()


def test_a_single_command_is_made_overwritten_changed_and_deleted(town: Town, raw: Raw) -> None:
    path = f"/applications/{town.server.bot.id}/commands"
    body = {"name": "one", "description": "first"}
    made = raw.ask("POST", path, body)
    again = raw.ask("POST", path, {**body, "description": "second"})
    assert (made.status_code, again.status_code) == (201, 200)
    own = f"{path}/{made.json()['id']}"
    assert raw.ask("PATCH", own, {"description": "third"}).json()["description"] == "third"
    assert raw.ask("GET", own).json()["id"] == again.json()["id"]
    assert raw.ask("DELETE", own).status_code == 204
    assert raw.ask("GET", own).json()["code"] == 10063
    town.server.assert_clean()


@in_loop
async def test_a_slash_command_is_answered_ephemerally(town: Town) -> None:
    async with running(town.server) as bot:
        used = town.server.slash(town.ada, town.channel, "hello", {"name": "Ada"})
        assert await used.acknowledged == 4
        message = await used.answered
        assert isinstance(message, w.Message)
        assert (message.text, message.visible_to) == ("hello Ada", town.ada.id)
        assert used.ack_seconds is not None
        assert used.ack_seconds < 3
        assert town.server.messages(town.channel) == []
        with pytest.raises(discord.NotFound) as refused:
            await text_channel(bot, town.channel).fetch_message(message.id)
        assert refused.value.code == 10008
    town.server.assert_clean()


@in_loop
async def test_a_deferral_shows_loading_then_its_edit_and_followups(town: Town) -> None:
    async with running(town.server):
        gate = town.server.hold(
            "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original", after=False
        )
        used = town.server.slash(town.ada, town.channel, "think")
        await gate.reached
        assert used.original is not None
        assert used.original.loading
        assert not used.answered.done
        gate.open()
        await used.answered
        done = town.server.expect("a followup", lambda: used.followups)
        await done
        assert [message.text for message in used.messages] == ["thought", "more"]
        assert [message.loading for message in used.messages] == [False, False]
    town.server.assert_clean()


@in_loop
async def test_after_three_seconds_the_interaction_is_unknown(town: Town) -> None:
    async with running(town.server) as bot:
        used = town.server.slash(town.ada, town.channel, "late")
        await town.settled()
        town.server.advance(timedelta(seconds=3.5))
        with pytest.raises(NotAnsweredError):
            await used.acknowledged
        bot.release.set()
        await asyncio.wait_for(bot.failed.wait(), PATIENCE)
        assert isinstance(bot.errors[0], discord.NotFound)
        assert bot.errors[0].code == 10062


@in_loop
async def test_after_fifteen_minutes_the_token_is_worthless(town: Town) -> None:
    async with running(town.server) as bot:
        used = town.server.slash(town.ada, town.channel, "slow")
        await used.answered
        town.server.advance(timedelta(minutes=16))
        bot.release.set()
        await asyncio.wait_for(bot.failed.wait(), PATIENCE)
        assert isinstance(bot.errors[0], discord.HTTPException)
        assert (bot.errors[0].status, bot.errors[0].code) == (401, 50027)


@in_loop
async def test_a_public_answer_can_be_followed_up(town: Town) -> None:
    async with running(town.server) as bot:
        bot.release.set()
        used = town.server.slash(town.ada, town.channel, "slow")
        await town.server.expect_messages(town.channel, 2)
        first, second = town.server.messages(town.channel)
        assert [first.text, second.text] == ["first", "second"]
        assert used.messages == [first, second]
        assert second.reference is not None
        assert second.reference["message_id"] == str(first.id)
    town.server.assert_clean()


def test_an_interaction_takes_one_answer_of_a_fitting_kind(town: Town, raw: Raw) -> None:
    path = f"/applications/{town.server.bot.id}/commands"
    raw.ask("POST", path, {"name": "one", "description": "first"})
    used = town.server.slash(town.ada, town.channel, "one")
    callback = f"/interactions/{used.id}/{used.token}/callback"
    followup = f"/webhooks/{town.server.bot.id}/{used.token}"
    answer = {"type": 4, "data": {"content": "x"}}
    assert raw.ask("POST", followup, {"content": "x"}).json()["code"] == 10015
    assert raw.ask("POST", callback, {"type": 7, "data": {"content": "x"}}).status_code == 400
    assert raw.ask("POST", callback, answer).status_code == 204
    assert raw.ask("POST", callback, answer).json()["code"] == 40060
    assert raw.ask("POST", f"/interactions/1/{used.token}/callback", answer).status_code == 404
    assert raw.ask("POST", f"{followup}x", {"content": "x"}).json()["code"] == 50027
    assert used.acknowledged.wait() == 4


@in_loop
async def test_a_followup_straight_after_a_deferral_fills_it(town: Town) -> None:
    with Raw(town.server) as raw:
        path = f"/applications/{town.server.bot.id}/commands"
        raw.ask("POST", path, {"name": "one", "description": "first"})
        used = town.server.slash(town.ada, town.channel, "one")
        deferral = {"type": 5, "data": {"flags": EPHEMERAL}}
        raw.ask("POST", f"/interactions/{used.id}/{used.token}/callback", deferral)
        raw.ask("POST", f"/webhooks/{town.server.bot.id}/{used.token}", {"content": "x"})
    assert [(one.text, one.ephemeral) for one in used.messages] == [("x", True)]


def test_the_messages_of_an_answer_are_read_changed_and_deleted(town: Town, raw: Raw) -> None:
    app = town.server.bot.id
    raw.ask("POST", f"/applications/{app}/commands", {"name": "one", "description": "first"})
    used = town.server.slash(town.ada, town.channel, "one")
    answer = {"type": 4, "data": {"content": "x", "flags": EPHEMERAL}}
    raw.ask("POST", f"/interactions/{used.id}/{used.token}/callback?with_response=true", answer)
    webhook = f"/webhooks/{app}/{used.token}"
    more = raw.ask("POST", f"{webhook}?wait=true", {"content": "more"}).json()
    for name, text in (("@original", "x"), (more["id"], "more")):
        path = f"{webhook}/messages/{name}"
        assert raw.ask("GET", path).json()["content"] == text
        assert raw.ask("PATCH", path, {"content": "new"}).json()["content"] == "new"
        assert raw.ask("DELETE", path).status_code == 204
        assert raw.ask("GET", path).json()["code"] == 10008
    assert raw.ask("GET", f"/webhooks/1/{used.token}/messages/@original").status_code == 401
    town.server.assert_clean()


def test_people_are_picked_from_menus_and_selects(town: Town, raw: Raw) -> None:
    app = town.server.bot.id
    raw.ask("POST", f"/applications/{app}/commands", {"name": "Greet", "type": 2})
    used = town.server.context_menu(town.ada, "Greet", town.bob, town.channel)
    assert used.data["target_id"] == str(town.bob.id)
    assert set(used.data["resolved"]) == {"users", "members"}
    picker = {"type": 5, "custom_id": "who", "max_values": 2}
    raw.post(town.channel, rows(picker))
    message = town.server.messages(town.channel)[0]
    chosen = town.server.select(town.ada, message, "who", town.bob, town.ada)
    assert chosen.data["values"] == [str(town.bob.id), str(town.ada.id)]
    assert set(chosen.data["resolved"]["users"]) == set(chosen.data["values"])
    town.server.assert_clean()


@in_loop
async def test_buttons_and_selects_reach_their_view(town: Town) -> None:
    async with running(town.server):
        used = town.server.slash(town.ada, town.channel, "buttons")
        message = await used.answered
        assert isinstance(message, w.Message)
        assert message.buttons == {"More": "more", "Off": "off"}
        picked = town.server.select(town.bob, message, "topics", "nlp", "audio")
        answer = await picked.answered
        assert isinstance(answer, w.Message)
        assert answer.text == "nlp+audio"
        assert answer.reference is not None
        pressed = town.server.click(town.bob, message, "more")
        assert await pressed.acknowledged == 7
        await pressed.answered
        assert message.content == "edited"
    town.server.assert_clean()


@in_loop
async def test_a_button_of_an_old_message_reaches_a_restarted_bot(town: Town) -> None:
    async with running(town.server) as bot:
        await text_channel(bot, town.channel).send("old", view=Buttons())
    message = town.server.messages(town.channel)[0]
    async with running(town.server):
        pressed = town.server.click(town.ada, message, "more")
        await pressed.answered
        assert message.content == "edited"


@in_loop
async def test_what_no_client_offers_cannot_be_done(town: Town) -> None:
    async with running(town.server):
        server, ada, channel = town.server, town.ada, town.channel
        used = server.slash(ada, channel, "buttons")
        message = await used.answered
        assert isinstance(message, w.Message)
        private = await server.slash(ada, channel, "hello").answered
        assert isinstance(private, w.Message)
        private.components = message.components
        notes = Upload(filename="a", content_type="text/plain", data=b"a")
        impossibles: list[Callable[[], Interaction]] = [
            lambda: server.click(ada, message, "absent"),
            lambda: server.click(ada, message, "off"),
            lambda: server.click(ada, message, "topics"),
            lambda: server.click(town.bob, private, "more"),
            lambda: server.select(ada, message, "topics", "nlp", "audio", "vision"),
            lambda: server.select(ada, message, "topics", "cooking"),
            lambda: server.slash(ada, channel, "unsynced"),
            lambda: server.slash(ada, channel, "search"),
            lambda: server.slash(ada, channel, "search", {"topic": 3}),
            lambda: server.slash(ada, channel, "search", {"topics": "x"}),
            lambda: server.slash(ada, channel, "admin"),
            lambda: server.slash(ada, channel, "export", {"notes": notes}),
            lambda: server.slash(ada, server.dm(ada), "export", {"notes": notes}, overridden=True),
            lambda: server.slash(ada, server.dm(town.bob), "hello"),
            lambda: server.autocomplete(ada, channel, "hello", "name", "x"),
            lambda: server.submit_modal(used),
        ]
        for impossible in impossibles:
            with pytest.raises(ImpossibleError):
                impossible()
        server.delete_message(message)
        with pytest.raises(ImpossibleError):
            server.click(ada, message, "more")


@in_loop
async def test_a_modal_is_opened_filled_and_submitted(town: Town) -> None:
    async with running(town.server):
        opened = town.server.slash(town.ada, town.channel, "wishes")
        modal = await opened.answered
        assert isinstance(modal, dict)
        assert modal["title"] == "Your topics"
        with pytest.raises(ImpossibleError, match="words"):
            town.server.submit_modal(opened, {"kind": ["p"], "words": "a"})
        sent = town.server.submit_modal(opened, {"kind": ["p"], "words": "graph nets"})
        answer = await sent.answered
        assert isinstance(answer, w.Message)
        assert answer.text == "p: graph nets"
        assert answer.interaction is not None
        assert answer.interaction["triggering_interaction_metadata"]["id"] == str(opened.id)
    town.server.assert_clean()


@in_loop
async def test_autocomplete_brings_choices(town: Town) -> None:
    async with running(town.server):
        typed = town.server.autocomplete(town.ada, town.channel, "search", "topic", "tr")
        await typed.answered
        assert typed.choice_names == ["transformers", "trees"]
        used = town.server.slash(town.ada, town.channel, "search", {"topic": "trees"})
        card = await used.answered
        assert isinstance(card, w.Message)
        assert card.text == "## Papers\nFirst"
        assert card.buttons["Save"] == "save:1"
        assert card.flags & V2
    town.server.assert_clean()


@in_loop
async def test_subcommands_resolve_members_and_channels(town: Town) -> None:
    async with running(town.server):
        used = town.server.slash(
            town.ada, town.channel, "admin ping", {"who": town.bob, "where": town.channel}
        )
        message = await used.answered
        assert isinstance(message, w.Message)
        assert message.text == f"{town.bob.mention} {town.channel.mention}"
        assert message.mentions == [town.bob]
    town.server.assert_clean()


@in_loop
async def test_a_context_menu_sees_the_content_without_the_intent(town: Town) -> None:
    async with running(town.server) as bot:
        message = town.server.say(town.ada, town.channel, "look at this")
        used = town.server.context_menu(town.bob, "Find related", message)
        answer = await used.answered
        assert isinstance(answer, w.Message)
        assert answer.text == "LOOK AT THIS"
        assert bot.seen == [""]


@in_loop
async def test_files_go_both_ways(town: Town) -> None:
    async with running(town.server):
        notes = Upload(filename="notes.txt", content_type="text/plain", data=b"abc")
        used = town.server.slash(
            town.ada, town.channel, "export", {"notes": notes}, overridden=True
        )
        message = await used.answered
        assert isinstance(message, w.Message)
        assert [(file.filename, file.data) for file in message.files] == [("notes.txt", b"cba")]
        async with aiohttp.ClientSession() as session:
            answer = await session.get(message.files[0].url)
            assert await answer.read() == b"cba"
    town.server.assert_clean()


@in_loop
async def test_a_command_works_in_a_dm(town: Town) -> None:
    async with running(town.server):
        used = town.server.slash(town.ada, town.server.dm(town.ada), "hello")
        message = await used.answered
        assert isinstance(message, w.Message)
        assert message.text == "hello you"
    town.server.assert_clean()


# Rate limits


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
def test_a_429_is_retried_by_the_library(town: Town, scope: str) -> None:
    @in_loop
    async def scenario() -> None:
        fault = Fault(retry_after=0.01, scope=scope)
        plan = town.server.plan(POST_MESSAGE, fault, times=2)
        async with running(town.server) as bot:
            await text_channel(bot, town.channel).send("patience")
        assert plan.struck == 2
        assert len(town.server.messages(town.channel)) == 1
        counted = 0 if scope == "shared" else 2
        assert town.server.platform.limits.invalid_requests == counted
        town.server.assert_clean()

    scenario()


@in_loop
async def test_the_library_reads_the_headers_and_never_runs_into_a_bucket(town: Town) -> None:
    town.server.limit(POST_MESSAGE, limit=2, per=0.05)
    async with running(town.server) as bot:
        channel = text_channel(bot, town.channel)
        for number in range(5):
            await channel.send(str(number))
    assert [one.text for one in town.server.messages(town.channel)] == list("01234")
    assert town.server.refusals == []


def test_a_bucket_counts_per_channel(town: Town, raw: Raw) -> None:
    town.server.limit(POST_MESSAGE, limit=2, per=60)
    other = town.server.add_channel(town.guild, "other")
    answers = [raw.post(town.channel, {"content": "x"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one.headers["X-RateLimit-Remaining"] for one in answers] == ["1", "0", "0"]
    refused = answers[2]
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert refused.headers["Via"]
    assert int(refused.headers["Retry-After"]) >= refused.json()["retry_after"] > 50
    assert refused.json()["global"] is False
    free = raw.post(other, {"content": "x"})
    assert free.status_code == 200
    assert free.headers["X-RateLimit-Bucket"] == refused.headers["X-RateLimit-Bucket"]


@in_loop
async def test_the_global_limit_spares_interactions(town: Town) -> None:
    async with running(town.server):
        town.server.limit_globally(0)
        used = town.server.slash(town.ada, town.channel, "think")
        await used.answered
        with Raw(town.server) as raw:
            refused = raw.post(town.channel, {"content": "x"})
        assert refused.status_code == 429
        assert refused.headers["X-RateLimit-Global"] == "true"
        assert refused.json()["global"] is True
        assert [one.scope for one in town.server.refusals] == ["global"]


@in_loop
async def test_too_many_invalid_requests_end_in_a_ban() -> None:
    with DiscordStandIn(Settings(invalid_limit=2)) as server:
        town = settle(server)
        async with running(server) as bot:
            server.overwrite(town.channel, town.guild.roles[town.guild.id], deny=1 << 11)
            server.overwrite(town.channel, server.bot, deny=Permission.SEND_MESSAGES)
            channel = text_channel(bot, town.channel)
            for _ in range(2):
                with pytest.raises(discord.Forbidden):
                    await channel.send("x")
            with pytest.raises(discord.HTTPException) as banned:
                await channel.send("x")
            assert banned.value.status == 429
            assert "1015" in banned.value.text


# Sending exactly once


@in_loop
async def test_a_nonce_is_unique_within_the_window_only(town: Town) -> None:
    town.server.limit(POST_MESSAGE, limit=50, per=5)
    async with running(town.server) as bot:
        channel = text_channel(bot, town.channel)
        first = await channel.send("digest", nonce="d:1:0")
        assert (await channel.send("digest", nonce="d:1:0")).id == first.id
        town.server.advance(timedelta(minutes=4))
        assert (await channel.send("digest", nonce="d:1:0")).id == first.id
        town.server.advance(timedelta(minutes=2))
        assert (await channel.send("digest", nonce="d:1:0")).id != first.id
        assert (await channel.send("digest", nonce="d:1:1")).id != first.id
    assert len(town.server.messages(town.channel)) == 3
    assert (town.server.tally.created, town.server.tally.deduplicated) == (3, 2)
    town.server.assert_clean()


def test_a_nonce_that_is_not_enforced_is_only_echoed(town: Town, raw: Raw) -> None:
    answers = [raw.post(town.channel, {"content": "x", "nonce": "n"}).json() for _ in range(2)]
    assert answers[0]["id"] != answers[1]["id"]
    assert answers[0]["nonce"] == "n"
    history = raw.ask("GET", f"/channels/{town.channel.id}/messages").json()
    assert "nonce" not in history[0]


@pytest.mark.parametrize(
    ("fault", "left_behind"),
    [
        (Fault(cut=True), 0),
        (Fault(cut=True, after=True), 1),
        (Fault(status=502), 0),
        (Fault(status=500, after=True), 1),
        (Fault(code=50013), 0),
        (Fault(delay=0.01), 1),
    ],
)
def test_a_fault_strikes_before_or_after_the_effect(
    town: Town, raw: Raw, fault: Fault, left_behind: int
) -> None:
    town.server.plan(POST_MESSAGE, fault)
    body = {"content": "x", "nonce": "n", "enforce_nonce": True}
    if fault.cut:
        with pytest.raises(requests.ConnectionError):
            raw.post(town.channel, body)
    else:
        assert raw.post(town.channel, body).status_code in {200, 502, 500, 403}
    assert len(town.server.messages(town.channel)) == left_behind
    assert raw.post(town.channel, body).status_code == 200
    assert len(town.server.messages(town.channel)) == 1


@in_loop
async def test_the_library_retries_a_500_with_the_same_nonce(town: Town) -> None:
    town.server.plan(POST_MESSAGE, Fault(status=500, after=True))
    async with running(town.server) as bot:
        # The library waits a second before it tries again.
        await text_channel(bot, town.channel).send("once", nonce="n")
    assert len(town.server.messages(town.channel)) == 1
    assert town.server.tally.deduplicated == 1


@in_loop
async def test_a_held_request_is_in_flight_until_the_gate_opens(town: Town) -> None:
    gate = town.server.hold(POST_MESSAGE, after=True)
    async with running(town.server) as bot:
        sending = asyncio.create_task(text_channel(bot, town.channel).send("slow"))
        await gate.reached
        assert [call.route for call in town.server.in_flight()] == [POST_MESSAGE]
        assert len(town.server.messages(town.channel)) == 1
        gate.open()
        await sending
        assert town.server.in_flight() == []


def test_faults_strike_by_chance_and_the_same_way_each_time() -> None:
    def struck() -> list[int]:
        with DiscordStandIn(Settings(seed=7)) as server, Raw(server) as raw:
            server.plan("GET /users/@me", Fault(status=500), times=FOREVER, chance=0.5)
            codes = [raw.ask("GET", "/users/@me").status_code for _ in range(12)]
            server.heal()
            assert raw.ask("GET", "/users/@me").status_code == 200
            return codes

    first = struck()
    assert set(first) == {200, 500}
    assert struck() == first


CHILD = """
import asyncio, os, sys
import discord, yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

Route.BASE = os.environ["API"]
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GATEWAY"])

class Child(discord.Client):
    async def on_ready(self):
        await self.get_channel(int(os.environ["CHANNEL"])).send("digest", nonce="d:7")
        await self.close()

client = Child(intents=discord.Intents.default(), guild_ready_timeout=0.02)
client.run(os.environ["TOKEN"], log_handler=None)
"""


def test_a_bot_killed_in_flight_and_started_again_posts_once(town: Town, tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    where = {"API": town.server.api_url, "GATEWAY": town.server.gateway_url}
    env = {**os.environ, **where, "TOKEN": town.server.token, "CHANNEL": str(town.channel.id)}
    gate = town.server.hold(POST_MESSAGE, after=True)
    # The arguments are our own interpreter and our own file.
    with subprocess.Popen([sys.executable, str(script)], env=env) as child:  # noqa: S603
        gate.reached.wait(30)
        town.server.expect_connected().wait()
        child.kill()
    lost = town.server.expect(
        "a lost reply", lambda: any(call.reply_lost for call in town.server.platform.calls)
    )
    gone = town.server.expect("no bot", lambda: not town.server.platform.gateway.connections)
    gone.wait()
    gate.open()
    lost.wait()
    subprocess.run([sys.executable, str(script)], env=env, check=True, timeout=30)  # noqa: S603
    assert [one.text for one in town.server.all_messages(by=town.server.bot)] == ["digest"]
    assert town.server.tally.deduplicated == 1


# Channels, threads, DMs, events


@in_loop
async def test_history_is_read_before_after_and_around(town: Town) -> None:
    town.server.limit(GET_MESSAGES, limit=50, per=5)
    async with running(town.server) as bot:
        sent = [town.server.say(town.ada, town.channel, str(number)) for number in range(7)]
        channel = text_channel(bot, town.channel)

        async def read(**how: Any) -> list[int]:
            return [sent_ids.index(one.id) async for one in channel.history(**how)]

        sent_ids = [one.id for one in sent]
        middle = discord.Object(sent_ids[3])
        assert await read(limit=3) == [6, 5, 4]
        assert await read(limit=2, before=middle) == [2, 1]
        assert await read(limit=2, after=middle) == [4, 5]
        assert await read(limit=3, around=middle) == [4, 3, 2]
        assert await read(limit=None, oldest_first=True) == list(range(7))
    town.server.assert_clean()


@in_loop
async def test_history_without_the_permission_is_empty_and_no_error(town: Town) -> None:
    async with running(town.server) as bot:
        channel = text_channel(bot, town.channel)
        await channel.send("there")
        denied = Permission.READ_MESSAGE_HISTORY
        town.server.overwrite(town.channel, town.server.bot, deny=denied)
        assert [one async for one in channel.history()] == []


@in_loop
async def test_messages_are_edited_and_deleted(town: Town) -> None:
    async with running(town.server) as bot:
        channel = text_channel(bot, town.channel)
        sent = await channel.send("one", embed=discord.Embed(title="t", description="d"))
        await sent.edit(content="two")
        await sent.add_reaction("👍")
        fetched = await channel.fetch_message(sent.id)
        assert (fetched.content, fetched.embeds[0].title) == ("two", "t")
        assert town.server.messages(town.channel)[0].text == "two\nt\nd"
        assert fetched.edited_at is not None
        assert fetched.reactions[0].me
        reply = await sent.reply("re")
        assert reply.reference is not None
        await sent.delete()
        assert [one.text for one in town.server.messages(town.channel)] == ["re"]
        theirs = town.server.say(town.ada, town.channel, "mine")
        partial = channel.get_partial_message(theirs.id)
        with pytest.raises(discord.Forbidden) as refused:
            await partial.edit(content="yours")
        assert refused.value.code == 50005
    town.server.assert_clean()


@in_loop
async def test_a_v2_message_stays_one(town: Town) -> None:
    async with running(town.server) as bot:
        sent = await text_channel(bot, town.channel).send(view=Card())
        with pytest.raises(discord.HTTPException, match="content"):
            await sent.edit(content="legacy")
        await sent.edit(view=Card())
    assert town.server.messages(town.channel)[0].custom_ids == ["save:1"]
    codes = [one.code for one in town.server.violations]
    assert codes == ["MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"]


@in_loop
async def test_a_dm_is_opened_once_and_may_be_closed(town: Town) -> None:
    async with running(town.server) as bot:
        user = await bot.fetch_user(town.ada.id)
        await user.send("hi")
        direct = town.server.dm(town.ada)
        assert [one.text for one in town.server.messages(direct)] == ["hi"]
        town.server.close_dms(town.ada)
        with pytest.raises(discord.Forbidden) as closed:
            await user.send("hi again")
        assert closed.value.code == 50007
        stranger = await bot.fetch_user(town.server.add_user("eve").id)
        with pytest.raises(discord.Forbidden) as unknown:
            await stranger.send("hi")
        assert unknown.value.code == 50278
    town.server.assert_clean()


@in_loop
async def test_a_thread_is_started_written_to_and_archived(town: Town) -> None:
    async with running(town.server) as bot:
        channel = text_channel(bot, town.channel)
        message = await channel.send("start")
        thread = await message.create_thread(name="overflow")
        assert thread.id == message.id
        await thread.send("inside")
        with pytest.raises(discord.HTTPException) as twice:
            await message.create_thread(name="overflow")
        assert twice.value.code == 160004
        await thread.edit(archived=True)
        ours = town.server.platform.world.channels[thread.id]
        assert _is_archived(ours)
        await thread.send("wakes it up")
        assert not _is_archived(ours)
        town.server.archive(ours, locked=True)
        with pytest.raises(discord.HTTPException) as locked:
            await thread.send("too late")
        assert locked.value.code == 160005
        private = await channel.create_thread(name="quiet")
        await private.add_user(discord.Object(town.ada.id))
        await private.leave()
        await private.delete()
    town.server.assert_clean()


def _is_archived(thread: w.Channel) -> bool:
    return thread.thread is not None and thread.thread.archived


@in_loop
async def test_a_forum_post_is_a_thread_with_a_message(town: Town) -> None:
    forum = town.server.add_channel(town.guild, "board", kind=w.FORUM)
    async with running(town.server) as bot:
        found = bot.get_channel(forum.id)
        assert isinstance(found, discord.ForumChannel)
        made = await found.create_thread(name="Weekly", content="hello")
        assert made.message.content == "hello"
        assert made.thread.parent_id == forum.id


@in_loop
async def test_a_scheduled_event_is_made_and_checked(town: Town) -> None:
    async with running(town.server) as bot:
        guild = bot.get_guild(town.guild.id)
        assert guild is not None
        start = town.server.clock() + timedelta(days=2)
        common: JsonObject = {
            "name": "Deadline",
            "entity_type": discord.EntityType.external,
            "privacy_level": discord.PrivacyLevel.guild_only,
            "location": "https://example.org",
        }
        end = start + timedelta(hours=1)
        made = await guild.create_scheduled_event(start_time=start, end_time=end, **common)
        assert [one.id for one in await guild.fetch_scheduled_events()] == [made.id]
        town.server.assert_clean()
        past = start - timedelta(days=9)
        with pytest.raises(discord.HTTPException, match="past"):
            await guild.create_scheduled_event(start_time=past, end_time=end, **common)
        await made.edit(name="Moved")
        assert (await guild.fetch_scheduled_event(made.id)).name == "Moved"
        await made.delete()
        town.server.set_permissions(town.guild, _own_role(town), 0)
        with pytest.raises(discord.Forbidden) as refused:
            await guild.create_scheduled_event(start_time=start, end_time=end, **common)
        assert refused.value.code == 50013


def _own_role(town: Town) -> w.Role:
    return next(role for role in town.guild.roles.values() if role.managed)


@in_loop
async def test_what_the_bot_may_not_do_is_refused(town: Town) -> None:
    async with running(town.server) as bot:
        channel = text_channel(bot, town.channel)
        bare = town.server.bot
        for bit, code in (
            (Permission.SEND_MESSAGES, 50013),
            (Permission.VIEW_CHANNEL, 50001),
        ):
            town.server.overwrite(town.channel, bare, deny=bit)
            with pytest.raises(discord.Forbidden) as refused:
                await channel.send("x")
            assert refused.value.code == code
        town.server.delete_channel(town.channel)
        with pytest.raises(discord.NotFound) as gone:
            await channel.send("x")
        assert gone.value.code == 10003


@in_loop
async def test_mentions_ping_only_whom_they_may(town: Town) -> None:
    text = f"{town.ada.mention} {town.bob.mention} @everyone"
    async with running(town.server) as bot:
        channel = text_channel(bot, town.channel)
        await channel.send(text)
        await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
        only = discord.AllowedMentions(users=[discord.Object(town.bob.id)], everyone=True)
        town.server.overwrite(town.channel, town.server.bot, allow=Permission.MENTION_EVERYONE)
        await channel.send(text, allowed_mentions=only)
    plain, none, named = town.server.messages(town.channel)
    assert (plain.mentions, plain.mention_everyone) == ([town.ada, town.bob], False)
    assert (none.mentions, none.mention_everyone) == ([], False)
    assert (named.mentions, named.mention_everyone) == ([town.bob], True)
    town.server.assert_clean()


@pytest.mark.parametrize(
    "path",
    [
        "/gateway",
        "/gateway/bot",
        "/users/@me",
        "/users/@me/guilds",
        "/applications/@me",
        "/applications/{app}/commands",
        "/applications/{app}/guilds/{guild}/commands",
        "/channels/{channel}",
        "/channels/{thread}",
        "/channels/{dm}",
        "/guilds/{guild}",
        "/guilds/{guild}/channels",
        "/guilds/{guild}/roles",
        "/guilds/{guild}/members/{ada}",
        "/guilds/{guild}/threads/active",
        "/guilds/{guild}/scheduled-events",
    ],
)
def test_what_is_asked_for_is_told(town: Town, raw: Raw, path: str) -> None:
    thread = town.server.add_thread(town.channel, "talk", town.ada)
    raw.ask("PUT", f"/channels/{thread.id}/thread-members/@me")
    names: dict[str, Any] = {"app": town.server.bot, "guild": town.guild, "channel": town.channel}
    names |= {"thread": thread, "dm": town.server.dm(town.ada), "ada": town.ada}
    ids = {name: str(one.id) for name, one in names.items()}
    assert raw.ask("GET", path.format(**ids)).status_code == 200
    town.server.assert_clean()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/users/1", 10013),
        ("/channels/1", 10003),
        ("/channels/{channel}/messages/1", 10008),
        ("/guilds/1", 10004),
        ("/guilds/{guild}/members/1", 10007),
        ("/guilds/{guild}/scheduled-events/1", 10070),
        ("/guilds/{left}", 50001),
        ("/channels/{lost}", 50001),
        ("/applications/1/commands", 50001),
    ],
)
def test_what_is_not_there_is_told_by_its_code(town: Town, raw: Raw, path: str, code: int) -> None:
    left = town.server.add_guild("Left")
    lost = town.server.add_channel(left, "lost")
    raw.ask("DELETE", f"/users/@me/guilds/{left.id}")
    names: dict[str, Any] = {
        "guild": town.guild,
        "channel": town.channel,
        "left": left,
        "lost": lost,
    }
    ids = {name: str(one.id) for name, one in names.items()}
    assert raw.ask("GET", path.format(**ids)).json()["code"] == code
    town.server.assert_clean()


def test_small_changes_need_their_permissions(town: Town, raw: Raw) -> None:
    theirs = town.server.say(town.ada, town.channel, "hi")
    channel = f"/channels/{town.channel.id}"
    thread = town.server.add_thread(town.channel, "talk", town.ada)
    changes: list[tuple[str, str, JsonObject | None]] = [
        ("PUT", f"{channel}/messages/pins/{theirs.id}", None),
        ("DELETE", f"{channel}/messages/pins/{theirs.id}", None),
        ("PATCH", f"/channels/{thread.id}", {"name": "talks", "locked": False}),
        ("PATCH", channel, {"topic": "papers"}),
        ("POST", f"{channel}/typing", None),
        ("PUT", f"{channel}/messages/{theirs.id}/reactions/%F0%9F%91%8D/@me", None),
        ("DELETE", f"{channel}/messages/{theirs.id}/reactions/%F0%9F%91%8D/@me", None),
        ("DELETE", f"{channel}/messages/{theirs.id}", None),
        ("DELETE", channel, None),
    ]
    role = next(role for role in town.guild.roles.values() if role.managed)
    everyone = town.guild.roles[town.guild.id]
    for bits in (Permission.VIEW_CHANNEL, Permission.ADMINISTRATOR):
        town.server.set_permissions(town.guild, role, bits)
        town.server.set_permissions(town.guild, everyone, Permission.VIEW_CHANNEL)
        codes = {raw.ask(*change).status_code for change in changes}
        # Taking one's own reaction away is always allowed.
        assert codes == ({403, 204} if bits == Permission.VIEW_CHANNEL else {200, 204})
    assert town.channel.topic == "papers"
    assert thread.name == "talks"
    town.server.assert_clean()


# What is found in requests


def embeds(**changes: Any) -> JsonObject:
    return {"embeds": [{"title": "t", **changes}]}


def button(custom_id: str = "a", **changes: Any) -> JsonObject:
    return {"type": 2, "style": 1, "label": "x", "custom_id": custom_id, **changes}


def rows(*children: JsonObject) -> JsonObject:
    return {"content": "x", "components": [{"type": 1, "components": list(children)}]}


def v2(*components: JsonObject) -> JsonObject:
    return {"flags": V2, "components": list(components)}


def says(text: str) -> JsonObject:
    return {"type": 10, "content": text}


def select(count: int, **changes: Any) -> JsonObject:
    options = [{"label": str(one), "value": str(one)} for one in range(count)]
    return {"type": 3, "custom_id": "s", "options": options, **changes}


BAD_MESSAGES: dict[str, JsonObject] = {
    "content 2001": {"content": "x" * 2001},
    "nothing in it": {},
    "blank": {"content": "  "},
    "title 257": embeds(title="x" * 257),
    "description 4097": embeds(description="x" * 4097),
    "26 fields": embeds(fields=[{"name": "n", "value": "v"}] * 26),
    "field name 257": embeds(fields=[{"name": "n" * 257, "value": "v"}]),
    "field value 1025": embeds(fields=[{"name": "n", "value": "v" * 1025}]),
    "footer 2049": embeds(footer={"text": "x" * 2049}),
    "author 257": embeds(author={"name": "x" * 257}),
    "embed url": embeds(url="javascript:alert(1)"),
    "11 embeds": {"embeds": [{"title": "t"}] * 11},
    "6000 in all embeds": {"embeds": [{"description": "x" * 3001}] * 2},
    "misspelt field": {"content": "x", "allowed_mention": {"parse": []}},
    "misspelt in embed": embeds(titel="x"),
    "misspelt in component": rows(button(custmo_id="x")),
    "nonce 26": {"content": "x", "nonce": "n" * 26, "enforce_nonce": True},
    "parse and ids": {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    "parse word": {"content": "x", "allowed_mentions": {"parse": ["user"]}},
    "ephemeral in a channel": {"content": "x", "flags": EPHEMERAL},
    "missing custom id": rows({"type": 2, "style": 1, "label": "x"}),
    "duplicate custom id": rows(button("a"), button("a")),
    "custom id 101": rows(button("a" * 101)),
    "empty custom id": rows(button("")),
    "label 81": rows(button(label="x" * 81)),
    "no label": rows({"type": 2, "style": 1, "custom_id": "a"}),
    "link with custom id": rows(button(style=5, url="https://example.org")),
    "link without url": rows({"type": 2, "style": 5, "label": "x"}),
    "link scheme": rows({"type": 2, "style": 5, "label": "x", "url": "ftp://example.org"}),
    "url 513": rows(
        {"type": 2, "style": 5, "label": "x", "url": "https://example.org/" + "x" * 493}
    ),
    "6 buttons": rows(*(button(str(one)) for one in range(6))),
    "button beside select": rows(button(), select(1)),
    "6 rows": {
        "content": "x",
        "components": [{"type": 1, "components": [button(str(one))]} for one in range(6)],
    },
    "select 26": rows(select(26)),
    "select 0": rows(select(0)),
    "select placeholder 151": rows(select(1, placeholder="x" * 151)),
    "same option twice": rows(select(1, options=[{"label": "a", "value": "a"}] * 2)),
    "unknown component": {"content": "x", "components": [{"type": 99}]},
    "button at the top": {"content": "x", "components": [button()]},
    "v2 without the flag": {"content": "x", "components": [says("x")]},
    "v2 and content": {**v2(says("x")), "content": "x"},
    "v2 and embeds": {**v2(says("x")), "embeds": [{"title": "t"}]},
    "v2 without components": {"flags": V2},
    "v2 41 at the top": v2(*[says("x")] * 41),
    "v2 41 nested": v2({"type": 17, "components": [says("x")] * 40}),
    "v2 text 4001": v2(says("x" * 4001)),
    "v2 text over all": v2(*[says("x" * 1001)] * 4),
    "container in container": v2({"type": 17, "components": [{"type": 17, "components": []}]}),
    "section without accessory": v2({"type": 9, "components": [says("x")]}),
    "section of 4": v2({"type": 9, "components": [says("x")] * 4, "accessory": button()}),
    "wrong type": {"content": "x", "embeds": "none"},
}


@pytest.mark.parametrize("body", BAD_MESSAGES.values(), ids=BAD_MESSAGES.keys())
def test_a_bad_message_is_refused_and_noted(town: Town, raw: Raw, body: JsonObject) -> None:
    answer = raw.post(town.channel, body)
    assert answer.status_code == 400
    assert answer.json()["code"] in {50035, 50006}
    assert any(one.source == "rules" for one in town.server.violations)
    assert town.server.messages(town.channel) == []


GOOD_MESSAGES: dict[str, JsonObject] = {
    "content 2000": {"content": "x" * 2000, "nonce": "n" * 25, "enforce_nonce": True},
    "ids as numbers": {"content": "x", "allowed_mentions": {"parse": [], "users": [1, 2]}},
    "6000": {"embeds": [{"description": "x" * 3000}] * 2},
    "fields": embeds(fields=[{"name": "n" * 256, "value": "v" * 240}] * 2),
    "5 rows": {
        "content": "x",
        "components": [{"type": 1, "components": [button(str(one))]} for one in range(5)],
    },
    "links": rows({"type": 2, "style": 5, "label": "x", "url": "https://example.org"}),
    "selects": rows(select(25, min_values=0, max_values=25)),
    "v2 40 nested": v2({"type": 17, "components": [says("x" * 100)] * 39}),
    "v2 section": v2({"type": 9, "components": [says("x")] * 3, "accessory": button()}),
    "v2 gallery": v2({"type": 12, "items": [{"media": {"url": "https://example.org/a.png"}}]}),
}


@pytest.mark.parametrize("body", GOOD_MESSAGES.values(), ids=GOOD_MESSAGES.keys())
def test_a_message_at_the_limit_is_accepted(town: Town, raw: Raw, body: JsonObject) -> None:
    assert raw.post(town.channel, body).status_code == 200
    town.server.assert_clean()


def command(**changes: Any) -> JsonObject:
    return {"name": "ok", "description": "d", "type": 1, **changes}


def option(name: str, **changes: Any) -> JsonObject:
    return {"type": 3, "name": name, "description": "d", **changes}


BAD_COMMANDS: dict[str, list[JsonObject]] = {
    "name with a space": [command(name="Bad Name")],
    "capitals": [command(name="Bad")],
    "name 33": [command(name="x" * 33)],
    "name with an emoji": [command(name="go🚀")],
    "no description": [command(description="")],
    "description 101": [command(description="x" * 101)],
    "101 commands": [command(name=f"c{one}") for one in range(101)],
    "16 context menus": [{"name": f"Menu {one}", "type": 3} for one in range(16)],
    "same name twice": [command(), command()],
    "menu with description": [{"name": "Menu", "type": 3, "description": "d"}],
    "26 options": [command(options=[option(f"o{one}") for one in range(26)])],
    "same option twice": [command(options=[option("a"), option("a")])],
    "required after optional": [command(options=[option("a"), option("b", required=True)])],
    "26 choices": [
        command(options=[option("a", choices=[{"name": "n", "value": "v"}] * 26)])
    ],
    "choice 101": [command(options=[option("a", choices=[{"name": "n" * 101, "value": "v"}])])],
    "choices and autocomplete": [
        command(options=[option("a", autocomplete=True, choices=[{"name": "n", "value": "v"}])])
    ],
    "8000 characters": [
        command(
            options=[
                option(
                    f"o{one}",
                    choices=[{"name": "n" * 100, "value": f"{two:0100}"} for two in range(25)],
                )
                for one in range(2)
            ]
        )
    ],
    "misspelt field": [command(desciption="d")],
}  # fmt: skip


@pytest.mark.parametrize("commands", BAD_COMMANDS.values(), ids=BAD_COMMANDS.keys())
def test_bad_commands_are_refused_and_noted(
    town: Town, raw: Raw, commands: list[JsonObject]
) -> None:
    answer = raw.ask("PUT", f"/applications/{town.server.bot.id}/commands", commands)
    assert answer.status_code == 400
    assert any(one.source == "rules" for one in town.server.violations)
    assert town.server.commands == []


def test_names_of_all_scripts_and_a_hundred_commands_are_accepted(town: Town, raw: Raw) -> None:
    names = ["suche-ä", "поиск", "खोज", "ค้นหา", "o'clock", *(f"c_{one}" for one in range(95))]
    commands = [command(name=name) for name in names]
    commands += [{"name": f"Menu {one}", "type": 3} for one in range(15)]
    answer = raw.ask("PUT", f"/applications/{town.server.bot.id}/commands", commands)
    assert answer.status_code == 200
    one_more = raw.ask("POST", f"/applications/{town.server.bot.id}/commands", command(name="z"))
    assert one_more.json()["code"] == 30032
    town.server.assert_clean()


def modal(*components: JsonObject, **changes: Any) -> JsonObject:
    data = {"custom_id": "m", "title": "t", "components": list(components), **changes}
    return {"type": 9, "data": data}


def typed(custom_id: str = "a", **changes: Any) -> JsonObject:
    inner = {"type": 4, "custom_id": custom_id, "style": 1, **changes}
    return {"type": 18, "label": "l", "component": inner}


BAD_ANSWERS: dict[str, JsonObject] = {
    "unknown type": {"type": 77},
    "empty": {"type": 4, "data": {}},
    "content 2001": {"type": 4, "data": {"content": "x" * 2001}},
    "v2 in a deferral": {"type": 5, "data": {"flags": V2}},
    "title 46": modal(typed(), title="x" * 46),
    "no components": modal(),
    "6 components": modal(*(typed(str(one)) for one in range(6))),
    "same custom id twice": modal(typed(), typed()),
    "value 4001": modal(typed(value="x" * 4001)),
    "button in a modal": modal(button()),
    "misspelt in modal": modal(typed(placeholdr="x")),
    "26 choices": {"type": 8, "data": {"choices": [{"name": "n", "value": "v"}] * 26}},
    "choice 101": {"type": 8, "data": {"choices": [{"name": "n" * 101, "value": "v"}]}},
}


@pytest.mark.parametrize("answer", BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
def test_a_bad_answer_to_an_interaction_is_refused_and_noted(
    town: Town, raw: Raw, answer: JsonObject
) -> None:
    raw.ask(
        "POST",
        f"/applications/{town.server.bot.id}/commands",
        command(options=[option("a", autocomplete=True)]),
    )
    used = (
        town.server.autocomplete(town.ada, town.channel, "ok", "a", "x")
        if answer["type"] == 8
        else town.server.slash(town.ada, town.channel, "ok")
    )
    refused = raw.ask("POST", f"/interactions/{used.id}/{used.token}/callback", answer)
    assert refused.status_code == 400
    assert any(one.source == "rules" for one in town.server.violations)
    assert not used.acknowledged.done


def test_an_unknown_route_is_noted(town: Town, raw: Raw) -> None:
    assert raw.ask("GET", "/guilds/1/quests").status_code == 404
    assert [one.code for one in town.server.violations] == ["UNKNOWN_ROUTE"]


def test_a_body_that_is_not_json_is_refused(town: Town, raw: Raw) -> None:
    path = f"/channels/{town.channel.id}/messages"
    answer = raw.ask("POST", path, data=b"{", headers={"Content-Type": "application/json"})
    assert answer.json()["code"] == 50109


@pytest.fixture
def with_openapi(town: Town) -> None:
    if not town.server.uses_openapi:
        pytest.skip("Discord's OpenAPI file is not beside the project")


@pytest.mark.usefixtures("with_openapi")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/channels/{channel}/messages", {"content": "x", "tts": "yes"}),
        ("POST", "/channels/{channel}/messages", {"content": ["x"]}),
        ("POST", "/channels/{channel}/messages", {"content": "x", "flags": "1"}),
        ("POST", "/channels/{channel}/threads", {"name": "x", "auto_archive_duration": 61}),
        ("GET", "/channels/{channel}/messages?limit=101", None),
        ("GET", "/channels/{channel}/messages?before=yesterday", None),
        ("GET", "/channels/{channel}/messages?after=1&lmit=5", None),
        ("POST", "/users/@me/channels", {"recipient_id": "ada"}),
        ("PATCH", "/channels/{channel}", {"name": 5}),
    ],
)
def test_the_openapi_file_finds_what_the_rules_do_not_look_for(
    town: Town, raw: Raw, method: str, path: str, body: JsonObject | None
) -> None:
    answer = raw.ask(method, path.format(channel=town.channel.id), body)
    assert answer.status_code == 400
    assert "openapi" in {one.source for one in town.server.violations}


@pytest.mark.usefixtures("with_openapi")
def test_a_long_run_may_validate_a_sample() -> None:
    with DiscordStandIn(Settings(validate_every=10)) as server:
        town = settle(server)
        server.limit(POST_MESSAGE, limit=1000, per=1)
        with Raw(server) as raw:
            for _ in range(20):
                raw.post(town.channel, {"content": "x", "tts": "no"})
        assert [one.source for one in server.violations] == ["openapi"] * 2
        assert len(server.calls(POST_MESSAGE)) == 20
        server.forget_calls()
        assert server.calls() == []


@pytest.mark.usefixtures("with_openapi")
def test_every_route_is_one_of_discords(town: Town) -> None:
    from tests.stand_ins.discord.rest import (
        answers,
        channels,
        commands,
        guilds,
        identity,
        messages,
    )

    spec = town.server.platform.validator.openapi
    assert spec is not None
    areas = (answers, channels, commands, guilds, identity, messages)
    routes = [one for area in areas for one in area.ROUTES]
    assert [one for one in routes if not spec.knows(one.method, one.template)] == []


def test_verbs_wait_in_a_thread_too(town: Town, raw: Raw) -> None:
    two = town.server.expect_messages(town.channel, 2)
    raw.post(town.channel, {"content": "1"})
    assert not two.done
    raw.post(town.channel, {"content": "2"})
    two.wait()
    never = town.server.expect("a miracle", lambda: False)
    with pytest.raises(TimeoutError, match="a miracle"):
        never.wait(0.01)
