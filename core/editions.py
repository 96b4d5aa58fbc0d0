"""Editions of conferences that several lists tell: shown once, and compared.

Each list gives an item of its own, since a list that is wrong must not change what another one
says. ``Item.facets["edition"]`` names what is the same in all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from core.items import Deadline, Item

_FIRST = ("ai-deadlines", "ccfddl", "paperswithcode", "tech-conferences")
"""Whose item stands for an edition, where several have it."""

_COMPARED = ("abstract", "paper")
_SAME = timedelta(hours=1)
"""A minute before midnight and midnight are one deadline."""


def edition_of(item: Item) -> str:
    """Return the name of the edition that an item tells of; empty for anything else."""
    return str(item.facets.get("edition", ""))


def list_of(item: Item) -> str:
    """Return the list that a conference's item is from."""
    return item.key.external_id.partition("/")[0]


def one_each(items: Iterable[Item]) -> list[Item]:
    """Return one item for each edition, where the first of it stood; all that are no edition."""
    given = list(items)
    best: dict[str, Item] = {}
    for item in given:
        name = edition_of(item)
        if name and (name not in best or _place(item) < _place(best[name])):
            best[name] = item
    seen: set[str] = set()
    kept = []
    for item in given:
        name = edition_of(item)
        if name in seen:
            continue
        if name:
            seen.add(name)
        kept.append(best.get(name, item))
    return kept


def contradictions(items: Iterable[Item], now: datetime) -> Mapping[str, tuple[str, ...]]:
    """Return, by edition, what its lists say differently of deadlines ahead, and of their own.

    Only a deadline that each of two lists has once is compared: which of several rounds is meant
    cannot be told.

    Args:
        items: of all lists.
        now: aware UTC.
    """
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if name := edition_of(item):
            groups[name].append(item)
    found = {name: tuple(_differences(group, now)) for name, group in groups.items()}
    return {name: lines for name, lines in found.items() if lines}


def _differences(group: Sequence[Item], now: datetime) -> list[str]:
    told = [text for item in group if (text := item.facts.get("contradiction", ""))]
    for kind in _COMPARED:
        said: dict[str, Deadline] = {}
        for item in sorted(group, key=_place):
            of_kind = [one for one in item.deadlines if one.kind == kind and one.at > now]
            if len(of_kind) == 1:
                said.setdefault(list_of(item), of_kind[0])
        times = sorted(one.at for one in said.values())
        if times and times[-1] - times[0] >= _SAME:
            each = ", ".join(f"{at.at:%d %b %H:%M} UTC ({name})" for name, at in said.items())
            told.append(f"the lists disagree on the {kind} deadline: {each}")
    return told


def _place(item: Item) -> int:
    name = list_of(item)
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)
