"""A few of the feeds of ``./run bench feeds``: those that do their harm at once."""

from __future__ import annotations

from benchmarks.feeds import measure


def test_hostile_feeds_neither_end_a_fetch_nor_keep_others_from_being_read() -> None:
    kinds = ("wrong-length", "redirect-loop", "no-xml", "closing")

    figures = measure(feeds=7, hostile=4, kinds=kinds)

    assert (figures.others_read, figures.others_not_read) == (3, 0)
    assert (figures.hostile_told, figures.aborted) == (4, 0)
