"""What commands print that find or list items, at several widths."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from app.listing import print_deadlines, print_items
from core.items import Item
from tests.fakes import an_item

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
LONG_URL = f"https://example.org/{'long/' * 40}end"
WIDTHS = (60, 80, 120)


def printed(item: Item, text: str = "", *, query: str = "", width: int = 80) -> str:
    out = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    print_items(out, [(item, text)], now=NOW, query=query)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_hangs_below_the_title_and_no_line_is_too_long(width: int) -> None:
    lines = printed(an_item(title="word " * 60), "passage " * 60, width=width).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("  "))
    assert all(line.startswith("  ") for line in lines[start:])
    assert max(map(len, lines)) <= min(width, 100)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_address_is_never_cut_or_broken(width: int) -> None:
    assert f"  {LONG_URL}\n" in printed(an_item(url=LONG_URL), width=width)


def test_foreign_text_cannot_steer_the_terminal() -> None:
    shown = printed(an_item(title="[red]a\x1b[31mb"), "c\x1b]0;d\x07 [bold]e")
    assert "\x1b" not in shown
    assert "[bold]e" in shown
    assert "[red]a" in shown


def test_what_a_query_found_is_marked() -> None:
    out = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    print_items(out, [(an_item(title="Graph networks"), "a graph")], now=NOW, query="graphs")
    assert isinstance(out.file, io.StringIO)
    assert out.file.getvalue().count("\x1b[1;33m") == 2


def test_the_deadlines_of_an_item_stand_below_its_title_once() -> None:
    out = Console(file=io.StringIO(), width=60)
    item = an_item(title="A competition")
    ahead = [(NOW + timedelta(days=6), "entry", item), (NOW + timedelta(days=30), "end", item)]
    print_deadlines(out, ahead, now=NOW, horizon=timedelta(days=60), notes={})
    assert isinstance(out.file, io.StringIO)
    shown = out.file.getvalue()
    assert shown.count("A competition") == 1
    assert "█          entry in 6 days: Sun 6 Dec, 12:00 UTC" in shown
    assert "█████      end in 30 days: Wed 30 Dec, 12:00 UTC" in shown
