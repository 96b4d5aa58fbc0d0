"""Why an item is in a digest or not, drawn for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.constrain import Constrain
from rich.table import Table
from rich.text import Text

from app.listing import print_address, print_block
from digests.charts import bar
from digests.render.terminal import WIDEST
from digests.view import readable_title
from language.plain import plain_line

if TYPE_CHECKING:
    from rich.console import Console

    from core.digests import RankedItem
    from services.digests.trace import Trace

_BAR = 10


def print_trace(out: Console, trace: Trace) -> None:
    """Print what an item came through, what stopped it, and how its score adds up."""
    print_block(out, Text(readable_title(trace.item), style="bold"), indent=0)
    print_block(out, Text(str(trace.item.key), style="dim"))
    print_address(out, trace.item)
    out.print()
    print_block(out, Text(_answer(trace), style="bold"), indent=0)
    _print_table(out, _stages(trace))
    out.print()
    out.print(f"score {trace.ranked.score:+.3f}, the sum of")
    _print_table(out, _reasons(trace.ranked))
    if trace.ranked.moved:
        print_block(out, Text(plain_line(trace.ranked.moved)), indent=0)


def _answer(trace: Trace) -> str:
    if trace.stopped is None:
        return "In the digest:"
    return f"Not in the digest, stopped by {trace.stopped.name}:"


def _stages(trace: Trace) -> Table:
    rows = Table.grid(padding=(0, 1, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(ratio=1, overflow="fold")
    for stage in trace.stages:
        sign = Text("✓ passed ", "green") if stage.passed else Text("✗ STOPPED", "bold red")
        rows.add_row(sign, Text.assemble((f"{stage.name}: ", "bold"), plain_line(stage.text)))
    return rows


def _reasons(ranked: RankedItem) -> Table:
    """Return the terms of a score, each with a bar as long as it weighs."""
    most = max((abs(reason.weight) for reason in ranked.reasons), default=0.0) or 1.0
    rows = Table.grid(padding=(0, 1, 0, 0))
    rows.add_column(no_wrap=True, justify="right")
    rows.add_column(no_wrap=True)
    rows.add_column(ratio=1, overflow="fold")
    for reason in ranked.reasons:
        style = "green" if reason.weight >= 0 else "red"
        length = Text(bar(abs(reason.weight) / most, _BAR), style)
        rows.add_row(f"{reason.weight:+.3f}", length, Text(plain_line(reason.text)))
    return rows


def _print_table(out: Console, rows: Table) -> None:
    out.print(Constrain(rows, min(WIDEST, out.width)))
