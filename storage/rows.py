"""Items as rows and rows as items: pure, and exact both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from core.damage import decodes
from core.items import Deadline, FacetValue, Item, ItemKey, ItemKind
from language.leads import lead

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


def facets_text(facets: Mapping[str, FacetValue]) -> str:
    """Return an item's facets as they are stored."""
    return dump({**facets}) if facets else ""


@decodes("facets")
def facets_of(stored: str) -> dict[str, FacetValue]:
    """Return an item's facets from how they are stored.

    Raises:
        StorageError: if they are none.
    """
    return _mapping(stored, (str, int, float)) if stored else {}


class ItemValues(NamedTuple):
    """The columns of ``ItemRow`` that hold an item's own fields, in the order of ``item_of``."""

    source: str
    external_id: str
    kind: str
    title: str
    url: str
    summary: str
    authors: str
    tags: str
    metrics: str
    facts: str
    facets: str
    prices: str
    deadlines: str
    related: str
    lead: str
    version: str
    appeared_at: int
    published_at: int | None
    updated_at: int | None


def item_values(item: Item) -> ItemValues:
    """Return an item as it is stored, with the lead chosen from its title and summary."""
    return ItemValues(
        source=item.key.source,
        external_id=item.key.external_id,
        kind=item.kind.value,
        title=item.title,
        url=item.url,
        summary=item.summary,
        authors=dump(item.authors) if item.authors else "",
        tags=dump(item.tags) if item.tags else "",
        metrics=metrics_text(item),
        facts=dump({**item.facts}) if item.facts else "",
        facets=facets_text(item.facets),
        prices=dump({**item.prices}) if item.prices else "",
        deadlines=dump(list(map(_deadline, item.deadlines))) if item.deadlines else "",
        related=dump(item.related) if item.related else "",
        lead=lead(item),
        version=item.version,
        appeared_at=micros(item.appeared_at),
        published_at=maybe_micros(item.published_at),
        updated_at=maybe_micros(item.updated_at),
    )


@decodes("an item")
def item_of(row: Sequence[Any]) -> Item:
    """Return the item whose columns begin ``row``, in the order of ``ItemValues``.

    Raises:
        StorageError: if they hold what nobody stored.
    """
    stored = ItemValues._make(row[: len(ItemValues._fields)])
    return Item(
        key=ItemKey(stored.source, stored.external_id),
        kind=_KINDS[stored.kind],
        title=stored.title,
        url=stored.url,
        summary=stored.summary,
        authors=texts(stored.authors) if stored.authors else (),
        tags=texts(stored.tags) if stored.tags else (),
        metrics=_mapping(stored.metrics, (int, float)) if stored.metrics else {},
        facts=_mapping(stored.facts, str) if stored.facts else {},
        facets=facets_of(stored.facets),
        prices=_mapping(stored.prices, (int, float)) if stored.prices else {},
        deadlines=_deadlines(stored.deadlines) if stored.deadlines else (),
        related=texts(stored.related) if stored.related else (),
        lead=stored.lead,
        version=stored.version,
        appeared_at=moment(stored.appeared_at),
        published_at=maybe_moment(stored.published_at),
        updated_at=maybe_moment(stored.updated_at),
    )


@decodes("a list")
def texts(stored: str) -> tuple[str, ...]:
    """Return a list of texts that is stored as JSON.

    Raises:
        StorageError: if it is none.
    """
    found = json.loads(stored)
    if not (isinstance(found, list) and all(isinstance(one, str) for one in found)):
        raise ValueError("no list of texts")
    return tuple(found)


def _mapping(stored: str, of: type | tuple[type, ...]) -> dict[str, Any]:
    found = json.loads(stored)
    if not (isinstance(found, dict) and all(isinstance(one, of) for one in found.values())):
        raise ValueError("no mapping of such values")
    return found


def encodable_text(text: str) -> str:
    """Replace half a surrogate pair, which has no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def encodable(item: Item) -> Item:
    """Return an item with ``encodable_text`` applied to every text, for what broken JSON holds.

    The key changes as well, so that it is the same item when it is seen again.
    """
    whole: Item = _encodable(item)
    return whole


def last_deadline(item: Item) -> int | None:
    """Return when the last deadline of an item ends, as it is stored."""
    return max((micros(deadline.at) for deadline in item.deadlines), default=None)


def _encodable(value: Any) -> Any:  # noqa: ANN401 - whatever a field of an item holds
    match value:
        case Item() | ItemKey() | Deadline():
            parts = {field.name: getattr(value, field.name) for field in fields(value)}
            return replace(value, **_encodable(parts))
        case Mapping():
            return {_encodable(name): _encodable(inner) for name, inner in value.items()}
        case tuple():
            return tuple(map(_encodable, value))
        case str() if not isinstance(value, ItemKind):
            return encodable_text(value)
    return value


def _deadline(one: Deadline) -> tuple[Any, ...]:
    """Return a deadline as it is stored; most have nothing but a label and a time."""
    values = (one.label, micros(one.at), one.kind, one.exact, one.note)
    return values[:2] if values[2:] == ("", True, "") else values


def _deadlines(text: str) -> tuple[Deadline, ...]:
    found = []
    for label, at, *rest in json.loads(text):
        kind, exact, note = rest or ("", True, "")
        texts(dump([label, kind, note]))
        found.append(Deadline(label=label, at=moment(at), kind=kind, exact=bool(exact), note=note))
    return tuple(found)
