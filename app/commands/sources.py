"""``tidings fetch`` and ``tidings sources``: read the sources, and see how they fare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import completions
from app.commands.options import AsJson, SinceText, console, opened, print_json, start_of
from core.errors import UsageError
from core.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.sources import FetchReport, SourceState


def fetch(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]…",
            autocompletion=completions.sources,
            help="Default: all enabled sources.",
        ),
    ] = None,
    since: SinceText = None,
    as_json: AsJson = False,
) -> None:
    """Fetch the sources now, due or not."""
    from app.commands.progress import fetch_progress
    from app.refresh import catch_up
    from app.refresh import fetch as read

    with opened(context) as application:
        wanted = known(names or [], application.sources.readable())
        start = start_of(since, application)
        application.embedding_model.check()
        with fetch_progress() as progress:
            reports = read(
                application,
                application.fetchers(wanted),
                look_back=(lambda _source: start) if start else None,
                progress=progress,
            )
            catch_up(application, progress=progress)
    if as_json:
        from digests.render.json import report_record

        print_json({"sources": [report_record(report) for report in reports]})
    else:
        for report in reports:
            typer.echo(_line(report))
    if not reports:
        typer.echo("no source is enabled", err=True)
    if not _any_use(reports):
        raise typer.Exit(1)


def sources(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how the last fetch of each source went."""
    from rich.table import Table

    with opened(context) as application:
        states = application.store.source_states()
        enabled = application.sources.enabled
    if as_json:
        print_json({"sources": [_state_data(states[n]) for n in enabled if n in states]})
        return
    table = Table("source", "status", "last success", "new", "note", box=None, pad_edge=False)
    for name in enabled:
        if name not in states:
            table.add_row(name, "never fetched", "", "", "")
            continue
        state = states[name]
        success = f"{state.last_success:%Y-%m-%d %H:%M} UTC" if state.last_success else "never"
        report = state.report
        quota = str(report.quota) if report.quota else ""
        note = "; ".join(filter(None, [report.error or report.note, quota]))
        table.add_row(name, report.status.value, success, str(report.new), note)
    console().print(table)


def _state_data(state: SourceState) -> dict[str, Any]:
    from digests.render.json import moment, report_record

    quota = state.report.quota
    return report_record(state.report) | {
        "quota": {"left": quota.left, "most": quota.most} if quota else None,
        "last_attempt": moment(state.last_attempt),
        "last_success": moment(state.last_success) if state.last_success else None,
        "next_attempt": moment(state.next_attempt) if state.next_attempt else None,
        "usual": state.usual,
    }


def known(names: list[str], sources: Sequence[str]) -> list[str]:
    """Return these names if each is a source's.

    Raises:
        UsageError: if one is not, with the nearest that is.
    """
    for name in names:
        if name not in sources:
            guess = nearest(name, sources)
            hint = f"did you mean {guess}?" if guess else f"the sources are {', '.join(sources)}"
            raise UsageError(f"there is no source {name!r}; {hint}")
    return names


def _any_use(reports: Sequence[FetchReport]) -> bool:
    """Whether the run was worth it: something was read, or nothing failed."""
    from core.sources import SourceStatus

    statuses = {report.status for report in reports}
    return SourceStatus.FAILED not in statuses or not statuses <= {
        SourceStatus.FAILED,
        SourceStatus.SKIPPED,
    }


def _line(report: FetchReport) -> str:
    counts = f"{report.new} new, {report.updated} updated"
    because = report.error or report.note
    return f"{report.source}: {report.status.value}, {counts}" + (f"; {because}" if because else "")
