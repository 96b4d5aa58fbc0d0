"""What the bot says of itself: once on joining a server, and whenever somebody asks for help."""

from __future__ import annotations

import asyncio
import logging

import discord

from bot.answers import UNCONFIRMED
from bot.cards import start_button
from bot.context import BotClient
from bot.delivery import open_dm
from bot.layout import Component, row, text
from bot.posting import post_once
from core.errors import StorageError

log = logging.getLogger(__name__)

_WHAT = (
    "**Tidings** collects papers, code, competitions and articles, and picks what matches your "
    "interests."
)
_BEGIN = (
    "- `/start`: your interests, and a digest by direct message\n"
    "- `/subscribe`: a digest for a channel or thread (needs Manage Server)"
)
WELCOME: tuple[Component, ...] = (
    text(f"{_WHAT} Begin with one of these:\n{_BEGIN}\nSee everything else with `/help`."),
)

HELP: tuple[Component, ...] = (
    text(
        f"{_WHAT}\n### Begin\n{_BEGIN}\n"
        "### Read\n"
        "- `/digest now`: your picks right now; `/digest preview`: for other interests\n"
        "- `/search`, `/trending`, `/similar`, `/deadlines`: what was collected\n"
        "- `/ask`: an answer in quotes; `/questions`: those that you watch\n"
        "- `/why`: why an item is or is not in your digest; `/saved`: what you saved; "
        "`/stats`: how good your picks were\n"
        "### Change\n"
        "- `/subscriptions`: pause, change or delete a digest; `/email`: get it by email\n"
        "- `/privacy`: what is stored about you, as a file or deleted\n"
        "- `/admin`: sources, feeds and deliveries (needs Manage Server)\n"
        "In the Apps menu of a message, **Find related** and **Save** look up what it links to.\n"
        "-# Answers are for you alone. I read no messages but one that you point me at."
    ),
    row(start_button()),
)


async def welcome(client: BotClient, guild: discord.Guild) -> None:
    """Say once what this is: to whoever invited the bot, else in the system channel.

    Where there is neither, the server's owner hears it.
    """
    if not await _is_first_time(client, guild):
        return
    people = [await _inviter(guild), guild.owner_id]
    channel = guild.system_channel
    if people[0] is not None and await _tell(client, guild, people[0]):
        return
    if channel is not None and channel.permissions_for(guild.me).send_messages:
        found = channel.id

        async def there(_: object) -> int:
            return found

        if await post_once(lambda: client.http, there, WELCOME, about=f"welcome {guild.id}"):
            return
    if people[1] is not None:
        await _tell(client, guild, people[1])


async def _is_first_time(client: BotClient, guild: discord.Guild) -> bool:
    """Note that this joining was greeted; return whether that is new.

    It is noted first: a crash in between leaves a server without the message, but never with two.
    """
    key = f"discord:welcomed/{guild.id}"
    joined = str(guild.me.joined_at)
    values = client.services.key_values
    try:
        if await asyncio.to_thread(values.get, key) == joined:
            return False
        await asyncio.to_thread(values.put, key, joined)
    except StorageError as error:
        log.warning("a server that was joined is not greeted: %s", error)
        return False
    return True


async def _inviter(guild: discord.Guild) -> int | None:
    """Return who added the bot, as far as it may read that."""
    if not guild.me.guild_permissions.view_audit_log:
        return None
    try:
        added = discord.AuditLogAction.bot_add
        async for entry in guild.audit_logs(action=added, limit=10):
            if isinstance(entry.target, discord.abc.Snowflake) and entry.target.id == guild.me.id:
                return entry.user_id
    except (discord.HTTPException, *UNCONFIRMED) as error:
        log.info("who added the bot cannot be read: %s", error)
    return None


async def _tell(client: BotClient, guild: discord.Guild, user: int) -> bool:
    return await post_once(
        lambda: client.http,
        lambda http: open_dm(http, user),
        WELCOME,
        about=f"welcome {guild.id} {user}",
    )
