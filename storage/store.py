"""``core.ports.storage.Store``: the archive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from core.digests import Delivered, Digest
from core.items import Item, ItemKey, ItemKind, Stored
from core.search import EVERYTHING, Filter
from core.works import Work, badge_order
from storage.archive import GIVEN, ITEM_COLUMNS, by_source, named_ids, passing
from storage.digests import put_digest
from storage.ingest import store_items
from storage.linking import neighbours, relink
from storage.people import SqlProfiles
from storage.rows import dump, encodable, item_of, micros, moment
from storage.sources import SqlSources
from storage.tables import DIGEST, ITEM, MEMBER, PICK, SHARED_MEMBER
from storage.text_index import unindex_texts

_BY_KEY = (ITEM.c.source == bindparam("source"), ITEM.c.external_id.in_(GIVEN))
_LISTED = select(*ITEM_COLUMNS).where(*_BY_KEY)
_STORED_AT = select(ITEM.c.external_id, ITEM.c.stored_at).where(*_BY_KEY)
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
_SHARED = (
    select(SHARED_MEMBER.c.work, ITEM.c.source, ITEM.c.external_id, ITEM.c.kind)
    .join(ITEM, ITEM.c.id == SHARED_MEMBER.c.item_id)
    .where(SHARED_MEMBER.c.work.in_(GIVEN))
)

_Place = tuple[int, str, ItemKey]
"""Where a member stands among the others of its work."""


class SqlStore(SqlProfiles, SqlSources):
    """The archive in a database; the port's docstrings say what each method promises."""

    def upsert(self, items: Iterable[Item], *, now: datetime, sample: bool = False) -> Stored:
        """Store items by key; see ``storage.planning`` for what counts as a change."""
        # A generator may do network I/O, which must not happen while the write lock is held.
        batch = items if isinstance(items, Sequence) else list(items)
        try:
            return self._store(batch, now, sample=sample)
        except UnicodeEncodeError:  # so rare that looking for it beforehand would not pay
            return self._store([encodable(item) for item in batch], now, sample=sample)

    def _store(self, batch: Sequence[Item], now: datetime, *, sample: bool) -> Stored:
        with self._database.writing() as connection:
            return store_items(connection, batch, now=now, sample=sample)

    def withdraw_prices(self, source: str, beginning: str, listed: frozenset[str]) -> int:
        """Take the prices from what a list holds no more."""
        gone = (
            (ITEM.c.source == source)
            & ITEM.c.external_id.startswith(beginning, autoescape=True)
            & (ITEM.c.prices != "")
            & ITEM.c.external_id.not_in(GIVEN)
        )
        # Without a fingerprint it is compared in full when it comes back.
        change = update(ITEM).where(gone).values(prices="", fingerprint="")
        with self._database.writing() as connection:
            return connection.execute(change, {"given": dump(sorted(listed))}).rowcount

    def remove_sample(self) -> int:
        """Delete the sample day with the digests made of it; return how many items it had."""
        with self._database.writing() as connection:
            ids = connection.scalars(select(ITEM.c.id).where(ITEM.c.sample)).all()
            if ids:
                affected = neighbours(connection, ids)
                unindex_texts(connection, ids)
                connection.execute(delete(ITEM).where(ITEM.c.sample))
                relink(connection, affected.difference(ids))
            connection.execute(delete(DIGEST).where(DIGEST.c.sample))
            return len(ids)

    def item(self, key: ItemKey) -> Item | None:
        """Return one item."""
        return next(iter(self.items_of([key])), None)

    def items(self, where: Filter, *, limit: int | None = None) -> Sequence[Item]:
        """Return the items that pass, latest first."""
        latest_first = (ITEM.c.appeared_at.desc(), ITEM.c.id.desc())
        query = select(*ITEM_COLUMNS).where(*passing(where)).order_by(*latest_first).limit(limit)
        return [item_of(row) for row in self._rows(query)]

    def named(self, identifiers: Sequence[str], *, where: Filter = EVERYTHING) -> Item | None:
        """Return the item that passes and is the first of these identifiers that names one."""
        with self._database.reading() as connection:
            found = named_ids(connection, identifiers, where)
            if not found:
                return None
            query = select(*ITEM_COLUMNS).where(ITEM.c.id == found[0])
            return item_of(connection.execute(query).one())

    def items_of(self, keys: Iterable[ItemKey]) -> Sequence[Item]:
        """Return the stored items among ``keys``."""
        with self._database.reading() as connection:
            return [
                item_of(row)
                for source, names in by_source(keys).items()
                for row in connection.execute(_LISTED, {"source": source, "given": dump(names)})
            ]

    def count(self, where: Filter = EVERYTHING) -> int:
        """Return how many items pass."""
        query = select(func.count()).select_from(ITEM).where(*passing(where))
        return self._scalar(query) or 0

    def has_only_sample(self) -> bool:
        """Return whether no live item is stored."""
        return self._scalar(select(ITEM.c.id).where(~ITEM.c.sample).limit(1)) is None

    def works(self, keys: Iterable[ItemKey]) -> Mapping[ItemKey, Work]:
        """Return the works of items; an item that is alone in its work is left out."""
        wanted = set(keys)
        members: dict[str, set[_Place]] = defaultdict(set)
        shared: dict[str, set[_Place]] = defaultdict(set)
        with self._database.reading() as connection:
            for source, names in by_source(wanted).items():
                found = connection.execute(_WORKS, {"source": source, "given": dump(names)})
                for work, *member in found:
                    members[work].add(_place(*member))
            for work, *member in connection.execute(_SHARED, {"given": dump(sorted(members))}):
                shared[work].add(_place(*member))
        works = (
            Work(id=name, members=_in_order(found), shared=_in_order(shared.get(name, ())))
            for name, found in members.items()
        )
        return {key: work for work in works for key in work.members if key in wanted}

    def stored_at(self, keys: Iterable[ItemKey]) -> Mapping[ItemKey, datetime]:
        """Return since when items are in the archive."""
        found: dict[ItemKey, datetime] = {}
        with self._database.reading() as connection:
            for source, names in by_source(keys).items():
                rows = connection.execute(_STORED_AT, {"source": source, "given": dump(names)})
                found |= {ItemKey(source, name): moment(stored) for name, stored in rows}
        return found

    def with_deadlines(self, *, after: datetime, before: datetime) -> Sequence[Item]:
        """Return the items with a deadline in between, soonest first."""
        query = select(*ITEM_COLUMNS).where(ITEM.c.last_deadline > micros(after))
        found = []
        for item in map(item_of, self._rows(query)):
            times = [deadline.at for deadline in item.deadlines if after < deadline.at < before]
            if times:
                found.append((min(times), item.key, item))
        return [item for _, _, item in sorted(found, key=lambda entry: entry[:2])]

    def save_digest(self, digest: Digest) -> None:
        """Record what a digest holds."""
        with self._database.writing() as connection:
            put_digest(connection, digest)

    def delivered(self, subscription: str, *, other_than: str = "") -> Mapping[ItemKey, Delivered]:
        """Return what a subscription got, each item as the latest digest showed it."""
        query = (
            select(PICK, DIGEST.c.made_at)
            .join(DIGEST, DIGEST.c.id == PICK.c.digest_id)
            .where(DIGEST.c.subscription == subscription, DIGEST.c.id != other_than)
            .order_by(DIGEST.c.made_at, DIGEST.c.id)
        )
        return {
            ItemKey(row.source, row.external_id): Delivered(
                digest=row.digest_id, version=row.version, at=moment(row.made_at)
            )
            for row in self._rows(query)
        }


def _place(source: str, external_id: str, kind: str) -> _Place:
    return badge_order(ItemKind(kind)), kind, ItemKey(source, external_id)


def _in_order(places: Iterable[_Place]) -> tuple[ItemKey, ...]:
    return tuple(key for *_, key in sorted(places))
