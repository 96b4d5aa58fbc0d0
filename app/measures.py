"""How good the picks were, and who is favoured, drawn for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rich import box
from rich.constrain import Constrain
from rich.table import Table
from rich.text import Text

from app.listing import print_block
from digests.charts import bar, interval, sparkline
from digests.render.terminal import WIDEST
from digests.sources import source_name
from language.plain import counted
from services.digests.experiments import explain
from services.measure.audit import band_name

if TYPE_CHECKING:
    from rich.console import Console

    from core.estimates import Estimate
    from services.measure.audit import Audit, Row
    from services.measure.stats import Counts, Stats

_BAR = 16
_SHARE_BAR = 12


def print_stats(out: Console, people: Mapping[str, Stats], at: int) -> None:
    """Print what was said of the first ``at`` places of each person's digests."""
    for number, (name, found) in enumerate(people.items()):
        if number:
            out.print()
        first = found.first
        heading = f"{name}: {counted(found.digests, 'digest')}"
        print_block(out, Text(heading, style="bold"), indent=0)
        silent = first.shown - first.judged
        said = (
            f"top {at} of each digest: {first.shown} shown, {first.liked} liked, "
            f"{first.disliked} disliked, {first.known} known, {silent} not judged"
        )
        print_block(out, Text(said))
        _print(out, _estimates(found, at))
        if len(found.gains) > 1:
            print_block(out, Text(f"nDCG of each digest, oldest first: {sparkline(found.gains)}"))
        used = explain(found.rankers)
        even = f"{found.rankers.even} compared without a winner"
        print_block(out, Text(f"ranker: {used}; {even}"))


def _estimates(found: Stats, at: int) -> Table:
    """Return one line an estimate: its name, where it lies from 0 to 1, its words."""
    rows = Table.grid(padding=(0, 1, 0, 0))
    rows.add_column(min_width=2)
    rows.add_column(no_wrap=True)
    rows.add_column(ratio=1, overflow="fold")
    for name, estimate, of in _named(found, at):
        drawn = "" if estimate is None else interval(*_ends(estimate), _BAR)
        rows.add_row(f"  {name}", Text(drawn, "cyan"), _words(estimate, of))
    return rows


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.low, estimate.value, estimate.high


def _named(found: Stats, at: int) -> Iterator[tuple[str, Estimate | None, str]]:
    judged = "liked or disliked"
    yield f"precision@{at}", found.first.precision, judged
    yield "at least", found.first.at_least, "not known"
    yield f"nDCG@{at}", found.ndcg, "digests with anything liked"
    for source, counts in found.sources.items():
        yield source_name(source), counts.precision, _shown(counts)
    if found.outside.shown:
        yield "outside the usual", found.outside.precision, _shown(found.outside)


def _shown(counts: Counts) -> str:
    return f"liked or disliked, {counts.shown} shown"


def _words(found: Estimate | None, of: str) -> str:
    if found is None:
        return f"unknown, of 0 {of}"
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}] of {found.n} {of}"


def print_audit(out: Console, found: Audit) -> None:
    """Print how the picks of digests spread over sources and popularity."""
    picks, candidates = counted(found.picks, "pick"), counted(found.candidates, "candidate")
    since = f"{found.since:%Y-%m-%d %H:%M} UTC"
    print_block(out, Text(f"{picks} of {candidates} since {since}"), indent=0)
    legend = "share of picks as a bar, share of candidates as │; ratio: the one to the other"
    print_block(out, Text(legend, style="dim"), indent=0)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("of", overflow="fold")
    for name in ("candidates", "picks", "ratio"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("share", no_wrap=True)
    for name, row in found.sources.items():
        table.add_row(source_name(name), *_cells(row), style="bold")
        for (source, band), inner in found.within.items():
            if source == name:
                table.add_row(f"  {band_name(band)}", *_cells(inner))
    table.add_section()
    for band, row in found.bands.items():
        table.add_row(f"all, {band_name(band)}", *_cells(row))
    _print(out, table)
    said = f"stands out, and is hardly chance: {found.findings or 'nothing'}"
    print_block(out, Text(said), indent=0)


def _cells(row: Row) -> tuple[str, str, str, str]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return f"{row.candidates:,}", f"{row.picks:,}", ratio, _shares(row)


def _shares(row: Row) -> str:
    """Draw the share of picks as a bar, and the share of candidates as a mark on it."""
    cells = list(bar(row.pick_share, _SHARE_BAR))
    cells[min(_SHARE_BAR - 1, int(row.candidate_share * _SHARE_BAR))] = "│"
    return "".join(cells)


def _print(out: Console, table: Table) -> None:
    out.print(Constrain(table, min(WIDEST, out.width)))
