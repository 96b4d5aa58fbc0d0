"""What storing a batch will write, decided without touching the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from core.items import Item, ItemKey, ItemKind
from core.works import Node, node_of
from storage.merging import appearance, is_older, merged
from storage.rows import (
    ITEM_COLUMNS,
    item_values,
    last_deadline,
    maybe_micros,
    metrics_text,
    micros,
    moment,
)

WRITTEN: Final = (
    *ITEM_COLUMNS,
    "last_deadline",
    "identifier",
    "fingerprint",
    "sample",
    "stored_at",
    "changed_at",
)
"""The columns of ``Changes.rows``."""

MOVED: Final = ("metrics", "appeared_at", "published_at", "updated_at")
"""The columns of ``Changes.moved``: what changes without anything being new to read."""


class Known(NamedTuple):
    """What the database tells of a stored item: enough to see whether anything changed."""

    id: int
    fingerprint: str
    version: str
    sample: bool
    metrics: str
    appeared_at: int
    published_at: int | None
    updated_at: int | None


@dataclass(slots=True)
class Changes:
    """What is to be written.

    Attributes:
        rows: new and changed items, in the order of ``WRITTEN``.
        moved: the values of ``MOVED``, followed by the id, of items that changed in these alone.
        texts: ids of stored items whose indexed text changes.
        nodes: the new items, and those of ``rewired``, as joining will see them.
        rewired: ids of stored items that joining will see in another way than before.
        new: number of items never seen before; a live item in place of a sample one is new.
        updated: number of items whose content changed.
    """

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    moved: list[tuple[Any, ...]] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    rewired: list[int] = field(default_factory=list)
    new: int = 0
    updated: int = 0


def without_repeats(items: Iterable[Item]) -> tuple[dict[ItemKey, Item], int]:
    """Merge what a source listed twice; return the items by key, and how many there were."""
    batch: dict[ItemKey, Item] = {}
    count = 0
    for item in items:
        count += 1
        earlier = batch.get(item.key)
        batch[item.key] = item if earlier is None else merged(earlier, item)
    return batch, count


def plan(
    batch: Mapping[ItemKey, Item],
    known: Mapping[ItemKey, Known],
    stored: Callable[[Sequence[int]], Mapping[int, Item]],
    *,
    now: datetime,
    sample: bool,
) -> Changes:
    """Decide what to write for a batch.

    Args:
        batch: the items to be stored.
        known: what is stored of them.
        stored: fetches whole stored items by id; asked once, for those whose content differs.
        now: the time to be noted (aware UTC).
        sample: whether the batch is of the sample day, which never touches a live item.
    """
    pen = _Pen(Changes(), micros(now), sample)
    differing: list[tuple[Known, Item, str]] = []
    for key, item in batch.items():
        entry = known.get(key)
        if entry is None:
            pen.add(item)
        elif not entry.sample and (sample or is_older(item.version, entry.version)):
            continue
        elif (found := item.fingerprint()) == entry.fingerprint and entry.sample == sample:
            pen.move(entry, item)
        else:
            differing.append((entry, item, found))
    whole = stored([entry.id for entry, _, _ in differing]) if differing else {}
    for entry, item, found in differing:
        if entry.sample:
            pen.replace(entry, whole[entry.id], item, found)
        else:
            pen.change(entry, whole[entry.id], item, found)
    return pen.changes


@dataclass(frozen=True, slots=True)
class _Pen:
    """Notes what is to be written, for one batch."""

    changes: Changes
    now: int
    sample: bool

    def add(self, item: Item) -> None:
        """Note an item never seen before."""
        node = node_of(item)
        self.changes.nodes.append(node)
        self.changes.rows.append(self._row(item, node, item.fingerprint()))
        self.changes.new += 1

    def move(self, entry: Known, item: Item) -> None:
        """Note metrics and times of an item whose content is as it was."""
        appeared = micros(item.appeared_at)
        if not entry.sample and appeared != entry.appeared_at:
            appeared = micros(appearance(item.kind, moment(entry.appeared_at), item.appeared_at))
        values = (
            metrics_text(item) or entry.metrics,
            appeared,
            maybe_micros(item.published_at) or entry.published_at,
            maybe_micros(item.updated_at) or entry.updated_at,
        )
        if values != (entry.metrics, entry.appeared_at, entry.published_at, entry.updated_at):
            self.changes.moved.append((*values, entry.id))
            if appeared != entry.appeared_at and item.kind is not ItemKind.REPOSITORY:
                self._rewire(entry, node_of(replace(item, appeared_at=moment(appeared))))

    def change(self, entry: Known, old: Item, seen: Item, fingerprint: str) -> None:
        """Note what a new answer changes about a live item, if it does."""
        item = merged(old, seen)
        if item is not seen:
            fingerprint = item.fingerprint()
        if fingerprint == entry.fingerprint:
            self.move(entry, item)
        else:
            self._rewrite(entry, old, item, fingerprint)
            self.changes.updated += 1

    def replace(self, entry: Known, old: Item, seen: Item, fingerprint: str) -> None:
        """Note a live item in place of a sample one, or the sample day with its moved dates."""
        self._rewrite(entry, old, seen, fingerprint)
        if self.sample:
            self.changes.updated += 1
        else:
            self.changes.new += 1

    def _rewrite(self, entry: Known, old: Item, item: Item, fingerprint: str) -> None:
        node = node_of(item)
        self.changes.rows.append(self._row(item, node, fingerprint))
        if _indexed(item) != _indexed(old):
            self.changes.texts.append(entry.id)
        if _wiring(node) != _wiring(node_of(old)):
            self._rewire(entry, node)

    def _rewire(self, entry: Known, node: Node) -> None:
        self.changes.rewired.append(entry.id)
        self.changes.nodes.append(node)

    def _row(self, item: Item, node: Node, fingerprint: str) -> tuple[Any, ...]:
        return (
            *item_values(item),
            last_deadline(item),
            node.identifier,
            fingerprint,
            self.sample,
            self.now,
            self.now,
        )


def _wiring(node: Node) -> tuple[object, ...]:
    """Return what joining goes by: the time too, save for a repository, whose time moves often."""
    fixed = None if node.kind is ItemKind.REPOSITORY else node.appeared_at
    return (node.kind, node.identifier, node.claims, fixed)


def _indexed(item: Item) -> tuple[object, ...]:
    return (item.title, item.summary, item.authors, item.tags)
