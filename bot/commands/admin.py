"""``/admin``: for those who manage the server, which every command checks by itself."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.actors import actor_of, belongs_to, manages, require_manager
from bot.context import Interaction
from bot.layout import Component
from bot.replies import defer, reply_messages, reply_text
from bot.resolve import source_names
from bot.services import Services
from bot.targets import channel_target, guild_name
from bot.users import answer, call, name_of
from bot.views.administration import deliveries_page, feeds_messages, preview_page, sources_messages
from bot.views.subscriptions import place
from core.errors import UsageError

admin = app_commands.Group(
    name="admin",
    description="Manage Tidings in this server",
    guild_only=True,
    default_permissions=discord.Permissions(manage_guild=True),
)
feeds = app_commands.Group(name="feeds", description="Feeds of this server", parent=admin)


@admin.command(description="Sources and their status")
async def sources(interaction: Interaction) -> None:
    """Show the health of every source."""
    require_manager(interaction)
    await defer(interaction)

    def found(services: Services) -> list[list[Component]]:
        seen = set(source_names(services))
        states = services.states().values()
        shown = [state for state in states if state.report.source in seen]
        return sources_messages(shown, services.clock())

    await reply_messages(interaction, await call(interaction, found))


@admin.command(description="Latest deliveries to this server, and those in doubt")
async def deliveries(interaction: Interaction) -> None:
    """Show what was sent, what waits and what failed."""
    guild = require_manager(interaction)
    await answer(interaction, lambda s: deliveries_page(s, guild))


@admin.command(description="Post a digest to a subscribed channel now")
@app_commands.describe(channel="A channel or thread with a subscription")
async def post(interaction: Interaction, channel: discord.TextChannel | discord.Thread) -> None:
    """Open an extra run of each subscription of the channel."""
    guild = require_manager(interaction)
    await defer(interaction)
    target = channel_target(channel.id)
    actor = actor_of(interaction)

    def opened(services: Services) -> int:
        here = [one for one in services.subscriptions.list(actor) if one.target == target]
        if not here or not belongs_to(guild, target):
            raise UsageError(f"#{channel.name} has no subscription. Use /subscribe to add one")
        return sum(services.runs.open_now(one) for one in here)

    if await call(interaction, opened):
        await reply_text(interaction, f"A digest is on its way to {place(target)}.")
    else:
        await reply_text(
            interaction,
            "A digest was already requested within the last minute. Try again in a minute.",
        )


@feeds.command(name="list", description="The feeds of this server")
async def list_feeds(interaction: Interaction) -> None:
    """Show the feeds that were added here."""
    guild = require_manager(interaction)
    await defer(interaction)
    here = guild_name(guild.id)
    found = await call(
        interaction, lambda s: feeds_messages(s.feeds.listed(guild=here), s.feeds.stopped())
    )
    await reply_messages(interaction, found)


@feeds.command(description="Preview a feed, then decide whether to add it")
@app_commands.describe(url="Feed address (RSS, Atom, JSON Feed)")
async def add(interaction: Interaction, url: app_commands.Range[str, 1, 500]) -> None:
    """Read an address and show what would come of it."""
    require_manager(interaction)
    name = name_of(interaction)
    await answer(interaction, lambda s: preview_page(s.feeds.preview(name, url)))


@feeds.command(description="Remove a feed from this server")
@app_commands.describe(name="Its name, as shown by /admin feeds list")
async def remove(interaction: Interaction, name: app_commands.Range[str, 1, 60]) -> None:
    """Remove it."""
    guild = require_manager(interaction)
    await defer(interaction)
    await call(
        interaction,
        lambda s: s.feeds.remove(name_of(interaction), name, guild=guild_name(guild.id)),
    )
    await reply_text(interaction, "Removed. Its items are no longer shown here.")


@remove.autocomplete("name")
async def _propose_feeds(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    if interaction.guild_id is None or not manages(interaction):
        return []
    here = guild_name(interaction.guild_id)
    found = await call(interaction, lambda s: s.feeds.listed(guild=here))
    names = [one.feed.name for one in found if typed.casefold() in one.feed.name.casefold()]
    return [app_commands.Choice(name=one, value=one) for one in names[:25]]
