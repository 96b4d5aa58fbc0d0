"""Fields that a source gave with every item and gives with none any more: its format has changed.

A renamed field or class is no error to a reader that takes it for optional, and the items still
come. So what a source gives is compared with what the archive has of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.items import Item, ItemKind

EARLIER = 100
"""Latest stored items of a source that are compared with."""

_LEAST_EARLIER = 20
_ALWAYS = 0.95
"""Share of earlier items of a kind that have a field which counts as always given."""

_LEAST_NOW = 3
"""Items of which none has such a field, for it to be lost …"""

_MANY_NOW, _FEW = 8, 0.75
"""… or so many, of which at most such a share has it."""

_EXPECTED = 8.0
"""Items that should have a field by its share among the earlier ones, for none to be no chance:
its probability is at most e to the power of -8."""


@dataclass(slots=True)
class Coverage:
    """How many items of each kind have each field."""

    items: Counter[ItemKind] = field(default_factory=Counter)
    having: dict[ItemKind, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, items: Iterable[Item]) -> None:
        """Count the fields of items."""
        for item in items:
            self.items[item.kind] += 1
            self.having[item.kind].update(_fields(item))


def lost_fields(before: Coverage, now: Coverage) -> str:
    """Say which fields items have no more, "" if none is lost or too little is known."""
    lost = []
    for kind, count in sorted(now.items.items()):
        if before.items[kind] < _LEAST_EARLIER:
            continue
        names = [
            name
            for name, having in sorted(before.having[kind].items())
            if _is_lost(having / before.items[kind], now.having[kind][name], count)
        ]
        if names:
            have = max(now.having[kind][name] for name in names)
            some = f"only {have} of {count} {kind}s have" if have else f"no {kind} has"
            lost.append(f"{some} {', '.join(names)}")
    return f"{'; '.join(lost)}; its format may have changed" if lost else ""


def _is_lost(share: float, have: int, count: int) -> bool:
    """Return whether a field is lost that a share of the earlier items has."""
    if share >= _ALWAYS:
        most = _FEW * count if count >= _MANY_NOW else 0
        return count >= _LEAST_NOW and have <= most
    return have == 0 and share * count >= _EXPECTED


def _fields(item: Item) -> Iterator[str]:
    plain = ("summary", "authors", "tags", "published_at", "updated_at", "deadlines", "related")
    yield from (name for name in plain if getattr(item, name))
    yield from (f"{name} (a number)" for name in item.metrics)
    yield from (f"{name} (a fact)" for name in item.facts)
