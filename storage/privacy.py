"""``core.ports.storage.PersonalData``: every row about a person, found, exported and erased.

``_KINDS`` lists the tables with such rows. A test fails if a table has a column that may name a
person and is not listed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    Table,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)

from core.ports.storage import Record
from storage.delivery_tables import PART, RUN, SUBSCRIPTION
from storage.feeds import drop_unwanted
from storage.impression_tables import LOG_ENTRY, PLACEMENT
from storage.mail_tables import ADDRESS, ISSUE
from storage.member_tables import ERASURE, FEED, FEED_ADDED, QUESTION, QUESTION_SEEN
from storage.move_tables import REMINDER
from storage.repository import SqlRepository
from storage.rows import micros, moment
from storage.snapshots import as_data
from storage.subscriptions import own_profiles
from storage.tables import DIGEST, FEEDBACK, ITEM, PICK, PROFILE
from storage.vector_tables import INTEREST_VECTOR

Condition = ColumnElement[bool]

_LISTS = frozenset({"candidates", "followed", "interests", "missed", "muted", "sources"})
"""Columns that hold JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """Rows of one kind about a person.

    Attributes:
        name: what they are, in the plural.
        table: where they are.
        about: gives the condition for the rows of one person.
        shown: the query that exports them, if that is not the table as it is.
    """

    name: str
    table: Table
    about: Callable[[str], Condition]
    shown: Select[Any] | None = None


def _subscriptions(user: str) -> Condition:
    """Select the subscriptions that a person owns, is ranked for, or gets in direct messages."""
    scheme, _, name = user.partition(":")
    return or_(
        SUBSCRIPTION.c.owner == user,
        SUBSCRIPTION.c.profile == user,
        SUBSCRIPTION.c.target == f"{scheme}:dm:{name}",
    )


def _profiles(user: str) -> CompoundSelect[str]:
    """Select the person's own profile and those of their subscriptions to channels."""
    return select(literal(user)).union(own_profiles().where(_subscriptions(user)))


def _of(
    column: ColumnElement[str], parent: Table, about: Callable[[str], Condition]
) -> Callable[[str], Condition]:
    """Make a condition: that a column refers to a row of another table that is about a person."""
    return lambda user: column.in_(select(parent.c.id).where(about(user)))


_of_subscription = partial(_of, parent=SUBSCRIPTION, about=_subscriptions)
_runs = _of_subscription(RUN.c.subscription)


def _digests(user: str) -> Condition:
    made_directly = DIGEST.c.subscription == f"profile:{user}"
    return made_directly | _of_subscription(DIGEST.c.subscription)(user)


def _addresses(user: str) -> Condition:
    """Select a person's own addresses, and those to which what is ranked for them goes."""
    return (ADDRESS.c.owner == user) | _of_subscription(ADDRESS.c.subscription)(user)


def _questions(user: str) -> Condition:
    return QUESTION.c.owner == user


