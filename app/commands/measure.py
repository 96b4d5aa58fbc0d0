"""``tidings stats`` and ``tidings audit``: how good the picks were, and who is favoured."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import AsJson, console, opened, print_json
from app.durations import parse_since
from language.plain import counted

if TYPE_CHECKING:
    from core.estimates import Estimate
    from services.measure.audit import Audit, Row
    from services.measure.stats import Counts, Stats


def stats(
    context: typer.Context,
    profile: Annotated[str | None, typer.Option(help="Only this profile.")] = None,
    at: Annotated[int, typer.Option("--at", min=1, max=200, help="Top positions to measure.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Show how good the picks were, and which ranker works better for whom."""
    from services.measure.stats import measure

    with opened(context) as application:
        if profile is not None:
            application.people.profile(profile)
        found = measure(application.storage.impressions, profile=profile or "", at=at)
    if as_json:
        people = [{"profile": name} | _stats_data(one) for name, one in found.items()]
        print_json({"at": at, "people": people})
        return
    for name, one in found.items():
        _print_stats(name, one, at)
    if not found:
        console().print("no digests have been logged yet")


def audit(
    context: typer.Context,
    since: Annotated[
        str, typer.Option(help="How far back: 7d, 24h, or a date such as 2026-11-01.")
    ] = "30d",
    as_json: AsJson = False,
) -> None:
    """Show whether a source, or popular items, are picked too often."""
    from services.measure.audit import audit as compare

    with opened(context) as application:
        start = parse_since(since, application.clock())
        found = compare(application.storage.impressions, start)
    if as_json:
        print_json(_audit_data(found))
    else:
        _print_audit(found)


def _print_stats(name: str, found: Stats, at: int) -> None:
    from services.digests.experiments import explain

    out = console()
    first = found.first
    out.print(f"{name}: {counted(found.digests, 'digest')}", style="bold")
    out.print(
        f"  top {at} of each digest: {first.shown} shown, {first.liked} liked, "
        f"{first.disliked} disliked, {first.known} known, {first.shown - first.judged} not judged"
    )
    out.print(f"  precision@{at}  {_estimate(first.precision, 'liked or disliked')}")
    out.print(f"  at least  {_estimate(first.at_least, 'not known')}")
    out.print(f"  nDCG@{at}  {_estimate(found.ndcg, 'digests with anything liked')}")
    for source, counts in found.sources.items():
        out.print(f"  {source}: {_spoken(counts)}")
    if found.outside.shown:
        out.print(f"  outside the usual: {_spoken(found.outside)}")
    out.print(f"  ranker: {explain(found.rankers)}; {found.rankers.even} compared without a winner")


def _spoken(counts: Counts) -> str:
    return f"{counts.shown} shown, precision {_estimate(counts.precision, 'liked or disliked')}"


def _estimate(found: Estimate | None, of: str) -> str:
    if found is None:
        return f"unknown, of 0 {of}"
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}] of {found.n} {of}"


def _stats_data(found: Stats) -> dict[str, Any]:
    from core.interleaving import LIMIT

    rankers = found.rankers
    return {
        "digests": found.digests,
        "first": _counts_data(found.first),
        "ndcg": _estimate_data(found.ndcg),
        "sources": [{"source": n} | _counts_data(c) for n, c in found.sources.items()],
        "outside": _counts_data(found.outside),
        "rankers": {
            "used": rankers.used.value,
            "decided": rankers.decided,
            "wins": rankers.wins,
            "losses": rankers.losses,
            "even": rankers.even,
            "evidence": rankers.ratio,
            "needed": LIMIT,
        },
    }


def _counts_data(counts: Counts) -> dict[str, Any]:
    bounds = {"precision": counts.precision, "at_least": counts.at_least}
    return asdict(counts) | {name: _estimate_data(found) for name, found in bounds.items()}


def _estimate_data(found: Estimate | None) -> dict[str, Any] | None:
    return asdict(found) if found else None


def _print_audit(found: Audit) -> None:
    from rich.table import Table

    from services.measure.audit import band_name

    out = console()
    if not found.candidates:
        out.print(f"no digests have been logged since {found.since:%Y-%m-%d %H:%M} UTC")
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
    out.print(f"stands out, and is hardly chance: {found.findings or 'nothing'}")


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    shares = f"{row.candidate_share:.1%}", f"{row.pick_share:.1%}"
    return f"{row.candidates:,}", shares[0], f"{row.picks:,}", shares[1], ratio


def _audit_data(found: Audit) -> dict[str, Any]:
    from digests.render.json import moment
    from services.measure.audit import band_name

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
    return asdict(row) | {"ratio": row.ratio}
