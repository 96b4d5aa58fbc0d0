"""The client: as little of Discord in memory as possible, every command and button attached."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.commands import COMMANDS
from bot.context import BotClient
from bot.dispatch import answer_form, dynamic_item
from bot.errors import report
from bot.requests import Pace, trace
from bot.services import Services
from bot.sync import sync_if_changed
from bot.views import BUTTONS, FORMS, MENUS
from bot.welcome import welcome

MAX_RATE_LIMIT_WAIT = 45.0
"""Seconds that the library may wait for a route's rate limit; beyond, a delivery comes back later
by the outbox, whose memory outlives this process."""


class Tree(app_commands.CommandTree[BotClient]):
    """The commands, with one place for their errors."""

    async def on_error(
        self, interaction: discord.Interaction[BotClient], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the member."""
        await report(interaction, error)


class TidingsClient(BotClient):
    """The bot as Discord sees it.

    It asks for no intent but that of servers and channels: no members, no presences, no message
    content. It keeps no messages and no members.
    """

    def __init__(
        self, *, services: Services, pace: Pace | None = None, guild_ready_timeout: float = 2.0
    ) -> None:
        # The library says at each start that it lacks what voice needs; nothing here speaks.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        intents = discord.Intents.none()
        intents.guilds = True
        super().__init__(
            services=services,
            intents=intents,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=trace(pace or Pace()),
            max_ratelimit_timeout=MAX_RATE_LIMIT_WAIT,
            guild_ready_timeout=guild_ready_timeout,
        )
        self.tree = Tree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        for command in COMMANDS:
            self.tree.add_command(command)

    async def on_interaction(self, interaction: discord.Interaction[BotClient]) -> None:
        """Answer a form; the library answers the rest."""
        if interaction.type is discord.InteractionType.modal_submit:
            await answer_form(interaction, FORMS)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say what this is in a server that the bot has joined."""
        await welcome(self, guild)

    async def setup_hook(self) -> None:
        """Attach the buttons, and send the commands to Discord if they have changed."""
        self.add_dynamic_items(dynamic_item(BUTTONS, MENUS))
        if self.application_id is not None:
            await sync_if_changed(self.tree, self.services.key_values, self.application_id)
