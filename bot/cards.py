"""Digests as Discord messages that measure themselves: nothing is cut, what is over goes on.

::

    Digest → blocks (one an item, in three frames: deadlines, picks, drawn) → packed into parts
             part: [header] [frames …] [menu over its items] [My picks · Subscriptions]

Two lines an item: the title, and what it is with why it is there. With ten items that is one
message: sentences are added as long as it stays one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from core.digests import Digest
from core.impressions import OUTSIDE
from core.items import Item, ItemKey
from digests.view import SUMMARY_LIMITS, CardView, DigestView, Prominence, view
from language.leads import LEAD_LIMIT
from language.plain import shortened
from language.sentences import first_sentences

COLOURS: Mapping[str, int] = MappingProxyType(
    {"deadlines": 0xD9480F, "picks": 0x1864AB, "outside": 0x846358}
)
"""Edge of each frame; dark enough to be told apart on both of Discord's themes."""

_TITLE, _SMALL, _BADGES = 200, 200, 4
"""Characters of a title and of the small line before escaping, and how many badges: together they
keep any card below 3,500 characters, so that one always fits."""

_HEAD, _NOTE, _SOURCES = 220, 300, 700

SHORT_CARD = 650
"""Characters of a card in a list of five."""


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much a digest says of its picks: characters of titles, and of summaries by room."""

    title: int
    lead: int
    card: int
    line: int


_LINE = SUMMARY_LIMITS[Prominence.LINE]
_DETAILS = (
    _Detail(title=200, lead=420, card=LEAD_LIMIT, line=_LINE),
    _Detail(title=160, lead=420, card=240, line=_LINE),
    _Detail(title=120, lead=360, card=170, line=_LINE),
    _Detail(title=110, lead=300, card=0, line=_LINE),
    _Detail(title=90, lead=0, card=0, line=0),
)
"""From the most to the least: the first with which all fits one message is taken, and the first of
all where none does."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """An item of a digest, how it is shown, in which frame, and under which heading."""

    item: Item
    card: CardView
    frame: str
    heading: str


Buttons = Callable[[int], Sequence[Component]]
"""The buttons below a part, by its position; one of them carries its marker."""


def digest_messages(digest: Digest, buttons: Buttons) -> list[list[Component]]:
    """Lay a digest out as one message, or as more where one does not hold it; pure.

    Every item stands in exactly one of them, and each keeps Discord's limits. With ten items it is
    one message: what is said of them gets shorter first.

    Args:
        digest: what to show.
        buttons: what stands below each part, at most five.

    Raises:
        UsageError: if the digest's zone does not exist.
    """
    page = view(digest)
    cards = _cards(digest, page)
    packed = (_packed(page, cards, detail, buttons) for detail in _DETAILS)
    parts = next((made for made in packed if len(made) == 1), None)
    if parts is None:
        parts = _packed(page, cards, _DETAILS[0], buttons)
    made = []
    for number, part in enumerate(parts):
        top = _opening(page) if number == 0 else _continued(number, len(parts))
        shown = [item for block in part if (item := block.item) is not None]
        menu = [item_menu(shown, str(number))] if shown else []
        made.append([text(top), *assembled(part), *menu, row(*buttons(number))])
    return made


def card_text(card: CardView) -> str:
    """Return a card as Markdown: title link, deadline, summary, and a line of chips and facts."""
    return _card_text(card, _TITLE, LEAD_LIMIT)


def short_card_text(card: CardView) -> str:
    """Return the same within ``SHORT_CARD`` characters, by leaving out what matters least."""
    for summary in (LEAD_LIMIT, 180, 0):
        if len(made := _card_text(card, _TITLE, summary)) <= SHORT_CARD:
            return made
    if len(made := "\n".join([_title(card, _TITLE), *_due(card)])) <= SHORT_CARD:
        return made
    return f"**{escape(card.title, _TITLE)}**"


def _card_text(card: CardView, title: int, summary: int) -> str:
    told = escape(first_sentences(card.summary, summary)) if summary and card.summary else ""
    lines = [_title(card, title), *_due(card)]
    if told and card.prominence is Prominence.LINE:
        lines[0] += f" {told}"
    elif told:
        lines.append(told)
    return "\n".join([*lines, _small(card)])


def _title(card: CardView, limit: int) -> str:
    link = masked_link(card.title, card.url, limit)
    return f"### {link}" if card.prominence is Prominence.LEAD else f"**{link}**"


def _due(card: CardView) -> list[str]:
    due = card.deadline
    if due is None:
        return []
    return [f"{due.bar} {escape(due.label)} {moment(due.at, 'R')}, {moment(due.at, 'f')}"]


def _small(card: CardView) -> str:
    """Return the line of chips, which say why it is there, facts, and links to code and data."""
    chips = "".join(f"● {chip} · " for chip in card.chips)
    told = escape(f"{chips}{' · '.join((card.kind, *card.facts))}", _SMALL)
    badges = [masked_link(badge.text, badge.url, 20) for badge in card.badges[:_BADGES]]
    return "-# " + " · ".join((told, *badges))


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


def _cards(digest: Digest, page: DigestView) -> list[_Shown]:
    """Pair what is shown with its frame and heading; what comes twice is shown once."""
    cards = [("deadlines", "Deadlines", card) for card in page.deadlines]
    cards += [
        ("outside" if s.kind == OUTSIDE else "picks", s.title if s.kind != "top" else "", card)
        for s in page.sections
        for card in s.cards
    ]
    unique: dict[ItemKey, _Shown] = {}
    for entry, (frame, heading, card) in zip(digest.picks, cards, strict=True):
        unique.setdefault(entry.item.key, _Shown(entry.item, card, frame, heading))
    return list(unique.values())


def _packed(
    page: DigestView, cards: Sequence[_Shown], detail: _Detail, buttons: Buttons
) -> list[list[Block]]:
    """Spread a digest over messages, saying this much of each pick."""
    below = size([row(*buttons(0))]) + size([item_menu([], "0")])

    def reserved(number: int) -> Size:
        top = _opening(page) if number == 0 else _continued(number, 99)
        return size([text(top)]) + below

    return pack([*_item_blocks(cards, detail), *_closing(page)], reserved)


def _item_blocks(cards: Iterable[_Shown], detail: _Detail) -> Iterator[Block]:
    above = ""
    for shown in cards:
        limits = {
            Prominence.LEAD: detail.lead,
            Prominence.CARD: detail.card,
            Prominence.LINE: detail.line,
        }
        made = _card_text(shown.card, detail.title, limits[shown.card.prominence])
        if shown.heading and shown.heading != above:
            made = f"### {escape(shown.heading, 80)}\n{made}"
        above = shown.heading
        yield Block(
            component=section(made, save_button(shown.item.key)),
            group=shown.frame,
            colour=COLOURS[shown.frame],
            item=shown.item,
        )


def _opening(page: DigestView) -> str:
    lines = [f"## {escape(page.dates, 80)}"]
    if page.sample:
        lines.insert(0, f"**{escape(page.sample)}**")
    lines += [f"**{escape(' · '.join(page.contents), _HEAD)}**"] if page.contents else []
    lines.append(f"-# {escape(page.headline, _HEAD)}")
    if page.interests:
        lines.append(f"-# for {escape(', '.join(page.interests), _HEAD)}")
    if page.note:
        lines.append(escape(page.note, _NOTE))
    return "\n".join(lines)


def _continued(number: int, parts: int) -> str:
    return f"-# Part {number + 1} of {parts}"


def _closing(page: DigestView) -> Iterator[Block]:
    sources = [f"Sources: {page.sources}"] if page.sources else []
    told = " · ".join((*sources, page.zone, *page.thanks))
    yield Block(component=text(f"-# {escape(told, _SOURCES)}"))
