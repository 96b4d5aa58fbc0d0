"""The person behind an interaction: their profile, their zone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.context import Interaction
from bot.services import Services
from bot.targets import guild_name, person
from core.errors import UsageError
from core.feeds import Viewer
from core.items import Item
from core.people import Profile, Verdict

T = TypeVar("T")

NOBODY_YET = "I do not know yet what you care about: /start takes a minute"


async def call(interaction: Interaction, use: Callable[[Services], T]) -> T:
    """Use the services in a thread, since they block, as they are for this member."""
    services, viewer = interaction.client.services, viewer_of(interaction)
    return await asyncio.to_thread(lambda: use(services.seen_by(viewer)))


async def call_ranking(interaction: Interaction, use: Callable[[Services], T]) -> T:
    """The same for what ranks: one at a time. It has to be acknowledged before."""
    async with interaction.client.ranking:
        return await call(interaction, use)


def name_of(interaction: Interaction) -> str:
    """Return the name under which this member is known: owner and profile."""
    return person(interaction.user.id)


def viewer_of(interaction: Interaction) -> Viewer:
    """Return this member as somebody who looks at the archive, in a server or by themselves."""
    guild = interaction.guild_id
    return Viewer(person=name_of(interaction), guild="" if guild is None else guild_name(guild))


def profile_of(services: Services, name: str) -> Profile:
    """Return a profile; one that is not stored is empty."""
    return services.store.profile(name) or Profile(name=name)


def ranked_for(services: Services, name: str) -> Profile:
    """Return a profile from which something can be ranked.

    Raises:
        UsageError: if nothing is known of the person yet.
    """
    profile = profile_of(services, name)
    likes = any(feedback.verdict in _LIKES for feedback in profile.feedback)
    if not (profile.interests or profile.followed or likes):
        raise UsageError(NOBODY_YET)
    return profile


def tell(services: Services, name: str, item: Item, verdict: Verdict) -> None:
    """Record a verdict; the first one of a person makes their profile."""
    if services.store.profile(name) is None:
        services.store.save_profile(Profile(name=name))
    services.people.tell(name, item, verdict)


_LIKES = frozenset({Verdict.MORE, Verdict.SAVE})
