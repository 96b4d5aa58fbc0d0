"""Parts of queries on items, which several parts of the storage share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select

from core.feeds import PREFIX
from core.items import ItemKey
from core.search import Filter
from storage.rows import ItemValues, micros
from storage.tables import ITEM

ITEM_COLUMNS = tuple(ITEM.c[name] for name in ItemValues._fields)
"""The columns from which ``rows.item_of`` makes an item."""

# JSON arrays as parameters: one statement for any number of keys, without SQLite's limit on them.
GIVEN = select(func.json_each(bindparam("given")).table_valued("value").c.value)


def conditions(where: Filter) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter on an item's row, without that of ``hidden_feeds``."""
    found: list[ColumnElement[bool]] = []
    if where.sources:
        found.append(or_(*(_of_source(name) for name in where.sources)))
    if where.kinds:
        found.append(ITEM.c.kind.in_([kind.value for kind in where.kinds]))
    if where.since is not None:
        found.append(ITEM.c.appeared_at >= micros(where.since))
    if where.until is not None:
        found.append(ITEM.c.appeared_at < micros(where.until))
    if where.stored_since is not None:
        found.append(ITEM.c.stored_at >= micros(where.stored_since))
    return found


def hidden_feeds(where: Filter) -> ColumnElement[bool] | None:
    """Return the condition for items of feeds that are hidden from the reader; None if none is."""
    if where.feeds is None:
        return None
    return _of_source(PREFIX) & ITEM.c.source.not_in(sorted(where.feeds))


def passing(where: Filter) -> list[ColumnElement[bool]]:
    """Return all conditions of a filter on an item's row."""
    hidden = hidden_feeds(where)
    return [*conditions(where), *([] if hidden is None else [~hidden])]


def by_source(keys: Iterable[ItemKey]) -> Mapping[str, list[str]]:
    """Return the names of items at each source."""
    names: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        names[key.source].append(key.external_id)
    return names


def item_id(connection: Connection, key: ItemKey) -> int | None:
    """Return the id of an item's row, if it is stored."""
    found: int | None = connection.scalar(
        select(ITEM.c.id).where(ITEM.c.source == key.source, ITEM.c.external_id == key.external_id)
    )
    return found


def named_ids(connection: Connection, identifiers: Sequence[str], where: Filter) -> list[int]:
    """Return the ids of the items that are one of ``identifiers``, in the order of these."""
    if not identifiers:
        return []
    rows = connection.execute(
        select(ITEM.c.identifier, ITEM.c.id).where(
            ITEM.c.identifier.in_(identifiers), ITEM.c.identifier != "", *passing(where)
        )
    ).all()
    return [row.id for row in sorted(rows, key=lambda row: identifiers.index(row.identifier))]


def _of_source(name: str) -> ColumnElement[bool]:
    if name.endswith(":"):  # a range, since LIKE could not use the index
        return ITEM.c.source.between(name, name[:-1] + ";")
    return ITEM.c.source == name
