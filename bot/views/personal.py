"""What ``/privacy delete`` asks, and its buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot.context import Interaction
from bot.custom_ids import Verb, custom_id
from bot.escape import escape, schedule_text
from bot.layout import Component, Style, button, row, section, text
from bot.replies import defer, reply_text
from bot.services import Services
from bot.users import answer_in_place, call, name_of
from bot.views.subscriptions import place
from core.deliveries import Subscription
from core.errors import UsageError
from services.privacy import Count
from services.subscriptions import Actor

_ERASING = (
    "This deletes your interests, saved items, feedback, subscriptions, email addresses, watched "
    "questions and feeds. It cannot be undone. To keep a copy, use /privacy export first."
)

_INTERESTS = 60
"""Characters of what a digest looks for, so that those of one channel are told apart."""

_FILE_NAMES = 500
"""Characters of the names of files."""

_MOST_ASKED = 10
"""Channels for which it is asked one by one: as many as a message holds."""


def erasing_page(services: Services, name: str, said: str = "") -> list[Component]:
    """Lay out what would be deleted; ``said`` stands above it.

    Digests to channels have readers beside the member who subscribed them. Each is named, and can
    be left to its server.
    """
    lines = [_ERASING]
    of_channels = [
        one
        for one in services.subscriptions.list(Actor(person=name))
        if one.owner == name and one.has_own_interests
    ]
    if of_channels:
        lines.append(
            "**These digests end with it, though others read them too.** Let those go on that are "
            "to stay with their server:"
        )
    erase = button("Delete everything", custom_id(Verb.ERASE, name), Style.RED)
    return [
        *([text(said)] if said else []),
        text("\n".join(lines)),
        *(_of_channel(services, one) for one in of_channels[:_MOST_ASKED]),
        *([text(_more(of_channels[_MOST_ASKED:]))] if of_channels[_MOST_ASKED:] else []),
        row(erase),
    ]


def _of_channel(services: Services, subscription: Subscription) -> Component:
    interests = services.people.member(subscription.profile).interests
    looks_for = escape(", ".join(one.text for one in interests), _INTERESTS)
    line = f"{place(subscription.target)}: {schedule_text(subscription.schedule)} · for {looks_for}"
    if not subscription.guild:
        return text(line)
    return section(line, button("Let it go on", custom_id(Verb.LEAVE, subscription.id)))


def _more(subscriptions: Sequence[Subscription]) -> str:
    return "And: " + ", ".join(place(one.target) for one in subscriptions)


async def leave(interaction: Interaction, id_: str) -> None:
    """Leave a channel's subscription to its server, and ask on for the others."""
    name = name_of(interaction)

    def left(services: Services) -> list[Component]:
        one = services.subscriptions.hand_over(id_, by=Actor(person=name))
        said = (
            f"The digest to {place(one.target)} goes on and belongs to the server now. Members "
            "with Manage Server find it in /subscriptions."
        )
        return erasing_page(services, name, said)

    await answer_in_place(interaction, left)


async def erase(interaction: Interaction, owner: str) -> None:
    """Delete everything that is held about the presser, who must be the one who asked."""
    name = name_of(interaction)
    if owner != name:  # an ephemeral message has one reader, but nothing depends on that here
        raise UsageError(
            "this button belongs to somebody else. Use /privacy delete to delete your own data"
        )
    await defer(interaction)
    done = await call(interaction, lambda services: services.privacy.delete(name))
    lines = "Nothing was stored about you, so there was nothing to delete."
    if done.counts:
        lines = f"Deleted for good, together with your ID:\n{count_lines(done.counts)}"
    if not done.overwritten:
        lines += (
            "\n-# The rows are gone. Their last traces in the file are overwritten within an hour, "
            "when nothing else reads it."
        )
    if done.files:
        named = escape(", ".join(path.name for path in done.files), _FILE_NAMES)
        lines += (
            "\nI cannot reach files that whoever runs this bot has exported and that may show your "
            f"digests: {named}. Ask them to delete those."
        )
    await reply_text(interaction, lines)


def count_lines(counts: Sequence[Count]) -> str:
    """Write how many rows of each kind there are, one line each."""
    return "\n".join(f"- {count.kind.replace('_', ' ')}: {count.rows}" for count in counts)
