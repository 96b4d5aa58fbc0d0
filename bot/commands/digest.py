"""``/digest now`` and ``/digest preview``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from discord import app_commands

from bot.cards import digest_messages
from bot.context import Interaction
from bot.custom_ids import Verb, custom_id
from bot.layout import Component, button
from bot.replies import defer, reply_messages
from bot.services import Services
from bot.users import call_ranking, name_of
from bot.views.picks import my_picks
from core.errors import UsageError
from core.people import parse_interests

digest = app_commands.Group(name="digest", description="A digest only you can see")


@digest.command(name="now", description="Your picks of the last few days, right now")
async def now(interaction: Interaction) -> None:
    """Show the digest that one would get."""
    await my_picks(interaction, "")


@digest.command(description="What a digest would show for other interests; nothing is saved")
@app_commands.describe(
    interests='What to look for, separated by ";"', days="How many days back; default: 7"
)
async def preview(
    interaction: Interaction,
    interests: app_commands.Range[str, 1, 1000],
    days: app_commands.Range[int, 1, 30] = 7,
) -> None:
    """Show a digest for interests that are not (yet) one's own."""
    await defer(interaction)

    def made(services: Services) -> list[list[Component]]:
        wanted = parse_interests(interests)
        if not wanted:
            raise UsageError('enter at least one interest, such as "graph neural networks"')
        reader = replace(services.people.member(name_of(interaction)), interests=wanted)
        request = services.requests.build(reader, since=services.clock() - timedelta(days=days))
        return digest_messages(services.digests().make(request), _below)

    await reply_messages(interaction, await call_ranking(interaction, made))


def _below(_: int) -> list[Component]:
    return [button("Change my interests", custom_id(Verb.START))]