_KINDS = (
    _Kind(
        name="seen_answers",
        table=QUESTION_SEEN,
        about=_of(QUESTION_SEEN.c.question, QUESTION, _questions),
    ),
    _Kind(name="questions", table=QUESTION, about=_questions),
    _Kind(
        name="feeds",
        table=FEED_ADDED,
        about=lambda user: FEED_ADDED.c.owner == user,
        shown=select(FEED_ADDED, FEED.c.url, FEED.c.title).join(
            FEED, FEED.c.name == FEED_ADDED.c.feed
        ),
    ),
    _Kind(name="reminders", table=REMINDER, about=lambda user: REMINDER.c.owner == user),
    _Kind(name="deliveries", table=PART, about=_of(PART.c.run_id, RUN, _runs)),
    _Kind(name="digest_items", table=PICK, about=_of(PICK.c.digest_id, DIGEST, _digests)),
    _Kind(name="placings", table=PLACEMENT, about=_of(PLACEMENT.c.digest_id, DIGEST, _digests)),
    _Kind(name="makings", table=LOG_ENTRY, about=_of(LOG_ENTRY.c.digest_id, DIGEST, _digests)),
    _Kind(name="digests", table=DIGEST, about=_digests),
    _Kind(name="whole_digests", table=ISSUE, about=_of_subscription(ISSUE.c.subscription)),
    _Kind(
        name="addresses",
        table=ADDRESS,
        about=_addresses,
        shown=select(*(column for column in ADDRESS.columns if column.name != "code")),
    ),
    _Kind(name="runs", table=RUN, about=_runs),
    _Kind(
        name="feedback",
        table=FEEDBACK,
        about=lambda user: FEEDBACK.c.profile.in_(_profiles(user)),
        shown=select(
            FEEDBACK.c.fact,
            FEEDBACK.c.verdict,
            FEEDBACK.c.at,
            ITEM.c.source,
            ITEM.c.external_id,
            ITEM.c.title,
            ITEM.c.url,
        ).join(ITEM, ITEM.c.id == FEEDBACK.c.item_id),
    ),
    _Kind(
        name="interest_vectors",
        table=INTEREST_VECTOR,
        about=lambda user: INTEREST_VECTOR.c.profile.in_(_profiles(user)),
        shown=select(
            INTEREST_VECTOR.c.text,
            INTEREST_VECTOR.c.model,
            func.hex(INTEREST_VECTOR.c.vector).label("vector"),
        ),
    ),
    _Kind(name="profiles", table=PROFILE, about=lambda user: PROFILE.c.name.in_(_profiles(user))),
    _Kind(name="subscriptions", table=SUBSCRIPTION, about=_subscriptions),
)
"""In the order of deletion: rows that refer to others come first."""


class SqlPersonalData(SqlRepository):
    """Everything held about a person, in the same database as the archive."""

    def held(self, user: str) -> Mapping[str, Sequence[Record]]:
        """Return all rows about a person, by kind."""
        with self._database.reading() as connection:
            return {kind.name: _rows(connection, kind, user) for kind in reversed(_KINDS)}

    def erase(self, user: str, *, now: datetime) -> Mapping[str, int]:
        """Delete all rows about a person, and note that the file has to be scrubbed."""
        gone: dict[str, int] = {}
        with self._database.writing() as connection:
            # Freed cells are overwritten at once, so that little is left if scrubbing fails.
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            for kind in _KINDS:
                statement = delete(kind.table).where(kind.about(user))
                gone[kind.name] = connection.execute(statement).rowcount
            drop_unwanted(connection)
            if any(gone.values()):
                connection.execute(insert(ERASURE).values(at=micros(now)))
            connection.exec_driver_sql("PRAGMA secure_delete = OFF")  # it slows down storing
        return dict(reversed(gone.items()))

    def scrub(self) -> bool:
        """Write the file anew if anything was erased since that was done last."""
        due = self._scalars(select(ERASURE.c.id))
        if not due:
            return False
        self._database.rewrite()
        self._change(delete(ERASURE).where(ERASURE.c.id.in_(due)))
        return True


def _rows(connection: Connection, kind: _Kind, user: str) -> list[Record]:
    query = select(kind.table) if kind.shown is None else kind.shown
    found = connection.execute(query.where(kind.about(user)))
    return [_plain(kind.table, row) for row in found]


def _plain(table: Table, row: Row[Any]) -> Record:
    """Return a row as plain data: times as ISO 8601 texts, lists as lists."""
    times = {column.name for column in table.columns if isinstance(column.type, BigInteger)}
    plain: dict[str, object] = {}
    for name, value in row._mapping.items():  # noqa: SLF001  the documented name of it
        if name in times and value is not None:
            plain[name] = moment(value).isoformat()
        elif isinstance(value, bytes):
            plain[name] = as_data(value)
        else:
            plain[name] = json.loads(value) if name in _LISTS and value else value
    return plain
