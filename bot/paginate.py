"""Blocks into messages: as many in each as Discord takes, in order, none lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.layout import Component, Size, container, size
from core.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Something that is not split.

    Attributes:
        component: what is shown.
        group: blocks of one group that follow each other share a frame; "" is for none.
        colour: of the frame's edge.
        item: which one is shown, if any.
    """

    component: Component
    group: str = ""
    colour: int | None = None
    item: Item | None = None


def pack(
    blocks: Iterable[Block], reserved: Callable[[int], Size] = lambda _: Size()
) -> list[list[Block]]:
    """Spread blocks over messages, filling one after the other.

    Args:
        blocks: in reading order; each must fit in an empty message.
        reserved: what the message with this number (from 0) needs for other things.

    Returns:
        The blocks of each message; at least one message, which may be empty.
    """
    messages: list[list[Block]] = [[]]
    used = reserved(0)
    for block in blocks:
        before = messages[-1][-1] if messages[-1] else None
        grown = used + _cost(block, before)
        if messages[-1] and not grown.fits:
            messages.append([])
            grown = reserved(len(messages) - 1) + _cost(block, None)
        messages[-1].append(block)
        used = grown
    return messages


def assembled(blocks: Sequence[Block]) -> list[Component]:
    """Return the components of one message's blocks, with the frames around them."""
    made: list[Component] = []
    for _, together in groupby(blocks, key=lambda block: block.group):
        members = list(together)
        shown = [block.component for block in members]
        if not members[0].group:
            made += shown
            continue
        made.append(container(*shown, colour=members[0].colour))
    return made


def _cost(block: Block, before: Block | None) -> Size:
    cost = size([block.component])
    if block.group and (before is None or before.group != block.group):
        cost += Size(1, 0)
    return cost
