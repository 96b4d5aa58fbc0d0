"""``tidings stats`` and ``tidings audit``: how good the picks were, and who is favoured."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import AsJson, console, opened, print_json
from app.durations import parse_since

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
    if found:
        from app.measures import print_stats

        print_stats(console(), found, at)
    else:
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
    elif found.candidates:
        from app.measures import print_audit

        print_audit(console(), found)
    else:
        console().print(f"no digests have been logged since {found.since:%Y-%m-%d %H:%M} UTC")


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
