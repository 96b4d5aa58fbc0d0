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
from storage.text_index import unindex_texts

ITEM_COLUMNS = tuple(ITEM.c[name] for name in ItemValues._fields)
"""The columns from which ``rows.item_of`` makes an item."""

NOTHING_FILTERED = Filter()

# JSON arrays as parameters: one statement for any number of keys, without SQLite's limit on them.
GIVEN = select(func.json_each(bindparam("given")).table_valued("value").c.value)
_BY_KEY = (ITEM.c.source == bindparam("source"), ITEM.c.external_id.in_(GIVEN))
_LISTED = select(*ITEM_COLUMNS).where(*_BY_KEY)
_WORKS_OF_GIVEN = select(MEMBER.c.work).join(ITEM, ITEM.c.id == MEMBER.c.item_id).where(*_BY_KEY)
_OTHER_MEMBER = MEMBER.alias("other_member")
_MEMBER_ITEM = ITEM.alias("member_item")
_WORKS = (
    select(
        _OTHER_MEMBER.c.work, _MEMBER_ITEM.c.source, _MEMBER_ITEM.c.external_id, _MEMBER_ITEM.c.kind
    )
    .join(_MEMBER_ITEM, _MEMBER_ITEM.c.id == _OTHER_MEMBER.c.item_id)
    .where(_OTHER_MEMBER.c.work.in_(_WORKS_OF_GIVEN))
)


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


def items_of(connection: Connection, keys: Iterable[ItemKey]) -> list[Item]:
    """Return the stored items among ``keys``."""
    return [
        item_of(row)
        for source, names in by_source(keys).items()
        for row in connection.execute(_LISTED, {"source": source, "given": dump(names)}).all()
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
    """Return the works of items; an item that is alone in its work is left out."""
    wanted = set(keys)
    members: dict[str, set[tuple[int, str, ItemKey]]] = defaultdict(set)
    for source, names in by_source(wanted).items():
        found = connection.execute(_WORKS, {"source": source, "given": dump(names)})
        for work, member_source, external_id, kind in found.all():
            place = badge_order(ItemKind(kind))
            members[work].add((place, kind, ItemKey(member_source, external_id)))
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
        unindex_texts(connection, ids)
        connection.execute(delete(ITEM).where(ITEM.c.sample))
        relink(connection, affected.difference(ids))
    connection.execute(delete(DIGEST).where(DIGEST.c.sample))
    return len(ids)


def _of_source(name: str) -> ColumnElement[bool]:
    if name.endswith(":"):  # a range, since LIKE could not use the index
        return ITEM.c.source.between(name, name[:-1] + ";")
    return ITEM.c.source == name
