"""Digests as Discord messages that measure themselves: nothing is cut, what is over goes on.

::

    Digest → blocks (one an item, framed by section) → packed into parts
             part: [header] [frames …] [menu over its items] [My picks · Subscriptions]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.custom_ids import Menu, Verb, custom_id, item_reference
from bot.escape import escape, masked_link, moment
from bot.layout import (
    MAX_OPTION,
    MAX_OPTIONS,
    Component,
    Size,
    Style,
    button,
    option,
    row,
    section,
    select,
    size,
    text,
)
from bot.paginate import Block, assembled, pack
from core.digests import Digest, RankedItem
from core.items import Item, ItemKey
from digests.view import CardView, DigestView, view
from language.leads import LEAD_LIMIT
from language.plain import shortened

COLOURS: Mapping[str, int] = MappingProxyType(
    {
        "deadlines": 0xD9480F,
        "papers": 0x1864AB,
        "code": 0x2B8A3E,
        "competitions": 0xE67700,
        "data": 0x0B7285,
        "models": 0x5F3DC4,
        "discussions": 0x862E9C,
        "reading": 0x495057,
        "conferences": 0xA61E4D,
        "outside": 0x846358,
    }
)
"""Edge of each section's frame; dark enough to be told apart on both of Discord's themes."""

_TITLE, _SUMMARY, _META, _WHY, _BADGES = 200, LEAD_LIMIT, 160, 200, 4
"""Characters of the lines of a card before escaping, and how many badges: together they keep any
card below 3,500 characters, so that one always fits."""

_HEAD, _NOTE, _SOURCES = 220, 300, 700

SHORT_CARD = 650
"""Characters of a card in a list of five."""

Buttons = Callable[[int], Sequence[Component]]
"""The buttons below a part, by its position; one of them carries its marker."""


def digest_messages(digest: Digest, buttons: Buttons) -> list[list[Component]]:
    """Lay a digest out as one or more messages; pure.

    Every item stands in exactly one of them, and each keeps Discord's limits.

    Args:
        digest: what to show.
        buttons: what stands below each part, at most five.

    Raises:
        UsageError: if the digest's zone does not exist.
    """
    page = view(digest)
    entries = _entries(digest, page)
    blocks = [*_item_blocks(entries), *_closing(page)]
    opening = _opening(page)
    below = size([row(*buttons(0))]) + size([item_menu([], "0")])

    def reserved(number: int) -> Size:
        top = opening if number == 0 else _continued(number, 99)
        return size([text(top)]) + below

    parts = pack(blocks, reserved)
    items = {id(block): entry.item for block, (entry, _) in zip(blocks, entries, strict=False)}
    made = []
    for number, part in enumerate(parts):
        top = opening if number == 0 else _continued(number, len(parts))
        shown = [items[id(block)] for block in part if id(block) in items]
        menu = [item_menu(shown, str(number))] if shown else []
        made.append([text(top), *assembled(part), *menu, row(*buttons(number))])
    return made


def card_text(card: CardView) -> str:
    """Return a card as Markdown: title link, one line, facts, why."""
    lines = [_title(card), *_due(card)]
    if card.summary:
        lines.append(escape(card.summary, _SUMMARY))
    badges = [masked_link(badge.text, badge.url, 20) for badge in card.badges[:_BADGES]]
    lines.append(" · ".join((_facts(card), *badges)))
    return "\n".join([*lines, *_why(card)])


def short_card_text(card: CardView) -> str:
    """Return the same within ``SHORT_CARD`` characters, by leaving out what matters least."""
    title, facts, reasons = _title(card), _facts(card), _why(card)
    summary = [escape(card.summary, _SUMMARY)] if card.summary else []
    for lines in (
        [title, *_due(card), *summary, facts, *reasons],
        [title, *_due(card), facts, *reasons],
        [title, *_due(card), *reasons],
    ):
        if len(made := "\n".join(lines)) <= SHORT_CARD:
            return made
    return f"**{escape(card.title, _TITLE)}**"


def _title(card: CardView) -> str:
    return f"**{masked_link(card.title, card.url, _TITLE)}**"


def _due(card: CardView) -> list[str]:
    due = card.deadline
    return [f"{escape(due.label)}: {moment(due.at)} ({moment(due.at, 'R')})"] if due else []


def _facts(card: CardView) -> str:
    return "-# " + escape(" · ".join(filter(None, (card.kicker, *card.meta))), _META)


def _why(card: CardView) -> list[str]:
    return [f"-# Why: {escape(card.why, _WHY)}"] if card.why else []


def save_button(key: ItemKey) -> Component:
    """Return the button that saves an item."""
    return button("Save", custom_id(Verb.SAVE, item_reference(key)), Style.GREY)


def start_button() -> Component:
    """Return the button that opens the form of ``/start``."""
    return button("Start", custom_id(Verb.START), Style.BLUE)


def item_menu(items: Iterable[Item], name: str) -> Component:
    """Return the menu that opens an item's own card with everything that can be done with it.

    Args:
        items: at most 25 are offered, which is all that a message with cards can hold.
        name: what tells this menu from others of the same message.
    """
    options = [
        option(shortened(item.title, MAX_OPTION), item_reference(item.key)) for item in items
    ]
    placeholder = "Why this? More, less, already known…"
    return select(custom_id(Menu.ITEM, name), placeholder, options[:MAX_OPTIONS])


def _entries(digest: Digest, page: DigestView) -> list[tuple[RankedItem, tuple[str, CardView]]]:
    """Pair what is shown with its section's kind and title; what comes twice is shown once."""
    bar = [e for s in digest.sections if s.kind == "deadlines" for e in s.items]
    picks = [e for s in digest.sections if s.kind != "deadlines" for e in s.items]
    cards = [("deadlines\nDeadlines", card) for card in page.deadlines]
    cards += [(f"{s.kind}\n{s.title}", card) for s in page.sections for card in s.cards]
    unique: dict[ItemKey, tuple[RankedItem, tuple[str, CardView]]] = {}
    for entry, card in zip([*bar, *picks], cards, strict=True):
        unique.setdefault(entry.item.key, (entry, card))
    return list(unique.values())


def _item_blocks(entries: Iterable[tuple[RankedItem, tuple[str, CardView]]]) -> Iterator[Block]:
    for entry, (name, card) in entries:
        kind, _, title = name.partition("\n")
        yield Block(
            component=section(card_text(card), save_button(entry.item.key)),
            group=name,
            heading=f"### {escape(title, 80)}",
            colour=COLOURS.get(kind),
        )


def _opening(page: DigestView) -> str:
    lines = [f"## {escape(page.dates, 80)}"]
    if page.sample:
        lines.insert(0, f"**{escape(page.sample)}**")
    lines.append(escape(page.headline, _HEAD))
    if page.interests:
        lines.append(f"-# for {escape(', '.join(page.interests), _HEAD)}")
    return "\n".join(lines)


def _continued(number: int, parts: int) -> str:
    return f"-# Part {number + 1} of {parts}"


def _closing(page: DigestView) -> Iterator[Block]:
    if page.note:
        yield Block(component=text(escape(page.note, _NOTE)))
    sources = [f"Sources: {page.sources}"] if page.sources else []
    lines = [escape(line, _SOURCES) for line in (*sources, page.zone, *page.thanks)]
    yield Block(component=text("\n".join(f"-# {line}" for line in lines)))
