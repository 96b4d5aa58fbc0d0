"""``/stats``."""

from __future__ import annotations

from io import BytesIO

import discord
from discord import app_commands

from bot.context import Interaction
from bot.layout import image, text
from bot.plot import picture
from bot.replies import defer, reply, reply_text
from bot.services import Services
from bot.users import call, name_of
from language.plain import counted
from services.measure.figures import Figure, figures
from services.measure.stats import measure

_FILE = "tidings-stats.png"
_NOTHING = (
    "No digest was made for you yet. Once you get some, save or vote on items: that is what this "
    "measures."
)


@app_commands.command(description="How good your picks were, by what you said of them")
async def stats(interaction: Interaction) -> None:
    """Show the estimates of this member's digests in words and as a picture."""
    await defer(interaction)
    name = name_of(interaction)

    def measured(services: Services) -> tuple[str, tuple[Figure, ...], bytes] | None:
        found = measure(services.impressions, profile=name).get(name)
        if found is None:
            return None
        shown = figures(found)
        return counted(found.digests, "digest"), shown, picture(shown)

    found = await call(interaction, measured)
    if found is None:
        await reply_text(interaction, _NOTHING)
        return
    digests, shown, drawn = found
    lines = "\n".join(f"- {figure.name}: {figure.words}" for figure in shown)
    said = text(
        f"By what you said of the items in {digests}:\n{lines}\n"
        "-# The dot is the estimate, the line what is likely: where it is long, little is known."
    )
    alt = "; ".join(f"{figure.name}: {figure.words}" for figure in shown)
    await reply(interaction, [said, image(_FILE, alt)], discord.File(BytesIO(drawn), _FILE))
