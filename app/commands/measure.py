"""``tidings audit``: who is favoured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import AsJson, console, opened, print_json

if TYPE_CHECKING:
    from core.services.audit import Audit, Row


def audit(
    context: typer.Context,
    since: Annotated[
        str, typer.Option(help="How far back: 7d, 24h, or a date such as 2026-11-01.")
    ] = "30d",
    as_json: AsJson = False,
) -> None:
    """Show per source and popularity what could be picked and what was."""
    from app.durations import parse_since
    from core.services.audit import audit as compare

    with opened(context) as application:
        start = parse_since(since, application.clock())
        found = compare(application.storage.showings, start)
    if as_json:
        print_json(_audit_data(found))
    else:
        _print_audit(found)


def _print_audit(found: Audit) -> None:
    from rich.table import Table

    from core.services.audit import ENOUGH, HIGH, LOW, band_name

    out = console()
    if not found.candidates:
        out.print(f"no digest was logged since {found.since:%Y-%m-%d %H:%M} UTC")
        return
    out.print(
        f"{found.picks} picks of {found.candidates} candidates since "
        f"{found.since:%Y-%m-%d %H:%M} UTC; ratio: share of picks to share of candidates"
    )
    table = Table("of", "candidates", "share", "picks", "share", "ratio", box=None, pad_edge=False)
    for name, row in found.sources.items():
        table.add_row(name, *_cells(row), style="bold")
        for (source, band), inner in found.within.items():
            if source == name:
                table.add_row(f"  {band_name(band)}", *_cells(inner))
    table.add_section()
    for band, row in found.bands.items():
        table.add_row(f"all, {band_name(band)}", *_cells(row))
    out.print(table)
    rule = f"outside {LOW:g} to {HIGH:g} with {ENOUGH} picks or more"
    out.print(f"{rule}: {found.findings or 'nothing'}")


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    shares = f"{row.candidate_share:.1%}", f"{row.pick_share:.1%}"
    return f"{row.candidates:,}", shares[0], f"{row.picks:,}", shares[1], ratio


def _audit_data(found: Audit) -> dict[str, Any]:
    from core.services.audit import band_name
    from digests.render.json import moment

    return {
        "since": moment(found.since),
        "candidates": found.candidates,
        "picks": found.picks,
        "sources": [{"source": n} | _row_data(r) for n, r in found.sources.items()],
        "bands": [{"band": band_name(b)} | _row_data(r) for b, r in found.bands.items()],
        "within": [
            {"source": source, "band": band_name(band)} | _row_data(row)
            for (source, band), row in found.within.items()
        ],
        "findings": found.findings,
    }


def _row_data(row: Row) -> dict[str, Any]:
    return {
        "candidates": row.candidates,
        "candidate_share": row.candidate_share,
        "picks": row.picks,
        "pick_share": row.pick_share,
        "ratio": row.ratio,
    }
