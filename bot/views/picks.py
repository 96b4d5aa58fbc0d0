"""*My picks*: under a channel's digest, a page that only the presser sees, ranked for them."""

from __future__ import annotations

from bot.cards import digest_messages
from bot.context import Interaction
from bot.custom_ids import Verb, custom_id
from bot.layout import Component, Style, button
from bot.replies import say, show_all, think
from bot.services import Services
from bot.users import NOBODY_YET, call_ranking, name_of, ranked_for
from core.errors import UsageError


async def my_picks(interaction: Interaction, _: str) -> None:
    """Show the digest that this member would get."""
    await think(interaction)
    try:
        messages = await call_ranking(
            interaction, lambda services: picks_for(services, name_of(interaction))
        )
    except UsageError as error:
        if str(error) != NOBODY_YET:
            raise
        await say(interaction, f"{NOBODY_YET}.", start_button())
        return
    await show_all(interaction, messages)


def picks_for(services: Services, name: str) -> list[list[Component]]:
    """Make a digest that leaves no trace, and lay it out.

    Raises:
        UsageError: if nothing is known of the person yet.
    """
    request = services.requests.build(ranked_for(services, name))
    return digest_messages(services.digests().make(request), _below)


def start_button(label: str = "Start") -> Component:
    """Return the button that opens the form of ``/start``."""
    return button(label, custom_id(Verb.START), Style.BLUE)


def _below(_: int) -> list[Component]:
    return [
        button("Interests", custom_id(Verb.START)),
        button("Subscriptions", custom_id(Verb.ORDERS)),
    ]
