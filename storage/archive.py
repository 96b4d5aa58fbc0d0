"""Reading items and works, and removing the sample day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, or_, select

from core.feeds import PREFIX
from core.items import Item, ItemKey, ItemKind
from core.search import Filter
from core.works import Work, badge_order
from storage.linking import neighbours, relink
from storage.rows import ItemValues, dump, item_of, micros
from storage.tables import DIGEST, ITEM, MEMBER
from storage.text_index import forget_texts

ITEM_COLUMNS = tuple(ITEM.c[name] for name in ItemValues._fields)
"""The columns from which ``rows.item_of`` makes an item."""

NOTHING_FILTERED = Filter()

# JSON arrays as parameters: one statement for any number of keys, without SQLite's limit on them.
_NAMES = select(func.json_each(bindparam("names")).table_valued("value").c.value)
_BY_KEY = (ITEM.c.source == bindparam("source"), ITEM.c.external_id.in_(_NAMES))
_LISTED = select(*ITEM_COLUMNS).where(*_BY_KEY)
_WORK_NAMES = select(MEMBER.c.work).join(ITEM, ITEM.c.id == MEMBER.c.item_id).where(*_BY_KEY)
_MATE = MEMBER.alias("mate")
_MATE_ITEM = ITEM.alias("mate_item")
_WORKS = (
    select(_MATE.c.work, _MATE_ITEM.c.source, _MATE_ITEM.c.external_id, _MATE_ITEM.c.kind)
    .join(_MATE_ITEM, _MATE_ITEM.c.id == _MATE.c.item_id)
    .where(_MATE.c.work.in_(_WORK_NAMES))
)


def conditions(where: Filter) -> list[ColumnElement[bool]]:
    """Return what an item's row must fulfil to pass a filter, besides not being ``unseen``."""
    found: list[ColumnElement[bool]] = []
    if where.sources:
        found.append(or_(*(_of_source(name) for name in where.sources)))
    if where.kinds:
        found.append(ITEM.c.kind.in_([kind.value for kind in where.kinds]))
    if where.since is not None:
        found.append(ITEM.c.appeared_at >= micros(where.since))
    if where.until is not None:
        found.append(ITEM.c.appeared_at < micros(where.until))
    return found


def unseen(where: Filter) -> ColumnElement[bool] | None:
    """Return what the rows of feeds that may not be seen fulfil; None if all may be."""
    if where.feeds is None:
        return None
    return _of_source(PREFIX) & ITEM.c.source.not_in(sorted(where.feeds))


def passing(where: Filter) -> list[ColumnElement[bool]]:
    """Return all that an item's row must fulfil to pass a filter."""
    hidden = unseen(where)
    return [*conditions(where), *([] if hidden is None else [~hidden])]


def by_source(keys: Iterable[ItemKey]) -> Mapping[str, list[str]]:
    """Return the names of items at each source."""
    names: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        names[key.source].append(key.external_id)
    return names


def items_of(connection: Connection, keys: Iterable[ItemKey]) -> list[Item]:
    """Return the stored items among ``keys``."""
    return [
        item_of(row)
        for source, names in by_source(keys).items()
        for row in connection.execute(_LISTED, {"source": source, "names": dump(names)}).all()
    ]


def named_ids(
    connection: Connection, identifiers: Sequence[str], where: Filter = NOTHING_FILTERED
) -> list[int]:
    """Return the ids of the items that are one of ``identifiers``, in the order of these."""
    if not identifiers:
        return []
    rows = connection.execute(
        select(ITEM.c.identifier, ITEM.c.id).where(
            ITEM.c.identifier.in_(identifiers), ITEM.c.identifier != "", *passing(where)
        )
    ).all()
    return [row.id for row in sorted(rows, key=lambda row: identifiers.index(row.identifier))]


def named_item(
    connection: Connection, identifiers: Sequence[str], where: Filter = NOTHING_FILTERED
) -> Item | None:
    """Return the item that passes and is the first of ``identifiers`` that any such item is."""
    for found in named_ids(connection, identifiers, where)[:1]:
        return item_of(connection.execute(select(*ITEM_COLUMNS).where(ITEM.c.id == found)).one())
    return None


def some_items(connection: Connection, where: Filter, limit: int | None) -> list[Item]:
    """Return the items that pass, latest first."""
    newest_first = (ITEM.c.appeared_at.desc(), ITEM.c.id.desc())
    query = select(*ITEM_COLUMNS).where(*passing(where)).order_by(*newest_first).limit(limit)
    return [item_of(row) for row in connection.execute(query).all()]


def count_items(connection: Connection, where: Filter) -> int:
    """Return how many items pass."""
    query = select(func.count()).select_from(ITEM).where(*passing(where))
    return connection.scalar(query) or 0


def items_with_deadlines(connection: Connection, after: datetime, before: datetime) -> list[Item]:
    """Return the items with a deadline in ``after < at < before``, soonest first."""
    query = select(*ITEM_COLUMNS).where(ITEM.c.last_deadline > micros(after))
    found = []
    for item in map(item_of, connection.execute(query).all()):
        times = [deadline.at for deadline in item.deadlines if after < deadline.at < before]
        if times:
            found.append((min(times), item.key, item))
    return [item for _, _, item in sorted(found, key=lambda entry: entry[:2])]


def works_of(connection: Connection, keys: Iterable[ItemKey]) -> dict[ItemKey, Work]:
    """Return the work of each item that has company."""
    wanted = set(keys)
    members: dict[str, set[tuple[int, str, ItemKey]]] = defaultdict(set)
    for source, names in by_source(wanted).items():
        found = connection.execute(_WORKS, {"source": source, "names": dump(names)})
        for work, mate_source, external_id, kind in found.all():
            place = badge_order(ItemKind(kind))
            members[work].add((place, kind, ItemKey(mate_source, external_id)))
    works = (
        Work(id=name, members=tuple(key for *_, key in sorted(found)))
        for name, found in members.items()
    )
    return {key: work for work in works for key in work.members if key in wanted}


def only_sample(connection: Connection) -> bool:
    """Return whether no stored item is a live one."""
    return connection.scalar(select(ITEM.c.id).where(~ITEM.c.sample).limit(1)) is None


def drop_sample(connection: Connection) -> int:
    """Delete the sample day with the digests made of it; return how many items it had."""
    ids = connection.scalars(select(ITEM.c.id).where(ITEM.c.sample)).all()
    if ids:
        affected = neighbours(connection, ids)
        forget_texts(connection, ids)
        connection.execute(delete(ITEM).where(ITEM.c.sample))
        relink(connection, affected.difference(ids))
    connection.execute(delete(DIGEST).where(DIGEST.c.sample))
    return len(ids)


def _of_source(name: str) -> ColumnElement[bool]:
    if name.endswith(":"):  # a range, since LIKE could not use the index
        return ITEM.c.source.between(name, name[:-1] + ";")
    return ITEM.c.source == name
