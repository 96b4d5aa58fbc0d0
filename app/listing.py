"""Items below each other in a terminal: what commands print that find or list some.

Titles start at the left and everything else hangs below them. Foreign text enters as
``rich.text.Text``, never as markup, and an address is never cut or broken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from rich.console import Console
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from core.items import Item, ItemKey
from digests.charts import bar
from digests.facts import KIND_NAMES, facts, who
from digests.render.terminal import WIDEST
from digests.sources import source_name
from digests.times import ahead as relative
from digests.times import day, hour
from digests.view import readable_title, safe_url
from language.matching import matches
from language.plain import plain_line

_INDENT = 2
_BAR = 10
_MATCHED = "bold yellow"


def print_items(
    out: Console, listed: Iterable[tuple[Item, str]], *, now: datetime, query: str = ""
) -> None:
    """Print items: title, what it is and from when, text, address, a blank line between two.

    Args:
        out: where to.
        listed: items, each with a passage of it or why it is listed, which may be empty.
        now: settles whether dates need their year (aware UTC).
        query: whose words are marked in titles and texts; may be empty.
    """
    for number, (item, text) in enumerate(listed):
        if number:
            out.print()
        print_block(out, marked(readable_title(item), query, "bold"), indent=0)
        print_block(out, Text(" · ".join(about(item, now)), style="dim"))
        if text:
            print_block(out, marked(plain_line(text), query))
        print_address(out, item)


def print_deadlines(
    out: Console,
    ahead: Sequence[tuple[datetime, str, Item]],
    *,
    now: datetime,
    horizon: timedelta,
    notes: Mapping[ItemKey, Sequence[str]],
) -> None:
    """Print the deadlines of each item, each with a bar of the time left, full at the horizon.

    Args:
        out: where to.
        ahead: time, label and item of each, soonest first.
        now: aware UTC.
        horizon: how far ahead is shown.
        notes: what else there is to know of an item.
    """
    by_item: dict[ItemKey, list[tuple[datetime, str]]] = defaultdict(list)
    items = {item.key: item for _, _, item in ahead}
    for at, label, item in ahead:
        by_item[item.key].append((at, plain_line(label)))
    for number, (key, deadlines) in enumerate(by_item.items()):
        item = items[key]
        if number:
            out.print()
        print_block(out, Text(readable_title(item), style="bold"), indent=0)
        names = (KIND_NAMES[item.kind], source_name(key.source), *facts(item))
        print_block(out, Text(" · ".join(names), "dim"))
        rows = Table.grid(padding=(0, 1, 0, 0))
        rows.add_column(no_wrap=True, style="dim yellow")
        rows.add_column(style="yellow", overflow="fold")
        for at, label in deadlines:
            when = f"{label} {relative(at, now)}: {hour(at, now)}"
            rows.add_row(" " * _INDENT + bar((at - now) / horizon, _BAR), Text(when))
        out.print(Constrain(rows, min(WIDEST, out.width)))
        for note in notes.get(key, ()):
            print_block(out, Text(plain_line(note), "yellow"))
        print_address(out, item)


def about(item: Item, now: datetime) -> tuple[str, ...]:
    """Return what an item is, where it is from, who made it, and when, as short texts."""
    source = source_name(item.key.source)
    parts = (KIND_NAMES[item.kind], source, who(item), day(item.appeared_at, now), *facts(item))
    return tuple(part for part in parts if part)


def marked(text: str, query: str, style: str = "") -> Text:
    """Return a text with the words of a query marked in it."""
    shown = Text(text, style=style, overflow="fold")
    for start, end in matches(text, query) if query else ():
        shown.stylize(_MATCHED, start, end)
    return shown


def print_block(out: Console, text: Text, *, indent: int = _INDENT) -> None:
    """Print a text in lines that all start below each other."""
    out.print(Constrain(Padding(text, (0, 0, 0, indent), expand=False), min(WIDEST, out.width)))


def print_address(out: Console, item: Item, *, indent: int = _INDENT) -> None:
    """Print where an item leads on one line, however long: a broken address cannot be copied."""
    url = safe_url(item.url)
    if url:
        out.print(Text(" " * indent + url, style="dim"), soft_wrap=True)
