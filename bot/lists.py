"""Items one below the other: results, saved items, similar ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.cards import card_text, item_menu, save_button, short_card_text
from bot.layout import MAX_CHARACTERS, Component, container, row, section, text
from bot.paginate import Block, assembled, pack
from core.digests import RankedItem
from core.items import Item, ItemKey
from digests.view import cards

PAGE = 5
"""Items on a page: with a heading of 600 characters they always fit."""


def plain(items: Iterable[Item]) -> list[RankedItem]:
    """Return items as entries without reasons."""
    return [RankedItem.of(item, ()) for item in items]


def list_page(
    heading: str,
    entries: Sequence[RankedItem],
    *,
    now: datetime,
    zone: str,
    beside: Callable[[ItemKey], Component] = save_button,
    below: Sequence[Component] = (),
) -> list[Component]:
    """Lay out one page of at most ``PAGE`` items, which always fit a message.

    Args:
        heading: Markdown at the top.
        entries: what to show.
        now: for dates in words (aware UTC).
        zone: IANA zone of the reader.
        beside: makes the button beside each item.
        below: buttons at the bottom.
    """
    pairs = zip(cards(entries, now, zone), entries, strict=True)
    shown = [section(short_card_text(card), beside(entry.item.key)) for card, entry in pairs]
    made: list[Component] = [text(heading)]
    if shown:
        made += [container(*shown), item_menu((e.item for e in entries), "list")]
    return [*made, row(*below)] if below else made


def list_messages(
    heading: str, entries: Sequence[RankedItem], *, now: datetime, zone: str
) -> list[list[Component]]:
    """Lay out any number of items over as many messages as they need."""
    pairs = zip(cards(entries, now, zone), entries, strict=True)
    blocks = [
        Block(component=section(card_text(card), save_button(entry.item.key)), group="found")
        for card, entry in pairs
    ]
    return [assembled(part) for part in pack([Block(component=text(heading)), *blocks])]


def line_messages(heading: str, lines: Iterable[str]) -> list[list[Component]]:
    """Lay out any number of lines, each short enough for a message, under a heading."""
    messages: list[list[str]] = [[heading]]
    for line in lines:
        if len("\n".join((*messages[-1], line))) > MAX_CHARACTERS:
            messages.append([])
        messages[-1].append(line)
    return [[text("\n".join(one))] for one in messages]
