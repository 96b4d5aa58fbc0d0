"""*My picks*: under a channel's digest, a page that only the presser sees, ranked for them."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import digest_messages
from bot.context import Interaction
from bot.custom_ids import Verb, custom_id
from bot.layout import Component, button
from bot.replies import defer, reply_messages
from bot.services import Services
from bot.users import call_ranking, name_of
from core.deliveries import Subscription


async def my_picks(interaction: Interaction, _: str) -> None:
    """Show the digest that this member would get."""
    await defer(interaction)
    messages = await call_ranking(interaction, lambda s: picks_for(s, name_of(interaction)))
    await reply_messages(interaction, messages)


def picks_for(
    services: Services, name: str, subscription: Subscription | None = None
) -> list[list[Component]]:
    """Make a digest, and lay it out.

    Args:
        services: the use cases.
        name: for whom.
        subscription: that it is a first digest for, whose own digests then show other items;
            without one it leaves no trace.

    Raises:
        NoInterestsError: if nothing is known of the person yet.
    """
    request = services.requests.build(services.people.rankable_member(name))
    digests = services.digests()
    if subscription is None:
        digest = digests.make(request)
    else:
        wanted = replace(request, sources=subscription.sources)
        digest = digests.introduce(wanted, subscription.id)
    below = [
        button("Interests", custom_id(Verb.START)),
        button("Subscriptions", custom_id(Verb.SUBSCRIPTIONS)),
    ]
    return digest_messages(digest, lambda _: below)
