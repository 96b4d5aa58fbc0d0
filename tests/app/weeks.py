"""Weeks that are over, in an archive of the command line."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from storage import open_storage
from tests.fakes import an_item

SUBJECTS = {
    "graphs": "graph neural networks pass messages between nodes",
    "drugs": "drug discovery by docking molecules to proteins",
}
WEEKS = (2, 3)


def monday(weeks: int) -> datetime:
    """Return the beginning of the week that was so many weeks ago (UTC)."""
    today = datetime.now(UTC).date()
    first = today - timedelta(days=today.weekday(), weeks=weeks)
    return datetime.combine(first, time(), tzinfo=UTC)


def weeks_ago(weeks: int) -> str:
    """Name that week."""
    year, week, _ = monday(weeks).isocalendar()
    return f"{year:04}-W{week:02}"


def store_past_weeks(archive: Path) -> None:
    """Store papers on two subjects in each of two weeks: ``arxiv/graphs-3-0`` …"""
    papers = [
        an_item(
            f"arxiv/{subject}-{weeks}-{number}",
            title=f"{text} {number}",
            summary=f"{text} in study {number}",
            appeared_at=monday(weeks) + timedelta(days=number),
        )
        for weeks in WEEKS
        for subject, text in SUBJECTS.items()
        for number in range(6)
    ]
    with open_storage(f"sqlite:///{archive}") as storage:
        storage.store.upsert(papers, now=datetime.now(UTC))
