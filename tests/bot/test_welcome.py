"""What the bot says on joining a server, and ``/help``."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS
from tests.bot.environment import BotEnvironment, answer_to
from tests.stand_ins.discord import Fault, Permission
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.permissions import BOT_DEFAULT

POST = "POST /channels/{channel_id}/messages"
AUDIT = BOT_DEFAULT | Permission.VIEW_AUDIT_LOG


def system_channel(guild: w.Guild) -> w.Channel:
    (channel,) = guild.channels.values()
    return channel


def greeted(env: BotEnvironment, channel: w.Channel) -> w.Message:
    """Wait for the greeting, the only message of the channel."""
    env.server.expect("the greeting", lambda: env.server.messages(channel)).wait()
    env.settled()
    (message,) = env.server.messages(channel)
    return message


def test_on_joining_it_says_what_it_is_in_the_system_channel(env: BotEnvironment) -> None:
    guild = env.server.add_guild("New", owner=env.eve, system_channel="general")

    message = greeted(env, system_channel(guild))

    assert "`/start`" in message.text
    assert "`/subscribe`" in message.text
    assert not env.server.messages(env.server.dm(env.eve))


def test_whoever_invited_it_hears_it_where_that_can_be_known(env: BotEnvironment) -> None:
    guild = env.server.add_guild(
        "New", owner=env.eve, invited_by=env.ada, bot_permissions=AUDIT, system_channel="general"
    )

    assert "`/help`" in greeted(env, env.server.dm(env.ada)).text
    assert not env.server.messages(system_channel(guild))


def test_if_the_inviter_takes_no_messages_the_system_channel_is_left(env: BotEnvironment) -> None:
    env.server.close_dms(env.ada)
    guild = env.server.add_guild(
        "New", owner=env.eve, invited_by=env.ada, bot_permissions=AUDIT, system_channel="general"
    )

    assert "Begin with" in greeted(env, system_channel(guild)).text


def test_without_a_system_channel_the_owner_hears_it(env: BotEnvironment) -> None:
    env.server.add_guild("New", owner=env.eve)

    assert "Begin with" in greeted(env, env.server.dm(env.eve)).text


@pytest.mark.parametrize("fault", [Fault(cut=True, after=True), Fault(status=502, after=True)])
def test_the_greeting_is_there_once_though_its_answer_is_lost(
    env: BotEnvironment, fault: Fault
) -> None:
    env.server.plan(POST, fault)
    guild = env.server.add_guild("New", owner=env.eve, system_channel="general")

    assert "Begin with" in greeted(env, system_channel(guild)).text


def test_a_server_that_comes_back_is_not_greeted_again(env: BotEnvironment) -> None:
    guild = env.server.add_guild("New", owner=env.eve, system_channel="general")
    greeted(env, system_channel(guild))
    (joined,) = [one for one in env.connection.client().guilds if one.id == guild.id]

    env.run(env.connection.client().on_guild_join(joined))  # type: ignore[attr-defined]  # ours has it

    assert len(env.server.messages(system_channel(guild))) == 1
    assert not env.server.messages(env.channel)


def test_help_names_every_command(env: BotEnvironment) -> None:
    answer = answer_to(env.server.slash(env.ada, env.channel, "help"))

    for command in COMMANDS:
        if command.name != "help":
            assert command.name in answer.text
    assert "Start" in answer.buttons
