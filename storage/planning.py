"""What storing a batch will write, decided without touching the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from core.items import Item, ItemKey, ItemKind
from core.moves import Move, moves_between
from core.work_claims import Node, node_of
from storage.merging import appearance, is_older, merged
from storage.rows import (
    ItemValues,
    facets_of,
    facets_text,
    item_values,
    last_deadline,
    maybe_micros,
    metrics_text,
    micros,
    moment,
)

ROW_COLUMNS: Final = (
    *ItemValues._fields,
    "last_deadline",
    "identifier",
    "fingerprint",
    "sample",
    "stored_at",
    "changed_at",
)
"""The columns of ``Changes.rows``, in order."""

VOLATILE_COLUMNS: Final = ("metrics", "facets", "appeared_at", "published_at", "updated_at")
"""The columns of ``Changes.volatile``: what changes without anything being new to read."""


class ExistingRow(NamedTuple):
    """The columns of a stored item that show whether anything changed."""

    id: int
    fingerprint: str
    version: str
    sample: bool
    metrics: str
    facets: str
    appeared_at: int
    published_at: int | None
    updated_at: int | None


@dataclass(slots=True)
class Changes:
    """What is to be written.

    Attributes:
        rows: new and changed items, in the order of ``ROW_COLUMNS``.
        volatile: the values of ``VOLATILE_COLUMNS``, then the id, of items that changed in these
            alone.
        texts: ids of stored items whose indexed text changes.
        nodes: what linking needs to know of the new items and of those in ``relinked``.
        relinked: ids of stored items of which that has changed.
        moves: deadlines and prices of live items that moved.
        new: number of items never seen before; a live item in place of a sample one is new.
        updated: number of items whose content changed.
    """

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    volatile: list[tuple[Any, ...]] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    relinked: list[int] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
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
    existing: Mapping[ItemKey, ExistingRow],
    stored: Callable[[Sequence[int]], Mapping[int, Item]],
    *,
    now: datetime,
    sample: bool,
) -> Changes:
    """Decide what to write for a batch.

    Args:
        batch: the items to be stored.
        existing: the rows of those that are stored already.
        stored: fetches whole stored items by id; asked once, for those whose content differs.
        now: the time to be noted (aware UTC).
        sample: whether the batch is of the sample day, which never touches a live item.
    """
    planner = _Planner(Changes(), micros(now), sample)
    differing: list[tuple[ExistingRow, Item, str]] = []
    for key, item in batch.items():
        row = existing.get(key)
        if row is None:
            planner.add(item)
        elif not row.sample and (sample or is_older(item.version, row.version)):
            continue
        elif (found := item.fingerprint()) == row.fingerprint and row.sample == sample:
            planner.update_volatile(row, item)
        else:
            differing.append((row, item, found))
    whole = stored([row.id for row, _, _ in differing]) if differing else {}
    for row, item, found in differing:
        if row.sample:
            planner.replace(row, whole[row.id], item, found)
        else:
            planner.update(row, whole[row.id], item, found)
    return planner.changes


@dataclass(frozen=True, slots=True)
class _Planner:
    """Collects the changes of one batch."""

    changes: Changes
    now: int
    sample: bool

    def add(self, item: Item) -> None:
        """Insert an item never seen before."""
        node = node_of(item)
        self.changes.nodes.append(node)
        self.changes.rows.append(self._row(item, node, item.fingerprint()))
        self.changes.new += 1

    def update_volatile(self, row: ExistingRow, item: Item) -> None:
        """Update metrics, facets and times of an item whose content is the same."""
        appeared = micros(item.appeared_at)
        if not row.sample and appeared != row.appeared_at:
            appeared = micros(appearance(item.kind, moment(row.appeared_at), item.appeared_at))
        values = (
            metrics_text(item) or row.metrics,
            facets_text({**facets_of(row.facets), **item.facets}) if item.facets else row.facets,
            appeared,
            maybe_micros(item.published_at) or row.published_at,
            maybe_micros(item.updated_at) or row.updated_at,
        )
        if values != row[-len(values) :]:
            self.changes.volatile.append((*values, row.id))
            if appeared != row.appeared_at and item.kind is not ItemKind.REPOSITORY:
                self._relink(row, node_of(replace(item, appeared_at=moment(appeared))))

    def update(self, row: ExistingRow, old: Item, seen: Item, fingerprint: str) -> None:
        """Merge a new answer into a live item, whose content may come out the same."""
        item = merged(old, seen)
        if item is not seen:
            fingerprint = item.fingerprint()
        if fingerprint == row.fingerprint:
            self.update_volatile(row, item)
        else:
            self._rewrite(row, old, item, fingerprint)
            self.changes.updated += 1
            if not self.sample:
                self.changes.moves += moves_between(old, item, moment(self.now))

    def replace(self, row: ExistingRow, old: Item, seen: Item, fingerprint: str) -> None:
        """Put a live item in place of a sample one, or the sample day with its dates moved."""
        self._rewrite(row, old, seen, fingerprint)
        if self.sample:
            self.changes.updated += 1
        else:
            self.changes.new += 1

    def _rewrite(self, row: ExistingRow, old: Item, item: Item, fingerprint: str) -> None:
        node = node_of(item)
        self.changes.rows.append(self._row(item, node, fingerprint))
        if _indexed(item) != _indexed(old):
            self.changes.texts.append(row.id)
        if _linked_by(node) != _linked_by(node_of(old)):
            self._relink(row, node)

    def _relink(self, row: ExistingRow, node: Node) -> None:
        self.changes.relinked.append(row.id)
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


def _linked_by(node: Node) -> tuple[object, ...]:
    """Return what linking goes by; the time of a repository is left out, since it changes often."""
    fixed = None if node.kind is ItemKind.REPOSITORY else node.appeared_at
    return (node.kind, node.identifier, node.claims, fixed)


def _indexed(item: Item) -> tuple[object, ...]:
    return (item.title, item.summary, item.authors, item.tags)
