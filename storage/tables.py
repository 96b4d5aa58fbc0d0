"""The tables, as SQLModel classes; ``migrations`` makes the same ones (a test compares them).

Times are integers, microseconds since 1970 in UTC: they sort, compare and load several times
faster than texts and keep every digit. Lists and mappings are JSON texts, "" when empty. The FTS5
table ``item_text`` and its settings stand in the migrations alone, since SQLAlchemy does not know
virtual tables.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, false, text, true
from sqlmodel import Field, SQLModel


class ItemRow(SQLModel, table=True):
    """One ``core.items.Item``; ``storage.rows.ItemValues`` binds its columns by name."""

    __tablename__ = "item"
    __table_args__ = (
        Index("item_key", "source", "external_id", unique=True),
        Index("item_appeared", "appeared_at"),
        Index("item_kind_appeared", "kind", "appeared_at"),
        Index("item_source_appeared", "source", "appeared_at"),
        Index("item_identifier", "identifier", sqlite_where=text("identifier <> ''")),
        Index(
            "item_last_deadline", "last_deadline", sqlite_where=text("last_deadline IS NOT NULL")
        ),
        Index("item_sample", "sample", sqlite_where=text("sample = 1")),
    )

    id: int | None = Field(default=None, primary_key=True)
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
    facets: str = Field(default="", sa_column_kwargs={"server_default": ""})
    prices: str = Field(default="", sa_column_kwargs={"server_default": ""})
    deadlines: str
    related: str
    lead: str = Field(default="", sa_column_kwargs={"server_default": ""})
    version: str
    appeared_at: int = Field(sa_type=BigInteger)
    published_at: int | None = Field(default=None, sa_type=BigInteger)
    updated_at: int | None = Field(default=None, sa_type=BigInteger)
    last_deadline: int | None = Field(default=None, sa_type=BigInteger)
    identifier: str
    fingerprint: str
    sample: bool
    stored_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)


class ClaimRow(SQLModel, table=True):
    """An identifier that an item claims as its own work (``core.works.node_of``)."""

    __tablename__ = "claim"
    __table_args__ = (Index("claim_target", "target", "kind"),)

    item_id: int = Field(primary_key=True, foreign_key="item.id", ondelete="CASCADE")
    target: str = Field(primary_key=True)
    kind: str
    strength: int


class MemberRow(SQLModel, table=True):
    """That an item belongs to a work; items on their own have no row."""

    __tablename__ = "member"

    item_id: int = Field(primary_key=True, foreign_key="item.id", ondelete="CASCADE")
    work: str = Field(index=True)


class SharedMemberRow(SQLModel, table=True):
    """That an item belongs to a work too, though another one holds it (``Work.shared``)."""

    __tablename__ = "shared_member"

    item_id: int = Field(primary_key=True, foreign_key="item.id", ondelete="CASCADE")
    work: str = Field(primary_key=True, index=True)


class SourceRow(SQLModel, table=True):
    """What is remembered of a source: its last report and when it was asked."""

    __tablename__ = "source"

    name: str = Field(primary_key=True)
    status: str
    new: int
    updated: int
    fetched: int
    error: str | None = None
    note: str | None = None
    last_attempt: int = Field(sa_type=BigInteger)
    last_success: int | None = Field(default=None, sa_type=BigInteger)
    next_attempt: int | None = Field(default=None, sa_type=BigInteger)
    quota_left: int | None = Field(default=None)
    quota_most: int | None = Field(default=None)
    unreached: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class AnswerCountRow(SQLModel, table=True):
    """How many items a source gave each time it answered; the latest few tell what is usual."""

    __tablename__ = "answer_count"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    fetched: int


class ValidatorsRow(SQLModel, table=True):
    """What lets a server answer "not modified"."""

    __tablename__ = "validators"

    url: str = Field(primary_key=True)
    etag: str
    last_modified: str


class HeartbeatRow(SQLModel, table=True):
    """When a part of Tidings that runs on its own was last alive."""

    __tablename__ = "heartbeat"

    name: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)


class ProfileRow(SQLModel, table=True):
    """One ``core.people.Profile`` without its feedback."""

    __tablename__ = "profile"

    name: str = Field(primary_key=True)
    interests: str
    muted: str
    followed: str
    zone: str
    popularity: bool
    surprise: bool = Field(sa_column_kwargs={"server_default": true()})


class FeedbackRow(SQLModel, table=True):
    """The latest verdict of a person on an item in one respect (``core.people.Fact``)."""

    __tablename__ = "feedback"

    profile: str = Field(primary_key=True, foreign_key="profile.name", ondelete="CASCADE")
    item_id: int = Field(primary_key=True, foreign_key="item.id", ondelete="CASCADE", index=True)
    fact: str = Field(primary_key=True)
    verdict: str
    at: int = Field(sa_type=BigInteger)


class DigestRow(SQLModel, table=True):
    """That a digest was made."""

    __tablename__ = "digest"
    __table_args__ = (Index("digest_subscription", "subscription", "made_at"),)

    id: str = Field(primary_key=True)
    subscription: str
    period_start: int = Field(sa_type=BigInteger)
    period_end: int = Field(sa_type=BigInteger)
    made_at: int = Field(sa_type=BigInteger)
    sample: bool


class PickRow(SQLModel, table=True):
    """That a digest showed an item, by key: it counts as shown though the item be deleted."""

    __tablename__ = "pick"

    digest_id: str = Field(primary_key=True, foreign_key="digest.id", ondelete="CASCADE")
    source: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    version: str


ITEM, CLAIM, MEMBER, SHARED_MEMBER = (
    SQLModel.metadata.tables[name] for name in ("item", "claim", "member", "shared_member")
)
SOURCE, ANSWER_COUNT, VALIDATORS, HEARTBEAT = (
    SQLModel.metadata.tables[name] for name in ("source", "answer_count", "validators", "heartbeat")
)
PROFILE, FEEDBACK, DIGEST, PICK = (
    SQLModel.metadata.tables[name] for name in ("profile", "feedback", "digest", "pick")
)
