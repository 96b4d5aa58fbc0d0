"""A few of the kills of ``./run bench delivery --failpoints``; all of them take minutes."""

from __future__ import annotations

import pytest

from benchmarks._failpoints import CALLS, COMMITS, HISTORY, POINTS, POST, THREAD
from benchmarks.delivery import run_failpoints


def test_there_is_a_point_before_and_after_every_commit_and_call() -> None:
    assert len(POINTS) == 2 * (len(COMMITS) + len(CALLS)) == 28


@pytest.mark.parametrize(
    "points",
    [
        ("before the commit of open_run", "before the commit of claim", f"after {POST}"),
        ("after the commit of stale", f"after {HISTORY}", f"before {THREAD}"),
        ("before the commit of sent", "after the commit of later", "after the commit of turn_off"),
    ],
)
def test_a_process_that_dies_at_a_named_point_loses_and_doubles_nothing(
    points: tuple[str, ...],
) -> None:
    figures, problems = run_failpoints(each=1, seed=3, points=points)

    assert problems == []
    assert (figures.kills, figures.not_reached) == (3, 0)
    assert (figures.lost, figures.doubled, figures.in_doubt) == (0, 0, 0)
    assert figures.sent > figures.refused
