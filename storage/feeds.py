"""``core.member_ports.FeedStore``: feeds that members added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.feeds import AddedFeed, Feed
from storage.engine import Database
from storage.member_tables import FEED, FEED_ADDED
from storage.rows import micros, moment
from storage.tables import ANSWER_COUNT, SOURCE, VALIDATORS


class SqlFeeds:
    """Members' feeds, in the same database as the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def feeds(self) -> Sequence[Feed]:
        """Return every feed by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(FEED).order_by(FEED.c.name))
            return [_feed(row) for row in rows]

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
        with self._database.reading() as connection:
            return [
                AddedFeed(
                    feed=_feed(row), owner=row.owner, guild=row.guild, added_at=moment(row.added_at)
                )
                for row in connection.execute(query)
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
            row = upsert(FEED_ADDED).values(
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


def drop_unwanted(connection: Connection) -> None:
    """Forget the feeds that nobody has any more, and how reading them went.

    What they gave stays in the archive: it was published, and others may have saved it.
    """
    unwanted = select(FEED).where(FEED.c.name.not_in(select(FEED_ADDED.c.feed)))
    for row in connection.execute(unwanted).all():
        source = _feed(row).source
        connection.execute(delete(SOURCE).where(SOURCE.c.name == source))
        connection.execute(delete(ANSWER_COUNT).where(ANSWER_COUNT.c.source == source))
        # An address may hold its owner's token.
        connection.execute(delete(VALIDATORS).where(VALIDATORS.c.url == row.url))
        connection.execute(delete(FEED).where(FEED.c.name == row.name))


def _feed(row: Row[Any]) -> Feed:
    return Feed(name=row.name, url=row.url, title=row.title)
