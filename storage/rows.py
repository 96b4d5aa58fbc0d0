"""Items as rows and rows as items: pure, and exact both ways."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from core.items import Deadline, Item, ItemKey, ItemKind

ITEM_COLUMNS: Final = (
    "source",
    "external_id",
    "kind",
    "title",
    "url",
    "summary",
    "authors",
    "tags",
    "metrics",
    "facts",
    "deadlines",
    "related",
    "version",
    "appeared_at",
    "published_at",
    "updated_at",
)
"""The columns that hold an item's own fields, in the order of ``item_values``."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400_000_000
_KINDS = {str(kind): kind for kind in ItemKind}

dump: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""JSON of a list or mapping, with readable letters since the text is indexed for search."""


def micros(moment: datetime) -> int:
    """Return an aware UTC time as microseconds since 1970, exactly."""
    since = moment - _EPOCH
    return since.days * _DAY + since.seconds * 1_000_000 + since.microseconds


def moment(micros: int) -> datetime:
    """Return the aware UTC time of microseconds since 1970, exactly."""
    return _EPOCH + timedelta(microseconds=micros)


def maybe_micros(moment: datetime | None) -> int | None:
    """Return ``micros`` of a time that may be missing."""
    return None if moment is None else micros(moment)


def maybe_moment(micros: int | None) -> datetime | None:
    """Return ``moment`` of a number that may be missing."""
    return None if micros is None else moment(micros)


def metrics_text(item: Item) -> str:
    """Return an item's metrics as they are stored."""
    return dump({**item.metrics}) if item.metrics else ""


def item_values(item: Item) -> tuple[Any, ...]:
    """Return an item's fields in the order of ``ITEM_COLUMNS``."""
    return (
        item.key.source,
        item.key.external_id,
        item.kind.value,
        item.title,
        item.url,
        item.summary,
        dump(item.authors) if item.authors else "",
        dump(item.tags) if item.tags else "",
        metrics_text(item),
        dump({**item.facts}) if item.facts else "",
        dump([(d.label, micros(d.at)) for d in item.deadlines]) if item.deadlines else "",
        dump(item.related) if item.related else "",
        item.version,
        micros(item.appeared_at),
        maybe_micros(item.published_at),
        maybe_micros(item.updated_at),
    )


def item_of(row: Sequence[Any]) -> Item:
    """Return the item whose fields begin ``row``, in the order of ``ITEM_COLUMNS``."""
    authors, tags, metrics, facts, deadlines, related = row[6:12]
    published, updated = row[14], row[15]
    return Item(
        key=ItemKey(row[0], row[1]),
        kind=_KINDS[row[2]],
        title=row[3],
        url=row[4],
        summary=row[5],
        authors=tuple(json.loads(authors)) if authors else (),
        tags=tuple(json.loads(tags)) if tags else (),
        metrics=json.loads(metrics) if metrics else {},
        facts=json.loads(facts) if facts else {},
        deadlines=_deadlines(deadlines) if deadlines else (),
        related=tuple(json.loads(related)) if related else (),
        version=row[12],
        appeared_at=moment(row[13]),
        published_at=None if published is None else moment(published),
        updated_at=None if updated is None else moment(updated),
    )


def encodable(item: Item) -> Item:
    """Return an item that can be written down: half a surrogate pair, as broken JSON holds, cannot.

    It takes the place of the item itself, so that it is the same item when it is seen again.
    """
    return replace(
        item,
        key=ItemKey(_encodable(item.key.source), _encodable(item.key.external_id)),
        title=_encodable(item.title),
        url=_encodable(item.url),
        summary=_encodable(item.summary),
        authors=tuple(map(_encodable, item.authors)),
        tags=tuple(map(_encodable, item.tags)),
        metrics={_encodable(name): number for name, number in item.metrics.items()},
        facts={_encodable(name): _encodable(fact) for name, fact in item.facts.items()},
        deadlines=tuple(replace(d, label=_encodable(d.label)) for d in item.deadlines),
        version=_encodable(item.version),
        related=tuple(map(_encodable, item.related)),
    )


def last_deadline(item: Item) -> int | None:
    """Return when the last deadline of an item ends, as it is stored."""
    if not item.deadlines:
        return None
    return max(micros(deadline.at) for deadline in item.deadlines)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _deadlines(text: str) -> tuple[Deadline, ...]:
    return tuple(Deadline(label=label, at=moment(at)) for label, at in json.loads(text))
