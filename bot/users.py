"""The member behind an interaction, and the use cases as they are for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.context import Interaction
from bot.layout import Component
from bot.replies import RawLayoutView, defer, reply
from bot.services import Services
from bot.targets import guild_name, person
from core.feeds import Viewer

T = TypeVar("T")


async def call(interaction: Interaction, use: Callable[[Services], T]) -> T:
    """Use the services in a thread, since they block, as they are for this member."""
    services, viewer = interaction.client.services, viewer_of(interaction)
    return await asyncio.to_thread(lambda: use(services.seen_by(viewer)))


async def call_ranking(interaction: Interaction, use: Callable[[Services], T]) -> T:
    """The same for what ranks: one at a time. It has to be acknowledged before."""
    async with interaction.client.ranking:
        return await call(interaction, use)


async def answer(
    interaction: Interaction,
    page: Callable[[Services], Sequence[Component]],
    *,
    ranking: bool = False,
) -> None:
    """Acknowledge, lay out a page with the services, and show it to the member alone."""
    await defer(interaction)
    await reply(interaction, await (call_ranking if ranking else call)(interaction, page))


async def answer_in_place(
    interaction: Interaction, page: Callable[[Services], Sequence[Component]]
) -> None:
    """Acknowledge a button, lay out a page, and show it in place of the button's message."""
    await interaction.response.defer()
    view = RawLayoutView(await call(interaction, page))
    await interaction.edit_original_response(view=view)


def name_of(interaction: Interaction) -> str:
    """Return the name under which this member is known: owner and profile."""
    return person(interaction.user.id)


def viewer_of(interaction: Interaction) -> Viewer:
    """Return this member as somebody who looks at the archive, in a server or by themselves."""
    guild = interaction.guild_id
    return Viewer(person=name_of(interaction), guild="" if guild is None else guild_name(guild))
