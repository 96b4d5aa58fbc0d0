"""``core.ports.storage.FeedStore``: feeds that members added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from core.damage import decodes
from core.feeds import AddedFeed, Feed, FeedTrouble
from storage.member_tables import FEED, FEED_ADDED, FEED_TROUBLE
from storage.repository import SqlRepository, upsert
from storage.rows import maybe_micros, maybe_moment, micros, moment
from storage.sources import validators_name
from storage.tables import ANSWER_COUNT, SOURCE, VALIDATORS


class SqlFeeds(SqlRepository):
    """Members' feeds, in the same database as the archive."""

    def feeds(self) -> Sequence[Feed]:
        """Return every feed by name."""
        return [_feed(row) for row in self._rows(select(FEED).order_by(FEED.c.name))]

    def added(self, *, owner: str = "", guild: str = "") -> Sequence[AddedFeed]:
        """Return who added what, oldest first."""
        query = (
            select(FEED_ADDED, FEED)
            .join(FEED, FEED.c.name == FEED_ADDED.c.feed)
            .order_by(FEED_ADDED.c.added_at, FEED.c.name)
        )
        if owner:
            query = query.where(FEED_ADDED.c.owner == owner)
        if guild:
            query = query.where(FEED_ADDED.c.guild == guild)
        return [
            AddedFeed(
                feed=_feed(row), owner=row.owner, guild=row.guild, added_at=moment(row.added_at)
            )
            for row in self._rows(query)
        ]

    def add(self, added: AddedFeed) -> AddedFeed:
        """Record that somebody added a feed, making it where its address is new."""
        feed = added.feed
        with self._database.writing() as connection:
            known = connection.execute(select(FEED).where(FEED.c.url == feed.url)).first()
            if known is None:
                connection.execute(
                    insert(FEED).values(name=feed.name, url=feed.url, title=feed.title)
                )
            else:
                feed = _feed(known)
            row = insert(FEED_ADDED).values(
                owner=added.owner,
                guild=added.guild,
                feed=feed.name,
                added_at=micros(added.added_at),
            )
            connection.execute(row.on_conflict_do_nothing())
        return replace(added, feed=feed)

    def remove(self, name: str, *, owner: str, guild: str) -> bool:
        """Undo ``add``, and forget a feed that nobody has any more."""
        where = [FEED_ADDED.c.feed == name, FEED_ADDED.c.guild == guild]
        if not guild:
            where.append(FEED_ADDED.c.owner == owner)
        with self._database.writing() as connection:
            gone = connection.execute(delete(FEED_ADDED).where(*where)).rowcount
            drop_unwanted(connection)
            return gone > 0

    def moved(self, name: str, url: str) -> None:
        """Change an address, or hand a feed's subscribers to the one that has the address."""
        with self._database.writing() as connection:
            there = connection.scalar(select(FEED.c.name).where(FEED.c.url == url))
            if there is None:
                connection.execute(update(FEED).where(FEED.c.name == name).values(url=url))
            elif there != name:
                _hand_over(connection, name, there)

    def troubles(self) -> Sequence[FeedTrouble]:
        """Return what is known of feeds that fail, by name."""
        query = select(FEED_TROUBLE, FEED).join(FEED, FEED.c.name == FEED_TROUBLE.c.feed)
        return [_trouble(row) for row in self._rows(query.order_by(FEED.c.name))]

    def save_trouble(self, trouble: FeedTrouble) -> None:
        """Create or replace what is known of a failing feed."""
        name = trouble.feed.name
        values = {
            "feed": name,
            "failures": trouble.failures,
            "since": micros(trouble.since),
            "error": trouble.error,
            "stopped_at": maybe_micros(trouble.stopped_at),
            "told": trouble.notified,
        }
        with self._database.writing() as connection:
            if connection.scalar(select(FEED.c.name).where(FEED.c.name == name)) is not None:
                upsert(connection, FEED_TROUBLE, values)

    def end_trouble(self, name: str) -> None:
        """Forget that a feed failed."""
        self._change(delete(FEED_TROUBLE).where(FEED_TROUBLE.c.feed == name))


def _hand_over(connection: Connection, name: str, other: str) -> None:
    """Let all who have a feed have another one instead."""
    for row in connection.execute(select(FEED_ADDED).where(FEED_ADDED.c.feed == name)).all():
        values = {**row._mapping, "feed": other}  # noqa: SLF001  the documented name of it
        connection.execute(insert(FEED_ADDED).values(values).on_conflict_do_nothing())
    connection.execute(delete(FEED_ADDED).where(FEED_ADDED.c.feed == name))
    drop_unwanted(connection)


def drop_unwanted(connection: Connection) -> None:
    """Forget the feeds that nobody has any more, and how reading them went.

    What they gave stays in the archive: it was published, and others may have saved it.
    """
    unwanted = select(FEED).where(FEED.c.name.not_in(select(FEED_ADDED.c.feed)))
    for row in connection.execute(unwanted).all():
        source = _feed(row).source
        connection.execute(delete(SOURCE).where(SOURCE.c.name == source))
        connection.execute(delete(ANSWER_COUNT).where(ANSWER_COUNT.c.source == source))
        connection.execute(delete(VALIDATORS).where(VALIDATORS.c.url == validators_name(row.url)))
        connection.execute(delete(FEED).where(FEED.c.name == row.name))


@decodes("the state of a feed")
def _trouble(row: Row[Any]) -> FeedTrouble:
    return FeedTrouble(
        feed=_feed(row),
        failures=row.failures,
        since=moment(row.since),
        error=row.error,
        stopped_at=maybe_moment(row.stopped_at),
        notified=row.told,
    )


def _feed(row: Row[Any]) -> Feed:
    return Feed(name=row.name, url=row.url, title=row.title)
