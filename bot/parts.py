"""Which part of which digest a message is: one of its buttons carries the part's key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import discord

from bot.custom_ids import part_marked


def part_of(message: discord.Message | None) -> str:
    """Return the key of the part that a message is; "" if it is no part of a digest."""
    return part_marked(_ids(message.components)) if message else ""


def _ids(components: Iterable[discord.Component]) -> Iterator[str]:
    for component in components:
        if isinstance(component, discord.Button) and component.custom_id:
            yield component.custom_id
        yield from _ids(getattr(component, "children", ()))
