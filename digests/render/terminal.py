"""A digest for a terminal, by rich; colour only helps, the words say everything.

Foreign text enters as ``rich.text.Text``, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.constrain import Constrain
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text

from core.digests import Digest
from digests.view import CardView, DeadlineView, DigestView, Prominence, SectionView, view

WIDEST = 100
"""Columns; longer lines of text are tiring to read."""


def render(digest: Digest) -> RenderableType:
    """Return a digest as something that ``rich.console.Console.print`` accepts.

    It fits the console's width. Where the console writes terminal codes, titles and addresses are
    links (OSC 8); the address is written out in any case, since commands take it as an ITEM.
    """
    return _Page(view=view(digest))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    view: DigestView

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        links = console.is_terminal and console.color_system is not None
        for block in _blocks(self.view, links=links):
            yield Constrain(block, min(WIDEST, options.max_width))


def _blocks(page: DigestView, *, links: bool) -> Iterator[RenderableType]:
    yield from _header(page)
    if page.deadlines:
        yield _bar(page.deadlines, links=links)
    if page.note:
        yield Text(f"{page.note}\n", style="italic")
    for section in page.sections:
        yield from _section(section, links=links)
    if page.sources:
        yield Text(f"Sources: {page.sources}", style="dim")
    yield Text(" ".join((page.zone, *page.thanks)), style="dim")


def _header(page: DigestView) -> Iterator[RenderableType]:
    if page.sample:
        yield Text(f"{page.sample}\n", style="bold yellow")
    yield Text.assemble(("Tidings", "bold"), " · ", page.dates)
    if page.interests:
        yield Text(f"for {', '.join(page.interests)}")
    yield Text(page.headline)
    if page.contents:
        yield _Parts(parts=tuple(Text(part, style="bold") for part in page.contents))
    yield Text()


def _bar(cards: tuple[CardView, ...], *, links: bool) -> RenderableType:
    rows = Table.grid(padding=(0, 2), expand=True)
    rows.add_column(no_wrap=True, style="bold yellow")
    rows.add_column(ratio=1)
    for card in cards:
        if card.deadline is not None:
            rows.add_row(card.deadline.relative, _reminder(card, card.deadline, links=links))
    panel = Panel(rows, title="Deadlines", title_align="left", box=box.ROUNDED, style="")
    return Padding(panel, (0, 0, 1, 0))


def _reminder(card: CardView, deadline: DeadlineView, *, links: bool) -> RenderableType:
    return Group(
        _linked(card.title, "bold", card.url, links=links),
        Text(f"{deadline.bar} {deadline.label}: {deadline.when}", overflow="fold"),
        _Parts(parts=(*_facts(card), *_addresses(card, links=links))),
    )


def _section(section: SectionView, *, links: bool) -> Iterator[RenderableType]:
    yield Rule(Text(section.title, style="bold cyan"), align="left", style="dim cyan")
    for card in section.cards:
        yield _card(card, links=links)
    if section.cards[-1].prominence is Prominence.LINE:
        yield Text()


def _card(card: CardView, *, links: bool) -> RenderableType:
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=3, justify="right", style="dim")
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(f"{card.number}", Group(*_lines(card, links=links)))
    return Padding(grid, (0, 0, 0 if card.prominence is Prominence.LINE else 1, 0))


def _lines(card: CardView, *, links: bool) -> Iterator[RenderableType]:
    yield _linked(card.title, "bold", card.url, links=links)
    if card.deadline is not None:
        due = card.deadline
        yield Text(f"{due.bar} {due.label} {due.relative}: {due.when}", style="yellow")
    if card.summary:
        yield Text(card.summary)
    chips = tuple(Text(f"● {chip}", style="green", overflow="fold") for chip in card.chips)
    if card.prominence is Prominence.LINE:
        yield _Parts(parts=(*chips, *_facts(card), *_addresses(card, links=links)))
        return
    if chips:
        yield _Parts(parts=chips, between="  ")
    yield _Parts(parts=_facts(card))
    yield _Parts(parts=_addresses(card, links=links))


def _facts(card: CardView) -> tuple[Text, ...]:
    return (Text(card.kind, style="cyan"), *(Text(fact, style="dim") for fact in card.facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Short texts with a dot between them; a line ends between two of them if it can."""

    parts: tuple[Text, ...]
    between: str = " · "

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text()
        for part in self.parts:
            longer = Text.assemble(line, (self.between, "dim"), part) if line else part
            if line and longer.cell_len > options.max_width:
                yield line
                longer = part
            line = longer
        line.overflow = "fold"
        yield line


def _addresses(card: CardView, *, links: bool) -> tuple[Text, ...]:
    """Return where a card and its badges lead."""
    own = _linked(card.address, "dim", card.url, links=links)
    others = (
        _linked(f"{badge.text}: {badge.address}", "dim", badge.url, links=links)
        for badge in card.badges
    )
    return (own, *others)


def _linked(text: str, style: str, url: str, *, links: bool) -> Text:
    link = Style(link=url) if links else Style()
    return Text(text, style=Style.parse(style) + link, overflow="fold")
