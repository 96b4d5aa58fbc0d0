"""Context menus on messages: what others share, looked up on request.

Only the message that a member points at is read, and only then: Discord hands it over with the
command, without the message content intent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import discord
from discord import app_commands

from bot.cards import item_menu
from bot.context import Interaction
from bot.layout import Component, text
from bot.replies import defer, reply, reply_text
from bot.services import Services
from bot.users import answer, call, name_of
from bot.views.feedback import item_buttons, item_link
from bot.views.items import similar_page
from bot.views.results import MAX_QUERY, Search, results
from core.errors import UsageError
from core.items import Item
from core.people import Verdict
from language.plain import plain_line, shortened

_LINK = re.compile(r"https?://[^\s<>()\[\]]+")
_MARKDOWN = re.compile(r"[\\*_~|`#<>\[\]()]+|<[@#t:/][^>]*>")
_MAX_ITEMS = 10


@app_commands.context_menu(name="Find related")
async def find_related(interaction: Interaction, message: discord.Message) -> None:
    """Show what is like the first item that a message links to, else what shares its words."""
    written = _written(message)

    def found(services: Services) -> list[Component]:
        name = name_of(interaction)
        for item in _items_in(services, written):
            if page := similar_page(services, item, name):
                return page
        words = shortened(plain_line(_LINK.sub(" ", _MARKDOWN.sub(" ", written))), MAX_QUERY)
        if not words:
            raise UsageError(
                "that message has no words or links to search for. Try another message, or /search"
            )
        return results(services, Search(query=words), name)

    await answer(interaction, found, ranking=True)


@app_commands.context_menu(name="Save")
async def save_message(interaction: Interaction, message: discord.Message) -> None:
    """Save the item that a message links to; of several, let the member choose."""
    await defer(interaction)
    written = _written(message)

    def found(services: Services) -> list[Item]:
        items = list(_items_in(services, written))[:_MAX_ITEMS]
        if len(items) == 1:
            services.people.vote(name_of(interaction), items[0], Verdict.SAVE)
        return items

    items = await call(interaction, found)
    if not items:
        raise UsageError(
            "none of the links in this message is in the archive, so there is nothing to save. "
            "Try Find related to see similar items"
        )
    if len(items) == 1:
        await reply_text(
            interaction,
            f"Saved {item_link(items[0])}. See /saved.",
            *item_buttons(items[0].key),
        )
        return
    await reply(
        interaction,
        [
            text("Open the item that you want to save."),
            item_menu(items, "found"),
        ],
    )


def _items_in(services: Services, written: str) -> Iterator[Item]:
    """Yield the items of the archive that a text links to, each once."""
    seen = set()
    for link in dict.fromkeys(_LINK.findall(written)):
        try:
            item = services.lookup.item(link.rstrip(".,;:!?*_"))
        except UsageError:
            continue
        if item.key not in seen:
            seen.add(item.key)
            yield item


def _written(message: discord.Message) -> str:
    """Return all text of a message, embeds and components included."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.url or "", embed.description or ""]
    for component in message.components:
        parts += list(_texts(component))
    return "\n".join(part for part in parts if part)


def _texts(component: discord.Component) -> Iterator[str]:
    if isinstance(component, discord.TextDisplay):
        yield component.content
    for child in getattr(component, "children", ()):
        yield from _texts(child)
