"""What becomes of a known item when its source is read again: pure decisions."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from core.items import Item, ItemKind
from core.withdrawal import is_withdrawn

_ONE_BY_ONE = ("facts", "facets")
_KEPT_WHEN_EMPTY = tuple(
    field.name for field in fields(Item) if field.name not in {*_ONE_BY_ONE, "lead"}
)
"""All fields, so that a new one cannot be forgotten, but for mappings that grow and the lead, which
is chosen anew."""


def merged(known: Item, seen: Item) -> Item:
    """Return what to remember of an item after it was seen again.

    * A version never goes back: an older one changes nothing.
    * ``appeared_at`` stays what it was first: a later list that says it less exactly (arXiv's of
      replaced papers) must not move it out of its period. A repository may trend again: its latest.
    * A field that an answer leaves empty keeps its value. Sources answer in several ways (arXiv's
      feed has no comments, its API has); the item would otherwise change to and fro.
    * A list that gives no comment, such as arXiv's RSS, cannot take back that a version is
      withdrawn.
    * Metrics, if there are any, replace the earlier ones as a whole: yesterday's "stars today" are
      no longer true.
    """
    if is_older(seen.version, known.version):
        return known
    appeared = appearance(seen.kind, known.appeared_at, seen.appeared_at)
    kept = {
        name: value
        for name in _KEPT_WHEN_EMPTY
        if (value := getattr(known, name)) and not getattr(seen, name)
    }
    for name in _ONE_BY_ONE:
        if earlier := getattr(known, name):
            kept[name] = {**earlier, **getattr(seen, name)}
    if seen.version == known.version and "comment" not in seen.facts and is_withdrawn(known):
        kept |= {"title": known.title, "summary": known.summary}
    if not kept and appeared == seen.appeared_at:
        return seen
    return replace(seen, appeared_at=appeared, **kept)


def is_older(version: str, than: str) -> bool:
    """Return whether a version comes before another; only numbers have an order."""
    return version.isdecimal() and than.isdecimal() and int(version) < int(than)


def appearance(kind: ItemKind, known: datetime, seen: datetime) -> datetime:
    """Return when an item appeared that was seen twice."""
    return max(known, seen) if kind is ItemKind.REPOSITORY else known
