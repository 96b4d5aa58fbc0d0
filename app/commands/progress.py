"""Progress bars while the sources are read, on standard error, where someone is looking."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.commands.options import console
from core.ports.sources import Progress
from core.sources import FetchReport
from services.fetching import no_progress


@contextmanager
def fetch_progress() -> Iterator[Progress]:
    """Show a bar per source with its counts; nothing where standard error is not a terminal."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<14}", markup=False),
        BarColumn(bar_width=20),
        TextColumn("{task.completed:>6.0f} items", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[state]}", markup=False),
    )
    with Bars(*columns, console=console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def show(source: str, fetched: int, report: FetchReport | None) -> None:
            if source not in tasks:
                tasks[source] = bars.add_task(source, total=None, state="fetching")
            if report is None:
                bars.update(tasks[source], completed=fetched)
            else:
                state = f"{report.status.value}, {report.new} new"
                bars.update(tasks[source], total=max(fetched, 1), completed=fetched, state=state)

        yield show
