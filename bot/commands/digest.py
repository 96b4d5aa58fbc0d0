"""``/start``, ``/digest now`` and ``/digest preview``."""

from __future__ import annotations

from datetime import timedelta

from discord import app_commands

from bot.cards import digest_messages
from bot.commands.options import propose_zones
from bot.context import Interaction
from bot.custom_ids import Verb, custom_id
from bot.layout import Component, button, size, text
from bot.replies import defer, reply_messages
from bot.services import Services
from bot.users import call_ranking, name_of
from bot.views.picks import my_picks
from bot.views.starting import begin
from bot.views.understood import understood
from core.errors import UsageError
from services.interests import read_interests

_AGAIN = "-# Not what you meant? Use the command again, with ; between your interests."
digest = app_commands.Group(name="digest", description="A digest only you can see")


@app_commands.command(description="Enter your interests and get your first digest, in a minute")
@app_commands.describe(
    zone="Your time zone, such as Europe/Berlin; you can also enter it in the form"
)
@app_commands.autocomplete(zone=propose_zones)
async def start(
    interaction: Interaction, zone: app_commands.Range[str, 1, 50] | None = None
) -> None:
    """Open the form."""
    await begin(interaction, zone or "")


@digest.command(name="now", description="Your picks of the last few days, right now")
async def now(interaction: Interaction) -> None:
    """Show the digest that one would get."""
    await my_picks(interaction, "")


@digest.command(description="What a digest would show for other interests; nothing is saved")
@app_commands.describe(
    interests="What to look for, and what not", days="How many days back; default: 7"
)
async def preview(
    interaction: Interaction,
    interests: app_commands.Range[str, 1, 1000],
    days: app_commands.Range[int, 1, 30] = 7,
) -> None:
    """Show a digest for interests that are not (yet) one's own."""
    await defer(interaction)

    def made(services: Services) -> list[list[Component]]:
        stated = read_interests(interests)
        if not stated.phrases:
            raise UsageError('enter at least one interest, such as "graph neural networks"')
        reader = services.people.member(name_of(interaction))
        reader = reader.looking_for(stated.interests, stated.muted)
        request = services.requests.build(reader, since=services.clock() - timedelta(days=days))
        below = [button("Change my interests", custom_id(Verb.START))]
        said = [text("\n".join([*understood(stated), _AGAIN]))]
        first, *rest = digest_messages(services.digests().make(request), lambda _: below)
        shown = [[*said, *first]] if size([*said, *first]).fits else [said, first]
        return [*shown, *rest]

    await reply_messages(interaction, await call_ranking(interaction, made))
