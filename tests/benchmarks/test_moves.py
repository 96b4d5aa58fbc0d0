"""A history of a few versions, written by hand, as ``./run bench moves`` replays it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.moves import compare

ICXR = """\
- title: ICXR
  year: 2027
  id: icxr27
  link: https://icxr.example.org
  deadlines:
  - type: submission
    label: Paper
    date: '{date}'
    timezone: {zone}
"""
PRICES = "name: Acme\nmodels:\n- id: m\n  prices:\n    input_mtok: {price}\n"


def a_history(folder: Path, path: str, bodies: list[str], *changes: dict[str, Any]) -> Path:
    """Write versions of a day each."""
    folder.mkdir()
    for number, body in enumerate(bodies, start=1):
        (folder / f"{number:04}.yml").write_text(body, encoding="utf-8")
    versions = [
        {"n": number, "committed": f"2026-11-{number:02}T08:00:00+02:00"}
        for number in range(1, len(bodies) + 1)
    ]
    told = {"path": path, "versions": versions, "changes": list(changes)}
    (folder / "moves.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def a_move(version: int, old: str, new: str) -> dict[str, Any]:
    moved = {"edition": "icxr27", "from_utc": old, "to_utc": new, "change": "moved"}
    return moved | {"version": version, "alert": True}


FIRST, SECOND = "2026-12-02T11:59:59Z", "2026-12-09T11:59:59Z"
BODIES = [
    ICXR.format(date="2026-12-01 23:59:59", zone="AoE"),
    ICXR.format(date="2026-12-08 23:59:59", zone="AoE"),
    "- title: ICXR\n  timezone:AoE\n  x: y",
    ICXR.format(date="2026-12-09 11:59:59", zone="UTC"),
]
CONFERENCES = "src/data/conferences/icxr.yml"


def test_a_move_is_told_once_and_another_spelling_is_not(tmp_path: Path) -> None:
    history = a_history(tmp_path / "hf-icxr", CONFERENCES, BODIES, a_move(2, FIRST, SECOND))
    figures = compare(history)
    assert (figures.moves, figures.told_once, figures.false, figures.doubled) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("changes", "false"), [([], 1), ([a_move(2, FIRST, "2026-12-10T11:59:59Z")], 1)]
)
def test_what_nobody_may_be_told_is_counted(
    tmp_path: Path, changes: list[dict[str, Any]], false: int
) -> None:
    figures = compare(a_history(tmp_path / "hf-icxr", CONFERENCES, BODIES, *changes))
    assert (figures.told_once, figures.false) == (0, false)
    assert figures.misses


def test_prices_are_compared_as_well(tmp_path: Path) -> None:
    bodies = [PRICES.format(price=price) for price in (3, 3.1, 1)]
    moved = {"version": 3, "model": "m", "field": "input_mtok", "change": "moved"}
    history = a_history(
        tmp_path / "acme", "prices/providers/acme.yml", bodies, moved | {"from": 3.1, "to": 1}
    )
    figures = compare(history)
    assert (figures.moves, figures.told_once, figures.false) == (1, 1, 0)
